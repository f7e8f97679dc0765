/* SPDX-License-Identifier: Apache-2.0
 *
 * formula-lex: the words of a formula, for formula.c alone. A reader stands before a byte of the
 * text; functions that read move it, and say false with the fault noted when there is none of what
 * they read. Process: render. Input is hostile. libc only.
 */
#pragma once

#include "ooxml-rebuild/formula.h"

enum { MUGAI_FORMULA_WORD = 255 /* bytes of a function's name or a sheet's */ };

typedef enum MugaiFormulaState {
    MUGAI_FORMULA_WANT,  /* an operand, nothing else */
    MUGAI_FORMULA_BEGIN, /* of an argument: an operand, or none */
    MUGAI_FORMULA_HAVE,  /* an operand was read */
} MugaiFormulaState;

typedef struct MugaiFormulaReader {
    const char *text;
    size_t at, size;
    const MugaiFormulaBook *book;
    char open[MUGAI_FORMULA_DEPTH]; /* 'f' a function's arguments, '(' a parenthesis */
    size_t depth;
    MugaiFormulaState state;
    MugaiFormulaFault fault;
} MugaiFormulaReader;

/* The byte @ahead of here; NUL behind the end. */
static inline char
mugai_formula_peek (const MugaiFormulaReader *r, size_t ahead)
{
    return ahead < r->size - r->at ? r->text[r->at + ahead] : '\0';
}

static inline bool
mugai_formula_is_digit (char c)
{
    return c >= '0' && c <= '9';
}

static inline bool
mugai_formula_is_space (char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Note a fault of @size bytes at @from. Returns: false. */
bool mugai_formula_fail (MugaiFormulaReader *r, MugaiFormulaVerdict verdict, size_t from,
                         size_t size);
/* The fault that here is no formula. Returns: false. */
bool mugai_formula_syntax (MugaiFormulaReader *r);
/* Bytes of names of cells, ranges, sheets and functions; what is not ASCII is one. */
bool mugai_formula_is_word (char c);
/* Bytes of the word here. */
size_t mugai_formula_word_length (const MugaiFormulaReader *r);
/* Bytes of 12, 1.5, .5, 1E+3 here. */
size_t mugai_formula_number_length (const MugaiFormulaReader *r);
void mugai_formula_skip_spaces (MugaiFormulaReader *r);
/* Text between @quote and @quote, doubled within. Moves behind it. */
bool mugai_formula_skip_quoted (MugaiFormulaReader *r, char quote);
/* [..] behind a table's name, brackets within one level, ' before one that counts as text (18.17.2,
 * structured references). */
bool mugai_formula_skip_columns (MugaiFormulaReader *r);
/* #REF!, #N/A and the like (18.17.3, and those of later versions). */
bool mugai_formula_read_error (MugaiFormulaReader *r);
/* $A$1, A1, AB12: up to three letters and a number. */
bool mugai_formula_is_cell (const char *word, size_t size);
/* Is @name in functions.list, without the prefixes of later versions? */
bool mugai_formula_is_function (const char *name, size_t size);
