/* SPDX-License-Identifier: Apache-2.0
 *
 * grammar: the one table of the grammars of PROFILE.md: name, extension, media type, recogniser. A
 * new grammar is a row here, a number in base/verdict.h and a type of core/type.inc. Process:
 * verify. libc only.
 */
#pragma once

#include "verify/check.h"
#include "verify/lex.h"

typedef struct MugaiGrammarRow {
    MugaiGrammar grammar;
    const char *name;      /* "png", as --type of mugai-verify takes it */
    const char *extension; /* N-8: ".png" */
    const char *media; /* of an attachment (M-5.2): "image/png", with parameters; NULL: is none */
    bool (*check) (MugaiCheck *check, const uint8_t *data, size_t size);
} MugaiGrammarRow;

extern const MugaiGrammarRow mugai_grammars[];
enum { MUGAI_GRAMMARS = MUGAI_GRAMMAR_LAST };

/* Returns: (static) the row, or NULL when there is none: @grammar may come over a socket. */
const MugaiGrammarRow *mugai_grammar_row (uint32_t grammar);
/* Returns: (static) the row of an attachment whose name ends so, or NULL. @name: @size bytes. */
const MugaiGrammarRow *mugai_grammar_named (const uint8_t *name, size_t size);
/* Consume "MEDIA" CRLF (M-5.2). Returns: (static) its row, or NULL. */
const MugaiGrammarRow *mugai_grammar_media (MugaiLex *lex);
