/* SPDX-License-Identifier: Apache-2.0
 *
 * The recogniser of our PDF, and its parts that stand behind compression: the first byte chooses
 * the whole file, a content stream, the table of characters, or an image object.
 */
#include "verify/pdf-reader.h"
#include "verify/pdf.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
parse (MugaiPdfReader *r, uint8_t what, const uint8_t *data, size_t size)
{
    switch (what) {
    case 'c':
        r->astral[0] = 0x20bb7;
        r->n_astral = 1;
        return mugai_pdf_contents (r, data, size, 595276, 841890);
    case 'u':
        return mugai_pdf_codes (r, data, size);
    case 'i':
        r->lex = (MugaiLex){ .data = data, .size = size };
        return mugai_pdf_image (r);
    default:
        return mugai_pdf_check (r->check, data, size);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static MugaiPdfReader r;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .limits = &limits, .result = &result };

    if (size == 0)
        return 0;
    limits.expanded = limits.memory = 16 << 20;
    uint8_t *copy = malloc (size > 1 ? size - 1 : 1); /* exactly as long as it is */
    memcpy (copy, data + 1, size - 1);
    r = (MugaiPdfReader){ .check = &check };
    if (parse (&r, data[0], copy, size - 1) == check.refused)
        abort(); /* refused without a clause, or accepted with one */
    libdeflate_free_decompressor (r.inflater);
    free (copy);
    return 0;
}
