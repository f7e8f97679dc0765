/* SPDX-License-Identifier: Apache-2.0
 *
 * csv-guard behind text-clean, as the presets have them: what comes out is in the verifier's
 * grammar, or is refused.
 */
#include "csv-guard/csv-guard.h"
#include "text-clean/text-clean.h"
#include "verify/verify.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiTextCleanOptions clean = { .japanese = true };
    MugaiBuffer text = mugai_buffer (1 << 22), out = mugai_buffer (1 << 24);
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;
    MugaiCsvStats stats;

    mugai_text_clean (data, size, &clean, &text, NULL);
    if (text.size > 0 && mugai_csv_guard (text.data, text.size, &out, &stats) == 0) {
        mugai_verify (MUGAI_GRAMMAR_CSV, (const uint8_t *)out.data, out.size, &limits, &result);
        if (!result.verdict.ok)
            abort();
        mugai_verify_result_clear (&result);
    }
    mugai_buffer_clear (&text);
    mugai_buffer_clear (&out);
    return 0;
}
