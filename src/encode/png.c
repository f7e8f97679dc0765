/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one look at all pixels decides the colour type, a second pass packs rows and
 * deflates them into IDAT chunks of one fixed size. Deliberately not done: palettes and fewer bits,
 * which come with the choice by content; interlace.
 */
#include "encode/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { LEVEL = 6, WINDOW = 15, MEMORY = 8, CHUNK = 1 << 16 };

typedef enum Colour {
    GREY = 0,
    RGB = 2,
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

/* Does any pixel have colour, any pixel transparency? */
static Colour
colour_of (const MugaiFramesPage *page)
{
    size_t depth = mugai_frames_depth (page->format);
    size_t count = (size_t)page->width * page->height;
    const uint8_t *at = page->pixels;
    bool colour = false, alpha = false;

    if (page->format == MUGAI_PIXELS_GREY8)
        return GREY;
    for (size_t i = 0; i < count && !(colour && (alpha || depth == 3)); i++, at += depth) {
        colour = colour || at[0] != at[1] || at[1] != at[2];
        alpha = alpha || (depth == 4 && at[3] != 255);
    }
    if (alpha)
        return colour ? RGB_ALPHA : GREY_ALPHA;
    return colour ? RGB : GREY;
}

static size_t
samples (Colour colour)
{
    switch (colour) {
    case GREY:
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

/* @from: @width pixels of @depth bytes. @to: the row as @colour. */
static void
pack_row (const uint8_t *from, size_t depth, uint32_t width, Colour colour, uint8_t *to)
{
    size_t n = samples (colour);

    if (n == depth) {
        memcpy (to, from, n * width);
        return;
    }
    for (uint32_t x = 0; x < width; x++, from += depth, to += n) {
        to[0] = from[0];
        if (colour == RGB) {
            to[1] = from[1];
            to[2] = from[2];
        } else if (colour == GREY_ALPHA) {
            to[1] = from[3];
        }
    }
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
put_rows (const MugaiFramesPage *page, Colour colour, Deflater *d, uint8_t *row)
{
    size_t depth = mugai_frames_depth (page->format);
    size_t size = samples (colour) * page->width;

    row[0] = 0; /* filter None */
    for (uint32_t y = 0; y < page->height && d->sink->error == 0; y++) {
        pack_row (page->pixels + y * page->row, depth, page->width, colour, row + 1);
        if (!deflate_some (d, row, size + 1, Z_NO_FLUSH))
            return false;
    }
    return d->sink->error != 0 || deflate_some (d, NULL, 0, Z_FINISH);
}

static bool
put_pixels (const MugaiFramesPage *page, Colour colour, MugaiSink *sink)
{
    Deflater *d = calloc (1, sizeof *d);
    uint8_t *row = malloc (1 + samples (colour) * page->width);
    bool ok = false;

    if (d != NULL && row != NULL &&
        deflateInit2 (&d->z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) == Z_OK) {
        d->sink = sink;
        d->z.next_out = d->chunk;
        d->z.avail_out = CHUNK;
        ok = put_rows (page, colour, d, row);
        deflateEnd (&d->z);
    }
    free (row);
    free (d);
    return ok;
}

/* Pixels per metre, rounded; @dpi is at most MUGAI_FRAMES_DPI. */
static uint32_t
per_metre (uint32_t dpi)
{
    return (dpi * 10000u + 127) / 254;
}

bool
mugai_png_write (const MugaiFramesPage *page, MugaiSink *sink)
{
    static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    Colour colour = colour_of (page);
    uint8_t header[13] = { 0 };
    uint8_t density[9] = { 0 };

    mugai_sink_put (sink, signature, sizeof signature);
    big_endian (header, page->width);
    big_endian (header + 4, page->height);
    header[8] = 8;
    header[9] = (uint8_t)colour;
    put_chunk (sink, "IHDR", header, sizeof header);
    if (page->dpi_x > 0 && page->dpi_y > 0) {
        big_endian (density, per_metre (page->dpi_x));
        big_endian (density + 4, per_metre (page->dpi_y));
        density[8] = 1; /* metre */
        put_chunk (sink, "pHYs", density, sizeof density);
    }
    if (!put_pixels (page, colour, sink))
        return false;
    put_chunk (sink, "IEND", NULL, 0);
    return true;
}
