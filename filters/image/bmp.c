/* SPDX-License-Identifier: Apache-2.0
 *
 * bmp: Windows bitmaps: OS/2 and Windows headers (12, 40, 52, 56, 108, 124 bytes), 1, 2, 4, 8, 16,
 * 24 and 32 bits, RLE4, RLE8, bit fields with alpha. Deliberately not done: embedded JPEG and PNG,
 * colour profiles, OS/2 Huffman and RLE24. How it works: everything is read with bounds into a
 * description first; then rows are unpacked into RGB or RGBA. Rows that are missing at the end of a
 * cut file stay white, as other readers show it, as long as there is at least one. Source:
 * [MS-WMF] 2.2.2, BITMAPINFOHEADER, BITMAPV5HEADER.
 */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

enum { RGB = 0, RLE8 = 1, RLE4 = 2, BITFIELDS = 3, ALPHA_BITFIELDS = 6 };
enum { FILE_HEADER = 14, COLOURS = 256 };

typedef struct Mask {
    uint32_t mask;
    unsigned shift;
    uint32_t max; /* mask >> shift */
} Mask;

typedef struct Bmp {
    const uint8_t *data;
    size_t size;
    uint32_t header;
    uint32_t width, height;
    bool top_down;
    unsigned bits;
    uint32_t compression, offset;
    uint32_t per_metre_x, per_metre_y;
    unsigned colours;
    uint8_t palette[COLOURS][3];
    Mask red, green, blue, alpha;
} Bmp;

static uint32_t
u16 (const Bmp *b, size_t at)
{
    return at + 2 <= b->size ? (uint32_t)(b->data[at] | b->data[at + 1] << 8) : 0;
}

static uint32_t
u32 (const Bmp *b, size_t at)
{
    return u16 (b, at) | u16 (b, at + 2) << 16;
}

static Mask
mask_of (uint32_t mask)
{
    Mask m = { .mask = mask };

    while (mask != 0 && (mask & 1) == 0) {
        mask >>= 1;
        m.shift++;
    }
    m.max = mask;
    return m;
}

static uint8_t
masked (uint32_t value, const Mask *m)
{
    if (m->max == 0)
        return 0;
    uint64_t part = (value & m->mask) >> m->shift;
    return (uint8_t)((part * 255 + m->max / 2) / m->max);
}

static void
read_masks (Bmp *b)
{
    bool given = b->compression == BITFIELDS || b->compression == ALPHA_BITFIELDS;
    size_t at = FILE_HEADER + 40; /* behind a header of 40 bytes, inside a larger one */

    if (given) {
        b->red = mask_of (u32 (b, at));
        b->green = mask_of (u32 (b, at + 4));
        b->blue = mask_of (u32 (b, at + 8));
        if (b->header >= 56 || b->compression == ALPHA_BITFIELDS)
            b->alpha = mask_of (u32 (b, at + 12));
    } else if (b->bits == 16) {
        b->red = mask_of (0x7c00);
        b->green = mask_of (0x03e0);
        b->blue = mask_of (0x001f);
    } else {
        b->red = mask_of (0xff0000);
        b->green = mask_of (0xff00);
        b->blue = mask_of (0xff);
    }
}

static void
read_palette (Bmp *b, uint32_t used)
{
    size_t entry = b->header == 12 ? 3 : 4;
    size_t at = FILE_HEADER + (size_t)b->header;
    unsigned most = b->bits <= 8 ? 1u << b->bits : 0;

    if (b->compression == BITFIELDS && b->header == 40)
        at += 12;
    b->colours = used > 0 && used < most ? used : most;
    for (unsigned i = 0; i < b->colours && at + (i + 1) * entry <= b->size; i++)
        for (unsigned c = 0; c < 3; c++)
            b->palette[i][c] = b->data[at + i * entry + 2 - c];
}

static MugaiImageError
check (const Bmp *b)
{
    bool indexed = b->bits == 1 || b->bits == 2 || b->bits == 4 || b->bits == 8;

    switch (b->compression) {
    case RGB:
        if (!indexed && b->bits != 16 && b->bits != 24 && b->bits != 32)
            return MUGAI_IMAGE_UNSUPPORTED;
        break;
    case RLE8:
    case RLE4:
        if (b->bits != (b->compression == RLE8 ? 8u : 4u) || b->top_down)
            return MUGAI_IMAGE_MALFORMED;
        break;
    case BITFIELDS:
    case ALPHA_BITFIELDS:
        if (b->bits != 16 && b->bits != 32)
            return MUGAI_IMAGE_MALFORMED;
        break;
    default:
        return MUGAI_IMAGE_UNSUPPORTED;
    }
    return b->offset < b->size ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}

static MugaiImageError
read_header (Bmp *b)
{
    uint32_t used = 0;

    if (b->size < FILE_HEADER + 12 || b->data[0] != 'B' || b->data[1] != 'M')
        return MUGAI_IMAGE_MALFORMED;
    b->offset = u32 (b, 10);
    b->header = u32 (b, 14);
    if (b->header == 12) {
        b->width = u16 (b, 18);
        b->height = u16 (b, 20);
        b->bits = u16 (b, 24);
    } else if (b->header >= 40 && b->header <= 124) {
        if (b->size < FILE_HEADER + 40)
            return MUGAI_IMAGE_MALFORMED;
        uint32_t height = u32 (b, 22);
        b->width = u32 (b, 18);
        b->top_down = (height & 0x80000000u) != 0;
        b->height = b->top_down ? 0u - height : height;
        b->bits = u16 (b, 28);
        b->compression = u32 (b, 30);
        b->per_metre_x = u32 (b, 38);
        b->per_metre_y = u32 (b, 42);
        used = u32 (b, 46);
    } else {
        return MUGAI_IMAGE_UNSUPPORTED;
    }
    MugaiImageError error = check (b);
    if (error == MUGAI_IMAGE_OK) {
        read_palette (b, used);
        read_masks (b);
    }
    return error;
}

/* Where row @y of the file goes. */
static uint8_t *
row_of (const Bmp *b, MugaiImage *image, uint32_t y)
{
    uint32_t row = b->top_down ? y : b->height - 1 - y;

    return image->pixels + (size_t)row * b->width * image->channels;
}

static void
put_index (const Bmp *b, uint8_t *to, unsigned index)
{
    memcpy (to, b->palette[index < COLOURS ? index : 0], 3);
}

static void
unpack_row (const Bmp *b, const uint8_t *from, uint8_t *to, unsigned channels)
{
    for (uint32_t x = 0; x < b->width; x++, to += channels) {
        if (b->bits <= 8) {
            unsigned per = 8 / b->bits;
            unsigned shift = 8 - b->bits * (x % per + 1);
            put_index (b, to, from[x / per] >> shift & ((1u << b->bits) - 1));
        } else if (b->bits == 24) {
            to[0] = from[3 * (size_t)x + 2];
            to[1] = from[3 * (size_t)x + 1];
            to[2] = from[3 * (size_t)x];
        } else {
            const uint8_t *p = from + (size_t)x * (b->bits / 8);
            uint32_t value = (uint32_t)(p[0] | p[1] << 8);
            if (b->bits == 32)
                value |= (uint32_t)(p[2] | p[3] << 8) << 16;
            to[0] = masked (value, &b->red);
            to[1] = masked (value, &b->green);
            to[2] = masked (value, &b->blue);
            if (channels == 4)
                to[3] = masked (value, &b->alpha);
        }
    }
}

static MugaiImageError
read_rows (const Bmp *b, MugaiImage *image)
{
    size_t stride = ((size_t)b->width * b->bits + 31) / 32 * 4;
    size_t least = ((size_t)b->width * b->bits + 7) / 8;
    const uint8_t *at = b->data + b->offset;
    size_t left = b->size - b->offset;

    if (left < least)
        return MUGAI_IMAGE_MALFORMED;
    for (uint32_t y = 0; y < b->height && left >= least; y++) {
        unpack_row (b, at, row_of (b, image, y), image->channels);
        size_t step = left < stride ? left : stride;
        at += step;
        left -= step;
    }
    return MUGAI_IMAGE_OK;
}

typedef struct Rle {
    const uint8_t *at, *end;
    uint32_t x, y;
} Rle;

static void
rle_pixel (const Bmp *b, MugaiImage *image, Rle *r, unsigned index)
{
    if (r->x < b->width && r->y < b->height)
        put_index (b, row_of (b, image, r->y) + (size_t)r->x * image->channels, index);
    if (r->x < b->width)
        r->x++;
}

/* @count pixels that stand in the file as they are, padded to two bytes. Returns: false at the end
 * of the file. */
static bool
rle_absolute (const Bmp *b, MugaiImage *image, Rle *r, unsigned count)
{
    size_t bytes = b->bits == 8 ? count : (count + 1) / 2;

    if ((size_t)(r->end - r->at) < bytes)
        return false;
    for (unsigned i = 0; i < count; i++)
        rle_pixel (b, image, r,
                   b->bits == 8 ? r->at[i] : r->at[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15u);
    r->at += bytes;
    if (bytes % 2 == 1 && r->at < r->end)
        r->at++;
    return true;
}

static void
rle_run (const Bmp *b, MugaiImage *image, Rle *r, unsigned count, unsigned value)
{
    for (unsigned i = 0; i < count; i++)
        rle_pixel (b, image, r, b->bits == 8 ? value : value >> (i % 2 == 0 ? 4 : 0) & 15u);
}

/* Linear: two bytes of input make at most 255 pixels, and steps past the picture make none. */
static MugaiImageError
read_rle (const Bmp *b, MugaiImage *image)
{
    Rle r = { .at = b->data + b->offset, .end = b->data + b->size };

    while (r.end - r.at >= 2 && r.y < b->height) {
        unsigned count = r.at[0], value = r.at[1];
        r.at += 2;
        if (count > 0) {
            rle_run (b, image, &r, count, value);
        } else if (value == 0) {
            r.x = 0;
            r.y++;
        } else if (value == 1) {
            break;
        } else if (value == 2) {
            if (r.end - r.at < 2)
                break;
            r.x = b->width - r.x < r.at[0] ? b->width : r.x + r.at[0];
            r.y += r.at[1];
            r.at += 2;
        } else if (!rle_absolute (b, image, &r, value)) {
            break;
        }
    }
    return MUGAI_IMAGE_OK;
}

/* Many programs leave alpha at 0 everywhere and mean an opaque picture. */
static void
mend_alpha (MugaiImage *image)
{
    size_t count = (size_t)image->width * image->height;
    uint8_t any = 0;

    for (size_t i = 0; i < count; i++)
        any |= image->pixels[4 * i + 3];
    for (size_t i = 0; any == 0 && i < count; i++)
        image->pixels[4 * i + 3] = 255;
}

static MugaiImageError
read_bmp (const uint8_t *data, size_t size, bool icon, const MugaiImageLimits *limits,
          MugaiImage *ret)
{
    Bmp b = { .data = data, .size = size };
    MugaiImageError error = read_header (&b);

    if (icon && b.bits == 32 && b.alpha.max == 0)
        b.alpha = mask_of (0xff000000u);
    if (error == MUGAI_IMAGE_OK)
        error = mugai_image_make (ret, b.width, b.height, b.alpha.max > 0 ? 4 : 3, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    memset (ret->pixels, 255, (size_t)b.width * b.height * ret->channels);
    ret->dpi_x = (uint32_t)((b.per_metre_x * (uint64_t)254 + 5000) / 10000);
    ret->dpi_y = (uint32_t)((b.per_metre_y * (uint64_t)254 + 5000) / 10000);
    error =
        b.compression == RLE8 || b.compression == RLE4 ? read_rle (&b, ret) : read_rows (&b, ret);
    if (error == MUGAI_IMAGE_OK && ret->channels == 4)
        mend_alpha (ret);
    return error;
}

MugaiImageError
mugai_bmp_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    return read_bmp (data, size, false, limits, ret);
}

MugaiImageError
mugai_bmp_read_alpha (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                      MugaiImage *ret)
{
    return read_bmp (data, size, true, limits, ret);
}
