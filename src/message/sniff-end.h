/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff-end: does a content end where its format ends, and is what stands behind another file?
 *
 * Process: worker. Trust: input is hostile. Pure, linear in the last window. libc only.
 */
#pragma once

#include "message/sniff.h"

/* mugai_sniff_end:
 * @id: what @w begins as. *ret_trailing: bytes behind the last end mark that the last window holds,
 * padding aside; 0 when the format has none, or none is seen.
 * Returns: (static) id of another type that @w can be read as (an archive at its end, a PDF in its
 * beginning, a page or program behind a picture), or NULL.
 */
const char *mugai_sniff_end (const MugaiSniff *w, const char *id, uint64_t *ret_trailing);
