/* SPDX-License-Identifier: Apache-2.0
 *
 * header: whatever a header holds, what is emitted for it is in the output profile.
 */
#include "message/emit.h"
#include "message/header.h"
#include "verify/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char *const keep[] = { "from",        "sender",     "to",   "cc",
                                    "reply-to",    "subject",    "date", "message-id",
                                    "in-reply-to", "references", NULL };

static void
verify (const GString *header)
{
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GBytes) body = g_bytes_new_static ("x\n", 2);
    MugaiEmitLeaf leaf = { .part = MUGAI_REPORT_NO_PART,
                           .type = mugai_type_by_id ("text"),
                           .data = body };
    MugaiEmit emit = { .header = header, .report = report, .leaves = &leaf, .n_leaves = 1 };
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;

    memset (report->id, '0', sizeof report->id - 1);
    report->in = report->delivered = 1;
    g_autoptr (GBytes) mail = mugai_emit_mail (&emit);
    gsize size;
    const uint8_t *data = g_bytes_get_data (mail, &size);
    mugai_verify (MUGAI_GRAMMAR_MAIL, data, size, &limits, &result);
    if (!result.verdict.ok) {
        fprintf (stderr, "%s at %d: %s\n%s\n", result.verdict.clause, (int)result.verdict.offset,
                 result.verdict.why, header->str);
        abort();
    }
    mugai_verify_result_clear (&result);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiSettings settings = { .language = MUGAI_LANGUAGE_EN,
                               .header_keep = keep,
                               .subject_prefix = "",
                               .trusted_authserv_id = "mx.example" };
    MugaiLimits limits = mugai_limits_default();
    g_autoptr (MugaiReport) report = mugai_report_new();
    mugai_autofields fields = { 0 };

    if (!mugai_fields_parse (data, size, &limits, &fields, NULL))
        return 0;
    g_autoptr (MugaiHeader) header =
        mugai_header_read (&fields, NULL, &settings, &limits, report->findings);
    g_autoptr (GString) out = g_string_new (NULL);
    mugai_header_emit (header, &settings, 0, out);
    verify (out);
    return 0;
}
