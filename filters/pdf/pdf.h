/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf: what the small modules (pdf-image.so, pdf-text.so, svg-image.so) and the library with MuPDF
 * (pdf/libmugai-pdf.so) agree on. The modules describe themselves to every program; the library is
 * loaded by their setup(), that is, only in the render zygote of that filter.
 *
 * Process: render. Trust: the document is hostile. This file and all of this folder are under
 * Apache-2.0; the library as built holds MuPDF and is therefore, as a whole, under the AGPL-3.0.
 */
#pragma once

#include <mugai/filter.h>

#define MUGAI_PDF_API    3
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
enum { SVG_DPI = 0, SVG_PIXELS };
enum { PDF_TEXT_MARKS = 0, PDF_TEXT_PAGES, PDF_TEXT_TIME };

typedef struct MugaiPdfApi {
    unsigned api; /* MUGAI_PDF_API */
    int (*setup) (void);
    int (*inspect) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*image) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*text) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*svg) (const mugai_host *host, mugai_call *call, const mugai_part *part);
    mugai_verdict_t (*files) (const mugai_host *host, mugai_call *call, const mugai_part *part);
} MugaiPdfApi;

/* What the modules share (load.c). setup() loads the library that lies in pdf/ beside the module,
 * and after it pdf_module_library() is not NULL. Source: dladdr(3), dlopen(3). */
int pdf_module_setup (const mugai_host *host);
int pdf_module_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part);
const MugaiPdfApi *pdf_module_library (void);

#define PDF_PARAM_PAGES(default_, max_)                                                            \
    {                                                                                              \
        .name = "pages", .kind = MUGAI_PARAM_INTEGER, .value = default_, .min = 1, .max = max_,    \
        .help = "more pages are refused", .help_ja = "ページ数の上限"                       \
    }
#define PDF_PARAM_TIME                                                                             \
    {                                                                                              \
        .name = "time", .kind = MUGAI_PARAM_TIME, .value = "20s", .min = 100000, .max = 100000000, \
        .help = "time for all pages; below limits.filter-time",                                    \
        .help_ja = "全ページの処理時間。limits.filter-timeより短くする"            \
    }
#define PDF_PARAM_DPI(help_, help_ja_)                                                             \
    {                                                                                              \
        .name = "dpi", .kind = MUGAI_PARAM_INTEGER, .unit = "dpi", .value = "150", .min = 36,      \
        .max = 600, .help = help_, .help_ja = help_ja_                                             \
    }
