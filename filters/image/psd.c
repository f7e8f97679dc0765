/* SPDX-License-Identifier: Apache-2.0
 *
 * psd: Photoshop's documents (PSD, PSB): the merged picture that every reader shows, raw or packed
 * bits, 1, 8 and 16 bits; bitmap, grey, palette, RGB, CMYK, duotone as grey. Layers are passed
 * over. Deliberately not done: Lab, multichannel, 32 bits, deflated pictures. Source: Adobe
 * Photoshop File Formats Specification.
 */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

enum { BITMAP = 0, GREY = 1, INDEXED = 2, RGB = 3, CMYK = 4, DUOTONE = 8 };
enum { RESOLUTION = 1005, PROFILE = 1039, RESOURCES_MAX = 10000 };

typedef struct Psd {
    const uint8_t *at, *end;
    bool bad, big;
    unsigned planes, depth, mode;
    uint32_t width, height;
    const uint8_t *palette; /* 256 reds, greens, blues */
} Psd;

static uint64_t
take (Psd *p, unsigned bytes)
{
    uint64_t value = 0;

    if ((size_t)(p->end - p->at) < bytes) {
        p->bad = true;
        p->at = p->end;
        return 0;
    }
    for (; bytes > 0; bytes--)
        value = value << 8 | *p->at++;
    return value;
}

/* A block of @size bytes. Returns: (borrowed) where it begins. */
static const uint8_t *
block (Psd *p, uint64_t size)
{
    const uint8_t *at = p->at;

    if (size > (uint64_t)(p->end - p->at)) {
        p->bad = true;
        p->at = p->end;
        return at;
    }
    p->at += size;
    return at;
}

static MugaiImageError
read_head (Psd *p)
{
    uint64_t version;

    if (take (p, 4) != 0x38425053) /* 8BPS */
        return MUGAI_IMAGE_MALFORMED;
    version = take (p, 2);
    p->big = version == 2;
    block (p, 6);
    p->planes = (unsigned)take (p, 2);
    p->height = (uint32_t)take (p, 4);
    p->width = (uint32_t)take (p, 4);
    p->depth = (unsigned)take (p, 2);
    p->mode = (unsigned)take (p, 2);
    if (p->bad || version < 1 || version > 2 || p->planes < 1 || p->planes > 56)
        return MUGAI_IMAGE_MALFORMED;
    return MUGAI_IMAGE_OK;
}

/* One image resource; only two are of interest. */
static void
take_resource (Psd *p, MugaiImage *image)
{
    block (p, 4); /* 8BIM */
    unsigned id = (unsigned)take (p, 2);
    uint64_t name = take (p, 1);
    block (p, name + (name % 2 == 0 ? 1 : 0));
    uint64_t size = take (p, 4);
    const uint8_t *at = block (p, size);
    if (p->bad)
        return;
    if (size % 2 == 1 && p->at < p->end)
        p->at++;
    if (id == RESOLUTION && size >= 16) /* 16.16 dots per inch */
        mugai_image_set_density (image, (at[0] << 8 | at[1]) / 0.0254,
                                 (at[8] << 8 | at[9]) / 0.0254);
    else if (id == PROFILE)
        mugai_image_set_icc (image, at, (size_t)size);
}

static void
read_sections (Psd *p, MugaiImage *image)
{
    uint64_t size = take (p, 4);
    const uint8_t *palette = block (p, size);
    if (!p->bad && size >= 768)
        p->palette = palette;
    size = take (p, 4);
    Psd resources = { .at = p->at };
    block (p, size);
    resources.end = p->at;
    for (int i = 0; i < RESOURCES_MAX && resources.at < resources.end && !resources.bad; i++)
        take_resource (&resources, image);
    block (p, take (p, p->big ? 8 : 4)); /* layers */
}

/* Packed bits (TIFF 6.0, section 9) of one row. What is missing stays 0. */
static void
unpack (const uint8_t *at, size_t size, uint8_t *to, size_t room)
{
    while (size > 0 && room > 0) {
        unsigned code = *at++;
        size--;
        size_t n = code < 128 ? code + 1u : code > 128 ? 257u - code : 0;
        n = n < room ? n : room;
        if (code < 128) {
            n = n < size ? n : size;
            memcpy (to, at, n);
            at += n;
            size -= n;
        } else if (n > 0) {
            if (size == 0)
                return;
            memset (to, *at++, n);
            size--;
        }
        to += n;
        room -= n;
    }
}

static uint8_t
sample (const Psd *p, const uint8_t *row, uint32_t x)
{
    if (p->depth == 1)
        return (row[x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 255;
    return row[(size_t)x * (p->depth / 8)];
}

static void
put_row (const Psd *p, const uint8_t *row, unsigned plane, uint32_t y, MugaiImage *image)
{
    uint8_t *to = image->pixels + (size_t)y * image->width * image->channels;

    for (uint32_t x = 0; x < image->width; x++, to += image->channels) {
        uint8_t value = sample (p, row, x);
        if (p->mode == INDEXED)
            for (unsigned c = 0; c < 3; c++)
                to[c] = p->palette[256 * c + value];
        else
            to[plane] = p->mode == CMYK ? (uint8_t)(255 - value) : value;
    }
}

static MugaiImageError
read_planes (Psd *p, unsigned wanted, MugaiImage *image)
{
    size_t row = ((size_t)p->width * p->depth + 7) / 8, count = (size_t)p->planes * p->height;
    uint64_t packed = take (p, 2);
    const uint8_t *sizes = packed == 1 ? block (p, count * (p->big ? 4 : 2)) : NULL;
    uint8_t *line = calloc (1, row);

    if (line == NULL)
        return MUGAI_IMAGE_MEMORY;
    bool any = false;
    for (size_t i = 0; i < (size_t)wanted * p->height && !p->bad; i++) {
        Psd length = { .at = sizes, .end = p->end };
        if (sizes != NULL)
            length.at += i * (p->big ? 4 : 2);
        uint64_t size = sizes != NULL ? take (&length, p->big ? 4 : 2) : row;
        const uint8_t *at = block (p, size);
        if (p->bad)
            break;
        memset (line, 0, row);
        if (sizes != NULL)
            unpack (at, (size_t)size, line, row);
        else
            memcpy (line, at, row);
        put_row (p, line, (unsigned)(i / p->height), (uint32_t)(i % p->height), image);
        any = true;
    }
    free (line);
    image->damaged = p->bad;
    return any ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}

/* Channels of the picture; 0: not supported. */
static unsigned
channels_of (const Psd *p)
{
    bool whole = p->depth == 8 || p->depth == 16;

    switch (p->mode) {
    case BITMAP:
        return p->depth == 1 ? 1 : 0;
    case GREY:
    case DUOTONE:
        return whole ? 1 : 0;
    case INDEXED:
        return p->depth == 8 && p->palette != NULL ? 3 : 0;
    case RGB:
        return whole && p->planes >= 3 ? 3 : 0;
    case CMYK:
        return whole && p->planes >= 4 ? 4 : 0;
    default:
        return 0;
    }
}

MugaiImageError
mugai_psd_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    Psd p = { .at = data, .end = data + size };
    MugaiImageError error = read_head (&p);

    if (error == MUGAI_IMAGE_OK)
        error = mugai_image_fits (p.width, p.height, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    read_sections (&p, ret);
    unsigned channels = channels_of (&p);
    if (p.bad)
        return MUGAI_IMAGE_MALFORMED;
    if (channels == 0 || (p.end - p.at >= 2 && (p.at[0] != 0 || p.at[1] > 1)))
        return MUGAI_IMAGE_UNSUPPORTED;
    error = mugai_image_make (ret, p.width, p.height, channels, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    ret->cmyk = p.mode == CMYK;
    if (!ret->cmyk)
        memset (ret->pixels, 255, (size_t)p.width * p.height * channels);
    return read_planes (&p, p.mode == INDEXED ? 1 : channels, ret);
}
