/* SPDX-License-Identifier: Apache-2.0
 *
 * letter: what stands in the header of a mail within a mail, and in reports of mail servers, as
 * lines that a reader understands: "差出人：...".
 *
 * Process: worker. Trust: input is hostile; what is written is clean UTF-8 with LF line ends.
 */
#pragma once

#include "message/header.h"
#include "rules/rules.h"

#include <glib.h>

/* mugai_letter_header:
 * Author, recipients, date and subject, one line each; of long lists the first ones.
 * @out: lines are appended, none when the header says nothing.
 */
void mugai_letter_header (const MugaiHeader *header, MugaiLanguage language, GString *out);

/* mugai_letter_fields:
 * A block of header fields that stands for a mail (text/rfc822-headers, RFC 6522 4). @data:
 * borrowed, @size bytes. Returns: (transfer full) text, may be empty.
 */
GString *mugai_letter_fields (const uint8_t *data, size_t size, const MugaiSettings *settings,
                              const MugaiLimits *limits);

/* mugai_letter_status:
 * Blocks of fields of a delivery status (RFC 3464), a disposition notification (RFC 8098) or a
 * feedback report (RFC 5965) as a table, a block a paragraph; fields that mean nothing to a reader
 * are left out. Arguments as above. Linear.
 */
GString *mugai_letter_status (const uint8_t *data, size_t size, const MugaiSettings *settings,
                              const MugaiLimits *limits);
