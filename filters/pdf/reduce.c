/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pass counts the ink (what is not white) in bins of 5 bits a channel, with the
 * exact sum of each bin, and counts the pixels that differ a little from their left or upper
 * neighbour: photographs and gradients are made of those, text and flat fills are not. White runs
 * are skipped eight pixels at a time, so an ordinary page costs little. Few soft pixels: a palette.
 * First the bins that cover much get their exact colour, so that fills stay as they are; then the
 * most frequent bins that are far from every entry so far. When that leaves much ink far from every
 * entry, there is no palette.
 *
 * What it deliberately does not do: dither (text becomes larger and ugly), cut the page into areas.
 */
#include "pdf/reduce.h"

#include <stdlib.h>
#include <string.h>

enum {
    BINS = 32768,
    SOFT = 20, /* greatest difference of a channel between neighbours of a tone */
    DARK = 40,
    LIGHT = 216, /* of green */
    SOFT_SHARE =
        400, /* a page with more than 1/400 of soft pixels is a photo: 5,400 of an A4 page */
    FILL_SHARE = 200, /* a bin of more than 1/200 of the page is a fill */
    FAR = 64,         /* Manhattan distance between entries that are no fills */
    NEAR_GREY = 8,    /* channels differ less: grey */
    LOST = 2 * FAR,   /* what is so far from every entry would be shown wrong */
    LOST_SHARE = 20,  /* more than 1/20 of the ink: no palette */
    TOP = 256,        /* bins that are looked at for entries */
};

typedef struct Bin {
    uint32_t count;
    uint32_t first; /* the colour seen first */
    uint32_t other; /* pixels of another colour */
    uint32_t red, green,
        blue; /* sums; a page has at most 10^8 pixels, so they are halved in time */
} Bin;

_Static_assert(sizeof (Bin) * BINS <= PDF_REDUCE_SCRATCH, "scratch");

typedef struct Count {
    unsigned grey; /* greatest difference of the channels of what is taken for grey */
    uint64_t ink, soft;
    bool colour;
} Count;

static unsigned
bin_of (const uint8_t *p)
{
    return (unsigned)(p[0] >> 3 << 10 | p[1] >> 3 << 5 | p[2] >> 3);
}

static uint32_t
packed (const uint8_t *p)
{
    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static unsigned
apart (unsigned a, unsigned b)
{
    return a > b ? a - b : b - a;
}

static unsigned
most (unsigned a, unsigned b, unsigned c)
{
    unsigned m = a > b ? a : b;

    return m > c ? m : c;
}

/* Greatest difference of a channel. */
static unsigned
step (const uint8_t *p, const uint8_t *q)
{
    return most (apart (p[0], q[0]), apart (p[1], q[1]), apart (p[2], q[2]));
}

static void
count_ink (Bin *bins, const uint8_t *p, const uint8_t *left, const uint8_t *up, Count *count)
{
    Bin *bin = &bins[bin_of (p)];
    uint32_t colour = packed (p);
    unsigned tone = most (apart (p[0], p[1]), apart (p[1], p[2]), apart (p[0], p[2]));

    if (bin->count == 0)
        bin->first = colour;
    bin->count++;
    bin->other += colour != bin->first;
    if (bin->count <= 1u << 24) { /* more do not change the mean, and the sums do not overflow */
        bin->red += p[0];
        bin->green += p[1];
        bin->blue += p[2];
    }
    count->ink++;
    count->colour = count->colour || tone > count->grey;
    unsigned a = step (p, left), b = step (p, up);
    bool middle = p[1] > DARK && p[1] < LIGHT; /* edges of letters are soft near white and black */
    count->soft += middle && a <= SOFT && b <= SOFT && a + b > 0;
}

static bool
eight_white (const uint8_t *p)
{
    uint64_t a, b, c;

    memcpy (&a, p, 8);
    memcpy (&b, p + 8, 8);
    memcpy (&c, p + 16, 8);
    return (a & b & c) == UINT64_MAX;
}

static Count
count_all (const uint8_t *rgb, uint32_t width, uint32_t height, unsigned grey, Bin *bins)
{
    size_t row = 3 * (size_t)width;
    Count count = { .grey = grey };

    for (uint32_t y = 0; y < height; y++) {
        const uint8_t *start = rgb + y * row;
        for (uint32_t x = 0; x < width; x++) {
            const uint8_t *p = start + 3 * (size_t)x;
            if (width - x >= 8 && eight_white (p)) {
                x += 7;
                continue;
            }
            if ((p[0] & p[1] & p[2]) == 255)
                continue;
            count_ink (bins, p, x > 0 ? p - 3 : p, y > 0 ? p - row : p, &count);
        }
    }
    return count;
}

typedef struct Top {
    uint32_t count;
    uint16_t bin;
} Top;

static int
by_count (const void *a, const void *b)
{
    const Top *one = a, *other = b;

    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    return one->bin < other->bin ? -1 : one->bin > other->bin;
}

/* The bins that cover most, most first. *ret_all: are these all? Returns: how many, at most TOP. */
static unsigned
find_top (const Bin *bins, Top top[TOP], bool *ret_all)
{
    uint32_t least = 1;
    unsigned n;

    for (;;) { /* few rounds: the bound grows fast */
        n = 0;
        unsigned bin;
        for (bin = 0; bin < BINS && n < TOP; bin++)
            if (bins[bin].count >= least)
                top[n++] = (Top){ bins[bin].count, (uint16_t)bin };
        if (bin == BINS)
            break;
        least *= 4;
    }
    *ret_all = least == 1;
    qsort (top, n, sizeof top[0], by_count);
    return n;
}

static void
mean (const Bin *bin, uint8_t *rgb)
{
    uint32_t n = bin->count < 1u << 24 ? bin->count : 1u << 24;

    if (bin->other == 0) {
        rgb[0] = (uint8_t)(bin->first >> 16);
        rgb[1] = (uint8_t)(bin->first >> 8);
        rgb[2] = (uint8_t)bin->first;
        return;
    }
    rgb[0] = (uint8_t)((bin->red + n / 2) / n);
    rgb[1] = (uint8_t)((bin->green + n / 2) / n);
    rgb[2] = (uint8_t)((bin->blue + n / 2) / n);
}

static unsigned
manhattan (const uint8_t *p, const uint8_t *q)
{
    return apart (p[0], q[0]) + apart (p[1], q[1]) + apart (p[2], q[2]);
}

static bool
is_far (const uint8_t *rgb, const uint8_t *palette, unsigned n, unsigned far)
{
    for (unsigned i = 0; i < n; i++)
        if (manhattan (rgb, palette + 3 * i) < far)
            return false;
    return true;
}

static bool
is_fill (const Bin *bin, uint64_t pixels)
{
    return (uint64_t)bin->count * FILL_SHARE > pixels && bin->other < bin->count / 4;
}

/* Entries for fills, then for what is frequent and far. Returns: entries, at most @room. */
static unsigned
fill_palette (const Bin *bins, const Top *top, unsigned n_top, uint64_t pixels, bool exact,
              unsigned room, uint8_t *palette)
{
    unsigned n = 1; /* white */
    uint8_t rgb[3];

    memset (palette, 255, 3);
    for (unsigned i = 0; i < n_top && n < room; i++) {
        if (!exact && !is_fill (&bins[top[i].bin], pixels))
            continue;
        mean (&bins[top[i].bin], rgb);
        if (is_far (rgb, palette, n, exact ? 1 : 12))
            memcpy (palette + 3 * n++, rgb, 3);
    }
    for (unsigned i = 0; !exact && i < n_top && n < room; i++) {
        mean (&bins[top[i].bin], rgb);
        if (is_far (rgb, palette, n, FAR))
            memcpy (palette + 3 * n++, rgb, 3);
    }
    return n;
}

/* Black text on white, whatever its size: four even greys look like the original. */
static const uint8_t four_greys[12] = { 255, 255, 255, 170, 170, 170, 85, 85, 85, 0, 0, 0 };

/* Is the page ink that runs from white to black, without a fill of another grey? */
static bool
is_black_text (const Count *count, const Bin *bins, const Top *top, unsigned n_top, uint64_t pixels)
{
    uint8_t rgb[3];

    for (unsigned i = 0; i < n_top; i++) {
        mean (&bins[top[i].bin], rgb);
        if (rgb[0] > 24 && is_fill (&bins[top[i].bin], pixels))
            return false;
    }
    return !count->colour;
}

static void
set_palette (PdfReduced *ret, const uint8_t *palette, unsigned n)
{
    ret->kind = PDF_KIND_PALETTE;
    ret->bits = n <= 2 ? 1 : n <= 4 ? 2 : 4;
    memcpy (ret->palette, palette, 3 * (size_t)n);
    for (unsigned i = n; i < 1u << ret->bits; i++)
        memcpy (ret->palette + 3 * i, palette, 3);
}

/* Every colour has its own entry. */
static bool
is_exact (const Bin *bins, const Top *top, unsigned n_top)
{
    if (n_top > 15)
        return false;
    for (unsigned i = 0; i < n_top; i++)
        if (bins[top[i].bin].other > 0)
            return false;
    return true;
}

/* Is nearly all ink near an entry? Noise and coarse grain have few soft pixels too, but no palette
 * tells them. */
static bool
is_covered (const Bin *bins, uint64_t ink, const uint8_t *palette, unsigned n)
{
    uint64_t lost = 0;

    for (unsigned bin = 0; bin < BINS; bin++) {
        uint8_t rgb[3];
        if (bins[bin].count == 0)
            continue;
        mean (&bins[bin], rgb);
        if (is_far (rgb, palette, n, LOST))
            lost += bins[bin].count;
    }
    return lost * LOST_SHARE <= ink;
}

void
pdf_reduce_choose (const uint8_t *rgb, uint32_t width, uint32_t height, bool lossless,
                   void *scratch, PdfReduced *ret)
{
    uint64_t pixels = (uint64_t)width * height;
    Bin *bins = memset (scratch, 0, sizeof (Bin) * BINS);
    uint8_t palette[48];
    Top top[TOP];

    *ret = (PdfReduced){ 0 };
    bool all;
    Count count = count_all (rgb, width, height, lossless ? 0 : NEAR_GREY, bins);
    unsigned n_top = find_top (bins, top, &all);
    bool exact = all && is_exact (bins, top, n_top);
    if (exact || (!lossless && count.soft * SOFT_SHARE <= pixels)) {
        if (!exact && is_black_text (&count, bins, top, n_top, pixels))
            set_palette (ret, four_greys, 4);
        else
            set_palette (ret, palette, fill_palette (bins, top, n_top, pixels, exact, 16, palette));
        if (exact || is_covered (bins, count.ink, ret->palette, 1u << ret->bits))
            return;
    }
    ret->kind = count.colour ? PDF_KIND_COLOUR : PDF_KIND_GREY;
    ret->photo = !lossless;
}

static unsigned
nearest (const uint8_t *p, const PdfReduced *reduced)
{
    unsigned best = 0, least = UINT32_MAX;

    for (unsigned i = 0; i < 1u << reduced->bits; i++) {
        unsigned distance = manhattan (p, reduced->palette + 3 * i);
        if (distance < least) {
            least = distance;
            best = i;
        }
    }
    return best;
}

/* The entry of each colour is looked up once: exact colours in a small cache, hashed by bin. */
typedef struct Known {
    uint32_t colour; /* with bit 24 set when it is one */
    uint8_t index;
} Known;

_Static_assert(sizeof (Known) * BINS <= PDF_REDUCE_SCRATCH, "scratch");

static unsigned
index_of (const uint8_t *p, const PdfReduced *reduced, Known *known)
{
    uint32_t colour = packed (p) | 1u << 24;
    Known *k = &known[bin_of (p)];

    if (k->colour != colour)
        *k = (Known){ colour, (uint8_t)nearest (p, reduced) };
    return k->index;
}

/* @to is never ahead of @from. */
static void
pack_row (const uint8_t *from, uint8_t *to, uint32_t width, const PdfReduced *reduced, Known *known)
{
    unsigned per = 8 / reduced->bits,
             white = index_of ((const uint8_t[]){ 255, 255, 255 }, reduced, known);
    unsigned whole = 0;

    for (unsigned i = 0; i < per; i++)
        whole = whole << reduced->bits | white;
    for (uint32_t x = 0; x < width; x += per) {
        if (width - x >= 8 && eight_white (from)) {
            memset (to, (int)whole, reduced->bits);
            to += reduced->bits;
            from += 24;
            x += 8 - per;
            continue;
        }
        unsigned byte = 0, n = width - x < per ? width - x : per;
        for (unsigned i = 0; i < n; i++, from += 3)
            byte = byte << reduced->bits | index_of (from, reduced, known);
        *to++ = (uint8_t)(byte << (per - n) * reduced->bits);
    }
}

mugai_pixels
pdf_reduce_pack (uint8_t *rgb, uint32_t width, uint32_t height, const PdfReduced *reduced,
                 void *scratch)
{
    size_t pixels = (size_t)width * height;

    if (reduced->kind == PDF_KIND_COLOUR)
        return MUGAI_PIXELS_RGB8;
    if (reduced->kind == PDF_KIND_GREY) {
        for (size_t i = 0; i < pixels; i++)
            rgb[i] = rgb[3 * i + 1];
        return MUGAI_PIXELS_GREY8;
    }
    size_t row = ((size_t)width * reduced->bits + 7) / 8;
    Known *known = memset (scratch, 0, sizeof (Known) * BINS);
    for (uint32_t y = 0; y < height; y++)
        pack_row (rgb + (size_t)3 * width * y, rgb + row * y, width, reduced, known);
    return reduced->bits == 1   ? MUGAI_PIXELS_INDEX1
           : reduced->bits == 2 ? MUGAI_PIXELS_INDEX2
                                : MUGAI_PIXELS_INDEX4;
}
