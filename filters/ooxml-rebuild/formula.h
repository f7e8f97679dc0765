/* SPDX-License-Identifier: Apache-2.0
 *
 * formula: may this formula of a spreadsheet stand in a rebuilt workbook? A tokeniser and grammar
 * of A1 formulas as files hold them (ISO/IEC 29500-1, 18.17.2: without "=", English names,
 * "." and ","), wide enough for all that spreadsheet programs write and for nothing else.
 *
 * Process: render. Trust: the text is hostile. Linear in time, no recursion, no memory. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    MUGAI_FORMULA_SIZE = 32768, /* bytes; a program takes 8192 characters */
    MUGAI_FORMULA_DEPTH = 256   /* open brackets; a program takes 64 functions within each other */
};

typedef enum MugaiFormulaVerdict {
    MUGAI_FORMULA_ALLOWED,
    MUGAI_FORMULA_FUNCTION, /* calls what functions.list lacks */
    MUGAI_FORMULA_EXTERNAL, /* names another workbook */
    MUGAI_FORMULA_SHEET,    /* names a sheet this workbook has not */
    MUGAI_FORMULA_DDE,      /* asks another program: server|topic!item */
    MUGAI_FORMULA_NAME,     /* uses a name that is not there any more */
    MUGAI_FORMULA_SYNTAX,   /* is no formula */
    MUGAI_FORMULA_LIMIT,    /* too long or too deep */
} MugaiFormulaVerdict;

/* What the workbook knows. Each function may be NULL: then all are known. */
typedef struct MugaiFormulaBook {
    /* Has the workbook this sheet? @name: @size bytes, without quotes, '' already one. */
    bool (*has_sheet) (const void *user, const char *name, size_t size);
    /* Was a defined name of this spelling taken out? */
    bool (*lost_name) (const void *user, const char *name, size_t size);
    const void *user;
} MugaiFormulaBook;

typedef struct MugaiFormulaFault {
    MugaiFormulaVerdict verdict;
    size_t from, size; /* where the fault lies in the text */
} MugaiFormulaFault;

/* mugai_formula_check:
 * @text: borrowed, @size bytes of UTF-8, not NUL-terminated. @book: borrowed; NULL: all sheets and
 * names are known. Returns: the first fault, ALLOWED when there is none; all of the text was read.
 */
MugaiFormulaFault mugai_formula_check (const char *text, size_t size, const MugaiFormulaBook *book);
