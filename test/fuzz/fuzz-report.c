/* SPDX-License-Identifier: Apache-2.0
 *
 * The values that come out of the sandbox or over a socket: report, envelope, catalogue. What is
 * read writes the same bytes; a report can be checked, explained and made into JSON whatever it
 * says.
 */
#include "core/catalogue.h"
#include "core/envelope.h"
#include "core/explain.h"
#include "core/report-json.h"
#include "core/report.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
same (GBytes *bytes, const uint8_t *data, size_t size)
{
    g_assert_true (g_bytes_get_size (bytes) == size &&
                   memcmp (g_bytes_get_data (bytes, NULL), data, size) == 0);
    g_bytes_unref (bytes);
}

static void
use_report (const MugaiReport *report)
{
    MugaiVerdict verdict = { .ok = true, .leaves = report->leaves->len, .in = report->in };

    mugai_report_check (report, &verdict, NULL);
    for (int ja = 0; ja < 2; ja++) {
        g_autofree char *text =
            mugai_explain (report, NULL, &(MugaiExplainOptions){ .japanese = ja != 0 });
        g_assert_true (g_utf8_validate (text, -1, NULL));
        for (const char *at = text; *at != '\0'; at++)
            g_assert_true (*at == '\n' || !g_ascii_iscntrl (*at));
    }
    g_autofree char *json = mugai_report_json (report, NULL, NULL, false);
    g_autoptr (JsonNode) node = json_from_string (json, NULL);
    g_assert_nonnull (node);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (MugaiReport) report = mugai_report_read (data, size, 1 << 20, NULL);
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_read (data, size, NULL);
    g_autoptr (MugaiCatalogue) catalogue = mugai_catalogue_read (data, size, NULL);

    if (report != NULL) {
        same (mugai_report_write (report), data, size);
        use_report (report);
    }
    if (envelope != NULL)
        same (mugai_envelope_write (envelope), data, size);
    if (catalogue != NULL) {
        g_autoptr (GBytes) once = mugai_catalogue_write (catalogue); /* sorted, so not the same */
        g_autoptr (MugaiCatalogue) again =
            mugai_catalogue_read (g_bytes_get_data (once, NULL), g_bytes_get_size (once), NULL);
        g_assert_nonnull (again);
    }
    return 0;
}
