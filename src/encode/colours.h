/* SPDX-License-Identifier: Apache-2.0
 *
 * colours: which colours a page has, for the writers that choose a form by content. Process:
 * encode. libc only.
 */
#pragma once

#include "encode/frames.h"

enum { MUGAI_COLOURS_MAX = 256 };

/* A pixel: alpha in the high byte, then red, green, blue. One that cannot be seen is 0, so that
 * nothing hides in it. */
static inline uint32_t
mugai_colours_pixel (const uint8_t *at, mugai_pixels format)
{
    switch (format) {
    case MUGAI_PIXELS_GREY8:
        return 0xff000000u | at[0] * 0x10101u;
    case MUGAI_PIXELS_RGB8:
        return 0xff000000u | (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
    case MUGAI_PIXELS_INDEX1: /* no writer that counts colours takes these */
    case MUGAI_PIXELS_INDEX2:
    case MUGAI_PIXELS_INDEX4:
        break;
    case MUGAI_PIXELS_RGBA8:
        if (at[3] == 0)
            return 0;
        return (uint32_t)at[3] << 24 | (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
    }
    return 0;
}

typedef struct MugaiColours {
    unsigned count;                    /* distinct ones; MUGAI_COLOURS_MAX + 1: more */
    uint32_t entry[MUGAI_COLOURS_MAX]; /* ascending, so the least opaque stand first */
    bool colour;                       /* some pixel is not grey */
    bool alpha;                        /* some pixel is not opaque */
    uint16_t slot[1024];               /* hash table: 1 + index in entry */
} MugaiColours;

void mugai_colours_count (const MugaiFramesPage *page, MugaiColours *ret);

/* The place of a colour that was counted in @entry. Only when count is at most MUGAI_COLOURS_MAX.
 */
unsigned mugai_colours_index (const MugaiColours *colours, uint32_t pixel);
