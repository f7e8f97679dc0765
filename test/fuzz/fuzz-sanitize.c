/* SPDX-License-Identifier: Apache-2.0
 *
 * sanitize: the whole path with the filters of this build. Whatever comes in, the verifier accepts
 * what goes out and the report agrees with it.
 */
#include "test-item.h"
#include "verify/verify.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* build/test/fuzz/PROGRAM: the modules are in build/filters. */
static void
start (TestEngine *engine)
{
    g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname (self != NULL ? self : ".");
    g_autofree char *filters = g_build_filename (folder, "..", "..", "filters", NULL);
    g_autoptr (GError) error = NULL;

    if (!test_engine_init (engine, filters, NULL, &error)) {
        fprintf (stderr, "%s\n", error->message);
        abort();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static TestEngine engine;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiSanitizeOutput output;
    MugaiVerifyResult result;
    g_autoptr (GError) error = NULL;

    if (engine.rules == NULL)
        start (&engine);
    if (!test_sanitize (&engine, data, size, NULL, &output, &error)) {
        fprintf (stderr, "%s\n", error->message);
        abort();
    }
    gsize written;
    const uint8_t *mail = g_bytes_get_data (output.output, &written);
    mugai_verify (output.grammar, mail, written, &limits, &result);
    if (!result.verdict.ok || !mugai_report_check (output.report, &result.verdict, &error)) {
        fprintf (stderr, "%s at %d in %s: %s %s\n", result.verdict.clause,
                 (int)result.verdict.offset, result.verdict.path, result.verdict.why,
                 error != NULL ? error->message : "");
        abort();
    }
    mugai_verify_result_clear (&result);
    mugai_sanitize_output_clear (&output);
    return 0;
}
