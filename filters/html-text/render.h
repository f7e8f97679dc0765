/* SPDX-License-Identifier: Apache-2.0
 *
 * render: characters and block boundaries to lines of plain text: white space collapsed, blank
 * lines between paragraphs,
 * "> " before quotations, indents and marks of lists, tables in columns by East Asian width.
 * Process: the walk. Trust: input is hostile. libc only. Every byte is written once, that of a
 * table in columns twice.
 */
#pragma once

#include "common/buffer.h"

typedef struct HtmlRender HtmlRender;

/* @out: borrowed; must outlive the renderer. @width: columns a table may have. @wide: ambiguous
 * characters take two columns. Returns: (transfer full), NULL when memory ends. */
HtmlRender *html_render_new (MugaiBuffer *out, size_t width, bool wide);
void html_render_free (HtmlRender *r); /* safe on NULL */

/* One character of running text. @pre: white space stays as it is. */
void html_render_char (HtmlRender *r, uint32_t c, bool pre);

/* Text that stands as given, in the line that is open or begins; no line ends in it. */
void html_render_text (HtmlRender *r, const char *utf8, size_t size);

/* What follows begins on a new line (@lines 1) or after a blank one (2). */
void html_render_break (HtmlRender *r, unsigned lines);

/* br: end the line, even an empty one. At most two blank lines follow each other. */
void html_render_line_end (HtmlRender *r);

/* End the last line. */
void html_render_finish (HtmlRender *r);

/* What follows is not glued to what stands before. */
void html_render_space (HtmlRender *r);

void html_render_quote (HtmlRender *r, int change);  /* +1, -1: levels of "> " */
void html_render_indent (HtmlRender *r, int change); /* columns */

/* Mark before the next line's text: "・", "1. ". It stands in the last @columns of the indent. ""
 * takes it back. */
void html_render_mark (HtmlRender *r, const char *mark, int columns);

/* Tables. Only the innermost one of nested tables is laid out in columns, when all of it fits. */
void html_render_table_begin (HtmlRender *r, bool layout);
void html_render_table_end (HtmlRender *r);
void html_render_row (HtmlRender *r);
void html_render_cell_begin (HtmlRender *r, unsigned columns, unsigned rows, bool heading);
void html_render_cell_end (HtmlRender *r);
