/* SPDX-License-Identifier: Apache-2.0
 *
 * flow: characters and the boundaries of elements to lines: white space collapsed, blank lines
 * between paragraphs, quotations, indents, marks of lists, cells of tables. Lines go to a draft,
 * and from there to the output as soon as no table that may stand in columns is open. Process: the
 * walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "html-text/layout.h"

typedef struct HtmlFlow HtmlFlow;

/* How white space counts: CSS white-space. */
typedef enum HtmlSpace {
    HTML_SPACE_COLLAPSE, /* normal, nowrap */
    HTML_SPACE_LINES,    /* pre-line: line ends stay */
    HTML_SPACE_WRAP,     /* pre-wrap: all stays, long lines are folded */
    HTML_SPACE_KEEP,     /* pre: all stays */
} HtmlSpace;

/* @out: borrowed; must outlive the flow. Returns: (transfer full), NULL when memory ends. */
HtmlFlow *html_flow_new (MugaiBuffer *out, const HtmlLayoutOptions *options);
void html_flow_free (HtmlFlow *f); /* safe on NULL */

/* One character of running text. */
void html_flow_char (HtmlFlow *f, uint32_t c, HtmlSpace space);

/* html_flow_run:
 * A run of @size bytes, 1 or more, of characters that html_flow_char() would add as they are: valid
 * UTF-8 without controls, U+00A0, U+00AD and U+200B,
 * with no white space but single blanks within, where white space collapses.
 */
void html_flow_run (HtmlFlow *f, const uint8_t *utf8, size_t size);

/* Text that stands as given, in the line that is open or begins. */
void html_flow_text (HtmlFlow *f, const char *utf8, size_t size);

/* What follows begins on a new line (@lines 1) or after a blank one (2). */
void html_flow_break (HtmlFlow *f, unsigned lines);

/* br: end the line, even an empty one. At most two blank lines follow each other. */
void html_flow_line_end (HtmlFlow *f);

/* What follows is not glued to what stands before. */
void html_flow_space (HtmlFlow *f);

/* End the last line and write all that is left. Returns: false when memory ended. */
bool html_flow_finish (HtmlFlow *f);

void html_flow_quote (HtmlFlow *f, int change);  /* +1, -1: levels of "> " */
void html_flow_indent (HtmlFlow *f, int change); /* columns */

/* Mark before the next line's text: "・", "1. ". It stands in the last @columns of the indent. ""
 * takes it back. */
void html_flow_mark (HtmlFlow *f, const char *mark, int columns);

/* Tables. @layout: never in columns; @data: it says that it is a table of data. */
void html_flow_table_begin (HtmlFlow *f, bool layout, bool data);
void html_flow_table_end (HtmlFlow *f);
void html_flow_row (HtmlFlow *f);
void html_flow_caption (HtmlFlow *f);
void html_flow_cell_begin (HtmlFlow *f, unsigned columns, unsigned rows, bool heading);
void html_flow_cell_end (HtmlFlow *f);
