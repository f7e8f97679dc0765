/* SPDX-License-Identifier: Apache-2.0
 *
 * text: the grammar of plain text (PROFILE.md, sections T and U). Process: verify. Input is
 * hostile. libc only.
 */
#pragma once

#include "verify/check.h"

typedef enum MugaiTextPlace {
    MUGAI_TEXT_BODY = 1, /* of a mail: T-7 */
    MUGAI_TEXT_FILE,     /* attachment or file: T-8 */
    MUGAI_TEXT_CSV,      /* what CSV shares, behind its byte order mark: U, T-3 to T-6 */
} MugaiTextPlace;

bool mugai_text_check (MugaiCheck *check, const uint8_t *d, size_t size, MugaiTextPlace place);

/* M-6.2 and M-6.3 for a body. */
bool mugai_text_notice (MugaiCheck *check, const uint8_t *d, size_t size, bool needed);
