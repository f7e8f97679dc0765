/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/columns.h"

#include "common/text-fold.h"
#include "common/unicode.h"

/* ---- widths ---- */

/* Sum of the widths with the gaps between columns that have one. */
static size_t
total (const size_t *widths, unsigned columns)
{
    size_t sum = 0, filled = 0;
    for (unsigned i = 0; i < columns; i++) {
        sum += widths[i];
        filled += widths[i] > 0;
    }
    return sum + (filled > 1 ? (filled - 1) * HTML_COLUMN_GAP : 0);
}

/* Columns from @cell's first on, up to its last. */
static size_t
span_width (const HtmlTable *t, const HtmlCell *cell)
{
    return total (t->widths + cell->column, cell->columns);
}

static bool
spans_all (const HtmlTable *t, const HtmlCell *cell)
{
    return cell->column == 0 && cell->columns == t->columns;
}

/* What each column would take: single cells first, then what wider cells lack goes to the last one
 * of their columns. */
static void
natural (HtmlTable *t, size_t least[HTML_COLUMNS_MAX])
{
    for (size_t i = 0; i < t->n; i++) {
        const HtmlCell *c = &t->cells[i];
        if (c->columns != 1)
            continue;
        size_t *width = &t->widths[c->column], *floor = &least[c->column];
        *width = c->width > *width ? c->width : *width;
        *floor = c->longest > *floor ? c->longest : *floor;
    }
    for (size_t i = 0; i < t->n; i++) {
        const HtmlCell *c = &t->cells[i];
        size_t have = span_width (t, c);
        if (c->columns > 1 && !spans_all (t, c) && c->width > have)
            t->widths[c->column + c->columns - 1] += c->width - have;
    }
    for (unsigned i = 0; i < t->columns; i++) {
        size_t floor = least[i] > HTML_COLUMN_LEAST ? least[i] : HTML_COLUMN_LEAST;
        least[i] = floor < t->widths[i] ? floor : t->widths[i];
    }
}

bool
html_columns_widths (HtmlTable *t)
{
    size_t least[HTML_COLUMNS_MAX] = { 0 }, whole[HTML_COLUMNS_MAX];
    natural (t, least);
    if (total (t->widths, t->columns) <= t->room)
        return true;
    if (total (least, t->columns) > t->room)
        return false;
    for (unsigned i = 0; i < t->columns; i++)
        whole[i] = t->widths[i];
    t->narrow = true;
    for (size_t level = t->room; level > 0; level--) { /* the widest that fits */
        for (unsigned i = 0; i < t->columns; i++) {
            size_t width = whole[i] < level ? whole[i] : level;
            t->widths[i] = width > least[i] ? width : least[i];
        }
        if (total (t->widths, t->columns) <= t->room)
            break;
    }
    return true;
}

/* ---- writing ---- */

/* What of a cell was written. */
typedef struct Cursor {
    size_t mark;   /* of the line that comes next */
    size_t offset; /* in it */
} Cursor;

typedef struct Row {
    const HtmlTable *t;
    const HtmlCell *cells;
    unsigned n;
    Cursor at[HTML_COLUMNS_MAX];
    MugaiBuffer line;
    bool wide;
} Row;

static void
pad (MugaiBuffer *line, size_t n)
{
    for (; n > 0; n--)
        mugai_buffer_add (line, " ", 1);
}

/* The next piece of cell @i, appended to the line from screen column @*at on when it is not empty.
 * Returns: false when the cell has no more. */
static bool
put_piece (Row *r, unsigned i, size_t want, size_t *at)
{
    const HtmlCell *cell = &r->cells[i];
    Cursor *c = &r->at[i];
    while (c->mark < cell->last && r->t->draft->marks[c->mark].kind != HTML_MARK_LINE)
        c->mark++;
    if (c->mark >= cell->last)
        return false;
    size_t size;
    unsigned indent;
    const char *text = html_table_line (r->t, c->mark, &size, &indent);
    size_t room = spans_all (r->t, cell) ? r->t->room : span_width (r->t, cell);
    room = room > indent + HTML_COLUMN_LEAST ? room - indent : HTML_COLUMN_LEAST;
    MugaiTextPiece piece = mugai_text_fold (text + c->offset, size - c->offset, room, r->wide);
    size_t start = want + indent;
    start = start > *at ? start : *at > 0 ? *at + 1 : 0;
    pad (&r->line, start - *at);
    mugai_buffer_add (&r->line, text + c->offset, piece.size);
    *at = start + piece.width;
    c->offset += piece.next;
    if (c->offset >= size)
        *c = (Cursor){ c->mark + 1, 0 };
    return true;
}

/* One line across the cells of the row. Returns: false when none has any more. */
static bool
put_line (Row *r)
{
    bool any = false;
    size_t at = 0, want = 0;
    unsigned column = 0;
    r->line.size = 0;
    for (unsigned i = 0; i < r->n; i++) {
        for (; column < r->cells[i].column; column++)
            want += r->t->widths[column] > 0 ? r->t->widths[column] + HTML_COLUMN_GAP : 0;
        any = put_piece (r, i, want, &at) || any;
    }
    return any;
}

static void
put_rule (HtmlLayout *l, const HtmlTable *t, MugaiBuffer *line)
{
    HtmlMark how = html_table_style (t, 0);
    how.kept = true;
    line->size = 0;
    for (size_t n = total (t->widths, t->columns); n > 0; n--)
        mugai_buffer_add (line, "-", 1);
    html_layout_line (l, line->data != NULL ? line->data : "", line->size, &how);
}

/* Returns: cells in the row that begins at cell @i. */
static unsigned
row_size (const HtmlTable *t, size_t i)
{
    unsigned n = 0;
    while (i + n < t->n && t->cells[i + n].row == t->cells[i].row)
        n++;
    return n;
}

void
html_columns_put (HtmlLayout *l, const HtmlTable *t)
{
    Row r = { .t = t,
              .line = mugai_buffer (t->draft->text.size * 2 + 65536),
              .wide = l->options.wide };
    unsigned gap = html_table_gap (t), before = 0; /* blank lines before a row */
    html_table_put_outside (l, t);
    for (size_t i = 0; i < t->n; i += r.n) {
        r.cells = t->cells + i;
        r.n = row_size (t, i);
        for (unsigned k = 0; k < r.n; k++)
            r.at[k] = (Cursor){ r.cells[k].first, 0 };
        HtmlMark how = html_table_style (t, before);
        how.kept = true;
        bool first = before == 0 && i == 0;
        how.gap = first ? (uint8_t)gap : how.gap;
        while (put_line (&r)) {
            html_layout_line (l, r.line.data, r.line.size, &how);
            how.gap = 0;
            before = t->narrow;
        }
        bool headed = t->headings > 0 && r.cells[0].row + 1 == t->headings;
        if (headed && t->rows > t->headings) {
            put_rule (l, t, &r.line);
            before = 0;
        }
    }
    mugai_buffer_clear (&r.line);
}
