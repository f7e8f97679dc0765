/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: line ends are owed (`want`) and paid when the next character comes, so that empty
 * blocks leave nothing; a space is owed likewise. A table's cells are written one below the other
 * as they come; at its end, where the whole was small and had no table inside, what was written is
 * taken back and laid out in columns.
 */
#include "html-text/render.h"

#include "common/unicode.h"
#include "common/utf8.h"
#include "html-text/grid.h"

#include <stdlib.h>
#include <string.h>

enum {
    QUOTE_MAX = 20,  /* levels shown */
    INDENT_MAX = 24, /* columns shown */
    BREAKS_MAX = 3,  /* line ends in a row: two blank lines */
    MARK_MAX = 32,   /* bytes */
    NESTED_MAX = 1000000,
    PREFIX_MAX = 2 * QUOTE_MAX + INDENT_MAX,
};

typedef struct Table {
    bool open; /* its cells are recorded */
    bool in_cell;
    int level;     /* of nesting where it began */
    size_t start;  /* of its text in the output */
    unsigned ends; /* line ends before it */
    unsigned want; /* line ends owed before it */
    char prefix[PREFIX_MAX];
    size_t prefix_size;
    unsigned row, column;
    unsigned below[GRID_COLUMNS_MAX]; /* rows that a cell above still covers */
    GridCell *cells;
    size_t n, room;
} Table;

struct HtmlRender {
    MugaiBuffer *out;
    size_t width;
    bool wide;
    unsigned
        ends; /* line ends written since the last character; at the start as if there were enough */
    unsigned want; /* line ends owed */
    bool space;    /* a space owed */
    bool fold;     /* that space was a line end of the source */
    uint32_t last; /* the last character written */
    size_t text;   /* where the text of the open line begins, after its prefix */
    int quote, indent;
    char mark[MARK_MAX];
    int mark_columns; /* of the indent that it stands in */
    int level;        /* of tables */
    Table table;
};

HtmlRender *
html_render_new (MugaiBuffer *out, size_t width, bool wide)
{
    HtmlRender *r = calloc (1, sizeof *r);
    if (r != NULL) {
        r->out = out;
        r->width = width;
        r->wide = wide;
        r->ends = BREAKS_MAX;
    }
    return r;
}

void
html_render_free (HtmlRender *r)
{
    if (r != NULL)
        free (r->table.cells);
    free (r);
}

/* "> > " and blanks. Returns: bytes. */
static size_t
prefix (const HtmlRender *r, char text[PREFIX_MAX])
{
    size_t n = 0;
    for (int i = 0; i < r->quote && i < QUOTE_MAX; i++) {
        text[n++] = '>';
        text[n++] = ' ';
    }
    int indent = r->indent < INDENT_MAX ? r->indent : INDENT_MAX;
    if (r->mark[0] != '\0')
        indent -= r->mark_columns;
    for (; indent > 0; indent--)
        text[n++] = ' ';
    return n;
}

/* Blanks at the end of the open line go. */
static void
trim (HtmlRender *r)
{
    MugaiBuffer *b = r->out;
    while (b->size > r->text && (b->data[b->size - 1] == ' ' || b->data[b->size - 1] == '\t'))
        b->size--;
    if (b->size == r->text && r->ends == 0) { /* nothing is left of the line but its prefix */
        while (b->size > 0 && b->data[b->size - 1] == ' ')
            b->size--;
    }
}

static void
end_lines (HtmlRender *r)
{
    if (r->ends == 0 && r->want > 0)
        trim (r);
    for (; r->ends < r->want; r->ends++)
        mugai_buffer_add (r->out, "\n", 1);
    r->want = 0;
}

/* Pay what is owed before @c. */
static void
before (HtmlRender *r, uint32_t c)
{
    if (r->want > 0)
        end_lines (r);
    if (r->ends > 0) {
        char text[PREFIX_MAX];
        mugai_buffer_add (r->out, text, prefix (r, text));
        mugai_buffer_add (r->out, r->mark, strlen (r->mark));
        r->text = r->out->size;
        r->mark[0] = '\0';
    } else if (r->space && !(r->fold && mugai_char_is_cjk (r->last) && mugai_char_is_cjk (c))) {
        mugai_buffer_add (r->out, " ", 1);
    }
    r->ends = 0;
    r->space = r->fold = false;
    r->last = c;
}

static bool
is_white (uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

void
html_render_char (HtmlRender *r, uint32_t c, bool pre)
{
    if (pre && c == '\n') {
        html_render_line_end (r);
        return;
    }
    if (c == '\r' && pre)
        return;
    if (!pre && is_white (c)) {
        r->fold = (r->fold || !r->space) && (c == '\n' || c == '\r' || r->fold);
        r->space = true;
        return;
    }
    if (c == 0xA0) {
        before (r, ' ');
        mugai_buffer_add (r->out, " ", 1);
        return;
    }
    if (c == 0 || c == 0xAD || c == 0x200B)
        return; /* nothing to see: places where a line may break */
    before (r, c);
    if (c < 0x80) {
        char byte = (char)c;
        mugai_buffer_add (r->out, &byte, 1);
    } else {
        mugai_buffer_add_char (r->out, c);
    }
}

void
html_render_text (HtmlRender *r, const char *utf8, size_t size)
{
    if (size == 0)
        return;
    const uint8_t *at = (const uint8_t *)utf8;
    before (r, mugai_utf8_next (&at, at + size));
    mugai_buffer_add (r->out, utf8, size);
    r->last = 0;
}

void
html_render_break (HtmlRender *r, unsigned lines)
{
    if (lines > r->want)
        r->want = lines;
    r->space = r->fold = false;
}

void
html_render_line_end (HtmlRender *r)
{
    end_lines (r);
    r->want = r->ends < BREAKS_MAX ? r->ends + 1 : r->ends;
    if (r->ends == 0)
        trim (r);
    end_lines (r);
    r->space = r->fold = false;
}

void
html_render_finish (HtmlRender *r)
{
    r->want = r->ends == 0 ? 1 : 0;
    end_lines (r);
}

void
html_render_space (HtmlRender *r)
{
    r->space = true;
    r->fold = false;
}

static int
step (int value, int change)
{
    value += change;
    return value < 0 ? 0 : value > NESTED_MAX ? NESTED_MAX : value;
}

void
html_render_quote (HtmlRender *r, int change)
{
    r->quote = step (r->quote, change);
}

void
html_render_indent (HtmlRender *r, int change)
{
    r->indent = step (r->indent, change);
}

void
html_render_mark (HtmlRender *r, const char *mark, int columns)
{
    size_t n = strlen (mark);
    r->mark_columns = columns;
    n = n < MARK_MAX ? n : MARK_MAX - 1;
    memcpy (r->mark, mark, n);
    r->mark[n] = '\0';
}

/* ---- tables ---- */

void
html_render_table_begin (HtmlRender *r, bool layout)
{
    Table *t = &r->table;
    r->level = step (r->level, 1);
    t->open = !layout; /* a table around this one is for layout: its record is given up */
    t->in_cell = false;
    t->level = r->level;
    if (r->ends == 0)
        trim (r);
    t->start = r->out->size;
    t->ends = r->ends;
    t->want = r->want;
    t->prefix_size = prefix (r, t->prefix);
    t->row = t->column = 0;
    t->n = 0;
    memset (t->below, 0, sizeof t->below);
}

/* Take back what the table wrote and write it in columns. */
static void
lay_out (HtmlRender *r)
{
    Table *t = &r->table;
    size_t size = r->out->size - t->start;
    MugaiBuffer lines = mugai_buffer ((size_t)GRID_BYTES_MAX * 4);
    char *copy = size > 0 && size <= GRID_BYTES_MAX ? malloc (size) : NULL;
    if (copy == NULL)
        return;
    memcpy (copy, r->out->data + t->start, size);
    for (size_t i = 0; i < t->n; i++) {
        t->cells[i].start -= t->start;
        t->cells[i].end -= t->start;
    }
    size_t width = r->width > t->prefix_size ? r->width - t->prefix_size : 0;
    if (grid_lay (copy, t->prefix, t->prefix_size, t->cells, t->n, width, r->wide, &lines) &&
        mugai_buffer_ok (&lines)) {
        unsigned owed = r->want;
        r->out->size = t->start;
        r->ends = t->ends;
        r->want = t->ends == 0 && t->want == 0 ? 1 : t->want;
        for (const char *at = lines.data, *end = at + lines.size; at < end;) {
            const char *stop = memchr (at, '\n', (size_t)(end - at));
            html_render_text (r, at, (size_t)(stop - at));
            html_render_break (r, 1);
            at = stop + 1;
        }
        html_render_break (r, owed);
    }
    mugai_buffer_clear (&lines);
    free (copy);
}

void
html_render_table_end (HtmlRender *r)
{
    Table *t = &r->table;
    html_render_cell_end (r);
    if (t->open && t->level == r->level && t->n > 1 && mugai_buffer_ok (r->out))
        lay_out (r);
    t->open = false;
    r->level = step (r->level, -1);
}

void
html_render_row (HtmlRender *r)
{
    Table *t = &r->table;
    html_render_cell_end (r);
    if (!t->open || t->level != r->level)
        return;
    if (t->n > 0 && t->cells[t->n - 1].row == t->row) {
        t->row++;
        for (size_t i = 0; i < GRID_COLUMNS_MAX; i++)
            t->below[i] -= t->below[i] > 0;
    }
    t->column = 0;
}

void
html_render_cell_begin (HtmlRender *r, unsigned columns, unsigned rows, bool heading)
{
    Table *t = &r->table;
    html_render_cell_end (r);
    if (!t->open || t->level != r->level)
        return;
    while (t->column < GRID_COLUMNS_MAX && t->below[t->column] > 0)
        t->column++;
    if (t->n == GRID_CELLS_MAX || columns > GRID_COLUMNS_MAX - t->column) {
        t->open = false;
        return;
    }
    if (t->n == t->room) {
        size_t room = t->room == 0 ? 64 : t->room * 2;
        GridCell *cells = realloc (t->cells, room * sizeof *cells);
        if (cells == NULL) {
            t->open = false;
            return;
        }
        t->cells = cells;
        t->room = room;
    }
    t->cells[t->n++] =
        (GridCell){ r->out->size, r->out->size, t->row, t->column, columns, heading };
    for (unsigned i = 0; i < columns; i++)
        t->below[t->column + i] = rows;
    t->column += columns;
    t->in_cell = true;
}

void
html_render_cell_end (HtmlRender *r)
{
    Table *t = &r->table;
    if (r->ends == 0)
        trim (r); /* so that no cell's text begins in blanks that go later */
    if (t->open && t->in_cell && t->level == r->level)
        t->cells[t->n - 1].end = r->out->size;
    t->in_cell = t->in_cell && t->level != r->level;
    html_render_break (r, 1);
}
