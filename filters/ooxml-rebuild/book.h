/* SPDX-License-Identifier: Apache-2.0
 *
 * book: what the hooks of a workbook know while it is rebuilt: its sheets, strings, names that
 * went, and what was found. Process: render. Input is hostile. Linear in the size of the workbook.
 */
#pragma once

#include "office/document.h"
#include "ooxml-rebuild/formula.h"
#include "ooxml-rebuild/slide.h"

typedef enum MugaiBookLoss { /* what findings are about */
                             MUGAI_LOSS_FORMULA,
                             MUGAI_LOSS_DDE,
                             MUGAI_LOSS_EXTERNAL,
                             MUGAI_LOSS_MACRO_SHEET,
                             MUGAI_LOSS_MACRO_NAME,
                             MUGAI_LOSS_HIDDEN_SHEET,
                             MUGAI_LOSS_LINK,
                             MUGAI_LOSSES
} MugaiBookLoss;

typedef struct MugaiBookCount {
    uint64_t count;
    char first[160]; /* evidence, cut; hostile */
} MugaiBookCount;

typedef struct MugaiBook {
    MugaiDocument *doc;
    MugaiTable sheets;  /* names in lower case -> place */
    MugaiTable lost;    /* defined names in lower case */
    MugaiNode *strings; /* s:sst, or NULL */
    size_t n_strings;   /* s:si in it, of the input */
    size_t n_added;     /* s:si that hooks added behind them */
    MugaiNode **string; /* owned by the arena; those of the input */
    MugaiFormulaBook formulas;
    uint64_t controls;      /* of forms */
    MugaiSlideCount shapes; /* what drawings held that acts */
    MugaiBookCount lost_things[MUGAI_LOSSES];
} MugaiBook;

/* The book of @doc; made when there is none. NULL without memory. */
MugaiBook *mugai_book (MugaiDocument *doc);
/* Report what was found. false: a sheet would be missing. */
bool mugai_book_finish (MugaiDocument *doc);
void mugai_book_clear (MugaiDocument *doc); /* all but what is in the arena */

void mugai_book_count (MugaiBook *book, MugaiBookLoss what, const char *evidence, size_t size);
/* ASCII letters of @text in lower case, in the arena, or NULL. */
char *mugai_book_fold (MugaiBook *book, const char *text, size_t size);

/* mugai_book_formula:
 * May the text of @node (or @text) stand as a formula? What may not is counted. */
bool mugai_book_formula (MugaiBook *book, const char *text, size_t size);
/* As it, without counting. */
bool mugai_book_has (MugaiDocument *doc, const char *text, size_t size);
bool mugai_book_formula_node (MugaiBook *book, const MugaiNode *node);
/* The text of @node, in one piece; "" when it has none. */
const char *mugai_book_text (MugaiBook *book, const MugaiNode *node, size_t *ret_size);

/* Take characters that may not stand in a text out of it where they stand as _xHHHH_. */
void mugai_book_escapes (MugaiBook *book, MugaiNode *root);

/* Hooks of the parts of a workbook; false: the part fails. */
bool mugai_book_workbook (MugaiBook *book, MugaiOfficePart *part);
bool mugai_book_strings (MugaiBook *book, MugaiOfficePart *part);
bool mugai_book_styles (MugaiBook *book, MugaiOfficePart *part);
bool mugai_book_worksheet (MugaiBook *book, MugaiOfficePart *part);
bool mugai_book_table (MugaiBook *book, MugaiOfficePart *part);
bool mugai_book_comments (MugaiBook *book, MugaiOfficePart *part);
bool mugai_book_drawing (MugaiBook *book, MugaiOfficePart *part);

/* Of the workbook: what it refers to outside. */
void mugai_book_links (MugaiBook *book, const MugaiOfficePart *part);

/* Of a worksheet: cells and their formulas, links, conditions and validations. */
void mugai_sheet_grid (MugaiBook *book, MugaiNode *data);
void mugai_sheet_value (MugaiBook *book, MugaiNode *cell);
void mugai_sheet_cells (MugaiBook *book, MugaiNode *sheet);
void mugai_sheet_links (MugaiBook *book, MugaiOfficePart *part);
void mugai_sheet_rules (MugaiBook *book, MugaiNode *sheet);
void mugai_sheet_shapes (MugaiBook *book, MugaiOfficePart *part); /* before the comments */
void mugai_sheet_comments (MugaiBook *book, MugaiOfficePart *part);
