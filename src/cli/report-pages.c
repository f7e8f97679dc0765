/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/html-page.h"
#include "cli/report-shown.h"
#include "core/error.h"
#include "core/finding-text.h"
#include "rules/describe.h"

#include <errno.h>
#include <string.h>

/* ---- exceptions in force */

static bool
is_exception (const MugaiRuleText *rule)
{
    return rule->until != NULL;
}

static bool
has_exceptions (const MugaiReportShown *shown)
{
    for (size_t i = 0; i < mugai_rules_count (shown->rules); i++) {
        g_autoptr (MugaiRuleText) rule = mugai_rules_describe (shown->rules, i, shown->now_us);
        if (is_exception (rule))
            return true;
    }
    return false;
}

static void
page_exceptions (const MugaiReportShown *shown, GString *page, bool ja)
{
    static const char *const en[] = { "Rule", "Owner", "Reason", "Until", "State" };
    static const char *const ja_heads[] = { "ルール", "責任者", "理由", "期限", "状態" };

    mugai_page_heading (page, ja ? "例外のルール" : "Exceptions");
    if (!has_exceptions (shown)) {
        g_string_append_printf (page, "<p>%s</p>\n", ja ? "例外はありません。" : "There are none.");
        return;
    }
    mugai_page_table (page, ja ? ja_heads : en, G_N_ELEMENTS (en));
    for (size_t i = 0; i < mugai_rules_count (shown->rules); i++) {
        g_autoptr (MugaiRuleText) rule = mugai_rules_describe (shown->rules, i, shown->now_us);
        if (!is_exception (rule))
            continue;
        g_autofree char *name = mugai_shown (rule->name, false),
                        *owner = mugai_shown (rule->owner, false),
                        *reason = mugai_shown (rule->reason, false);
        g_string_append (page, "<tr>");
        mugai_page_cell (page, name);
        mugai_page_cell (page, owner);
        mugai_page_cell (page, reason);
        mugai_page_cell (page, rule->until);
        mugai_page_cell (page, rule->expired
                                   ? (ja ? "期限切れ（使われない）" : "expired (not used)")
                                   : (ja ? "有効" : "in force"));
        g_string_append (page, "</tr>\n");
    }
    mugai_page_table_end (page);
}

static void
page_checks (const MugaiReportShown *shown, GString *page, bool ja)
{
    static const char *const en[] = { "Promise", "Looked at", "Wrong", "Result", "When" };
    static const char *const ja_heads[] = { "約束", "調べた数", "不一致", "結果", "調べた日時" };
    g_autofree char *when = mugai_report_time (shown->now_us);
    MugaiReportCheck checks[MUGAI_REPORT_CHECKS];

    mugai_report_checks (shown, checks);
    mugai_page_heading (page, ja ? "約束の検査" : "Promises");
    mugai_page_table (page, ja ? ja_heads : en, G_N_ELEMENTS (en));
    for (size_t i = 0; i < MUGAI_REPORT_CHECKS; i++) {
        g_string_append (page, "<tr>");
        mugai_page_cell (page, ja ? checks[i].ja : checks[i].en);
        mugai_page_number (page, checks[i].of);
        mugai_page_number (page, checks[i].wrong);
        mugai_page_cell (page, mugai_report_check_words (&checks[i], ja));
        mugai_page_cell (page, when);
        g_string_append (page, "</tr>\n");
    }
    mugai_page_table_end (page);
}

/* ---- pages */

static void
page_table (const MugaiReportShown *shown, GString *page, MugaiTallyBy by, bool ja)
{
    const char *const heads[] = { ja ? "項目" : "What", ja ? "数" : "Number",
                                  ja ? "うち渡さなかった部分があるもの"
                                     : "Of these with something withheld" };
    g_autoptr (GPtrArray) keys = mugai_tally_keys (shown->tally, by);

    mugai_page_heading (page, mugai_tally_title (by, ja));
    mugai_page_table (page, heads, G_N_ELEMENTS (heads));
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index (keys, i);
        const MugaiTallyCount *count = mugai_tally_count (shown->tally, by, key);
        g_autofree char *words = mugai_tally_words (by, key, ja);
        g_string_append (page, "<tr>");
        mugai_page_cell (page, words);
        mugai_page_number (page, count->items);
        mugai_page_number (page, count->withheld);
        g_string_append (page, "</tr>\n");
    }
    mugai_page_table_end (page);
}

static void
page_fact (GString *page, const char *name, const char *value)
{
    g_string_append_printf (page, "<tr><th>%s</th>", name);
    mugai_page_cell (page, value);
    g_string_append (page, "</tr>\n");
}

static void
page_head (const MugaiReportShown *shown, GString *page, bool ja, const char *other,
           const char *other_title)
{
    g_autofree char *since = mugai_report_time (shown->since_us),
                    *until = mugai_report_time (shown->until_us);
    g_autofree char *period = g_strdup_printf ("%s – %s", since, until);
    g_autofree char *items = g_strdup_printf ("%" G_GUINT64_FORMAT, shown->tally->items);
    g_autofree char *leaves = g_strdup_printf (
        ja ? "%" G_GUINT64_FORMAT "（元の形式のまま%" G_GUINT64_FORMAT "、変換%" G_GUINT64_FORMAT
             "、渡さなかったもの%" G_GUINT64_FORMAT "）"
           : "%" G_GUINT64_FORMAT " (%" G_GUINT64_FORMAT " delivered, %" G_GUINT64_FORMAT
             " converted, %" G_GUINT64_FORMAT " withheld)",
        shown->tally->leaves, shown->tally->delivered, shown->tally->converted,
        shown->tally->withheld);

    g_string_append_printf (page, "<p><a href=\"%s\">%s</a></p>\n<table><tbody>", other,
                            other_title);
    page_fact (page, ja ? "期間" : "Period", period);
    page_fact (page, ja ? "件数" : "Items", items);
    page_fact (page, ja ? "パート数" : "Parts", leaves);
    g_string_append (page, "</tbody></table>\n");
}

static bool
write_report_page (const MugaiReportShown *shown, bool ja, GError **error)
{
    GString *page = mugai_page_begin (ja ? "無害化の報告" : "Sanitization report", ja);

    page_head (shown, page, ja, "conformity.html", ja ? "適合状況" : "Conformity");
    for (MugaiTallyBy by = 0; by < MUGAI_TALLY_BYS; by++)
        page_table (shown, page, by, ja);
    return mugai_page_finish (page, shown->options->html, "index.html", error);
}

static bool
write_conformity_page (const MugaiReportShown *shown, bool ja, GError **error)
{
    GString *page =
        mugai_page_begin (ja ? "無害化の適合状況" : "Conformity of the sanitization", ja);
    char policy[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (mugai_rules_policy (shown->rules), policy);
    g_autofree char *versions = g_strdup_printf ("%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT,
                                                 shown->tally->policies, shown->tally->engines);
    page_head (shown, page, ja, "index.html", ja ? "無害化の報告" : "Report");
    g_string_append (page, "<table><tbody>");
    page_fact (page, ja ? "現在のルールの識別番号" : "Policy in force", policy);
    page_fact (page, ja ? "期間中のルール／プログラムの版の数" : "Policies / engines in the period",
               versions);
    g_string_append (page, "</tbody></table>\n");
    page_table (shown, page, MUGAI_TALLY_METHOD, ja);
    page_table (shown, page, MUGAI_TALLY_OUTCOME, ja);
    page_exceptions (shown, page, ja);
    page_checks (shown, page, ja);
    return mugai_page_finish (page, shown->options->html, "conformity.html", error);
}

bool
mugai_report_pages (const MugaiReportShown *shown, GError **error)
{
    if (g_mkdir_with_parents (shown->options->html, 0755) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: %s; name a folder that you may write to", shown->options->html,
                     strerror (errno));
        return false;
    }
    return write_report_page (shown, shown->options->japanese, error) &&
           write_conformity_page (shown, shown->options->japanese, error);
}
