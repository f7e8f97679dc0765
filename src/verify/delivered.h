/* SPDX-License-Identifier: Apache-2.0
 *
 * delivered: what an MTA may add to a canonical mail (PROFILE.md, section D). Never used by the
 * gateway. Process: verify, stand-alone. Input is hostile. libc only.
 */
#pragma once

#include "verify/check.h"
#include "verify/lex.h"

/* D-1. *ret_copy: (transfer full) the mail with CRLF, or NULL when it needs none. */
bool mugai_delivered_line_ends (MugaiCheck *check, const uint8_t *data, size_t size,
                                uint8_t **ret_copy, size_t *ret_size);

/* D-2, D-3: consume the prefix. */
bool mugai_delivered_prefix (MugaiCheck *check, MugaiLex *lex);
