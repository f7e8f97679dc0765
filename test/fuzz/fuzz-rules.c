/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules from YAML and from bytes: what loads is linted, written, read back to the same bytes and
 * asked for a decision; what does not load is said in one line.
 */
#include "core/error.h"
#include "rules/describe.h"
#include "rules/lint.h"
#include "rules/rules.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static MugaiCatalogue *
catalogue (void)
{
    static const mugai_param form[] = {
        { .name = "form", .kind = MUGAI_PARAM_WORD, .value = "show", .words = "show defang drop" },
        { .name = "width", .kind = MUGAI_PARAM_INTEGER, .value = "78", .min = 1, .max = 100 },
        { .name = "socket", .kind = MUGAI_PARAM_TEXT, .value = "" },
    };
    static const char *const names[] = { "text-clean", "html-text", "link-defang", "pdf-image" };
    MugaiCatalogue *all = mugai_catalogue_new();

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
        mugai_filter_info info = { .name = names[i],
                                   .takes = "family:text pdf",
                                   .gives = "text",
                                   .runs = MUGAI_RUNS_WALK,
                                   .params = form,
                                   .n_params = G_N_ELEMENTS (form),
                                   .param_size = sizeof form[0] };
        mugai_catalogue_add (all, &info, "");
    }
    return all;
}

static void
decide (const MugaiRules *rules)
{
    static const char *const recipients[] = { "a@example.jp", "b@example.jp", NULL };
    MugaiItemFacts item = { .from = "a@example.jp",
                            .sender = "",
                            .recipients = recipients,
                            .subject = "件名",
                            .client_address = "192.0.2.1",
                            .dkim = "pass",
                            .date_us = INT64_C (1790000000000000) };
    MugaiPartFacts part = { .type = "text",
                            .family = "text",
                            .declared = "text/plain",
                            .extension = "txt",
                            .name = "報告.txt",
                            .charset = "utf-8",
                            .container = "",
                            .size = 1000,
                            .role = MUGAI_ROLE_BODY };
    g_autoptr (MugaiReport) report = mugai_report_new();

    mugai_rules_decide (rules, &item, &part, NULL, NULL, mugai_report_add_part (report, 0, NULL));
}

static void
round_trip (const MugaiRules *rules)
{
    g_autoptr (GBytes) bytes = mugai_rules_write (rules);
    size_t size;
    const void *data = g_bytes_get_data (bytes, &size);
    g_autoptr (MugaiRules) again = mugai_rules_read (data, size, NULL);

    g_assert_nonnull (again);
    g_autoptr (GBytes) twice = mugai_rules_write (again);
    g_assert_true (g_bytes_equal (bytes, twice));
    g_assert_true (memcmp (mugai_rules_policy (rules), mugai_rules_policy (again), 32) == 0);
    for (size_t i = 0; i < mugai_rules_count (again) && i < 20; i++)
        mugai_rule_text_free (mugai_rules_describe (again, i, 0));
    decide (again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiCatalogue) all = catalogue();
    g_autoptr (MugaiRules) rules =
        mugai_rules_parse ("f", size > 0 ? data : (const uint8_t *)"", size, all, &error);
    g_autoptr (MugaiRules) binary = mugai_rules_read (data, size, NULL);

    if (rules != NULL) {
        g_ptr_array_unref (mugai_rules_lint (rules, all, 1));
        round_trip (rules);
    } else {
        g_assert_true (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_USAGE));
        g_assert_null (strchr (error->message, '\n'));
        g_assert_true (g_str_has_prefix (error->message, "f:"));
    }
    if (binary != NULL)
        round_trip (binary);
    return 0;
}
