/* SPDX-License-Identifier: Apache-2.0
 *
 * name: names of attachments and files (PROFILE.md, section N). Process: verify. Input is hostile.
 * libc only.
 */
#pragma once

#include "verify/lex.h"

enum {
    MUGAI_NAME_MAX = 255,   /* bytes */
    MUGAI_NAME_ROOM = 1024, /* bytes that a form may spell out before it is refused as such */
};

/* mugai_name_fault:
 * Judge a decoded name. @extension: that it must end with (".txt"). Returns: (static) the clause
 * broken (N-2 to N-7, U-1 to U-3) or NULL.
 */
const char *mugai_name_fault (const uint8_t *name, size_t size, const char *extension);

/* mugai_name_parameter:
 * Consume the lines of `filename` (N-1), their CRLF too. @out: gets the decoded name, at most
 * MUGAI_NAME_MAX bytes. Returns: its size, or 0 when it has another form.
 */
size_t mugai_name_parameter (MugaiLex *lex, uint8_t out[MUGAI_NAME_ROOM]);
