/* SPDX-License-Identifier: Apache-2.0 */
#include "image/exif.h"

#include <string.h>

enum { ORIENTATION = 0x112, X_RESOLUTION = 0x11a, Y_RESOLUTION = 0x11b, UNIT = 0x128 };
enum { SHORT = 3, RATIONAL = 5, ENTRIES = 256 };

typedef struct Exif {
    const uint8_t *data;
    size_t size;
    bool big;
} Exif;

static uint32_t
u16 (const Exif *e, size_t at)
{
    if (at > e->size || e->size - at < 2)
        return 0;
    return e->big ? (uint32_t)(e->data[at] << 8 | e->data[at + 1])
                  : (uint32_t)(e->data[at + 1] << 8 | e->data[at]);
}

static uint32_t
u32 (const Exif *e, size_t at)
{
    uint32_t first = u16 (e, at), second = u16 (e, at + 2);

    return e->big ? first << 16 | second : second << 16 | first;
}

static double
rational (const Exif *e, size_t at)
{
    uint32_t below = u32 (e, at + 4);

    return below != 0 ? (double)u32 (e, at) / below : 0;
}

void
mugai_exif_read (const uint8_t *data, size_t size, MugaiImage *image)
{
    double x = 0, y = 0, unit = 0.0254;

    if (size >= 6 && memcmp (data, "Exif\0\0", 6) == 0)
        data += 6, size -= 6;
    if (size < 8 || (memcmp (data, "II*\0", 4) != 0 && memcmp (data, "MM\0*", 4) != 0))
        return;
    Exif e = { .data = data, .size = size, .big = data[0] == 'M' };
    size_t at = u32 (&e, 4);
    uint32_t entries = u16 (&e, at);
    for (uint32_t i = 0; i < entries && i < ENTRIES; i++) {
        size_t entry = at + 2 + (size_t)12 * i;
        uint32_t tag = u16 (&e, entry), type = u16 (&e, entry + 2), value = u16 (&e, entry + 8);
        if (tag == ORIENTATION && type == SHORT && value >= 1 && value <= 8)
            image->orientation = value;
        else if (tag == UNIT && type == SHORT)
            unit = value == 3 ? 0.01 : 0.0254;
        else if (tag == X_RESOLUTION && type == RATIONAL)
            x = rational (&e, u32 (&e, entry + 8));
        else if (tag == Y_RESOLUTION && type == RATIONAL)
            y = rational (&e, u32 (&e, entry + 8));
    }
    if (image->dpi_x == 0)
        mugai_image_set_density (image, x / unit, y / unit);
}
