/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/grid.h"

#include "common/unicode.h"

#include <string.h>

enum { GAP = 2 /* columns between two */ };

typedef struct Lines {
    size_t n;
    struct {
        const char *data;
        size_t size;
    } line[GRID_LINES_MAX];
} Lines;

typedef struct Grid {
    const char *text;
    const char *prefix;
    size_t prefix_size;
    bool wide;
} Grid;

static bool
is_blank (char c)
{
    return c == ' ' || c == '\t';
}

/* The lines of a cell that hold something, without prefix and blanks at their ends. Returns: false
 * when there are too many. */
static bool
cut_lines (const Grid *g, const GridCell *cell, Lines *ret)
{
    const char *at = g->text + cell->start, *end = g->text + cell->end;
    ret->n = 0;
    while (at < end) {
        const char *stop = memchr (at, '\n', (size_t)(end - at));
        stop = stop != NULL ? stop : end;
        const char *a = at, *b = stop;
        size_t left = (size_t)(b - a);
        if (g->prefix_size > 0 && left >= g->prefix_size &&
            memcmp (a, g->prefix, g->prefix_size) == 0)
            a += g->prefix_size;
        while (a < b && is_blank (*a))
            a++;
        while (b > a && is_blank (b[-1]))
            b--;
        if (b > a) {
            if (ret->n == GRID_LINES_MAX)
                return false;
            ret->line[ret->n].data = a;
            ret->line[ret->n++].size = (size_t)(b - a);
        }
        at = stop < end ? stop + 1 : end;
    }
    return true;
}

typedef struct Shape {
    size_t columns;
    size_t filled; /* columns that hold anything */
    size_t width[GRID_COLUMNS_MAX];
    size_t total;
    bool single; /* no cell has more than one line */
    bool ok;
} Shape;

static Shape
measure (const Grid *g, const GridCell *cells, size_t n_cells)
{
    Shape s = { .single = true, .ok = true };
    for (size_t i = 0; i < n_cells && s.ok; i++) {
        Lines lines;
        s.ok = cells[i].column + cells[i].columns <= GRID_COLUMNS_MAX &&
               cut_lines (g, &cells[i], &lines);
        if (!s.ok)
            break;
        size_t last = cells[i].column + cells[i].columns;
        s.columns = last > s.columns ? last : s.columns;
        s.single = s.single && lines.n <= 1;
        for (size_t j = 0; j < lines.n && cells[i].columns == 1; j++) {
            size_t w = mugai_text_width (lines.line[j].data, lines.line[j].size, g->wide);
            if (w > s.width[cells[i].column])
                s.width[cells[i].column] = w;
        }
    }
    for (size_t i = 0; i < s.columns; i++) {
        s.filled += s.width[i] > 0;
        s.total += s.width[i] + (s.width[i] > 0 && s.filled > 1 ? GAP : 0);
    }
    return s;
}

static void
trim (MugaiBuffer *out, size_t start)
{
    while (out->size > start && out->data[out->size - 1] == ' ')
        out->size--;
}

static void
pad (MugaiBuffer *out, size_t n)
{
    for (; n > 0; n--)
        mugai_buffer_add (out, " ", 1);
}

/* One line of output: line @index of each cell of a row. */
static void
put_line (const Grid *g, const Shape *s, const GridCell *cells, size_t n_cells, size_t index,
          MugaiBuffer *out)
{
    size_t start = out->size, at = 0, column = 0; /* at: columns of the screen written */
    for (size_t i = 0; i < n_cells; i++) {
        Lines lines;
        size_t want = 0;
        cut_lines (g, &cells[i], &lines);
        for (column = 0; column < cells[i].column; column++)
            want += s->width[column] > 0 ? s->width[column] + GAP : 0;
        if (index >= lines.n)
            continue;
        size_t space = want > at ? want - at : at > 0 ? 1 : 0;
        pad (out, space);
        mugai_buffer_add (out, lines.line[index].data, lines.line[index].size);
        at += space + mugai_text_width (lines.line[index].data, lines.line[index].size, g->wide);
    }
    trim (out, start);
    if (out->size > start)
        mugai_buffer_add (out, "\n", 1);
}

static void
put_row (const Grid *g, const Shape *s, const GridCell *cells, size_t n_cells, MugaiBuffer *out)
{
    size_t height = 0;
    bool heading = n_cells > 1;
    for (size_t i = 0; i < n_cells; i++) {
        Lines lines;
        cut_lines (g, &cells[i], &lines);
        height = lines.n > height ? lines.n : height;
        heading = heading && cells[i].heading;
    }
    for (size_t i = 0; i < height; i++)
        put_line (g, s, cells, n_cells, i, out);
    if (!heading || cells[0].row != 0 || height == 0)
        return;
    for (size_t i = 0; i < s->total; i++)
        mugai_buffer_add (out, "-", 1);
    mugai_buffer_add (out, "\n", 1);
}

/* Too wide for columns: one line a row. */
static void
put_joined (const Grid *g, const GridCell *cells, size_t n_cells, MugaiBuffer *out)
{
    bool first = true;
    for (size_t i = 0; i < n_cells; i++) {
        Lines lines;
        cut_lines (g, &cells[i], &lines);
        if (lines.n == 0)
            continue;
        if (!first)
            mugai_buffer_add (out, " | ", 3);
        mugai_buffer_add (out, lines.line[0].data, lines.line[0].size);
        first = false;
    }
    if (!first)
        mugai_buffer_add (out, "\n", 1);
}

bool
grid_lay (const char *text, const char *prefix, size_t prefix_size, const GridCell *cells,
          size_t n_cells, size_t width, bool wide, MugaiBuffer *out)
{
    Grid g = { text, prefix, prefix_size, wide };
    Shape s = measure (&g, cells, n_cells);
    if (!s.ok || s.filled < 2)
        return false;
    bool columns = s.total <= width;
    if (!columns && (!s.single || cells[n_cells - 1].row == 0))
        return false;
    for (size_t i = 0, n; i < n_cells; i += n) {
        for (n = 1; i + n < n_cells && cells[i + n].row == cells[i].row; n++)
            ;
        if (columns)
            put_row (&g, &s, cells + i, n, out);
        else
            put_joined (&g, cells + i, n, out);
    }
    return true;
}
