/* SPDX-License-Identifier: Apache-2.0
 *
 * word: encoded-words and the text they make (PROFILE.md, H-9 to H-11). Process: verify. Input is
 * hostile. libc only.
 */
#pragma once

#include "verify/check.h"
#include "verify/lex.h"

/* Text decoded so far; @text has room for the size of the whole header. */
typedef struct MugaiWords {
    uint8_t *text;
    size_t size;
} MugaiWords;

/* Consume one encoded-word and append its text. Returns: false with H-9 refused. */
bool mugai_word_encoded (MugaiCheck *check, MugaiLex *lex, MugaiWords *words);

/* H-10: consume words up to CRLF (not included) and append their text, one space between them where
 * a reader sees one. */
bool mugai_word_unstructured (MugaiCheck *check, MugaiLex *lex, MugaiWords *words);

/* H-11. @at: offset of the field, for the refusal. */
bool mugai_word_text (MugaiCheck *check, const MugaiWords *words, size_t at);
