/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: line ends are owed (`want`) and paid when the next character comes, so that empty
 * blocks leave nothing; a space is owed likewise.
 */
#include "html-text/flow.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    BREAKS_MAX = 3, /* line ends in a row: two blank lines */
    MARK_MAX = 32,  /* bytes */
    TAB = 8,        /* columns */
    NESTED_MAX = 1000000,
    LEVELS_MAX = 512,
    CELLS_MAX = 20000,      /* marks of a table in columns */
    BYTES_MAX = 256 * 1024, /* of its text */
};

/* An open table. */
typedef struct Level {
    size_t mark; /* of its begin in the draft; only while `grid` */
    size_t text; /* where its text begins */
    bool grid;   /* it may stand in columns */
    bool inner;  /* a table with several cells is in it */
    bool in_cell;
    unsigned filled;     /* cells with text */
    uint64_t cell_lines; /* lines of the page before the open cell */
} Level;

struct HtmlFlow {
    HtmlDraft draft;
    HtmlLayout layout;
    bool failed;

    bool open;      /* a line */
    HtmlMark line;  /* the open one */
    size_t text;    /* where its text begins, after its mark */
    size_t column;  /* of preformatted text */
    unsigned want;  /* line ends owed; at the start as if there were none to owe */
    uint64_t lines; /* that were ended */
    bool space;     /* a space owed */
    bool fold;      /* that space was a line end of the source */
    uint32_t last;  /* the last character written */
    int quote, indent;
    char mark[MARK_MAX];
    int mark_columns; /* of the indent that it stands in */

    int level;      /* of tables */
    int candidates; /* open tables that may stand in columns */
    Level levels[LEVELS_MAX];
};

HtmlFlow *
html_flow_new (MugaiBuffer *out, const HtmlLayoutOptions *options)
{
    HtmlFlow *f = calloc (1, sizeof *f);
    if (f != NULL) {
        f->draft = html_draft (out->max < SIZE_MAX / 4 ? out->max * 2 + 4096 : out->max);
        f->layout = html_layout (out, options);
    }
    return f;
}

void
html_flow_free (HtmlFlow *f)
{
    if (f != NULL)
        html_draft_free (&f->draft);
    free (f);
}

static void
add (HtmlFlow *f, const void *data, size_t size)
{
    mugai_buffer_add (&f->draft.text, data, size);
}

static void
add_mark (HtmlFlow *f, const HtmlMark *mark)
{
    html_draft_add (&f->draft, mark);
}

static int
at_most (int value, int most)
{
    return value < 0 ? 0 : value < most ? value : most;
}

/* ---- lines ---- */

static void
give_up (HtmlFlow *f, Level *level)
{
    if (!level->grid)
        return;
    level->grid = false;
    f->draft.marks[level->mark].grid = false;
    f->candidates--;
}

/* Write what is complete, unless a table waits for its end. */
static void
flush (HtmlFlow *f)
{
    if (f->candidates > 0 || f->open)
        return;
    html_layout_put (&f->layout, &f->draft);
    html_draft_empty (&f->draft);
}

static void
begin_line (HtmlFlow *f, bool kept)
{
    size_t n = strlen (f->mark);
    int indent = at_most (f->indent, HTML_INDENT_MAX);
    int first = n > 0 ? at_most (indent - f->mark_columns, HTML_INDENT_MAX) : indent;
    f->open = true;
    f->line = (HtmlMark){ .kind = HTML_MARK_LINE,
                          .start = f->draft.text.size,
                          .gap = f->lines > 0 && f->want > 0 ? (uint8_t)(f->want - 1) : 0,
                          .quote = (uint8_t)at_most (f->quote, HTML_QUOTE_MAX),
                          .indent = (uint8_t)first,
                          .hang = (uint8_t)indent,
                          .kept = kept };
    add (f, f->mark, n);
    f->text = f->draft.text.size;
    f->mark[0] = '\0';
    f->want = 0;
    f->column = 0;
}

/* Returns: false when nothing is left of it: it is a blank line then. */
static bool
end_line (HtmlFlow *f)
{
    MugaiBuffer *b = &f->draft.text;
    while (b->size > f->line.start && (b->data[b->size - 1] == ' ' || b->data[b->size - 1] == '\t'))
        b->size--;
    f->open = false;
    f->line.size = b->size - f->line.start;
    if (f->line.size == 0) {
        f->want = f->lines > 0 ? f->line.gap + 2u : 0;
        f->want = f->want < BREAKS_MAX ? f->want : BREAKS_MAX;
        return false;
    }
    add_mark (f, &f->line);
    f->lines++;
    f->want = 1;
    Level *level = &f->levels[f->level < LEVELS_MAX ? f->level : 0];
    if (level->grid && (b->size - level->text > BYTES_MAX || f->draft.n - level->mark > CELLS_MAX))
        give_up (f, level);
    flush (f);
    return true;
}

/* Pay what is owed before @c. */
static void
before (HtmlFlow *f, uint32_t c, bool kept)
{
    if (!f->open)
        begin_line (f, kept);
    else if (f->space && !(f->fold && mugai_char_is_cjk (f->last) && mugai_char_is_cjk (c)))
        add (f, " ", 1);
    f->space = f->fold = false;
    f->last = c;
}

static bool
is_white (uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* White space that stays. */
static void
put_blank (HtmlFlow *f, uint32_t c, HtmlSpace space)
{
    if (c == '\r')
        return;
    before (f, ' ', space == HTML_SPACE_KEEP);
    size_t n = c == '\t' ? TAB - f->column % TAB : 1;
    add (f, "        ", n);
    f->column += n;
}

void
html_flow_char (HtmlFlow *f, uint32_t c, HtmlSpace space)
{
    if (c == '\n' && space != HTML_SPACE_COLLAPSE) {
        html_flow_line_end (f);
        return;
    }
    if (is_white (c) && space >= HTML_SPACE_WRAP) {
        put_blank (f, c, space);
        return;
    }
    if (is_white (c)) {
        f->fold = (f->fold || !f->space) && (c == '\n' || c == '\r' || f->fold);
        f->space = true;
        return;
    }
    if (c == 0 || c == 0xAD || c == 0x200B)
        return; /* nothing to see: places where a line may break */
    if (c == 0xA0)
        c = ' ';
    before (f, c, space == HTML_SPACE_KEEP);
    if (c < 0x80)
        add (f, &(char){ (char)c }, 1);
    else
        mugai_buffer_add_char (&f->draft.text, c);
    if (space >= HTML_SPACE_WRAP)
        f->column += mugai_char_width (c, f->layout.options.wide);
}

void
html_flow_run (HtmlFlow *f, const uint8_t *utf8, size_t size)
{
    const uint8_t *at = utf8, *end = utf8 + size, *last = end - 1;
    before (f, mugai_utf8_next (&at, end), false);
    add (f, utf8, size);
    while (last > utf8 && (*last & 0xC0) == 0x80)
        last--;
    f->last = mugai_utf8_next (&last, end);
}

void
html_flow_text (HtmlFlow *f, const char *utf8, size_t size)
{
    if (size == 0)
        return;
    const uint8_t *at = (const uint8_t *)utf8;
    before (f, mugai_utf8_next (&at, at + size), false);
    add (f, utf8, size);
    f->last = 0;
}

void
html_flow_break (HtmlFlow *f, unsigned lines)
{
    if (f->open)
        end_line (f);
    if (lines > f->want)
        f->want = lines;
    f->space = f->fold = false;
}

void
html_flow_line_end (HtmlFlow *f)
{
    if (f->open)
        end_line (f);
    else
        f->want = f->want < BREAKS_MAX ? f->want + 1 : BREAKS_MAX;
    f->space = f->fold = false;
}

void
html_flow_space (HtmlFlow *f)
{
    f->space = true;
    f->fold = false;
}

bool
html_flow_finish (HtmlFlow *f)
{
    html_flow_break (f, 1);
    for (int i = 0; i < LEVELS_MAX && f->candidates > 0; i++)
        give_up (f, &f->levels[i]);
    flush (f);
    return !f->draft.failed && !f->draft.text.failed;
}

static int
step (int value, int change)
{
    value += change;
    return value < 0 ? 0 : value > NESTED_MAX ? NESTED_MAX : value;
}

void
html_flow_quote (HtmlFlow *f, int change)
{
    f->quote = step (f->quote, change);
}

void
html_flow_indent (HtmlFlow *f, int change)
{
    f->indent = step (f->indent, change);
}

void
html_flow_mark (HtmlFlow *f, const char *mark, int columns)
{
    size_t n = strlen (mark);
    f->mark_columns = columns;
    n = n < MARK_MAX ? n : MARK_MAX - 1;
    memcpy (f->mark, mark, n);
    f->mark[n] = '\0';
}

/* ---- tables ---- */

/* The innermost open table, NULL when it is beyond the levels that are followed. */
static Level *
table (HtmlFlow *f)
{
    return f->level > 0 && f->level < LEVELS_MAX ? &f->levels[f->level] : NULL;
}

static void
mark_table (HtmlFlow *f, HtmlMark mark)
{
    mark.level = (uint16_t)f->level;
    add_mark (f, &mark);
}

void
html_flow_table_begin (HtmlFlow *f, bool layout, bool data)
{
    html_flow_break (f, 1);
    f->level = step (f->level, 1);
    Level *t = table (f);
    if (t == NULL)
        return;
    *t = (Level){ .mark = f->draft.n, .text = f->draft.text.size, .grid = !layout };
    f->candidates += t->grid;
    mark_table (f, (HtmlMark){ .kind = HTML_MARK_TABLE, .grid = t->grid, .heading = data });
    if (f->draft.failed)
        give_up (f, t);
}

void
html_flow_table_end (HtmlFlow *f)
{
    html_flow_cell_end (f);
    Level *t = table (f);
    f->level = step (f->level, -1);
    Level *outer = table (f);
    if (t == NULL)
        return;
    bool several = t->filled > 1 || t->inner;
    if (several && outer != NULL) {
        outer->inner = true;
        give_up (f, outer);
    }
    if (t->filled < 2)
        give_up (f, t);
    if (t->grid) {
        f->level = step (f->level, 1);
        f->draft.marks[t->mark].end = f->draft.n;
        mark_table (f, (HtmlMark){ .kind = HTML_MARK_TABLE_END });
        f->level = step (f->level, -1);
        t->grid = false;
        f->candidates--;
    }
    flush (f);
}

void
html_flow_row (HtmlFlow *f)
{
    html_flow_cell_end (f);
    Level *t = table (f);
    if (t != NULL && t->grid)
        mark_table (f, (HtmlMark){ .kind = HTML_MARK_ROW });
}

void
html_flow_caption (HtmlFlow *f)
{
    html_flow_cell_end (f);
    Level *t = table (f);
    if (t != NULL && t->grid)
        mark_table (f, (HtmlMark){ .kind = HTML_MARK_OUTSIDE });
}

void
html_flow_cell_begin (HtmlFlow *f, unsigned columns, unsigned rows, bool heading)
{
    html_flow_cell_end (f);
    Level *t = table (f);
    if (t == NULL)
        return;
    t->in_cell = true;
    t->cell_lines = f->lines;
    if (t->grid)
        mark_table (f, (HtmlMark){ .kind = HTML_MARK_CELL,
                                   .columns = (uint16_t)columns,
                                   .rows = (uint16_t)rows,
                                   .heading = heading });
    if (t->grid && f->draft.n - t->mark > CELLS_MAX)
        give_up (f, t);
}

void
html_flow_cell_end (HtmlFlow *f)
{
    html_flow_break (f, 1);
    Level *t = table (f);
    if (t == NULL || !t->in_cell)
        return;
    t->in_cell = false;
    t->filled += f->lines > t->cell_lines;
    if (t->grid)
        mark_table (f, (HtmlMark){ .kind = HTML_MARK_CELL_END });
}
