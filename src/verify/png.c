/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/png.h"

#include "verify/zip-inside.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDE_MAX = 32767,
    PIXELS_MAX = 100000000,
    DENSITY_MAX = 1000000,
};

typedef struct Png {
    MugaiCheck *check;
    const uint8_t *d;
    size_t size;
    size_t at;
    /* the chunk in hand */
    const uint8_t *type; /* 4 bytes */
    const uint8_t *data;
    uint32_t length;
    /* what IHDR and PLTE say */
    uint32_t width, height;
    unsigned depth, colour, entries;
    /* pixel data, joined */
    uint8_t *stream;
    size_t streamed;
} Png;

static uint32_t
be32 (const uint8_t *d)
{
    return (uint32_t)d[0] << 24 | (uint32_t)d[1] << 16 | (uint32_t)d[2] << 8 | d[3];
}

static bool
refuse (Png *p, const char *clause, const char *why)
{
    return mugai_refuse (p->check, clause, p->at, why);
}

/* Read the chunk at p->at, without moving. */
static bool
look (Png *p)
{
    size_t left = p->size - p->at;

    if (left < 12 || be32 (p->d + p->at) > left - 12)
        return refuse (p, "P-2", "chunk that reaches beyond the file");
    p->length = be32 (p->d + p->at);
    p->type = p->d + p->at + 4;
    p->data = p->type + 4;
    if (libdeflate_crc32 (0, p->type, p->length + (size_t)4) != be32 (p->data + p->length))
        return refuse (p, "P-3", "CRC of a chunk");
    return true;
}

static bool
is (const Png *p, const char *type)
{
    return memcmp (p->type, type, 4) == 0;
}

static bool
next (Png *p)
{
    p->at += (size_t)p->length + 12;
    return look (p);
}

static unsigned
channels (const Png *p)
{
    static const unsigned count[] = { 1, 0, 3, 1, 2, 0, 4 };

    return count[p->colour];
}

static bool
check_ihdr (Png *p)
{
    if (!is (p, "IHDR"))
        return refuse (p, "P-2", "the first chunk is not IHDR");
    if (p->length != 13)
        return refuse (p, "P-4", "IHDR has not 13 bytes");
    p->width = be32 (p->data);
    p->height = be32 (p->data + 4);
    p->depth = p->data[8];
    p->colour = p->data[9];
    if (p->width < 1 || p->width > SIDE_MAX || p->height < 1 || p->height > SIDE_MAX ||
        (uint64_t)p->width * p->height > PIXELS_MAX)
        return refuse (p, "P-4", "size of the image");
    bool small = p->depth == 1 || p->depth == 2 || p->depth == 4;
    if (p->colour > 6 || channels (p) == 0 ||
        !(p->depth == 8 || (small && (p->colour == 0 || p->colour == 3))))
        return refuse (p, "P-4", "colour type and depth");
    if (p->data[10] != 0 || p->data[11] != 0 || p->data[12] != 0)
        return refuse (p, "P-4", "compression, filter or interlace method");
    return true;
}

static bool
check_phys (Png *p)
{
    if (p->length != 9)
        return false;
    uint32_t x = be32 (p->data), y = be32 (p->data + 4);
    return x >= 1 && x <= DENSITY_MAX && y >= 1 && y <= DENSITY_MAX && p->data[8] <= 1;
}

static bool
check_palette (Png *p)
{
    p->entries = p->length / 3;
    return p->colour == 3 && p->length % 3 == 0 && p->entries >= 1 && p->entries <= 1u << p->depth;
}

static bool
check_transparency (Png *p)
{
    unsigned samples = p->colour == 0 ? 1 : 3;

    if (p->colour == 3)
        return p->length >= 1 && p->length <= p->entries;
    if ((p->colour != 0 && p->colour != 2) || p->length != 2 * samples)
        return false;
    for (unsigned i = 0; i < samples; i++)
        if ((p->data[2 * i] << 8 | p->data[2 * i + 1]) >= 1 << p->depth)
            return false;
    return true;
}

/* The optional chunks between IHDR and IDAT. */
static bool
check_middle (Png *p)
{
    bool palette = false;

    if (is (p, "sRGB") && (p->length != 1 || p->data[0] > 3))
        return refuse (p, "P-5", "sRGB");
    if (is (p, "sRGB") && !next (p))
        return false;
    if (is (p, "pHYs") && !check_phys (p))
        return refuse (p, "P-5", "pHYs");
    if (is (p, "pHYs") && !next (p))
        return false;
    if (is (p, "PLTE")) {
        palette = true;
        if (!check_palette (p))
            return refuse (p, "P-5", "PLTE");
        if (!next (p))
            return false;
    }
    if (palette != (p->colour == 3))
        return refuse (p, "P-5", "palette absent or unexpected");
    if (is (p, "tRNS") && !check_transparency (p))
        return refuse (p, "P-5", "tRNS");
    return !is (p, "tRNS") || next (p);
}

static bool
join_pixels (Png *p)
{
    if (!is (p, "IDAT"))
        return refuse (p, "P-2", "a chunk that is none of the enumerated, or out of order");
    p->stream = mugai_check_scratch (p->check, p->size);
    if (p->stream == NULL)
        return false;
    while (is (p, "IDAT")) {
        if (p->length == 0)
            return refuse (p, "P-5", "empty IDAT");
        memcpy (p->stream + p->streamed, p->data, p->length);
        p->streamed += p->length;
        if (!next (p))
            return false;
    }
    return true;
}

/* No index past the palette. @depth: 1, 2, 4 or 8. */
static bool
check_indexes (const Png *p, const uint8_t *row)
{
    unsigned mask = (1u << p->depth) - 1;

    if (p->colour != 3 || p->entries > mask)
        return true;
    for (size_t x = 0; x < p->width; x++)
        if ((row[x * p->depth / 8] >> (8 - p->depth - x * p->depth % 8) & mask) >= p->entries)
            return false;
    return true;
}

/* No colour behind full transparency. */
static bool
check_clear (const Png *p, const uint8_t *row)
{
    unsigned n = channels (p);

    if (p->colour != 4 && p->colour != 6)
        return true;
    for (size_t x = 0; x < p->width; x++, row += n)
        for (unsigned c = 0; c + 1 < n && row[n - 1] == 0; c++)
            if (row[c] != 0)
                return false;
    return true;
}

/* @row: begins with its filter byte, @size bytes follow. */
static bool
check_row (const Png *p, const uint8_t *row, size_t size)
{
    unsigned unused = (8 - p->width * channels (p) * p->depth % 8) % 8;

    return row[0] == 0 && (row[size] & ((1u << unused) - 1)) == 0 && check_indexes (p, row + 1) &&
           check_clear (p, row + 1);
}

static bool
check_rows (Png *p, uint8_t *pixels, size_t row, size_t size)
{
    size_t in = 0, out = 0;
    struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();

    if (inflater == NULL)
        return refuse (p, "L-3", "not enough memory to inflate");
    enum libdeflate_result result =
        libdeflate_zlib_decompress_ex (inflater, p->stream, p->streamed, pixels, size, &in, &out);
    libdeflate_free_decompressor (inflater);
    if (result != LIBDEFLATE_SUCCESS || in != p->streamed || out != size)
        return refuse (p, "P-6", "pixel data is no zlib stream of the exact size");
    for (size_t at = 0; at < size; at += row)
        if (!check_row (p, pixels + at, row - 1))
            return refuse (p, "P-7", "filter or content of a row");
    return true;
}

static bool
check_pixels (Png *p)
{
    size_t row = ((size_t)p->width * channels (p) * p->depth + 7) / 8 +
                 1; /* at most 131069: no overflow below */
    uint64_t size = (uint64_t)row * p->height;

    if (size > p->check->limits->expanded)
        return refuse (p, "P-6", "more pixels than limits.expanded allows");
    uint8_t *pixels = mugai_check_scratch (p->check, size);
    bool ok = pixels != NULL && check_rows (p, pixels, row, (size_t)size);
    free (pixels);
    return ok;
}

static bool
check_chunks (Png *p)
{
    p->at = 8;
    if (!look (p) || !check_ihdr (p) || !next (p) || !check_middle (p) || !join_pixels (p))
        return false;
    if (!is (p, "IEND"))
        return refuse (p, "P-2", "a chunk that is none of the enumerated, or out of order");
    if (p->length != 0)
        return refuse (p, "P-5", "IEND is not empty");
    if (p->at + 12 != p->size)
        return refuse (p, "P-8", "bytes after IEND");
    if (mugai_zip_inside (p->d, p->size))
        return refuse (p, "P-9", "a ZIP archive hides in the image");
    return check_pixels (p);
}

bool
mugai_png_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    Png p = { .check = check, .d = d, .size = size };

    if (size < 8 || memcmp (d, "\x89PNG\r\n\x1a\n", 8) != 0)
        return mugai_refuse (check, "P-1", 0, "no PNG signature");
    bool ok = check_chunks (&p);
    free (p.stream);
    return ok;
}
