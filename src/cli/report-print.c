/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-shown.h"

#include "cli/cli.h"
#include "core/finding-text.h"

#include <json-glib/json-glib.h>

enum { LINES = 20 /* of a table on a terminal */ };

/* ---- the terminal */

static void
print_table (const MugaiReportShown *shown, MugaiTallyBy by)
{
    g_autoptr (GPtrArray) keys = mugai_tally_keys (shown->tally, by);
    guint most = shown->options->all ? G_MAXUINT : LINES;

    if (keys->len == 0)
        return;
    printf ("\n%s\n", mugai_tally_title (by, mugai_cli_japanese()));
    for (guint i = 0; i < keys->len && i < most; i++) {
        const char *key = g_ptr_array_index (keys, i);
        const MugaiTallyCount *count = mugai_tally_count (shown->tally, by, key);
        g_autofree char *words = mugai_tally_words (by, key, mugai_cli_japanese());
        printf ("%8" G_GUINT64_FORMAT "  ", count->items);
        mugai_cli_print (stdout, words);
        putchar ('\n');
    }
    if (keys->len > most)
        printf (mugai_cli_text ("          ... %u more (--all)\n",
                                "          …ほか%u件（--allで全件）\n"),
                keys->len - most);
}

void
mugai_report_print (const MugaiReportShown *shown)
{
    const MugaiTally *tally = shown->tally;
    bool ja = mugai_cli_japanese();
    g_autofree char *since = mugai_report_time (shown->since_us),
                    *until = mugai_report_time (shown->until_us);
    MugaiReportCheck checks[MUGAI_REPORT_CHECKS];

    printf ("%s - %s\n", since, until);
    printf (mugai_cli_text ("%" G_GUINT64_FORMAT " items; parts: %" G_GUINT64_FORMAT
                            " delivered, %" G_GUINT64_FORMAT " converted, %" G_GUINT64_FORMAT
                            " withheld\n",
                            "%" G_GUINT64_FORMAT "件。パート：元の形式のまま%" G_GUINT64_FORMAT
                            "、変換%" G_GUINT64_FORMAT "、渡さなかったもの%" G_GUINT64_FORMAT "\n"),
            tally->items, tally->delivered, tally->converted, tally->withheld);
    for (MugaiTallyBy by = 0; by < MUGAI_TALLY_BYS; by++)
        print_table (shown, by);
    putchar ('\n');
    mugai_report_checks (shown, checks);
    for (size_t i = 0; i < MUGAI_REPORT_CHECKS; i++)
        printf ("%s: %s (%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT ")\n",
                mugai_report_check_words (&checks[i], ja), ja ? checks[i].ja : checks[i].en,
                checks[i].of - MIN (checks[i].of, checks[i].wrong), checks[i].of);
}

/* ---- JSON */

static void
json_number (JsonBuilder *b, const char *name, guint64 value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, (gint64)value);
}

static void
json_text (JsonBuilder *b, const char *name, const char *value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, value);
}

static void
json_table (const MugaiReportShown *shown, JsonBuilder *b, MugaiTallyBy by)
{
    g_autoptr (GPtrArray) keys = mugai_tally_keys (shown->tally, by);

    json_builder_set_member_name (b, mugai_tally_name (by));
    json_builder_begin_array (b);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index (keys, i);
        const MugaiTallyCount *count = mugai_tally_count (shown->tally, by, key);
        json_builder_begin_object (b);
        json_text (b, "key", key);
        json_number (b, "count", count->items);
        json_number (b, "withheld", count->withheld);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
}

static void
json_checks (const MugaiReportShown *shown, JsonBuilder *b)
{
    MugaiReportCheck checks[MUGAI_REPORT_CHECKS];

    mugai_report_checks (shown, checks);
    json_builder_set_member_name (b, "checks");
    json_builder_begin_array (b);
    for (size_t i = 0; i < MUGAI_REPORT_CHECKS; i++) {
        json_builder_begin_object (b);
        json_text (b, "name", checks[i].name);
        json_builder_set_member_name (b, "checked");
        json_builder_add_boolean_value (b, checks[i].checked);
        json_number (b, "of", checks[i].of);
        json_number (b, "wrong", checks[i].wrong);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
}

static void
print_json (JsonBuilder *b)
{
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *text = json_to_string (root, TRUE);

    puts (text);
}

void
mugai_report_print_json (const MugaiReportShown *shown)
{
    g_autoptr (JsonBuilder) b = json_builder_new();
    const MugaiTally *tally = shown->tally;

    json_builder_begin_object (b);
    json_text (b, "schema", "mugai.keep-report/1");
    json_number (b, "since", (guint64)(shown->since_us / G_USEC_PER_SEC));
    json_number (b, "until", (guint64)(shown->until_us / G_USEC_PER_SEC));
    json_number (b, "items", tally->items);
    json_number (b, "parts", tally->leaves);
    json_number (b, "delivered", tally->delivered);
    json_number (b, "converted", tally->converted);
    json_number (b, "withheld", tally->withheld);
    for (MugaiTallyBy by = 0; by < MUGAI_TALLY_BYS; by++)
        json_table (shown, b, by);
    json_checks (shown, b);
    json_builder_end_object (b);
    print_json (b);
}

/* ---- stats rules */

void
mugai_report_print_rules (const MugaiReportShown *shown)
{
    g_autoptr (JsonBuilder) b = json_builder_new();
    const MugaiReportOptions *options = shown->options;
    unsigned dead = 0;

    json_builder_begin_object (b);
    json_text (b, "schema", "mugai.stats-rules/1");
    json_number (b, "items", shown->tally->items);
    json_builder_set_member_name (b, "rules");
    json_builder_begin_array (b);
    for (size_t i = 0; i < mugai_rules_count (shown->rules); i++) {
        const char *name = mugai_rules_name (shown->rules, i);
        g_autofree char *key = mugai_shown (name, true);
        const MugaiTallyCount *count = mugai_tally_count (shown->tally, MUGAI_TALLY_RULE, key);
        dead += count->items == 0;
        json_builder_begin_object (b);
        json_text (b, "name", key);
        json_number (b, "hits", count->items);
        json_number (b, "withheld", count->withheld);
        json_builder_end_object (b);
        if (options->json)
            continue;
        printf ("%3zu %8" G_GUINT64_FORMAT "  ", i + 1, count->items);
        mugai_cli_print (stdout, key);
        puts (count->items == 0 ? mugai_cli_text ("  never", "  使われていない") : "");
    }
    json_builder_end_array (b);
    json_number (b, "dead", dead);
    json_builder_end_object (b);
    if (options->json)
        print_json (b);
    else
        printf (mugai_cli_text ("%" G_GUINT64_FORMAT " items, %u rules never decided\n",
                                "対象%" G_GUINT64_FORMAT "件。一度も使われなかったルール%u件\n"),
                shown->tally->items, dead);
}
