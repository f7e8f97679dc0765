/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: bytes go into a bit buffer, stuffed zeros out of it; codes of up to 9 bits are
 * looked up, longer ones counted out as T.81 F.2.2.3 does it. Coefficients are skipped, not kept.
 */
#include "verify/jpeg-scan.h"

#include <string.h>

enum { LOOK = 9, LONGEST = 16, BLOCK = 64 };

typedef struct Codes {
    uint16_t fast[1 << LOOK];    /* symbol << 8 | bits; 0: longer or none */
    int32_t last[LONGEST + 1];   /* largest code of that many bits, -1: none */
    int32_t offset[LONGEST + 1]; /* symbol index minus code */
    const uint8_t *symbols;
} Codes;

typedef struct Walk {
    const uint8_t *d;
    size_t size, at;
    uint64_t bits; /* the next bits, left-aligned */
    unsigned held; /* how many are valid */
    unsigned real; /* of them from the file: beyond are made-up ones */
    const char *why, *clause;
    Codes dc[2], ac[2];
} Walk;

static void
make_codes (const MugaiJpegTable *table, Codes *codes)
{
    int32_t code = 0, index = 0;

    memset (codes, 0, sizeof *codes);
    codes->symbols = table->symbols;
    for (unsigned bits = 1; bits <= LONGEST; bits++, code <<= 1) {
        codes->offset[bits] = index - code;
        for (unsigned i = 0; i < table->counts[bits - 1]; i++, code++, index++)
            for (unsigned k = 0; bits <= LOOK && k < 1u << (LOOK - bits); k++)
                codes->fast[((unsigned)code << (LOOK - bits)) + k] =
                    (uint16_t)(table->symbols[index] << 8 | bits);
        codes->last[bits] = table->counts[bits - 1] > 0 ? code - 1 : -1;
    }
}

static void
fail (Walk *w, const char *clause, const char *why)
{
    if (w->why != NULL)
        return;
    w->why = why;
    w->clause = clause;
}

/* At least 32 bits, or a marker was reached and ones follow that must not be used. */
static void
fill (Walk *w)
{
    while (w->held <= 56) {
        uint64_t byte = 0xff;
        bool more = w->at < w->size &&
                    (w->d[w->at] != 0xff || (w->at + 1 < w->size && w->d[w->at + 1] == 0));
        if (more) {
            byte = w->d[w->at];
            w->at += byte == 0xff ? 2 : 1;
            w->real += 8;
        }
        w->bits |= byte << (56 - w->held);
        w->held += 8;
    }
}

static void
drop (Walk *w, unsigned bits)
{
    if (bits > w->real) {
        fail (w, "J-7", "the data ends too early");
        return;
    }
    w->bits <<= bits;
    w->held -= bits;
    w->real -= bits;
}

static unsigned
symbol (Walk *w, const Codes *codes)
{
    if (w->held < 32)
        fill (w);
    unsigned fast = codes->fast[w->bits >> (64 - LOOK)];
    if (fast != 0) {
        drop (w, fast & 255);
        return fast >> 8;
    }
    for (unsigned bits = LOOK + 1; bits <= LONGEST; bits++) {
        int32_t code = (int32_t)(w->bits >> (64 - bits));
        if (codes->last[bits] >= 0 && code <= codes->last[bits]) {
            drop (w, bits);
            return codes->symbols[codes->offset[bits] + code];
        }
    }
    fail (w, "J-7", "a code that the table lacks");
    return 0;
}

/* One block of 64 coefficients. @empty: it lies outside of the picture. */
static void
block (Walk *w, const Codes *dc, const Codes *ac, bool empty)
{
    unsigned size = symbol (w, dc), at = 1;

    drop (w, size);
    if (empty && size != 0)
        fail (w, "J-8", "a block outside of the picture is not like its neighbour");
    for (bool zeros = false; at < BLOCK && w->why == NULL;) {
        unsigned run = symbol (w, ac);
        if (run == 0) {
            if (zeros)
                fail (w, "J-7", "a run of zeros that nothing follows");
            return;
        }
        zeros = run == 0xf0;
        at += (run >> 4) + 1;
        if (at > BLOCK || (zeros && at == BLOCK))
            fail (w, "J-7", "more than 64 coefficients in a block");
        drop (w, run & 15);
        if (empty)
            fail (w, "J-8", "a block outside of the picture is not empty");
    }
}

static void
mcu (Walk *w, const MugaiJpegScan *scan, uint32_t x, uint32_t y)
{
    unsigned n = scan->sampling;

    for (unsigned i = 0; i < n * n; i++) {
        uint64_t left = ((uint64_t)x * n + i % n) * 8, top = ((uint64_t)y * n + i / n) * 8;
        block (w, &w->dc[0], &w->ac[0], left >= scan->width || top >= scan->height);
    }
    for (unsigned c = 1; c < scan->components; c++)
        block (w, &w->dc[1], &w->ac[1], false);
}

/* What is left of the last byte is ones, and the marker comes next. */
static void
finish (Walk *w)
{
    fill (w);
    if (w->real >= 8)
        fail (w, "J-7", "more data than the picture needs");
    else if (w->real > 0 && w->bits >> (64 - w->real) != (1u << w->real) - 1)
        fail (w, "J-7", "the last byte is not filled with ones");
}

const char *
mugai_jpeg_scan (const MugaiJpegScan *scan, size_t *ret_used, const char **ret_clause)
{
    Walk w = { .d = scan->d, .size = scan->size };
    uint32_t side = 8 * scan->sampling;
    uint32_t columns = (scan->width + side - 1) / side, rows = (scan->height + side - 1) / side;

    for (unsigned i = 0; i < (scan->components > 1 ? 2 : 1); i++) {
        make_codes (scan->dc[i], &w.dc[i]);
        make_codes (scan->ac[i], &w.ac[i]);
    }
    for (uint32_t y = 0; y < rows && w.why == NULL; y++)
        for (uint32_t x = 0; x < columns && w.why == NULL; x++)
            mcu (&w, scan, x, y);
    if (w.why == NULL)
        finish (&w);
    *ret_used = w.at;
    *ret_clause = w.clause;
    return w.why;
}
