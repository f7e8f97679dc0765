/* SPDX-License-Identifier: Apache-2.0 */
#include "image/form.h"

#include <string.h>

enum { COLOURS = 256, SLOTS = 1024, SMALL = 4096 };

typedef struct Seen {
    uint32_t slot[SLOTS]; /* 1 + colour */
    unsigned count;
} Seen;

static uint32_t
colour_at (const MugaiImage *image, const uint8_t *at)
{
    return image->channels == 1 ? at[0] : (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static void
note (Seen *seen, uint32_t colour)
{
    unsigned at = (colour * 0x9e3779b1u) >> 22;

    while (seen->slot[at] != 0 && seen->slot[at] != colour + 1)
        at = (at + 1) % SLOTS;
    if (seen->slot[at] == 0) {
        seen->slot[at] = colour + 1;
        seen->count++;
    }
}

bool
mugai_form_is_photograph (const MugaiImage *image)
{
    Seen seen = { 0 };
    size_t count = (size_t)image->width * image->height, flat = 0;
    const uint8_t *at = image->pixels;
    uint32_t before = UINT32_MAX;

    for (size_t i = 0; i < count; i++, at += image->channels) {
        uint32_t colour = colour_at (image, at);
        if (image->channels == 4 && at[3] != 255)
            return false;
        if (colour == before)
            flat++;
        else if (seen.count <= COLOURS)
            note (&seen, colour);
        before = colour;
    }
    if (count < SMALL)
        return false;
    /* grey has 256 values at most: there the number of colours says nothing */
    if (seen.count <= (image->channels == 1 ? 64 : COLOURS))
        return false;
    return image->lossy || flat < count / 10 * 3;
}
