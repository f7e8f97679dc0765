/* SPDX-License-Identifier: Apache-2.0
 *
 * header: the top header of a canonical mail (PROFILE.md, M-1.3 to M-4.2 and section H). Process:
 * verify. Input is hostile. libc only.
 */
#pragma once

#include "verify/check.h"
#include "verify/lex.h"

typedef struct MugaiHeader {
    char id[33]; /* of Mugai-Result */
    bool multi;  /* multipart/mixed */
    bool jis;    /* single, in ISO-2022-JP */
} MugaiHeader;

/* mugai_header_check:
 * Consume the header and the empty line after it; the counts of Mugai-Result go to the verdict.
 * @scratch: as many bytes as the input has.
 */
bool mugai_header_check (MugaiCheck *check, MugaiLex *lex, uint8_t *scratch,
                         MugaiHeader *ret_header);

/* Whether @word is the name of a field of the profile and a colon. */
bool mugai_header_is_field (const uint8_t *word, size_t size);
