/* SPDX-License-Identifier: Apache-2.0
 *
 * second-reader: the structure of a mail as GMime sees it, a library that half the world's mail
 * programs are modelled on. Written as a filter that converts a mail to a list of its leaves
 * (second-leaf.h), so that mugai-reader runs it like any isolated filter; it is in no folder of
 * filters, and no rule can name it. Of what is no mail it puts out the media type (second-kind.h). second-reading.h is the other end.
 *
 * Process: mugai-reader only, which is why mugai-worker needs no GMime. Trust: input is hostile;
 * prescan has bounded depth, parts and header sizes before this is asked for (GMime recurses, to
 * 1024 levels at most).
 */
#pragma once

#include <glib.h>
#include <mugai/filter.h>

/* Returns: (transfer full) records of mugai_second_leaf_write(), in the order of the mail. */
GByteArray *mugai_second_reader_list (const uint8_t *data, size_t size);

/* Returns: (static) the description; setup() loads GMime's types and tables. */
const mugai_filter_info *mugai_second_reader_info (void);
