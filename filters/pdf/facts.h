/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: what a PDF holds besides pages: programs, embedded files, forms, signatures. Process:
 * render. Trust: the document is hostile.
 */
#pragma once

#include "pdf/document.h"

typedef struct PdfFacts {
    bool encrypted, signed_, form, xfa, collection;
    uint64_t javascript, launch, embedded, media, links;
} PdfFacts;

/* Look at every object, those too that no page leads to (older revisions, object streams), until
 * the budget of time ends. Broken objects are passed over. */
void pdf_facts_gather (PdfDocument *pdf, PdfFacts *ret);

/* As findings of what is not in the new document. */
void pdf_facts_tell (const PdfDocument *pdf, const PdfFacts *facts);
