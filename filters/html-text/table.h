/* SPDX-License-Identifier: Apache-2.0
 *
 * table: a table of a draft, measured, and the choice of how it is written: in columns, as records,
 * a line for each row, or not as a table at all. Process: the walk. Trust: input is hostile. libc
 * only.
 */
#pragma once

#include "html-text/layout.h"

enum {
    HTML_COLUMNS_MAX = 32,
    HTML_COLUMN_LEAST = 8, /* columns of the screen that a narrowed column keeps */
    HTML_COLUMN_GAP = 2,   /* between two columns */
};

typedef struct HtmlCell {
    size_t first, last; /* marks: the first of its lines, the one after its last */
    unsigned row, column;
    unsigned columns, rows; /* spans */
    unsigned lines;         /* that hold something */
    size_t width;           /* of the widest line */
    size_t longest;         /* of the widest part that is never parted */
    bool heading;
} HtmlCell;

typedef struct HtmlTable {
    const HtmlDraft *draft;
    size_t begin, end; /* marks */
    HtmlCell *cells;   /* owned; by row, then column */
    size_t n;
    unsigned rows, columns;
    unsigned headings; /* rows at the top whose cells are headings, all of them and two at least */
    bool data;         /* it says so itself: headings, a caption, a border */
    bool single;       /* no cell has more than one line */
    bool narrow;       /* widths are below what the cells would take */
    unsigned tallest;  /* lines of the cell with most of them */
    size_t widest;     /* columns of the widest cell */
    uint8_t quote, indent; /* of its first line */
    size_t room;           /* columns it may take */
    size_t widths[HTML_COLUMNS_MAX];
} HtmlTable;

/* Write the table whose begin is mark @begin of @draft. Returns: false, with nothing written, when
 * it is to be written as ordinary lines. */
bool html_table_put (HtmlLayout *l, const HtmlDraft *draft, size_t begin);

/* The line of a cell that mark @line is, as it stands in a cell: its bytes, and the columns of its
 * indent within the table. */
const char *html_table_line (const HtmlTable *t, size_t line, size_t *ret_size,
                             unsigned *ret_indent);

/* Lines of the table that stand in no cell (captions), as ordinary lines. */
void html_table_put_outside (HtmlLayout *l, const HtmlTable *t);

/* How a line of the table begins: quote and indent of the table. @gap: blank lines before. */
HtmlMark html_table_style (const HtmlTable *t, unsigned gap);

/* Blank lines before its first cell. */
unsigned html_table_gap (const HtmlTable *t);
