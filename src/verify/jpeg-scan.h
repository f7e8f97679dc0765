/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg-scan: walk the entropy-coded data of a baseline JPEG to its last bit, without making pixels
 * (PROFILE.md J-7 and J-8). Process: verify. libc only, no allocation, linear.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiJpegTable { /* a Huffman table as DHT has it; ITU-T T.81 B.2.4.2 */
    uint8_t counts[16];         /* codes of 1 to 16 bits */
    uint8_t symbols[162];
    unsigned n_symbols;
} MugaiJpegTable;

typedef struct MugaiJpegScan {
    const uint8_t *d; /* begins behind the SOS segment; borrowed */
    size_t size;
    uint32_t width, height;              /* pixels */
    unsigned components;                 /* 1 or 3 */
    unsigned sampling;                   /* 1 or 2: of the first component, both ways */
    const MugaiJpegTable *dc[2], *ac[2]; /* for luminance, for colour */
} MugaiJpegScan;

/* mugai_jpeg_scan:
 * @ret_used: bytes up to and without the marker that ends the data. Returns: NULL when every bit
 * was accounted for; else why not (static), with *ret_clause set and *ret_used the place.
 */
const char *mugai_jpeg_scan (const MugaiJpegScan *scan, size_t *ret_used, const char **ret_clause);
