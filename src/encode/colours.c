/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/colours.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024 };

static unsigned
slot_of (const MugaiColours *c, uint32_t pixel)
{
    unsigned at = (pixel * 0x9e3779b1u) >> 22;

    while (c->slot[at] != 0 && c->entry[c->slot[at] - 1] != pixel)
        at = (at + 1) % SLOTS;
    return at;
}

static void
add (MugaiColours *c, uint32_t pixel)
{
    uint32_t grey = (pixel & 0xff) * 0x10101u;

    c->colour = c->colour || (pixel & 0xffffff) != grey;
    c->alpha = c->alpha || pixel >> 24 != 255;
    if (c->count > MUGAI_COLOURS_MAX)
        return;
    unsigned at = slot_of (c, pixel);
    if (c->slot[at] != 0)
        return;
    if (c->count < MUGAI_COLOURS_MAX) {
        c->entry[c->count] = pixel;
        c->slot[at] = (uint16_t)(c->count + 1);
    }
    c->count++;
}

static int
ascending (const void *a, const void *b)
{
    uint32_t x, y;

    memcpy (&x, a, sizeof x);
    memcpy (&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static void
sort (MugaiColours *c)
{
    qsort (c->entry, c->count, sizeof c->entry[0], ascending);
    memset (c->slot, 0, sizeof c->slot);
    for (unsigned i = 0; i < c->count; i++)
        c->slot[slot_of (c, c->entry[i])] = (uint16_t)(i + 1);
}

void
mugai_colours_count (const MugaiFramesPage *page, MugaiColours *ret)
{
    size_t depth = mugai_frames_depth (page->format);
    size_t count = (size_t)page->width * page->height;
    const uint8_t *at = page->pixels;
    uint32_t before = 0;

    memset (ret, 0, sizeof *ret);
    for (size_t i = 0; i < count; i++, at += depth) {
        uint32_t pixel = mugai_colours_pixel (at, page->format);
        if (i == 0 || pixel != before)
            add (ret, pixel);
        before = pixel;
        if (ret->count > MUGAI_COLOURS_MAX && ret->colour && (ret->alpha || depth == 3))
            break; /* nothing more to learn */
    }
    if (ret->count <= MUGAI_COLOURS_MAX)
        sort (ret);
}

unsigned
mugai_colours_index (const MugaiColours *colours, uint32_t pixel)
{
    unsigned slot = colours->slot[slot_of (colours, pixel)];

    return slot > 0 ? slot - 1 : 0;
}
