/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: between two operands stands an operator. So the grammar needs three states
 * and a stack of what is open; precedence changes what a formula means, not whether it is one.
 *
 * What it deliberately does not do: tell cells from names (both are words), or judge the number and
 * kind of arguments. A formula that is wrong in this way shows an error, as it did before.
 */
#include "ooxml-rebuild/formula-lex.h"

#include <string.h>

static bool
check_sheet (MugaiFormulaReader *r, const char *name, size_t size, size_t from)
{
    const MugaiFormulaBook *book = r->book;

    if (book == NULL || book->has_sheet == NULL || book->has_sheet (book->user, name, size))
        return true;
    return mugai_formula_fail (r, MUGAI_FORMULA_SHEET, from, r->at - from);
}

/* One sheet's name, or two of a range of sheets, parted by a colon. */
static bool
check_sheets (MugaiFormulaReader *r, const char *names, size_t size, size_t from)
{
    const char *colon = memchr (names, ':', size);
    size_t first = colon != NULL ? (size_t)(colon - names) : size;

    if (first == 0 || first + 1 == size)
        return mugai_formula_fail (r, MUGAI_FORMULA_SYNTAX, from, r->at - from);
    return check_sheet (r, names, first, from) &&
           (colon == NULL || check_sheet (r, colon + 1, size - first - 1, from));
}

static bool
push (MugaiFormulaReader *r, char what)
{
    if (r->depth == MUGAI_FORMULA_DEPTH)
        return mugai_formula_fail (r, MUGAI_FORMULA_LIMIT, r->at, 1);
    r->open[r->depth++] = what;
    r->at++;
    r->state = what == 'f' ? MUGAI_FORMULA_BEGIN : MUGAI_FORMULA_WANT;
    return true;
}

/* What stands behind "Sheet!": a cell, column, row, name or error. */
static bool
read_in_sheet (MugaiFormulaReader *r)
{
    size_t n = mugai_formula_word_length (r), from = r->at;

    if (mugai_formula_peek (r, 0) == '#')
        return mugai_formula_read_error (r);
    if (n == 0)
        return mugai_formula_syntax (r);
    r->at += n;
    if (mugai_formula_peek (r, 0) == '(')
        return mugai_formula_fail (r, MUGAI_FORMULA_FUNCTION, from, n);
    r->state = MUGAI_FORMULA_HAVE;
    return true;
}

/* 'Sheet'!A1 or 'First:Last'!A1 */
static bool
read_quoted_sheet (MugaiFormulaReader *r)
{
    size_t from = r->at, size = 0;
    char name[2 * MUGAI_FORMULA_WORD];

    if (!mugai_formula_skip_quoted (r, '\''))
        return false;
    for (size_t i = from + 1; i < r->at - 1; i++) {
        char c = r->text[i];
        if (c == '|')
            return mugai_formula_fail (r, MUGAI_FORMULA_DDE, from, r->at - from);
        if (strchr ("[]\\/?*", c) != NULL || (unsigned char)c < 0x20)
            return mugai_formula_fail (r, MUGAI_FORMULA_EXTERNAL, from, r->at - from);
        if (size == sizeof name)
            return mugai_formula_fail (r, MUGAI_FORMULA_LIMIT, from, r->at - from);
        name[size++] = c;
        i += c == '\''; /* the second of two */
    }
    if (mugai_formula_peek (r, 0) != '!')
        return mugai_formula_peek (r, 0) == '|'
                   ? mugai_formula_fail (r, MUGAI_FORMULA_DDE, from, r->at + 1 - from)
                   : mugai_formula_syntax (r);
    if (!check_sheets (r, name, size, from))
        return false;
    r->at++;
    return read_in_sheet (r);
}

static bool
check_name (MugaiFormulaReader *r, size_t from, size_t size)
{
    const MugaiFormulaBook *book = r->book;

    if (book == NULL || book->lost_name == NULL ||
        !book->lost_name (book->user, r->text + from, size))
        return true;
    return mugai_formula_fail (r, MUGAI_FORMULA_NAME, from, size);
}

/* A cell, a name, a sheet before one, or a function. */
static bool
read_word (MugaiFormulaReader *r)
{
    size_t from = r->at, n = mugai_formula_word_length (r), gap = 0;
    const char *word = r->text + from;

    r->at += n;
    while (mugai_formula_is_space (mugai_formula_peek (r, gap)))
        gap++;
    if (mugai_formula_peek (r, gap) == '(' && (gap == 0 || !mugai_formula_is_cell (word, n))) {
        if (!mugai_formula_is_function (word, n))
            return mugai_formula_fail (r, MUGAI_FORMULA_FUNCTION, from, n);
        r->at += gap;
        return push (r, 'f');
    }
    if (mugai_formula_peek (r, 0) == '|')
        return mugai_formula_fail (r, MUGAI_FORMULA_DDE, from, n + 1);
    if (mugai_formula_peek (r, 0) == '!') {
        if (!check_sheet (r, word, n, from))
            return false;
        r->at++;
        return read_in_sheet (r);
    }
    if (!check_name (r, from, n))
        return false;
    r->state = MUGAI_FORMULA_HAVE;
    return mugai_formula_peek (r, 0) != '[' || mugai_formula_skip_columns (r);
}

/* A number; 1:3 are rows. Where letters follow it is a word: 1月!A1 */
static bool
read_number (MugaiFormulaReader *r)
{
    size_t n = mugai_formula_number_length (r);

    if (mugai_formula_is_word (mugai_formula_peek (r, n)) || mugai_formula_peek (r, n) == '!')
        return read_word (r);
    r->at += n;
    r->state = MUGAI_FORMULA_HAVE;
    return true;
}

/* [0]!name: this workbook itself. All else in brackets is another. */
static bool
read_book (MugaiFormulaReader *r)
{
    size_t from = r->at;

    if (r->size - r->at > 4 && memcmp (r->text + r->at, "[0]!", 4) == 0) {
        r->at += 4;
        return read_in_sheet (r);
    }
    while (r->at < r->size && r->text[r->at] != ']')
        r->at++;
    return mugai_formula_fail (r, MUGAI_FORMULA_EXTERNAL, from, r->at - from);
}

/* One value within {...}: a number, text, error, TRUE or FALSE. */
static bool
read_constant (MugaiFormulaReader *r)
{
    size_t from = r->at;

    if (mugai_formula_peek (r, 0) == '"')
        return mugai_formula_skip_quoted (r, '"');
    if (mugai_formula_peek (r, 0) == '#')
        return mugai_formula_read_error (r);
    if (mugai_formula_peek (r, 0) == '-' || mugai_formula_peek (r, 0) == '+')
        r->at++;
    if (mugai_formula_is_digit (mugai_formula_peek (r, 0)) || mugai_formula_peek (r, 0) == '.') {
        r->at += mugai_formula_number_length (r);
        return true;
    }
    size_t n = mugai_formula_word_length (r);
    if ((n == 4 && memcmp (r->text + from, "TRUE", 4) == 0) ||
        (n == 5 && memcmp (r->text + from, "FALSE", 5) == 0)) {
        r->at += n;
        return true;
    }
    return mugai_formula_syntax (r);
}

/* {1,2;3,4} (18.17.2.4) */
static bool
read_array (MugaiFormulaReader *r)
{
    do {
        r->at++;
        mugai_formula_skip_spaces (r);
        if (!read_constant (r))
            return false;
        mugai_formula_skip_spaces (r);
    } while (mugai_formula_peek (r, 0) == ',' || mugai_formula_peek (r, 0) == ';');
    if (mugai_formula_peek (r, 0) != '}')
        return mugai_formula_syntax (r);
    r->at++;
    r->state = MUGAI_FORMULA_HAVE;
    return true;
}

static bool
close_bracket (MugaiFormulaReader *r)
{
    if (r->depth == 0)
        return mugai_formula_syntax (r);
    r->depth--;
    r->at++;
    r->state = MUGAI_FORMULA_HAVE;
    return true;
}

static bool
read_operand (MugaiFormulaReader *r)
{
    char c = mugai_formula_peek (r, 0);

    switch (c) {
    case '"':
        r->state = MUGAI_FORMULA_HAVE;
        return mugai_formula_skip_quoted (r, '"');
    case '+':
    case '-':
    case '@':
        r->at++;
        r->state = MUGAI_FORMULA_WANT;
        return true;
    case '(':
        return push (r, '(');
    case '\'':
        return read_quoted_sheet (r);
    case '#':
        return mugai_formula_read_error (r);
    case '{':
        return read_array (r);
    case '[':
        return read_book (r);
    case ',': /* an argument that was left out */
        if (r->state != MUGAI_FORMULA_BEGIN)
            return mugai_formula_syntax (r);
        r->at++;
        return true;
    case ')':
        return r->state == MUGAI_FORMULA_BEGIN ? close_bracket (r) : mugai_formula_syntax (r);
    default:
        if (mugai_formula_is_digit (c) || c == '.')
            return read_number (r);
        return mugai_formula_is_word (c) ? read_word (r) : mugai_formula_syntax (r);
    }
}

/* Behind an operand. */
static bool
read_operator (MugaiFormulaReader *r, bool spaced)
{
    char c = mugai_formula_peek (r, 0);

    switch (c) {
    case ')':
        return close_bracket (r);
    case '%':
    case '#': /* all of a spilled range */
        r->at++;
        return true;
    case '(':
        return push (r, spaced ? '(' : 'f'); /* an intersection; LAMBDA(...)(...) */
    case '<':
        r->at += 1 + (mugai_formula_peek (r, 1) == '>' || mugai_formula_peek (r, 1) == '=');
        break;
    case '>':
        r->at += 1 + (mugai_formula_peek (r, 1) == '=');
        break;
    case '|':
        return mugai_formula_fail (r, MUGAI_FORMULA_DDE, 0, r->at + 1);
    case '+':
    case '-':
    case '*':
    case '/':
    case '^':
    case '&':
    case '=':
    case ':':
        r->at++;
        break;
    case ',': /* the next argument, or a union */
        r->at++;
        r->state =
            r->depth > 0 && r->open[r->depth - 1] == 'f' ? MUGAI_FORMULA_BEGIN : MUGAI_FORMULA_WANT;
        return true;
    default:
        if (!spaced) /* a space between two operands is the operator of intersection */
            return mugai_formula_syntax (r);
    }
    r->state = MUGAI_FORMULA_WANT;
    return true;
}

MugaiFormulaFault
mugai_formula_check (const char *text, size_t size, const MugaiFormulaBook *book)
{
    MugaiFormulaReader r = { .text = text, .size = size, .book = book };

    if (size > MUGAI_FORMULA_SIZE)
        return (MugaiFormulaFault){ .verdict = MUGAI_FORMULA_LIMIT };
    for (;;) {
        size_t before = r.at;
        mugai_formula_skip_spaces (&r);
        if (r.at == size)
            break;
        bool ok =
            r.state == MUGAI_FORMULA_HAVE ? read_operator (&r, r.at > before) : read_operand (&r);
        if (!ok)
            return r.fault;
    }
    if (r.state != MUGAI_FORMULA_HAVE || r.depth > 0)
        mugai_formula_syntax (&r);
    return r.fault;
}
