/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one look at all pixels decides colour type and depth, a second pass packs rows and
 * deflates them into IDAT chunks of one fixed size. Deliberately not done: row filters, which cost
 * more time than they save bytes on what is not a photograph (and those become JPEG); interlace.
 */
#include "encode/png.h"

#include "encode/colours.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LEVEL = 6, WINDOW = 15, MEMORY = 8, CHUNK = 1 << 16 };

typedef enum Colour {
    GREY = 0,
    RGB = 2,
    INDEX = 3,
    GREY_ALPHA = 4,
    RGB_ALPHA = 6
} Colour; /* PNG colour types */

static void
big_endian (uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void
put_chunk (MugaiSink *sink, const char *type, const uint8_t *data, size_t size)
{
    uint8_t head[8], tail[4];
    uLong crc;

    big_endian (head, (uint32_t)size);
    memcpy (head + 4, type, 4);
    crc = crc32 (0, head + 4, 4);
    if (size > 0) /* crc32() with NULL would begin anew */
        crc = crc32 (crc, data, (uInt)size);
    big_endian (tail, (uint32_t)crc);
    mugai_sink_put (sink, head, sizeof head);
    mugai_sink_put (sink, data, size);
    mugai_sink_put (sink, tail, sizeof tail);
}

/* How a page is written. */
typedef struct Form {
    Colour colour;
    unsigned depth; /* bits of a sample */
    size_t row;     /* bytes without the filter byte */
    MugaiColours colours;
} Form;

static unsigned
samples (Colour colour)
{
    switch (colour) {
    case GREY:
    case INDEX:
        return 1;
    case GREY_ALPHA:
        return 2;
    case RGB:
        return 3;
    case RGB_ALPHA:
        return 4;
    }
    return 0;
}

/* Bits that a palette of @count entries needs; 16: no palette can. */
static unsigned
index_depth (unsigned count)
{
    return count <= 2 ? 1 : count <= 4 ? 2 : count <= 16 ? 4 : count <= 256 ? 8 : 16;
}

/* Bits that hold all the greys, evenly spaced as PNG spaces them. */
static unsigned
grey_depth (const MugaiColours *c)
{
    static const uint8_t steps[] = { 255, 85, 17 };

    if (c->count > MUGAI_COLOURS_MAX)
        return 8;
    for (unsigned i = 0; i < sizeof steps; i++) {
        bool fits = true;
        for (unsigned k = 0; k < c->count; k++)
            fits = fits && (c->entry[k] & 255) % steps[i] == 0;
        if (fits)
            return 1u << i;
    }
    return 8;
}

/* By content: the fewest bits; grey before palette before samples. */
static void
choose (const MugaiFramesPage *page, Form *form)
{
    mugai_colours_count (page, &form->colours);
    const MugaiColours *c = &form->colours;
    unsigned grey = c->colour || c->alpha ? 16 : grey_depth (c), index = index_depth (c->count);

    if (grey <= 8 && grey <= index) {
        form->colour = GREY;
        form->depth = grey;
    } else if (index <= 8) {
        form->colour = INDEX;
        form->depth = index;
    } else {
        form->colour = c->alpha ? (c->colour ? RGB_ALPHA : GREY_ALPHA) : RGB;
        form->depth = 8;
    }
    form->row = ((size_t)page->width * samples (form->colour) * form->depth + 7) / 8;
}

/* One sample a pixel, of 1 to 8 bits, the first in the high bits. */
static void
pack_bits (const MugaiFramesPage *page, const uint8_t *from, const Form *form, uint8_t *to)
{
    size_t step = mugai_frames_depth (page->format);
    unsigned shift = 8;
    uint32_t before = 0, value = 0;

    memset (to, 0, form->row);
    for (uint32_t x = 0; x < page->width; x++, from += step) {
        uint32_t pixel = mugai_colours_pixel (from, page->format);
        if (x == 0 || pixel != before)
            value = form->colour == INDEX ? mugai_colours_index (&form->colours, pixel)
                                          : (pixel & 255) >> (8 - form->depth);
        before = pixel;
        shift -= form->depth;
        *to = (uint8_t)(*to | value << shift);
        if (shift == 0) {
            shift = 8;
            to++;
        }
    }
}

/* Several samples of 8 bits a pixel. */
static void
pack_samples (const MugaiFramesPage *page, const uint8_t *from, Colour colour, uint8_t *to)
{
    size_t step = mugai_frames_depth (page->format);

    for (uint32_t x = 0; x < page->width; x++, from += step) {
        uint32_t pixel = mugai_colours_pixel (from, page->format);
        *to++ = (uint8_t)(pixel >> 16);
        if (colour == RGB || colour == RGB_ALPHA) {
            *to++ = (uint8_t)(pixel >> 8);
            *to++ = (uint8_t)pixel;
        }
        if (colour == GREY_ALPHA || colour == RGB_ALPHA)
            *to++ = (uint8_t)(pixel >> 24);
    }
}

static void
pack_row (const MugaiFramesPage *page, const uint8_t *from, const Form *form, uint8_t *to)
{
    bool as_is = (form->colour == RGB && page->format == MUGAI_PIXELS_RGB8) ||
                 (form->colour == GREY && form->depth == 8 && page->format == MUGAI_PIXELS_GREY8);

    if (as_is)
        memcpy (to, from, form->row);
    else if (samples (form->colour) == 1)
        pack_bits (page, from, form, to);
    else
        pack_samples (page, from, form->colour, to);
}

typedef struct Deflater {
    z_stream z;
    MugaiSink *sink;
    uint8_t chunk[CHUNK];
} Deflater;

/* Returns: false when zlib failed. */
static bool
deflate_some (Deflater *d, const uint8_t *data, size_t size, int flush)
{
    int r;

    d->z.next_in = (Bytef *)data;
    d->z.avail_in = (uInt)size;
    do {
        r = deflate (&d->z, flush);
        if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
            return false;
        bool last = r == Z_STREAM_END;
        if (d->z.avail_out == 0 || (last && d->z.avail_out < CHUNK)) {
            put_chunk (d->sink, "IDAT", d->chunk, CHUNK - d->z.avail_out);
            d->z.next_out = d->chunk;
            d->z.avail_out = CHUNK;
        }
    } while (d->sink->error == 0 && (flush == Z_FINISH ? r != Z_STREAM_END : d->z.avail_in > 0));
    return true;
}

static bool
put_rows (const MugaiFramesPage *page, const Form *form, Deflater *d, uint8_t *row)
{
    row[0] = 0; /* filter None */
    for (uint32_t y = 0; y < page->height && d->sink->error == 0; y++) {
        pack_row (page, page->pixels + y * page->row, form, row + 1);
        if (!deflate_some (d, row, form->row + 1, Z_NO_FLUSH))
            return false;
    }
    return d->sink->error != 0 || deflate_some (d, NULL, 0, Z_FINISH);
}

static bool
put_pixels (const MugaiFramesPage *page, const Form *form, MugaiSink *sink)
{
    Deflater *d = calloc (1, sizeof *d);
    uint8_t *row = malloc (1 + form->row);
    bool ok = false;

    if (d != NULL && row != NULL &&
        deflateInit2 (&d->z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK) {
        d->sink = sink;
        d->z.next_out = d->chunk;
        d->z.avail_out = CHUNK;
        ok = put_rows (page, form, d, row);
        deflateEnd (&d->z);
    }
    free (row);
    free (d);
    return ok;
}

static void
put_palette (const MugaiColours *c, MugaiSink *sink)
{
    uint8_t colours[3 * MUGAI_COLOURS_MAX] = { 0 }, alphas[MUGAI_COLOURS_MAX] = { 0 };
    unsigned clear = 0;

    for (unsigned i = 0; i < c->count; i++) {
        colours[3 * i] = (uint8_t)(c->entry[i] >> 16);
        colours[3 * i + 1] = (uint8_t)(c->entry[i] >> 8);
        colours[3 * i + 2] = (uint8_t)c->entry[i];
        alphas[i] = (uint8_t)(c->entry[i] >> 24);
        clear += alphas[i] != 255;
    }
    put_chunk (sink, "PLTE", colours, (size_t)3 * c->count);
    if (clear > 0) /* they stand first */
        put_chunk (sink, "tRNS", alphas, clear);
}

/* Pixels per metre, rounded; @dpi is at most MUGAI_FRAMES_DPI. */
static uint32_t
per_metre (uint32_t dpi)
{
    return (dpi * 10000u + 127) / 254;
}

static void
put_head (const MugaiFramesPage *page, const Form *form, MugaiSink *sink)
{
    static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    uint8_t header[13] = { 0 };
    uint8_t density[9] = { 0 };

    mugai_sink_put (sink, signature, sizeof signature);
    big_endian (header, page->width);
    big_endian (header + 4, page->height);
    header[8] = (uint8_t)form->depth;
    header[9] = (uint8_t)form->colour;
    put_chunk (sink, "IHDR", header, sizeof header);
    if (page->dpi_x > 0 && page->dpi_y > 0) {
        big_endian (density, per_metre (page->dpi_x));
        big_endian (density + 4, per_metre (page->dpi_y));
        density[8] = 1; /* metre */
        put_chunk (sink, "pHYs", density, sizeof density);
    }
    if (form->colour == INDEX)
        put_palette (&form->colours, sink);
}

bool
mugai_png_write (const MugaiFramesPage *page, MugaiSink *sink)
{
    Form *form = calloc (1, sizeof *form);
    bool ok = false;

    if (form != NULL) {
        choose (page, form);
        put_head (page, form, sink);
        ok = put_pixels (page, form, sink);
        put_chunk (sink, "IEND", NULL, 0);
    }
    free (form);
    return ok;
}
