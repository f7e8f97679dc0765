/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/layout.h"

#include "common/text-fold.h"
#include "html-text/table.h"

#include <string.h>

enum { TABLE_WIDTH = 76 /* of tables when lines are not folded */ };

HtmlLayout
html_layout (MugaiBuffer *out, const HtmlLayoutOptions *options)
{
    return (HtmlLayout){ .out = out, .options = *options };
}

/* "> > " and blanks. */
static void
put_prefix (HtmlLayout *l, unsigned quote, unsigned indent)
{
    for (unsigned i = 0; i < quote; i++)
        mugai_buffer_add (l->out, "> ", 2);
    for (unsigned i = 0; i < indent; i++)
        mugai_buffer_add (l->out, " ", 1);
}

/* A blank line; within a quotation it has its marks. */
static void
put_blank (HtmlLayout *l, unsigned quote)
{
    for (unsigned i = 0; i < quote; i++)
        mugai_buffer_add (l->out, "> ", i + 1 < quote ? 2 : 1);
    mugai_buffer_add (l->out, "\n", 1);
}

size_t
html_layout_room (const HtmlLayout *l, unsigned quote, unsigned indent)
{
    size_t width = l->options.width > 0 ? l->options.width : TABLE_WIDTH;
    size_t used = 2 * (size_t)quote + indent;
    return width > used + HTML_WIDTH_LEAST ? width - used : HTML_WIDTH_LEAST;
}

void
html_layout_line (HtmlLayout *l, const char *text, size_t size, const HtmlMark *how)
{
    unsigned both = how->quote < l->quote ? how->quote : l->quote;
    for (unsigned i = 0; i < how->gap && l->any; i++)
        put_blank (l, both);
    l->any = true;
    l->quote = how->quote;
    size_t room = html_layout_room (l, how->quote, how->indent);
    bool fold = l->options.width > 0 && !how->kept;
    MugaiTextPiece piece = { .size = size, .next = size };
    for (size_t at = 0; at == 0 || at < size; at += piece.next) {
        if (fold && size - at > room) /* no character has fewer bytes than columns */
            piece = mugai_text_fold (text + at, size - at, room, l->options.wide);
        else
            piece = (MugaiTextPiece){ .size = size - at, .next = size - at };
        put_prefix (l, how->quote, at == 0 ? how->indent : how->hang);
        mugai_buffer_add (l->out, text + at, piece.size);
        mugai_buffer_add (l->out, "\n", 1);
        room = html_layout_room (l, how->quote, how->hang);
    }
}

void
html_layout_put (HtmlLayout *l, const HtmlDraft *draft)
{
    for (size_t i = 0; i < draft->n && mugai_buffer_ok (l->out); i++) {
        const HtmlMark *mark = &draft->marks[i];
        if (mark->kind == HTML_MARK_LINE)
            html_layout_line (l, draft->text.data + mark->start, mark->size, mark);
        else if (mark->kind == HTML_MARK_TABLE && mark->grid && html_table_put (l, draft, i))
            i = mark->end;
    }
}
