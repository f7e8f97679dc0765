/* SPDX-License-Identifier: Apache-2.0
 *
 * text: pdf-text: the text of all pages, with a mark before each. Process: render. Trust: the
 * document is hostile, and so is what is put out: it goes through the rules as a text once more.
 *
 * How it works: MuPDF gathers lines into blocks in the order of the file. Blocks that stand beside
 * or above each other in another order are sorted by where they are only when the order of the file
 * goes back on itself; so columns stay together as the author wrote them. Vertical writing reads
 * from right to left.
 */
#include "pdf/document.h"
#include "pdf/facts.h"
#include "pdf/page.h"
#include "pdf/pdf.h"
#include "pdf/run.h"
#include "pdf/runs.h"

#include "common/buffer.h"
#include "common/unicode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 100000 };

typedef struct Text {
    PdfDocument pdf;
    MugaiBuffer out;
    uint64_t failed, chars;
} Text;

typedef struct Place {
    const fz_stext_line *line;
    float across, along; /* sort keys: of the block's line, then within it */
    unsigned order;
} Place;

static int
by_place (const void *a, const void *b)
{
    const Place *one = a, *other = b;

    if (one->across != other->across)
        return one->across < other->across ? -1 : 1;
    if (one->along != other->along)
        return one->along < other->along ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

/* Top to bottom, then left to right; vertical lines right to left, then top to bottom. */
static Place
place_of (const fz_stext_line *line, unsigned order)
{
    Place place = { .line = line, .order = order };
    bool vertical = line->wmode != 0;

    place.across = vertical ? -line->bbox.x1 : line->bbox.y1;
    place.along = vertical ? line->bbox.y0 : line->bbox.x0;
    return place;
}

/* Does the order of the file ever go back up by more than half of the page? Then it is no reading
 * order, but columns do so once each. */
static bool
is_disordered (const Place *places, unsigned n)
{
    unsigned back = 0;

    for (unsigned i = 1; i < n; i++) {
        bool above = places[i].across < places[i - 1].across - 1;
        bool beside = places[i].along > places[i - 1].along + 20;
        back += above && !beside;
    }
    return n > 4 && back > n / 4;
}

static void
add_line (Text *t, const fz_stext_line *line)
{
    for (const fz_stext_char *c = line->first_char; c != NULL; c = c->next)
        if (c->c == '\t' || c->c == 0xFFFD || pdf_runs_known (c->c)) {
            mugai_buffer_add_char (&t->out, c->c == 0xA0 ? ' ' : (uint32_t)c->c);
            t->chars += c->c != ' ';
        }
}

/* Do both stand on the same line of text? */
static bool
same_line (const fz_stext_line *a, const fz_stext_line *b)
{
    if (a->wmode != b->wmode || a->wmode != 0)
        return false;
    float top = a->bbox.y0 > b->bbox.y0 ? a->bbox.y0 : b->bbox.y0;
    float bottom = a->bbox.y1 < b->bbox.y1 ? a->bbox.y1 : b->bbox.y1;
    float height = a->bbox.y1 - a->bbox.y0;

    return bottom - top > height / 2 && b->bbox.x0 > a->bbox.x0;
}

static void
add_lines (Text *t, Place *places, unsigned n)
{
    if (is_disordered (places, n))
        qsort (places, n, sizeof places[0], by_place);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            mugai_buffer_add_text (&t->out,
                                   same_line (places[i - 1].line, places[i].line) ? "  " : "\n");
        add_line (t, places[i].line);
    }
    if (n > 0)
        mugai_buffer_add_text (&t->out, "\n");
}

static void
add_text (Text *t, const fz_stext_page *text)
{
    Place *places = NULL;
    unsigned n = 0, room = 0;

    for (const fz_stext_block *b = text->first_block; b != NULL; b = b->next)
        for (const fz_stext_line *line = b->type == FZ_STEXT_BLOCK_TEXT ? b->u.t.first_line : NULL;
             line != NULL && n < LINES_MAX; line = line->next) {
            if (n == room) {
                Place *more = realloc (places, (room = 2 * room + 64) * sizeof *places);
                if (more == NULL) {
                    t->out.failed = true;
                    break;
                }
                places = more;
            }
            places[n] = place_of (line, n);
            n++;
        }
    if (!t->out.failed)
        add_lines (t, places, n);
    free (places);
}

static void
add_page (Text *t, int number, bool marks, int64_t time_us)
{
    bool ja = strcmp (t->pdf.part->language, "ja") == 0;
    PdfPage page;
    char mark[64];

    snprintf (mark, sizeof mark,
              ja ? "%s---- %d / %d ページ ----\n" : "%s---- page %d of %d ----\n",
              number > 0 ? "\n" : "", number + 1, t->pdf.pages);
    if (marks)
        mugai_buffer_add_text (&t->out, mark);
    if (pdf_page_text (&t->pdf, number, time_us, &page)) {
        add_text (t, page.text);
    } else {
        t->failed++;
        mugai_buffer_add_text (&t->out, ja ? "（このページは読み取れませんでした）\n"
                                           : "(this page could not be read)\n");
    }
    pdf_page_clear (&t->pdf, &page);
}

static mugai_verdict_t
refuse (const Text *t, const char *code)
{
    t->pdf.host->reason (t->pdf.call, code, NULL);
    return MUGAI_REFUSE;
}

static mugai_verdict_t
tell (Text *t, const mugai_value *v)
{
    PdfFacts facts;
    char many[32];

    snprintf (many, sizeof many, "%d", t->pdf.pages);
    if (t->pdf.pages > v[PDF_TEXT_PAGES].number) {
        t->pdf.host->reason (t->pdf.call, "pdf.pages", many);
        return MUGAI_REFUSE;
    }
    for (int i = 0; i < t->pdf.pages && mugai_buffer_ok (&t->out); i++)
        add_page (t, i, v[PDF_TEXT_MARKS].number != 0, v[PDF_TEXT_TIME].number);
    if (t->out.failed)
        return refuse (t, "filter.memory");
    if (t->chars == 0)
        return refuse (t, "pdf.no-text");
    pdf_document_allow (&t->pdf, INT64_MAX);
    pdf_facts_gather (&t->pdf, &facts);
    pdf_facts_tell (&t->pdf, &facts);
    if (t->failed > 0)
        t->pdf.host->finding (t->pdf.call, "pdf.page-failed", t->failed, many);
    return t->pdf.host->put (t->pdf.call, t->out.data, t->out.size) == 0 ? MUGAI_REPLACE
                                                                         : MUGAI_REFUSE;
}

mugai_verdict_t
pdf_text_run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Text t = { .out = mugai_buffer (part->output_max) };
    const char *code =
        pdf_document_open (&t.pdf, host, call, part, part->values[PDF_TEXT_TIME].number);
    mugai_verdict_t verdict = code != NULL ? refuse (&t, code) : tell (&t, part->values);

    pdf_document_close (&t.pdf);
    mugai_buffer_clear (&t.out);
    return verdict;
}
