/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-layer: the content stream of a page of our PDF: the image, and the text as invisible glyphs
 * that all have one width, stretched to where the text is seen. Process: encode. Trust: runs may be
 * a lie; they are cleaned as every text is. libc only.
 */
#pragma once

#include "encode/frames.h"
#include "encode/sink.h"

/* Codes of two bytes: UTF-16, but what lies beyond U+FFFF gets codes from the surrogates' in the
 * order in which it comes, the same in all pages. What finds no code any more is left out. */
typedef struct MugaiPdfCodes {
    uint32_t astral[2048]; /* by code */
    unsigned n;
    uint16_t place[4096]; /* hash of a code point: index + 1 */
    uint8_t used[8192];   /* a bit for each code of text */
} MugaiPdfCodes;

typedef struct MugaiPdfLayer {
    MugaiPdfCodes *codes; /* borrowed */
    MugaiSink *out;       /* borrowed; the content stream, plain */
    const MugaiFramesPage *page;
    uint32_t width_mpt, height_mpt; /* of the page, 1/1000 point */
    bool open, vertical;            /* is there text; font chosen last */
} MugaiPdfLayer;

/* @mpt: 1/1000 point. Writes it as a number of PDF: no leading or trailing zeros. Returns: bytes,
 * at most 16, without NUL. */
size_t mugai_pdf_number (int64_t mpt, char *out);

void mugai_pdf_layer_begin (MugaiPdfLayer *layer);
void mugai_pdf_layer_run (MugaiPdfLayer *layer, const MugaiFramesRun *run);
void mugai_pdf_layer_end (MugaiPdfLayer *layer);
