/* SPDX-License-Identifier: Apache-2.0
 *
 * layout: a draft to text: lines folded, with quotation marks and indents before them, tables in
 * columns. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "html-text/draft.h"

enum { HTML_WIDTH_LEAST = 20 /* columns that a text gets, however deep it stands */ };

typedef struct HtmlLayoutOptions {
    size_t width; /* columns of a line; 0: lines are not folded */
    bool wide;    /* ambiguous characters take two columns; and the marks are Japanese */
} HtmlLayoutOptions;

typedef struct HtmlLayout {
    MugaiBuffer *out;
    HtmlLayoutOptions options;
    bool any;      /* a line was written */
    uint8_t quote; /* levels of the last one */
} HtmlLayout;

HtmlLayout html_layout (MugaiBuffer *out, const HtmlLayoutOptions *options);

/* Write all of @draft. */
void html_layout_put (HtmlLayout *l, const HtmlDraft *draft);

/* Columns that are left for text at such a place; tables: as if the width were 76 when there is
 * none. */
size_t html_layout_room (const HtmlLayout *l, unsigned quote, unsigned indent);

/* Write one line: @text, @size bytes, as @how (its gap, quote, indent, hang, kept) says. */
void html_layout_line (HtmlLayout *l, const char *text, size_t size, const HtmlMark *how);
