/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf: what the two small modules (pdf-image.so, pdf-text.so) and the library with MuPDF
 * (pdf/libmugai-pdf.so) agree on. The modules describe themselves to every program; the library is
 * loaded by their setup(), that is, only in the render zygote of that filter.
 *
 * Process: render. Trust: the document is hostile. This file and all of this folder are under
 * Apache-2.0; the library as built holds MuPDF and is therefore, as a whole, under the AGPL-3.0.
 */
#pragma once

#include <mugai/filter.h>

#define MUGAI_PDF_API    1
#define MUGAI_PDF_SYMBOL "mugai_pdf"

/* Parameters, in the order of the descriptions' tables. */
enum {
    PDF_IMAGE_DPI = 0,
    PDF_IMAGE_TEXT,
    PDF_IMAGE_CODING,
    PDF_IMAGE_PAGES,
    PDF_IMAGE_PIXELS,
    PDF_IMAGE_PAGE_TIME,
    PDF_IMAGE_TIME
};
enum { PDF_CODING_AUTO = 0, PDF_CODING_LOSSLESS };
enum { PDF_TEXT_MARKS = 0, PDF_TEXT_PAGES, PDF_TEXT_TIME };

typedef struct MugaiPdfApi {
    unsigned api; /* MUGAI_PDF_API */
    int (*setup) (void);
    int (*inspect) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*image) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*text) (const mugai_host *host, mugai_call *call, const mugai_part *part);
} MugaiPdfApi;

/* Load the library that lies in pdf/ beside the module that @symbol is in. Returns: (static) its
 * functions, or NULL. Source: dladdr(3), dlopen(3). */
const MugaiPdfApi *mugai_pdf_load (const void *symbol);
