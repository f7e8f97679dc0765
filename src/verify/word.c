/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/word.h"

#include "verify/base64.h"
#include "verify/codepoint.h"
#include "verify/header.h"

#include <string.h>

enum { WORD = 75 /* characters of an encoded-word, RFC 2047 section 2 */ };

bool
mugai_word_encoded (MugaiCheck *check, MugaiLex *lex, MugaiWords *words)
{
    const char *clause;
    size_t start = lex->at, at = 0;
    uint8_t *text = words->text + words->size;

    if (!mugai_lex_literal (lex, "=?UTF-8?B?"))
        return mugai_refuse (check, "H-9", start,
                             "encoded-word in another form than =?UTF-8?B?...?=");
    size_t from = lex->at, n = mugai_lex_run (lex, MUGAI_LEX_BASE64, WORD);
    if (!mugai_lex_literal (lex, "?=") || lex->at - start > WORD)
        return mugai_refuse (check, "H-9", start, "encoded-word without end or too long");
    size_t size = mugai_base64_group (lex->data + from, n, text, &clause);
    if (size == 0)
        return mugai_refuse (check, "H-9", from, "base64 of an encoded-word is not canonical");
    for (uint32_t cp; at < size;) {
        size_t m = mugai_utf8_decode (text + at, size - at, &cp);
        if (m == 0)
            return mugai_refuse (check, "H-9", start,
                                 "encoded-word does not hold whole UTF-8 characters");
        at += m;
    }
    words->size += size;
    return true;
}

/* 1*VCHAR without =? and ?=, and no field name at the beginning of a line */
static bool
plain (MugaiCheck *check, MugaiLex *lex, MugaiWords *words)
{
    size_t start = lex->at, n = mugai_lex_run (lex, MUGAI_LEX_VISIBLE, SIZE_MAX);
    bool folded = start >= 2 && lex->data[start - 2] == '\n';

    if (n == 0)
        return mugai_refuse (check, "H-10", start, "a word is expected here");
    if (mugai_lex_contains (lex, start, lex->at, "=?") ||
        mugai_lex_contains (lex, start, lex->at, "?="))
        return mugai_refuse (check, "H-10", start, "a mark of encoded-words within a plain word");
    if (folded && mugai_header_is_field (lex->data + start, n))
        return mugai_refuse (check, "H-10", start, "a folded line that looks like a field");
    memcpy (words->text + words->size, lex->data + start, n);
    words->size += n;
    return true;
}

bool
mugai_word_unstructured (MugaiCheck *check, MugaiLex *lex, MugaiWords *words)
{
    bool encoded = false, first = true;

    do {
        bool is_encoded = mugai_lex_peek (lex, 0) == '=' && mugai_lex_peek (lex, 1) == '?';
        if (!first && !(encoded && is_encoded))
            words->text[words->size++] = ' ';
        if (!(is_encoded ? mugai_word_encoded : plain) (check, lex, words))
            return false;
        encoded = is_encoded;
        first = false;
    } while (mugai_lex_sep (lex));
    return true;
}

bool
mugai_word_text (MugaiCheck *check, const MugaiWords *words, size_t at)
{
    size_t fault, from = 0, to = words->size;
    const char *clause = mugai_codepoint_fault (words->text, words->size, false, &fault);

    if (clause != NULL)
        return mugai_refuse (check, clause, at, "code point that may not stand in a header");
    mugai_space_strip (words->text, &from, &to);
    if (from > 0 || to < words->size)
        return mugai_refuse (check, "H-11", at, "header text begins or ends with white space");
    if (memchr (words->text, '\n', words->size) != NULL ||
        memchr (words->text, '\t', words->size) != NULL)
        return mugai_refuse (check, "H-11", at, "line feed or tab in header text");
    return true;
}
