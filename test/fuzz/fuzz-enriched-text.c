/* SPDX-License-Identifier: Apache-2.0
 *
 * enriched-text: never longer than twice the input and the marks of its excerpts; text-clean takes
 * what comes out.
 */
#include "enriched-text/enriched-text.h"
#include "text-clean/text-clean.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiTextCleanOptions clean = { .japanese = true };
    MugaiBuffer text = mugai_buffer (1 << 22), out = mugai_buffer (1 << 23);
    if (mugai_enriched_text (data, size, &text) != 0 || text.size > 42 * size + 1)
        abort();
    if (mugai_text_clean (text.data, text.size, &clean, &out, NULL) != 0)
        abort();
    mugai_buffer_clear (&text);
    mugai_buffer_clear (&out);
    return 0;
}
