/* SPDX-License-Identifier: Apache-2.0
 *
 * ico: Windows icons and cursors: the largest entry, a PNG or a bitmap without its file header. How
 * it works: a bitmap gets a file header and half its height, goes through bmp.c, then the mask of
 * transparent pixels, which stands behind the colours, is applied. Source: [MS-WMF], ICO notes of
 * Microsoft.
 */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

enum { DIRECTORY = 6, ENTRY = 16, ENTRIES_MAX = 256, FILE_HEADER = 14, HEADER = 40 };

typedef struct Entry {
    size_t offset, size;
    unsigned width, bits;
} Entry;

static uint32_t
u32 (const uint8_t *d)
{
    return (uint32_t)d[0] | (uint32_t)d[1] << 8 | (uint32_t)d[2] << 16 | (uint32_t)d[3] << 24;
}

static void
put32 (uint8_t *d, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        d[i] = (uint8_t)(value >> 8 * i);
}

/* The widest, of these the one with the most colours. Returns: false: none. */
static bool
choose (const uint8_t *data, size_t size, Entry *ret)
{
    unsigned count = size >= DIRECTORY ? (unsigned)(data[4] | data[5] << 8) : 0;
    bool icon = count > 0 && data[2] == 1, found = false;

    for (unsigned i = 0; i < count && i < ENTRIES_MAX; i++) {
        const uint8_t *d = data + DIRECTORY + (size_t)ENTRY * i;
        if (size < DIRECTORY + (size_t)ENTRY * (i + 1))
            break;
        Entry e = { .offset = u32 (d + 12),
                    .size = u32 (d + 8),
                    .width = d[0] != 0 ? d[0] : 256,
                    .bits = icon ? (unsigned)(d[6] | d[7] << 8) : 0 };
        if (e.offset >= size || size - e.offset < 8)
            continue;
        if (e.size > size - e.offset)
            e.size = size - e.offset;
        if (!found || e.width > ret->width || (e.width == ret->width && e.bits > ret->bits))
            *ret = e;
        found = true;
    }
    return found;
}

/* Pixels are transparent where the mask has a 1. Bits of it that are missing are 0. */
static void
apply_mask (MugaiImage *image, const uint8_t *mask, size_t size)
{
    size_t stride = ((size_t)image->width + 31) / 32 * 4;

    for (uint32_t y = 0; y < image->height; y++)
        for (uint32_t x = 0; x < image->width; x++) {
            size_t at = (size_t)(image->height - 1 - y) * stride + x / 8;
            if (at < size && (mask[at] >> (7 - x % 8) & 1) != 0)
                image->pixels[4 * ((size_t)y * image->width + x) + 3] = 0;
        }
}

static MugaiImageError
add_alpha (MugaiImage *image)
{
    size_t count = (size_t)image->width * image->height;
    uint8_t *pixels = malloc (count * 4);

    if (pixels == NULL)
        return MUGAI_IMAGE_MEMORY;
    for (size_t i = 0; i < count; i++) {
        memcpy (pixels + 4 * i, image->pixels + 3 * i, 3);
        pixels[4 * i + 3] = 255;
    }
    free (image->pixels);
    image->pixels = pixels;
    image->channels = 4;
    return MUGAI_IMAGE_OK;
}

static MugaiImageError
read_bitmap (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    if (size < HEADER || u32 (data) != HEADER)
        return MUGAI_IMAGE_MALFORMED;
    unsigned bits = (unsigned)(data[14] | data[15] << 8);
    uint32_t used = u32 (data + 32), width = u32 (data + 4), height = u32 (data + 8) / 2;
    MugaiImageError error = mugai_image_fits (width, height, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    size_t colours = bits <= 8 ? (used > 0 && used <= 256 ? used : (size_t)1 << bits) : 0;
    uint8_t *file = malloc (FILE_HEADER + size);
    if (file == NULL)
        return MUGAI_IMAGE_MEMORY;
    memcpy (file, "BM\0\0\0\0\0\0\0\0", 10);
    put32 (file + 10, (uint32_t)(FILE_HEADER + HEADER + 4 * colours));
    memcpy (file + FILE_HEADER, data, size);
    put32 (file + FILE_HEADER + 8, height);
    put32 (file + FILE_HEADER + 24, 0); /* no resolution */
    put32 (file + FILE_HEADER + 28, 0);
    error = mugai_bmp_read_alpha (file, FILE_HEADER + size, limits, ret);
    free (file);
    if (error == MUGAI_IMAGE_OK && ret->channels == 3)
        error = add_alpha (ret);
    size_t mask = HEADER + 4 * colours + ((size_t)width * bits + 31) / 32 * 4 * height;
    if (error == MUGAI_IMAGE_OK && mask < size)
        apply_mask (ret, data + mask, size - mask);
    return error;
}

MugaiImageError
mugai_ico_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    Entry entry = { 0 };

    if (!choose (data, size, &entry))
        return MUGAI_IMAGE_MALFORMED;
    const uint8_t *at = data + entry.offset;
    if (memcmp (at, "\x89PNG\r\n\x1a\n", 8) == 0)
        return mugai_png_read (at, entry.size, limits, ret);
    return read_bitmap (at, entry.size, limits, ret);
}
