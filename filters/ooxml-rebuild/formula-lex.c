/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/formula-lex.h"

#include <stdlib.h>
#include <string.h>

static const char *const functions[] = {
#include "functions-table.inc"
};

bool
mugai_formula_fail (MugaiFormulaReader *r, MugaiFormulaVerdict verdict, size_t from, size_t size)
{
    r->fault = (MugaiFormulaFault){ .verdict = verdict, .from = from, .size = size };
    return false;
}

bool
mugai_formula_syntax (MugaiFormulaReader *r)
{
    return mugai_formula_fail (r, MUGAI_FORMULA_SYNTAX, r->at, r->at < r->size);
}

bool
mugai_formula_is_word (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || mugai_formula_is_digit (c) ||
           c == '_' || c == '.' || c == '$' || c == '?' || (unsigned char)c >= 0x80;
}

size_t
mugai_formula_word_length (const MugaiFormulaReader *r)
{
    size_t n = 0;

    while (mugai_formula_is_word (mugai_formula_peek (r, n)))
        n++;
    return n;
}

bool
mugai_formula_skip_quoted (MugaiFormulaReader *r, char quote)
{
    for (r->at++; r->at < r->size; r->at++) {
        if (r->text[r->at] != quote)
            continue;
        if (mugai_formula_peek (r, 1) != quote) {
            r->at++;
            return true;
        }
        r->at++;
    }
    return mugai_formula_syntax (r);
}

static int
compare (const void *word, const void *entry)
{
    return strcmp (word, *(const char *const *)entry);
}

bool
mugai_formula_is_function (const char *name, size_t size)
{
    static const char *const prefix[] = { "_XLFN.", "_XLWS." };
    char upper[MUGAI_FORMULA_WORD + 1], *bare = upper;

    if (size > MUGAI_FORMULA_WORD)
        return false;
    for (size_t i = 0; i < size; i++)
        upper[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
    upper[size] = '\0';
    if (strncmp (bare, "_XLPM.", 6) == 0) /* a parameter of LAMBDA or LET */
        return true;
    for (size_t i = 0; i < sizeof prefix / sizeof prefix[0]; i++)
        if (strncmp (bare, prefix[i], strlen (prefix[i])) == 0)
            bare += strlen (prefix[i]);
    return bsearch (bare, functions, sizeof functions / sizeof functions[0], sizeof functions[0],
                    compare) != NULL;
}

bool
mugai_formula_is_cell (const char *word, size_t size)
{
    size_t at = size > 0 && word[0] == '$', letters = 0, digits = 0;

    for (; at < size && ((word[at] | 0x20) >= 'a' && (word[at] | 0x20) <= 'z'); at++)
        letters++;
    at += at < size && word[at] == '$';
    for (; at < size && mugai_formula_is_digit (word[at]); at++)
        digits++;
    return at == size && letters >= 1 && letters <= 3 && digits >= 1 && digits <= 7;
}

bool
mugai_formula_read_error (MugaiFormulaReader *r)
{
    static const char *const words[] = { "#DIV/0!",   "#N/A",   "#NAME?",   "#NULL!",
                                         "#NUM!",     "#REF!",  "#VALUE!",  "#GETTING_DATA",
                                         "#SPILL!",   "#CALC!", "#FIELD!",  "#BLOCKED!",
                                         "#CONNECT!", "#BUSY!", "#UNKNOWN!" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t n = strlen (words[i]);
        if (n > r->size - r->at || memcmp (r->text + r->at, words[i], n) != 0)
            continue;
        r->at += n;
        /* A deleted sheet: #REF!$A$1 */
        if (words[i][1] == 'R' && mugai_formula_is_word (mugai_formula_peek (r, 0)))
            r->at += mugai_formula_word_length (r);
        r->state = MUGAI_FORMULA_HAVE;
        return true;
    }
    return mugai_formula_syntax (r);
}

bool
mugai_formula_skip_columns (MugaiFormulaReader *r)
{
    size_t from = r->at;
    unsigned depth = 0;

    for (; r->at < r->size; r->at++) {
        char c = r->text[r->at];
        if (c == '\'' && r->at + 1 < r->size) {
            r->at++;
        } else if (c == '[' && ++depth > 2) {
            return mugai_formula_syntax (r);
        } else if (c == ']' && --depth == 0) {
            r->at++;
            /* [Book.xlsx]Sheet!A1 */
            return !mugai_formula_is_word (mugai_formula_peek (r, 0)) &&
                           mugai_formula_peek (r, 0) != '!' && mugai_formula_peek (r, 0) != '\''
                       ? true
                       : mugai_formula_fail (r, MUGAI_FORMULA_EXTERNAL, from, r->at - from);
        }
    }
    return mugai_formula_syntax (r);
}

size_t
mugai_formula_number_length (const MugaiFormulaReader *r)
{
    size_t n = 0;

    while (mugai_formula_is_digit (mugai_formula_peek (r, n)))
        n++;
    if (mugai_formula_peek (r, n) == '.')
        for (n++; mugai_formula_is_digit (mugai_formula_peek (r, n));)
            n++;
    if ((mugai_formula_peek (r, n) | 0x20) == 'e') {
        size_t digit =
            n + 1 + (mugai_formula_peek (r, n + 1) == '+' || mugai_formula_peek (r, n + 1) == '-');
        if (mugai_formula_is_digit (mugai_formula_peek (r, digit)))
            for (n = digit; mugai_formula_is_digit (mugai_formula_peek (r, n));)
                n++;
    }
    return n;
}

void
mugai_formula_skip_spaces (MugaiFormulaReader *r)
{
    while (mugai_formula_is_space (mugai_formula_peek (r, 0)))
        r->at++;
}
