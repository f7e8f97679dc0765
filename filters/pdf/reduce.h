/* SPDX-License-Identifier: Apache-2.0
 *
 * reduce: which few colours a rendered page can be told in, so that text pages are small: a palette
 * of 2, 4 or 16 colours made for this page, grey or full colours. Process: render. Trust: pixels of
 * a hostile document; nothing else depends on them. libc only.
 */
#pragma once

#include <mugai/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum PdfKind {
    PDF_KIND_PALETTE = 1, /* `bits` and `palette` hold */
    PDF_KIND_GREY,        /* no colour anywhere */
    PDF_KIND_COLOUR,
} PdfKind;

typedef struct PdfReduced {
    PdfKind kind;
    bool photo;    /* GREY, COLOUR: tones that no palette tells, may be coded with loss */
    unsigned bits; /* 1, 2 or 4 */
    uint8_t
        palette[48]; /* 3 << bits bytes, RGB, the brightest first; unused ones repeat the first */
} PdfReduced;

/* pdf_reduce_choose:
 * Look at all pixels once.
 * @rgb: borrowed, @height rows of 3 * @width bytes. @lossless: a palette only when it is exact, no
 * photo. @scratch: PDF_REDUCE_SCRATCH bytes, aligned as malloc() does.
 */
enum { PDF_REDUCE_SCRATCH = 32768 * 24 };
void pdf_reduce_choose (const uint8_t *rgb, uint32_t width, uint32_t height, bool lossless,
                        void *scratch, PdfReduced *ret);

/* pdf_reduce_pack:
 * Rewrite the page, in place, in the format of mugai_page that belongs to @reduced: packed indexes
 * with the nearest palette entry, grey, or as it is. @scratch: as above.
 * Returns: that format.
 */
mugai_pixels pdf_reduce_pack (uint8_t *rgb, uint32_t width, uint32_t height,
                              const PdfReduced *reduced, void *scratch);
