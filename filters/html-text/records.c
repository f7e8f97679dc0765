/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/records.h"

enum { HANG = 2 /* columns before what is folded */ };

/* The first line of a cell, all lines joined by blanks when @all. */
static void
add_cell (const HtmlTable *t, const HtmlCell *cell, bool all, MugaiBuffer *line)
{
    bool any = false;
    for (size_t i = cell->first; i < cell->last && (all || !any); i++) {
        if (t->draft->marks[i].kind != HTML_MARK_LINE)
            continue;
        size_t size;
        unsigned indent;
        const char *text = html_table_line (t, i, &size, &indent);
        if (any)
            mugai_buffer_add (line, " ", 1);
        mugai_buffer_add (line, text, size);
        any = true;
    }
}

/* For each column its lowest heading; NULL: none. */
typedef struct Headings {
    const HtmlCell *of[HTML_COLUMNS_MAX];
} Headings;

static Headings
find_headings (const HtmlTable *t)
{
    Headings found = { { NULL } };
    for (size_t i = 0; i < t->n && t->cells[i].row < t->headings; i++) {
        const HtmlCell *h = &t->cells[i];
        for (unsigned k = 0; k < h->columns && h->lines > 0; k++)
            found.of[h->column + k] = h;
    }
    return found;
}

static void
put (HtmlLayout *l, const HtmlTable *t, const MugaiBuffer *line, unsigned gap, unsigned hang)
{
    HtmlMark how = html_table_style (t, gap);
    how.hang = (uint8_t)(how.hang + hang);
    html_layout_line (l, line->data, line->size, &how);
}

/* A cell below its heading: lines after the first one are indented. */
static void
put_field (HtmlLayout *l, const HtmlTable *t, const HtmlCell *heading, const HtmlCell *cell,
           unsigned gap, MugaiBuffer *line)
{
    bool first = true;
    line->size = 0;
    if (heading != NULL) {
        add_cell (t, heading, true, line);
        mugai_buffer_add_text (line, l->options.wide ? "：" : ": ");
    }
    for (size_t i = cell->first; i < cell->last; i++) {
        if (t->draft->marks[i].kind != HTML_MARK_LINE)
            continue;
        size_t size;
        unsigned indent;
        const char *text = html_table_line (t, i, &size, &indent);
        for (unsigned k = 0; !first && k < HANG; k++)
            mugai_buffer_add (line, " ", 1);
        mugai_buffer_add (line, text, size);
        put (l, t, line, gap, HANG);
        line->size = 0;
        gap = 0;
        first = false;
    }
}

void
html_records_put (HtmlLayout *l, const HtmlTable *t)
{
    MugaiBuffer line = mugai_buffer (t->draft->text.size * 2 + 4096);
    unsigned gap = html_table_gap (t), row = t->headings;
    Headings headings = find_headings (t);
    html_table_put_outside (l, t);
    for (size_t i = 0; i < t->n; i++) {
        const HtmlCell *cell = &t->cells[i];
        if (cell->row < t->headings || cell->lines == 0)
            continue;
        if (cell->row > row)
            gap = 1;
        row = cell->row;
        put_field (l, t, headings.of[cell->column], cell, gap, &line);
        gap = 0;
    }
    mugai_buffer_clear (&line);
}

void
html_records_put_rows (HtmlLayout *l, const HtmlTable *t)
{
    MugaiBuffer line = mugai_buffer (t->draft->text.size * 2 + 4096);
    unsigned gap = html_table_gap (t);
    html_table_put_outside (l, t);
    for (size_t i = 0; i < t->n; i++) {
        const HtmlCell *cell = &t->cells[i];
        if (cell->lines > 0 && line.size > 0)
            mugai_buffer_add_text (&line, " | ");
        if (cell->lines > 0)
            add_cell (t, cell, false, &line);
        bool last = i + 1 == t->n || t->cells[i + 1].row != cell->row;
        if (last && line.size > 0) {
            put (l, t, &line, gap, HANG);
            line.size = 0;
            gap = 0;
        }
    }
    mugai_buffer_clear (&line);
}
