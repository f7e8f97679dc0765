/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the layer's glyphs all have the same width, so a run is stretched to where its
 * first and last character stand. That is exact at the ends and for even pitches; words of
 * proportional letters are off by less than a letter inside.
 */
#include "pdf/runs.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <math.h>
#include <string.h>

enum { RUN_CHARS = 256 };

typedef struct Run {
    char utf8[RUN_CHARS * MUGAI_UTF8_MAX + 1];
    size_t size;
    unsigned chars;
    bool cjk, space;
    float start, end; /* along the line */
    float pitch;      /* of the first character */
    float font;
    fz_point origin;
} Run;

typedef struct Line {
    const PdfDocument *pdf;
    const fz_stext_line *line;
    int turn;
    fz_point dir;
    Run run;
    uint64_t *runs;
} Line;

bool
pdf_runs_known (int c)
{
    return c >= 0x20 && c != 0xFFFD && c <= 0x10FFFF && !(c >= 0x7F && c < 0xA0) &&
           !(c >= 0xD800 && c < 0xE000);
}

/* Quarter turns clockwise that are nearest to the direction of the line; y goes down. */
static int
turn_of (fz_point dir)
{
    if (fabsf (dir.x) >= fabsf (dir.y))
        return dir.x >= 0 ? 0 : 2;
    return dir.y >= 0 ? 1 : 3;
}

static float
along (const Line *l, fz_point p)
{
    return p.x * l->dir.x + p.y * l->dir.y;
}

/* Where the character begins and ends along the line. */
static void
extent (const Line *l, const fz_stext_char *c, float *from, float *to)
{
    const fz_quad *q = &c->quad;
    float a = along (l, q->ul), b = along (l, q->lr), d = along (l, q->ll), e = along (l, q->ur);

    *from = fminf (fminf (a, b), fminf (d, e));
    *to = fmaxf (fmaxf (a, b), fmaxf (d, e));
}

static int
flush (Line *l)
{
    Run *r = &l->run;
    bool vertical = l->line->wmode != 0;

    if (r->chars == 0)
        return 0;
    r->utf8[r->size] = '\0';
    mugai_text_run run = { .size_of = sizeof run,
                           .utf8 = r->utf8,
                           .x = r->origin.x,
                           .y = r->origin.y,
                           .size = r->font,
                           .width = r->end - r->start,
                           .vertical = vertical,
                           .turn = vertical ? 0 : l->turn };
    int result = l->pdf->host->text_run (l->pdf->call, &run);
    *r = (Run){ 0 };
    ++*l->runs;
    return result;
}

/* Does the character go on where the run is? */
static bool
fits (const Run *r, bool cjk, bool space, float from, float to, float font)
{
    if (r->chars == 0)
        return true;
    if (r->chars >= RUN_CHARS || fabsf (font - r->font) > 0.1f * r->font)
        return false;
    float gap = from - r->end;
    if (fabsf (gap) > 0.3f * font && !space)
        return false;
    if (!cjk || !r->cjk)
        return cjk == r->cjk && !r->space;
    float expected = r->start + r->pitch * (float)r->chars;
    return fabsf (from - expected) < 0.3f * r->pitch &&
           fabsf (to - from - r->pitch) < 0.3f * r->pitch;
}

/* Where the run stands: on the baseline, for vertical writing above the middle of the glyph. */
static fz_point
origin_of (const Line *l, const fz_stext_char *c, float from)
{
    if (l->line->wmode == 0)
        return c->origin;
    const fz_quad *q = &c->quad;
    (void)from;
    return fz_make_point ((q->ul.x + q->lr.x) / 2, fminf (q->ul.y, q->ll.y));
}

static int
add (Line *l, const fz_stext_char *c)
{
    Run *r = &l->run;
    bool space = c->c == ' ' || c->c == 0xA0;
    bool cjk = mugai_char_is_cjk ((uint32_t)c->c) || l->line->wmode != 0;
    float from, to;

    extent (l, c, &from, &to);
    if (!isfinite (from) || !isfinite (to) || !(c->size > 0) || !isfinite (c->size))
        return 0;
    if (space && r->chars == 0)
        return 0; /* nothing to part */
    if (space)
        cjk = r->cjk;
    if (!(space && r->chars < RUN_CHARS) && !fits (r, cjk, space, from, to, c->size) &&
        flush (l) < 0)
        return -1;
    if (r->chars == 0) {
        r->origin = origin_of (l, c, from);
        r->start = from;
        r->end = to;
        r->pitch = to - from;
        r->font = c->size;
        r->cjk = cjk;
    }
    r->size += mugai_utf8_put (r->utf8 + r->size, space ? ' ' : (uint32_t)c->c);
    r->chars++;
    r->end = fmaxf (to, r->end);
    r->space = space;
    return space ? flush (l) : 0;
}

static int
tell_line (const PdfDocument *pdf, const fz_stext_line *line, uint64_t *runs)
{
    static const fz_point turns[4] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
    Line l = { .pdf = pdf, .line = line, .runs = runs };

    l.turn = turn_of (line->dir);
    l.dir = line->wmode != 0 ? turns[1] : turns[l.turn];
    for (const fz_stext_char *c = line->first_char; c != NULL; c = c->next)
        if (pdf_runs_known (c->c) && add (&l, c) < 0)
            return -1;
    return flush (&l);
}

int
pdf_runs_tell (const PdfDocument *pdf, const fz_stext_page *text, uint64_t *ret_runs)
{
    for (const fz_stext_block *b = text->first_block; b != NULL; b = b->next)
        for (const fz_stext_line *line = b->type == FZ_STEXT_BLOCK_TEXT ? b->u.t.first_line : NULL;
             line != NULL; line = line->next)
            if (tell_line (pdf, line, ret_runs) < 0)
                return -1;
    return 0;
}
