/* SPDX-License-Identifier: Apache-2.0
 *
 * document: one PDF opened in MuPDF, with its budgets: JavaScript off, no file can be opened, every
 * warning swallowed, time bounded.
 *
 * Process: render. Trust: the document is hostile. MuPDF signals errors by longjmp: whoever calls
 * it stands in fz_try.
 */
#pragma once

#include <mugai/filter.h>
#include <mupdf/fitz.h>
#include <mupdf/pdf.h>
#include <stdbool.h>

/* How it works: MuPDF asks for memory at every step of its work. Past the deadline it gets none,
 * throws, and is whole again for the next page. @cookie makes the interpreter stop as well. */
typedef struct PdfBudget {
    int64_t end_us;  /* of the whole call, monotonic */
    int64_t stop_us; /* of what is being done now */
    unsigned ticks;
    bool expired; /* memory was refused */
    fz_cookie cookie;
} PdfBudget;

typedef struct PdfDocument {
    const mugai_host *host;
    mugai_call *call;
    const mugai_part *part;
    bool undecoded; /* a picture of a page was drawn in part or black: MuPDF could not decode it */
    PdfBudget budget;
    fz_context *ctx;
    pdf_document *doc;
    int pages;
} PdfDocument;

int64_t pdf_now_us (void);

/* pdf_document_begin:
 * A context with its budget and nothing opened; pdf_document_close() it. Returns: NULL or
 * "filter.memory". */
const char *pdf_document_begin (PdfDocument *ret, const mugai_host *host, mugai_call *call,
                                const mugai_part *part, int64_t time_us);

/* pdf_document_open:
 * @time_us: for the whole call. @ret: filled in every case; pdf_document_close() it.
 * Returns: NULL, or the finding code why not: "withheld.encrypted", "pdf.broken", "filter.memory",
 * "filter.deadline". An empty user password opens what is encrypted.
 */
const char *pdf_document_open (PdfDocument *ret, const mugai_host *host, mugai_call *call,
                               const mugai_part *part, int64_t time_us);
void pdf_document_close (PdfDocument *pdf);

/* Give what follows @time_us at most, and no more than the whole call has left.
 * Returns: false when that is nothing. */
bool pdf_document_allow (PdfDocument *pdf, int64_t time_us);
/* Let the end of the work have its memory. Returns: true when time had run out. */
bool pdf_document_relax (PdfDocument *pdf);
