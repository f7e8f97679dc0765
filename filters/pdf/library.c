/* SPDX-License-Identifier: Apache-2.0
 *
 * library: the one symbol of libmugai-pdf.so. Process: render.
 */
#include "pdf/document.h"
#include "pdf/facts.h"
#include "pdf/pdf.h"
#include "pdf/run.h"

#include <string.h>

enum { INSPECT_US = 5000000 };

/* A form with no page is drawn by this: what a child would have to do again and again is done once:
 * symbols are bound when the library is loaded, there is nothing else. */
static int
setup (void)
{
    return 0;
}

int
pdf_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    PdfDocument pdf;
    PdfFacts facts;
    const char *code = pdf_document_open (&pdf, host, call, part, INSPECT_US);
    bool locked = code != NULL && strcmp (code, "withheld.encrypted") == 0;
    int r = code == NULL || locked ? 0 : -1;

    if (code == NULL) {
        pdf_facts_gather (&pdf, &facts);
        const struct {
            const char *key;
            uint64_t value;
        } told[] = {
            { "pages", (uint64_t)pdf.pages },
            { "signed", facts.signed_ },
            { "active:javascript", facts.javascript > 0 },
            { "active:launch", facts.launch > 0 },
            { "active:embedded-file", facts.embedded > 0 },
            { "active:form", facts.form },
            { "active:external-link", facts.links > 0 },
            { "active:macro", 0 },
        };
        for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
            r |= host->fact (call, told[i].key, told[i].value);
    }
    /* Encrypted is what a reader cannot open without a password. */
    if (code == NULL || locked)
        r |= host->fact (call, "encrypted", locked);
    pdf_document_close (&pdf);
    return r;
}

MUGAI_EXPORT const MugaiPdfApi mugai_pdf;
const MugaiPdfApi mugai_pdf = { .api = MUGAI_PDF_API,
                                .setup = setup,
                                .inspect = pdf_inspect,
                                .image = pdf_image_run,
                                .text = pdf_text_run,
                                .svg = pdf_svg_run,
                                .files = pdf_files_run };
