/* SPDX-License-Identifier: Apache-2.0
 *
 * page: one page of a PDF as pixels and as text. Process: render. Trust: the document is hostile.
 */
#pragma once

#include "pdf/document.h"

typedef struct PdfPage {
    float width, height;    /* points, as it is shown: rotated, in user units */
    uint32_t columns, rows; /* pixels */
    float scale_x, scale_y; /* pixels a point */
    fz_pixmap *pixmap;      /* RGB without alpha, rows without padding */
    fz_stext_page *text;    /* in pixels; NULL when none was asked for */
    bool smaller;           /* the bound of pixels made the resolution lower */
} PdfPage;

/* pdf_page_draw:
 * Contents, annotations and fields with their values, optional content in its default state, as
 * on a screen.
 * @number: from 0. @time_us: for this page. @dpi: pixels an inch. @pixels_max: of the page. @ret:
 * the size is filled in every case (A4 when the page does not say); pdf_page_clear() it. Returns:
 * false when the page could not be shown: broken, out of memory or time.
 */
bool pdf_page_draw (PdfDocument *pdf, int number, int64_t time_us, uint32_t dpi,
                    uint64_t pixels_max, bool text, PdfPage *ret);

/* pdf_page_text: the text alone, in points. */
bool pdf_page_text (PdfDocument *pdf, int number, int64_t time_us, PdfPage *ret);

/* pdf_page_blank:
 * In place of a page that could not be shown: a white one that says so in Japanese and English.
 * @page: with its size. Returns: false when even that failed. */
bool pdf_page_blank (PdfDocument *pdf, PdfPage *page);

void pdf_page_clear (PdfDocument *pdf, PdfPage *page);
