/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a table is read into cells with their places, measured, and given widths of
 * columns; SPEC.md 7 has the rules by which it is written then.
 */
#include "html-text/table.h"

#include "common/text-fold.h"
#include "html-text/columns.h"
#include "html-text/records.h"

#include <stdlib.h>

enum {
    LINES_MAX = 12,  /* of a cell: a longer one is no data, unless the table says so */
    PROSE_MIN = 400, /* columns of a cell that is prose, unless the table says that it is data */
};

/* ---- reading ---- */

const char *
html_table_line (const HtmlTable *t, size_t line, size_t *ret_size, unsigned *ret_indent)
{
    const HtmlMark *m = &t->draft->marks[line];
    unsigned indent = m->indent > t->indent ? (unsigned)(m->indent - t->indent) : 0;
    unsigned quote = m->quote > t->quote ? (unsigned)(m->quote - t->quote) : 0;
    *ret_size = m->size;
    *ret_indent = indent + 2 * quote;
    return t->draft->text.data + m->start;
}

/* Places of cells, as they are read. */
typedef struct Place {
    unsigned row, column;
    bool row_used;                    /* a cell is in the row */
    unsigned below[HTML_COLUMNS_MAX]; /* rows that a cell above still covers */
} Place;

static void
next_row (Place *p)
{
    if (!p->row_used)
        return;
    p->row++;
    p->column = 0;
    p->row_used = false;
    for (size_t i = 0; i < HTML_COLUMNS_MAX; i++)
        p->below[i] -= p->below[i] > 0;
}

/* Returns: false when there are too many columns. */
static bool
place (Place *p, HtmlCell *cell)
{
    while (p->column < HTML_COLUMNS_MAX && p->below[p->column] > 0)
        p->column++;
    if (cell->columns > HTML_COLUMNS_MAX - p->column)
        return false;
    cell->row = p->row;
    cell->column = p->column;
    for (unsigned i = 0; i < cell->columns; i++)
        p->below[p->column + i] = cell->rows;
    p->column += cell->columns;
    p->row_used = true;
    return true;
}

static bool
read_cells (HtmlTable *t, unsigned level)
{
    Place p = { 0 };
    HtmlCell *open = NULL;
    for (size_t i = t->begin + 1; i < t->end; i++) {
        const HtmlMark *m = &t->draft->marks[i];
        if (m->kind == HTML_MARK_LINE && open != NULL)
            open->lines++;
        if (m->kind == HTML_MARK_LINE || m->level != level)
            continue;
        if (m->kind == HTML_MARK_ROW)
            next_row (&p);
        if (m->kind == HTML_MARK_CELL_END && open != NULL)
            open->last = i;
        open = NULL;
        if (m->kind == HTML_MARK_CELL) {
            open = &t->cells[t->n++];
            *open = (HtmlCell){ .first = i + 1,
                                .last = i + 1,
                                .columns = m->columns,
                                .rows = m->rows,
                                .heading = m->heading };
            if (!place (&p, open))
                return false;
        }
    }
    return true;
}

/* ---- measures ---- */

static void
measure_cell (HtmlTable *t, HtmlCell *cell, bool wide)
{
    for (size_t i = cell->first; i < cell->last; i++) {
        if (t->draft->marks[i].kind != HTML_MARK_LINE)
            continue;
        size_t size, longest = 0;
        unsigned indent;
        const char *text = html_table_line (t, i, &size, &indent);
        size_t width = mugai_text_measure (text, size, wide, &longest) + indent;
        cell->width = width > cell->width ? width : cell->width;
        cell->longest = longest + indent > cell->longest ? longest + indent : cell->longest;
    }
}

static void
measure (HtmlTable *t, bool wide)
{
    t->single = true;
    for (size_t i = 0; i < t->n; i++) {
        HtmlCell *c = &t->cells[i];
        measure_cell (t, c, wide);
        t->single = t->single && c->lines <= 1;
        t->tallest = c->lines > t->tallest ? c->lines : t->tallest;
        t->widest = c->width > t->widest ? c->width : t->widest;
        t->rows = c->row + 1 > t->rows ? c->row + 1 : t->rows;
        unsigned end = c->column + c->columns;
        t->columns = end > t->columns ? end : t->columns;
    }
}

/* Rows at the top that are headings: two cells or more, all of them th. */
static void
count_headings (HtmlTable *t)
{
    for (size_t i = 0, n; i < t->n; i += n) {
        bool all = true;
        for (n = 0; i + n < t->n && t->cells[i + n].row == t->cells[i].row; n++)
            all = all && t->cells[i + n].heading;
        if (!all || n < 2)
            return;
        t->headings = t->cells[i].row + 1;
    }
}

static bool
read_table (HtmlTable *t, const HtmlLayout *l)
{
    const HtmlMark *begin = &t->draft->marks[t->begin];
    size_t n = 0;
    bool first = true;
    for (size_t i = t->begin + 1; i < t->end; i++) {
        const HtmlMark *m = &t->draft->marks[i];
        n += m->kind == HTML_MARK_CELL && m->level == begin->level;
        t->data =
            t->data || (m->kind == HTML_MARK_CELL && m->heading) || m->kind == HTML_MARK_OUTSIDE;
        if (m->kind != HTML_MARK_LINE)
            continue;
        t->quote = first || m->quote < t->quote ? m->quote : t->quote;
        t->indent = first || m->indent < t->indent ? m->indent : t->indent;
        first = false;
    }
    t->data = t->data || begin->heading;
    t->cells = n > 0 ? calloc (n, sizeof *t->cells) : NULL;
    if (t->cells == NULL || !read_cells (t, begin->level))
        return false;
    t->room = html_layout_room (l, t->quote, t->indent);
    measure (t, l->options.wide);
    count_headings (t);
    return true;
}

/* ---- the choice ---- */

static unsigned
filled_columns (const HtmlTable *t)
{
    bool filled[HTML_COLUMNS_MAX] = { false };
    unsigned n = 0;
    for (size_t i = 0; i < t->n; i++) {
        bool *here = &filled[t->cells[i].column];
        n += t->cells[i].lines > 0 && !*here;
        *here = *here || t->cells[i].lines > 0;
    }
    return n;
}

/* SPEC.md 7.3 */
static bool
choose (HtmlLayout *l, HtmlTable *t)
{
    if (filled_columns (t) < 2 || (t->tallest > LINES_MAX && !t->data))
        return false;
    bool fits = html_columns_widths (t);
    bool prose = !t->data && (t->rows < 2 || t->widest > PROSE_MIN);
    if (fits && !(t->narrow && prose)) {
        html_columns_put (l, t);
        return true;
    }
    if (t->headings > 0 && t->rows > t->headings) {
        html_records_put (l, t);
        return true;
    }
    if (t->single && t->rows > 1 && !prose) {
        html_records_put_rows (l, t);
        return true;
    }
    return false;
}

bool
html_table_put (HtmlLayout *l, const HtmlDraft *draft, size_t begin)
{
    HtmlTable t = { .draft = draft, .begin = begin, .end = draft->marks[begin].end };
    bool done = read_table (&t, l) && choose (l, &t);
    free (t.cells);
    return done;
}

HtmlMark
html_table_style (const HtmlTable *t, unsigned gap)
{
    return (HtmlMark){ .kind = HTML_MARK_LINE,
                       .gap = (uint8_t)gap,
                       .quote = t->quote,
                       .indent = t->indent,
                       .hang = t->indent };
}

unsigned
html_table_gap (const HtmlTable *t)
{
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = t->cells[i].first; k < t->cells[i].last; k++) {
            if (t->draft->marks[k].kind == HTML_MARK_LINE)
                return t->draft->marks[k].gap;
        }
    }
    return 0;
}

void
html_table_put_outside (HtmlLayout *l, const HtmlTable *t)
{
    unsigned level = t->draft->marks[t->begin].level;
    bool in_cell = false;
    for (size_t i = t->begin; i < t->end; i++) {
        const HtmlMark *m = &t->draft->marks[i];
        if (m->kind == HTML_MARK_LINE && !in_cell)
            html_layout_line (l, t->draft->text.data + m->start, m->size, m);
        else if (m->kind != HTML_MARK_LINE && m->level == level)
            in_cell = m->kind == HTML_MARK_CELL;
    }
}
