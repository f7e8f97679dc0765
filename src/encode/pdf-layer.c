/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/pdf-layer.h"

#include "base/pdf-fixed.h"
#include "common/clean.h"
#include "common/utf8.h"

#include <stdio.h>
#include <string.h>

enum {
    SHORTEST = 10, /* 1/1000 point: the least a glyph measures; 0 would be no matrix */
    CODES_MAX = 4096,
    CLEAN_MAX = 16384, /* bytes */
};

size_t
mugai_pdf_number (int64_t mpt, char *out)
{
    char text[32];
    uint64_t value = mpt < 0 ? (uint64_t)-mpt : (uint64_t)mpt;
    int n = snprintf (text, sizeof text, "%s%llu.%03llu", mpt < 0 ? "-" : "",
                      (unsigned long long)(value / 1000), (unsigned long long)(value % 1000));

    while (text[n - 1] == '0')
        n--;
    if (text[n - 1] == '.')
        n--;
    memcpy (out, text, (size_t)n);
    return (size_t)n;
}

static void
put_text (MugaiSink *sink, const char *text)
{
    mugai_sink_put (sink, text, strlen (text));
}

/* Hundredths of a point are enough for text: 1/100 mm is 0.03. */
static void
put_numbers (MugaiSink *sink, const int64_t *mpt, unsigned n)
{
    char text[32];

    for (unsigned i = 0; i < n; i++) {
        int64_t half = mpt[i] < 0 ? -5 : 5;
        size_t size = mugai_pdf_number ((mpt[i] + half) / 10 * 10, text);
        text[size++] = ' ';
        mugai_sink_put (sink, text, size);
    }
}

/* Returns: the code, or 0 when there is none left. */
static uint16_t
astral_code (MugaiPdfCodes *codes, uint32_t c)
{
    enum { PLACES = sizeof codes->place / sizeof codes->place[0] };
    uint32_t at = c * 2654435761u >> 20 & (PLACES - 1);

    while (codes->place[at] != 0 && codes->astral[codes->place[at] - 1] != c)
        at = (at + 1) & (PLACES - 1);
    if (codes->place[at] == 0) {
        if (codes->n == MUGAI_PDF_ASTRAL)
            return 0;
        codes->astral[codes->n++] = c;
        codes->place[at] = (uint16_t)codes->n;
    }
    return (uint16_t)(MUGAI_PDF_ASTRAL_FIRST + codes->place[at] - 1);
}

/* @text: clean. Returns: how many codes it has. */
static unsigned
encode (MugaiPdfCodes *codes, const MugaiBuffer *text, uint16_t *out)
{
    const uint8_t *at = (const uint8_t *)text->data, *end = at + text->size;
    unsigned n = 0;

    while (at < end && n < CODES_MAX) {
        uint32_t c = mugai_utf8_next (&at, end);
        uint16_t code = c < 0x10000 ? (uint16_t)c : astral_code (codes, c);
        if (code != 0) {
            codes->used[code / 8] |= (uint8_t)(1u << code % 8);
            out[n++] = code;
        }
    }
    return n;
}

void
mugai_pdf_layer_begin (MugaiPdfLayer *layer)
{
    const int64_t size[] = { layer->width_mpt, layer->height_mpt };
    char text[64];
    size_t n = 0;

    put_text (layer->out, "q\n");
    n = mugai_pdf_number (size[0], text);
    mugai_sink_put (layer->out, text, n);
    put_text (layer->out, " 0 0 ");
    n = mugai_pdf_number (size[1], text);
    mugai_sink_put (layer->out, text, n);
    put_text (layer->out, " 0 0 cm\n/I Do\nQ\n");
}

/* 1/64 pixel to 1/1000 point. */
static int64_t
points (int32_t value, uint32_t pixels, uint32_t mpt)
{
    return (int64_t)value * mpt / ((int64_t)pixels * 64);
}

/* The text matrix: what of the run lies along the page's x, for each turn. */
static void
put_matrix (MugaiPdfLayer *layer, const MugaiFramesRun *run, unsigned n)
{
    const MugaiFramesPage *page = layer->page;
    bool upright = !run->vertical && run->turn % 2 == 0;
    uint32_t w = layer->width_mpt, h = layer->height_mpt;
    int64_t along =
        upright ? points (run->width, page->width, w) : points (run->width, page->height, h);
    int64_t size =
        upright ? points (run->height, page->height, h) : points (run->height, page->width, w);
    int64_t x = points (run->x, page->width, w), y = h - points (run->y, page->height, h);

    along /= n;
    along = along < SHORTEST ? SHORTEST : along;
    size = size < SHORTEST ? SHORTEST : size;
    const int64_t matrix[5][6] = {
        { along, 0, 0, size, x, y },  { 0, -along, size, 0, x, y }, { -along, 0, 0, -size, x, y },
        { 0, along, -size, 0, x, y }, { size, 0, 0, along, x, y },
    };
    put_numbers (layer->out, matrix[run->vertical ? 4 : run->turn], 6);
    put_text (layer->out, "Tm\n");
}

static void
put_string (MugaiSink *sink, const uint16_t *codes, unsigned n)
{
    static const char digits[] = "0123456789ABCDEF";
    char hex[4];

    mugai_sink_put (sink, "<", 1);
    for (unsigned i = 0; i < n; i++) {
        for (unsigned d = 0; d < 4; d++)
            hex[d] = digits[codes[i] >> (12 - 4 * d) & 15];
        mugai_sink_put (sink, hex, sizeof hex);
    }
    put_text (sink, "> Tj\n");
}

void
mugai_pdf_layer_run (MugaiPdfLayer *layer, const MugaiFramesRun *run)
{
    MugaiBuffer clean = mugai_buffer (CLEAN_MAX);
    uint16_t codes[CODES_MAX];

    mugai_clean (run->text, run->size, MUGAI_CLEAN_LINE, &clean, NULL);
    unsigned n = encode (layer->codes, &clean, codes);
    mugai_buffer_clear (&clean);
    if (n == 0)
        return;
    if (!layer->open)
        put_text (layer->out, "BT\n3 Tr\n");
    if (!layer->open || layer->vertical != run->vertical)
        put_text (layer->out, run->vertical ? "/V 1 Tf\n" : "/H 1 Tf\n");
    layer->open = true;
    layer->vertical = run->vertical;
    put_matrix (layer, run, n);
    put_string (layer->out, codes, n);
}

void
mugai_pdf_layer_end (MugaiPdfLayer *layer)
{
    if (layer->open)
        put_text (layer->out, "ET\n");
    layer->open = false;
}
