/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/lex.h"

#include <string.h>

#define MARK  (MUGAI_LEX_VISIBLE | MUGAI_LEX_QUOTED | MUGAI_LEX_NAME)
#define ATOM  (MARK | MUGAI_LEX_ATOM)
#define UPPER (MARK | MUGAI_LEX_UPPER | MUGAI_LEX_BASE64)
#define LOWER (MARK | MUGAI_LEX_LOWER | MUGAI_LEX_BASE64)
#define HEX   (LOWER | MUGAI_LEX_HEX)
#define DIGIT (MARK | MUGAI_LEX_DIGIT | MUGAI_LEX_BASE64 | MUGAI_LEX_HEX)
#define NAMED (MUGAI_LEX_VISIBLE | MUGAI_LEX_NAME)

/* clang-format off */
static const uint16_t class_of[256] = {
    [' '] = MUGAI_LEX_SPACE,
    ['!'] = ATOM, ['"'] = NAMED, ['#'] = ATOM, ['$'] = ATOM, ['%'] = ATOM, ['&'] = ATOM, ['\''] = ATOM,
    ['('] = MARK, [')'] = MARK, ['*'] = ATOM, ['+'] = ATOM | MUGAI_LEX_BASE64, [','] = MARK,
    ['-'] = ATOM | MUGAI_LEX_DASH, ['.'] = MARK | MUGAI_LEX_DOT, ['/'] = ATOM | MUGAI_LEX_BASE64,
    ['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT, ['5'] = DIGIT, ['6'] = DIGIT,
    ['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
    [':'] = MUGAI_LEX_VISIBLE | MUGAI_LEX_QUOTED | MUGAI_LEX_COLON, [';'] = MARK, ['<'] = NAMED,
    ['='] = ATOM | MUGAI_LEX_BASE64, ['>'] = NAMED, ['?'] = ATOM, ['@'] = MARK,
    ['A'] = UPPER, ['B'] = UPPER, ['C'] = UPPER, ['D'] = UPPER, ['E'] = UPPER, ['F'] = UPPER, ['G'] = UPPER,
    ['H'] = UPPER, ['I'] = UPPER, ['J'] = UPPER, ['K'] = UPPER, ['L'] = UPPER, ['M'] = UPPER, ['N'] = UPPER,
    ['O'] = UPPER, ['P'] = UPPER, ['Q'] = UPPER, ['R'] = UPPER, ['S'] = UPPER, ['T'] = UPPER, ['U'] = UPPER,
    ['V'] = UPPER, ['W'] = UPPER, ['X'] = UPPER, ['Y'] = UPPER, ['Z'] = UPPER,
    ['['] = MARK, ['\\'] = NAMED, [']'] = MARK, ['^'] = ATOM, ['_'] = ATOM | MUGAI_LEX_UNDER, ['`'] = ATOM,
    ['a'] = HEX, ['b'] = HEX, ['c'] = HEX, ['d'] = HEX, ['e'] = HEX, ['f'] = HEX, ['g'] = LOWER,
    ['h'] = LOWER, ['i'] = LOWER, ['j'] = LOWER, ['k'] = LOWER, ['l'] = LOWER, ['m'] = LOWER, ['n'] = LOWER,
    ['o'] = LOWER, ['p'] = LOWER, ['q'] = LOWER, ['r'] = LOWER, ['s'] = LOWER, ['t'] = LOWER, ['u'] = LOWER,
    ['v'] = LOWER, ['w'] = LOWER, ['x'] = LOWER, ['y'] = LOWER, ['z'] = LOWER,
    ['{'] = ATOM, ['|'] = ATOM, ['}'] = ATOM, ['~'] = ATOM,
};
/* clang-format on */

bool
mugai_lex_is (uint8_t byte, unsigned classes)
{
    return (class_of[byte] & classes) != 0;
}

bool
mugai_lex_literal (MugaiLex *lex, const char *text)
{
    size_t size = strlen (text);

    if (size > lex->size - lex->at || memcmp (lex->data + lex->at, text, size) != 0)
        return false;
    lex->at += size;
    return true;
}

size_t
mugai_lex_run (MugaiLex *lex, unsigned classes, size_t max)
{
    size_t left = lex->size - lex->at, n = 0;

    if (max > left)
        max = left;
    while (n < max && (class_of[lex->data[lex->at + n]] & classes) != 0)
        n++;
    lex->at += n;
    return n;
}

/* 1*(SP / TAB) / CRLF 1*(SP / TAB) */
static bool
sep_loose (MugaiLex *lex)
{
    size_t start = lex->at, blanks = 0;

    mugai_lex_literal (lex, "\r\n");
    while (mugai_lex_peek (lex, 0) == ' ' || mugai_lex_peek (lex, 0) == '\t') {
        lex->at++;
        blanks++;
    }
    if (blanks == 0 || mugai_lex_peek (lex, 0) == '\r')
        lex->at = start;
    return lex->at > start;
}

bool
mugai_lex_sep (MugaiLex *lex)
{
    if (lex->loose)
        return sep_loose (lex);
    return mugai_lex_literal (lex, " ") || mugai_lex_literal (lex, "\r\n ");
}

int32_t
mugai_lex_number (MugaiLex *lex, unsigned digits)
{
    int32_t value = 0;

    for (unsigned i = 0; i < digits; i++) {
        int c = mugai_lex_peek (lex, i);
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    lex->at += digits;
    return value;
}

bool
mugai_lex_contains (const MugaiLex *lex, size_t from, size_t to, const char *text)
{
    return from < to && memmem (lex->data + from, to - from, text, strlen (text)) != NULL;
}
