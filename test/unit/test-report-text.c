/* SPDX-License-Identifier: Apache-2.0
 *
 * A report as JSON and as text for people: everything is there, nothing hostile gets through.
 */
#include "core/explain.h"
#include "core/facts.h"
#include "core/finding-text.h"
#include "core/report-json.h"

#include "report-sample.h"
#include "tap.h"

static char *
text_of (const char *code, bool japanese, uint64_t count, const char *shown)
{
    return mugai_finding_text (mugai_finding_info (code), japanese, count, shown);
}

static void
check_text (const char *code, bool japanese, const char *shown, const char *expected)
{
    g_autofree char *text = text_of (code, japanese, 3, shown);

    if (strcmp (text, expected) != 0)
        printf ("# got: %s\n", text);
    CHECK_NAMED (strcmp (text, expected) == 0, "%s: %s", code, expected);
}

static void
test_findings (void)
{
    /* hidden text is in the report, but not in front of the reader */
    check_text ("html.hidden-text", true, "x", "元の表示では見えない文字3字を除きました");
    check_text ("link.punycode", false, "x", "3 links have a domain with letters beyond ASCII: x");
    check_text ("link.punycode", false, "", "3 links have a domain with letters beyond ASCII");
    check_text ("link.punycode", true, "x",
                "英数字以外の文字を含むドメインへのリンクが3個あります（x）");
    check_text ("link.punycode", true, "", "英数字以外の文字を含むドメインへのリンクが3個あります");
    check_text ("withheld.rule", true, "", "規則により渡しませんでした");
    check_text ("withheld.rule", true, "%n%s", "規則により渡しませんでした（%n%s）");
}

static void
check_shown (const char *text, bool escaped, const char *expected)
{
    g_autofree char *shown = mugai_shown (text, escaped);

    CHECK_NAMED (strcmp (shown, expected) == 0, "shown: %s", shown);
}

static void
test_shown (void)
{
    check_shown (NULL, false, "");
    check_shown ("報告\\x", false, "報告\\\\x");
    check_shown ("報告\\x0a", true, "報告\\x0a");
    check_shown ("\033[31m\xff\xe2\x80\xae", true, "\\x1b[31m\\xff\\u{202e}");
    check_shown ("\\", true, "\\");
}

/* No control but LF, no bidi control, valid UTF-8. */
static bool
harmless (const char *text, bool lines)
{
    if (!g_utf8_validate (text, -1, NULL))
        return false;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        if ((g_unichar_iscntrl (c) && !(lines && c == '\n')) || (c >= 0x202a && c <= 0x202e) ||
            (c >= 0x200b && c <= 0x200f) || c == 0xfeff)
            return false;
    }
    return true;
}

static void
test_explain (void)
{
    g_autoptr (MugaiReport) report = report_sample();
    g_autoptr (MugaiEnvelope) envelope = envelope_sample();
    static const char *const rules[] = { "先の規則", "本文（HTML）を文字にして届ける", NULL };
    static const char *const ja[] = {
        "受付番号 0123-4567-89ab",
        "結果：無害化して届けました",
        "内訳：元の内容4件 ＝ 届けた1件 ＋ 形を変えた1件 ＋ 渡さなかった2件",
        "規則：「本文（HTML）を文字にして届ける」 (preset-a-text.yaml:18)",
        "1「先の規則」：type が html",
        "処理：html-text,text-clean",
        "[注意] 元の表示では見えない文字12字を除きました (html.hidden-text)",
        "理由：本文のみの運用のため、渡しませんでした",
        "渡さなかった内容（原本は保管しています）：",
        "種類 Windows実行プログラム [exe]",
        "送信元（エンベロープ）：<>",
    };
    static const char *const en[] = {
        "leaves: 4 in = 1 delivered + 1 converted + 2 withheld",
        "1 \"先の規則\": type is html",
        "[warning] 12 characters of text that is invisible in the original were left out",
        "what did not go on:",
        "(alternative that was not chosen)",
    };

    g_autofree char *text = mugai_explain (
        report, envelope, &(MugaiExplainOptions){ .japanese = true, .kept = true, .rules = rules });
    for (size_t i = 0; i < G_N_ELEMENTS (ja); i++)
        CHECK_NAMED (strstr (text, ja[i]) != NULL, "explain ja: %s", ja[i]);
    g_autofree char *english =
        mugai_explain (report, NULL, &(MugaiExplainOptions){ .rules = rules });
    for (size_t i = 0; i < G_N_ELEMENTS (en); i++)
        CHECK_NAMED (strstr (english, en[i]) != NULL, "explain en: %s", en[i]);
    g_autofree char *brief = mugai_explain (report, NULL, &(MugaiExplainOptions){ .brief = true });
    CHECK (strstr (brief, "did not match") == NULL && strstr (english, "did not match") != NULL);
    if (tap_failed > 0)
        for (char *line = strtok (text, "\n"); line != NULL; line = strtok (NULL, "\n"))
            printf ("# %s\n", line);

    g_autoptr (MugaiReport) hostile = report_hostile();
    g_autofree char *shown = mugai_explain (hostile, envelope, &(MugaiExplainOptions){ 0 });
    CHECK (harmless (shown, true));
}

static void
test_json (void)
{
    g_autoptr (MugaiReport) hostile = report_hostile();
    g_autoptr (MugaiReport) report = report_sample();
    g_autoptr (MugaiEnvelope) envelope = envelope_sample();

    g_autofree char *text = mugai_report_json (hostile, envelope, NULL, false);
    CHECK (harmless (text, false));
    g_autofree char *json = mugai_report_json (report, envelope, NULL, false);
    g_autoptr (JsonNode) node = json_from_string (json, NULL);
    JsonObject *object = json_node_get_object (node);
    CHECK (strcmp (json_object_get_string_member (object, "schema"), "mugai.report/1") == 0);
    JsonArray *parts = json_object_get_array_member (object, "parts");
    CHECK (json_array_get_length (parts) == report->parts->len);
    JsonObject *part = json_array_get_object_element (parts, 2);
    CHECK (strcmp (json_object_get_string_member (part, "outcome"), "delivered") == 0);
    JsonArray *leaves = json_object_get_array_member (object, "leaves_out");
    CHECK (json_array_get_length (leaves) == 1);
}

int
main (int argc, char **argv)
{
    if (argc > 1 && strcmp (argv[1], "--print") == 0) /* for test/check/report-schema.py */
        return report_print();
    (void)argv;
    test_findings();
    test_shown();
    test_explain();
    test_json();
    return tap_done();
}
