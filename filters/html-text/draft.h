/* SPDX-License-Identifier: Apache-2.0
 *
 * draft: what a page says as lines that are not folded yet, with the marks of tables between them,
 * in the order of the page. It holds what is not yet laid out: a whole table at most. Process: the
 * walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"

enum {
    HTML_QUOTE_MAX = 20,  /* levels of "> " shown */
    HTML_INDENT_MAX = 40, /* columns of an indent shown */
};

typedef enum HtmlMarkKind {
    HTML_MARK_LINE,
    HTML_MARK_TABLE, /* begin; `end` is the index of its end */
    HTML_MARK_TABLE_END,
    HTML_MARK_ROW,  /* begin */
    HTML_MARK_CELL, /* begin */
    HTML_MARK_CELL_END,
    HTML_MARK_OUTSIDE, /* a caption: its lines belong to no cell */
} HtmlMarkKind;

typedef struct HtmlMark {
    HtmlMarkKind kind;
    size_t start, size; /* LINE: bytes of the draft's text */
    size_t end;         /* TABLE */
    uint16_t level;     /* of tables around it, itself counted */
    uint16_t columns;   /* CELL: spans; 1 or more */
    uint16_t rows;
    uint8_t gap;    /* LINE: blank lines before it */
    uint8_t quote;  /* LINE: levels */
    uint8_t indent; /* LINE: columns before its text */
    uint8_t hang;   /* LINE: columns before what is folded */
    bool heading;   /* CELL: th; TABLE: it says that it is one of data */
    bool kept;      /* LINE: it is not folded: pre */
    bool grid;      /* TABLE: it may be laid out in columns */
} HtmlMark;

typedef struct HtmlDraft {
    MugaiBuffer text;
    HtmlMark *marks; /* owned */
    size_t n, room;
    bool failed; /* memory ended */
} HtmlDraft;

/* @max: bytes of text it may hold. */
HtmlDraft html_draft (size_t max);
void html_draft_free (HtmlDraft *d);

/* Append a mark. Returns: its index. */
size_t html_draft_add (HtmlDraft *d, const HtmlMark *mark);

/* Take all out, keeping the memory. */
void html_draft_empty (HtmlDraft *d);
