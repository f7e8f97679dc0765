/* SPDX-License-Identifier: Apache-2.0
 *
 * image: pdf-image: every page to pixels, with its text. Process: render. Trust: the document is
 * hostile.
 */
#include "pdf/document.h"
#include "pdf/facts.h"
#include "pdf/page.h"
#include "pdf/pdf.h"
#include "pdf/reduce.h"
#include "pdf/run.h"
#include "pdf/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUALITY = 75,
    PAGE_HEAD = 64,     /* bytes of a record; encode/frames.h */
    LEAST_COLUMNS = 200 /* pixels: less of a page cannot be read */
};

typedef struct Work {
    PdfDocument pdf;
    const mugai_value *values;
    void *scratch;
    uint64_t failed, smaller, runs;
    uint64_t told; /* bytes of pages */
} Work;

static uint32_t
thousandths (float points)
{
    return (uint32_t)(points * 1000 + 0.5f);
}

static size_t
bytes_of (const PdfPage *page, const PdfReduced *reduced)
{
    size_t pixels = (size_t)page->columns * page->rows;

    switch (reduced->kind) {
    case PDF_KIND_PALETTE:
        return pixels * reduced->bits / 8 + page->rows;
    case PDF_KIND_GREY:
        return pixels;
    case PDF_KIND_COLOUR:
        return pixels * 3;
    }
    return pixels * 3;
}

static void
choose (Work *w, PdfPage *page, PdfReduced *ret)
{
    bool lossless = w->values[PDF_IMAGE_CODING].number == PDF_CODING_LOSSLESS;

    pdf_reduce_choose (page->pixmap->samples, page->columns, page->rows, lossless, w->scratch, ret);
}

/* The pixels of @page as few as they can be told in. Returns: 0 or -1. */
static int
tell_pixels (Work *w, PdfPage *page, const PdfReduced *reduced)
{
    uint8_t *pixels = page->pixmap->samples;
    mugai_page out = { .size_of = sizeof out,
                       .width = page->columns,
                       .height = page->rows,
                       .pixels = pixels,
                       .quality = reduced->photo ? QUALITY : 0,
                       .palette = reduced->kind == PDF_KIND_PALETTE ? reduced->palette : NULL,
                       .width_mpt = thousandths (page->width),
                       .height_mpt = thousandths (page->height) };

    w->told += bytes_of (page, reduced) + PAGE_HEAD;
    out.format = pdf_reduce_pack (pixels, page->columns, page->rows, reduced, w->scratch);
    return w->pdf.host->page (w->pdf.call, &out);
}

static bool
draw (Work *w, int number, uint64_t pixels, PdfPage *ret)
{
    const mugai_value *v = w->values;

    if (pixels > w->pdf.part->pixels_max)
        pixels = w->pdf.part->pixels_max;
    return pdf_page_draw (&w->pdf, number, v[PDF_IMAGE_PAGE_TIME].number,
                          (uint32_t)v[PDF_IMAGE_DPI].number, pixels, v[PDF_IMAGE_TEXT].number != 0,
                          ret);
}

/* What all pages may take is shared out: one that needs more than its part of what is left (a scan
 * in colour among hundreds) is drawn again with fewer pixels; what others do not need goes to those
 * behind them. Returns: false when the page cannot be shown. */
static bool
draw_within (Work *w, int number, PdfPage *page, PdfReduced *reduced)
{
    const uint64_t asked = (uint64_t)w->values[PDF_IMAGE_PIXELS].number;
    uint64_t all =
        w->pdf.part->expanded_left - w->pdf.part->expanded_left / 16; /* text: the rest */
    uint64_t left = all > w->told ? all - w->told : 0;
    uint64_t share = left / (uint64_t)(w->pdf.pages - number);

    if (!draw (w, number, asked, page))
        return false;
    choose (w, page, reduced);
    if (bytes_of (page, reduced) <= share)
        return true;
    pdf_page_clear (&w->pdf, page);
    if (!draw (w, number, share / 3, page))
        return false;
    choose (w, page, reduced);
    return page->columns >= LEAST_COLUMNS;
}

static int
tell_page (Work *w, int number)
{
    bool text = w->values[PDF_IMAGE_TEXT].number != 0;
    PdfPage page = { 0 };
    PdfReduced reduced;

    bool shown = draw_within (w, number, &page, &reduced);
    w->failed += !shown;
    w->smaller += page.smaller;
    int r = -1;
    if (shown || pdf_page_blank (&w->pdf, &page)) {
        if (!shown)
            choose (w, &page, &reduced);
        r = tell_pixels (w, &page, &reduced);
        if (r == 0 && text && page.text != NULL)
            r = pdf_runs_tell (&w->pdf, page.text, &w->runs);
    }
    pdf_page_clear (&w->pdf, &page);
    return r;
}

static mugai_verdict_t
refuse (const Work *w, const char *code)
{
    w->pdf.host->reason (w->pdf.call, code, NULL);
    return MUGAI_REFUSE;
}

static void
tell_findings (Work *w, const PdfFacts *facts)
{
    const mugai_host *host = w->pdf.host;
    char many[32];

    pdf_facts_tell (&w->pdf, facts);
    snprintf (many, sizeof many, "%d", w->pdf.pages);
    if (w->failed > 0)
        host->finding (w->pdf.call, "pdf.page-failed", w->failed, many);
    if (w->smaller > 0)
        host->finding (w->pdf.call, "pdf.page-smaller", w->smaller, NULL);
    if (w->pdf.undecoded)
        host->finding (w->pdf.call, "pdf.picture-failed", 1, NULL);
}

static mugai_verdict_t
tell_pages (Work *w)
{
    PdfFacts facts;
    char many[32];

    snprintf (many, sizeof many, "%d", w->pdf.pages);
    if (w->pdf.pages > w->values[PDF_IMAGE_PAGES].number ||
        (uint32_t)w->pdf.pages > w->pdf.part->pages_max) {
        w->pdf.host->reason (w->pdf.call, "pdf.pages", many);
        return MUGAI_REFUSE;
    }
    for (int i = 0; i < w->pdf.pages; i++)
        if (tell_page (w, i) < 0)
            return refuse (w, "filter.memory");
    if (w->failed == (uint64_t)w->pdf.pages)
        return refuse (w, "pdf.broken"); /* nothing a reader could use */
    pdf_document_allow (&w->pdf, INT64_MAX);
    pdf_facts_gather (&w->pdf, &facts);
    tell_findings (w, &facts);
    return MUGAI_REPLACE;
}

mugai_verdict_t
pdf_image_run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    Work w = { .values = part->values, .scratch = malloc (PDF_REDUCE_SCRATCH) };
    const char *code =
        pdf_document_open (&w.pdf, host, call, part, part->values[PDF_IMAGE_TIME].number);
    mugai_verdict_t verdict;

    if (w.scratch == NULL)
        code = "filter.memory";
    verdict = code != NULL ? refuse (&w, code) : tell_pages (&w);
    pdf_document_close (&w.pdf);
    free (w.scratch);
    return verdict;
}
