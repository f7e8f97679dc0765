/* SPDX-License-Identifier: Apache-2.0
 *
 * notice: templates of a site, checked and filled in; lists that stay on one screen.
 */
#include "message/notice.h"
#include "rules/notice-template.h"

#include "tap.h"

#define TITLE "== 無害化の結果 ==\n"
#define WHOLE TITLE "{number}\n{withheld-list}\n"

static void
check (const char *what, const char *text, const char *want)
{
    g_autoptr (GError) error = NULL;
    g_autofree char *got = mugai_notice_template_check ("t.txt", text, strlen (text), &error);
    const char *said = got != NULL ? got : error->message;

    CHECK_NAMED (strstr (said, want) == said, "%s: %.100s", what, said);
}

static void
test_check (void)
{
    check ("good", WHOLE "担当：総務課（内線 123）\nhttps://portal.example.jp/\n", TITLE);
    check ("CRLF, BOM, no end", "\xEF\xBB\xBF== 無害化の結果 ==\r\n{number}\r\n{withheld-list}",
           WHOLE);
    check ("no title", "{number}\n{withheld-list}\n", "t.txt:1:1: the first line must hold");
    check ("two titles", WHOLE "無害化の結果\n", "t.txt:4:1: only the first line");
    check ("no number", TITLE "{withheld-list}\n", "t.txt:1:1: the template needs {number}");
    check ("no list", TITLE "{number}\n", "t.txt:1:1: the template needs {number}");
    check ("unknown", WHOLE "a {nmber}\n", "t.txt:4:3: no such placeholder; one of {number}");
    check ("open brace", WHOLE "{", "t.txt:4:1: no such placeholder");
    check ("list within a line", TITLE "{number}\nx {withheld-list}\n",
           "t.txt:3:3: this placeholder stands alone");
    check ("twice", WHOLE "{number}\n", "t.txt:4:1: this placeholder stands there twice");
    check ("other addresses", WHOLE "見よ file://x\n", "t.txt:4:12: an address");
    check ("UNC", WHOLE "\\\\srv\\share\n", "t.txt:4:1: an address");
    check ("control", WHOLE "a\x1B[1m\n", "t.txt:4:2: a character that cannot be seen");
    check ("bidi", WHOLE "a\xE2\x80\xAEz\n", "t.txt:4:2: a character that cannot be seen");
    check ("uuencode", WHOLE "begin 644 x\n", "t.txt:4:1: the line begins like");
    check ("base64", WHOLE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
           "t.txt:4:40: the line holds");
    check ("not UTF-8", WHOLE "\x82\xA0\n", "t.txt:1:1: this is no UTF-8");
    GString *many = g_string_new (WHOLE);
    for (int i = 0; i < 40; i++)
        g_string_append (many, "x\n");
    check ("many lines", many->str, "t.txt:41:1: the template has more than 40 lines");
    for (int i = 0; i < 3000; i++)
        g_string_append (many, "x\n");
    check ("long", many->str, "t.txt:1:1: the template is longer");
    g_string_free (many, TRUE);
}

static MugaiReport *
report_with (unsigned withheld, unsigned reasons)
{
    MugaiReport *report = mugai_report_new();

    memset (report->id, 'a', MUGAI_ID_SIZE - 1);
    for (unsigned i = 0; i < withheld; i++) {
        MugaiReportPart *part = mugai_report_add_part (report, 0, NULL);
        part->path = g_strdup_printf ("%u", i + 1);
        part->name = g_strdup_printf ("様式%u.xlsx", i + 1);
        part->type = g_strdup ("xlsx");
        part->declared = g_strdup ("");
        part->leaf = true;
        part->size = 100;
        part->outcome = MUGAI_OUTCOME_WITHHELD;
        part->reason = g_strdup (i % reasons == 0 ? "withheld.preset" : "withheld.encrypted");
    }
    mugai_report_count (report);
    return report;
}

static char *
block (const MugaiReport *report, const char *template, MugaiLanguage language, const char *auth)
{
    MugaiSettings settings = { .notice_template = template, .notice_language = language };
    MugaiNotice notice = { .report = report, .settings = &settings, .authentication = auth };

    return g_string_free (mugai_notice_block (&notice), FALSE);
}

static unsigned
lines_of (const char *text)
{
    unsigned lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

static void
test_block (void)
{
    g_autoptr (MugaiReport) one = report_with (3, 2);
    g_autofree char *text = block (one, "", MUGAI_LANGUAGE_JA, "差出人認証：SPF 合格");

    CHECK (g_str_has_prefix (text, "──────── 無害化の結果 ────────\n受付番号：aaaa-aaaa-aaaa\n"
                                   "そのまま 0件、変換 0件、保留 3件\n差出人認証：SPF 合格\n\n■"));
    CHECK (
        strstr (text,
                "・様式1.xlsx（Excelブック、100 バイト）\n・様式3.xlsx（Excelブック、100 バイト）\n"
                "  → 本文のみの運用のため") != NULL);
    CHECK (strstr (text, "・様式2.xlsx（Excelブック、100 バイト）\n  → 暗号化されて") != NULL);
    CHECK (strstr (text, "お問い合わせ") != NULL || strstr (text, "お問\n") != NULL);

    g_autoptr (MugaiReport) many = report_with (900, 1);
    g_autofree char *screen = block (many, "", MUGAI_LANGUAGE_JA, NULL);
    CHECK_NAMED (lines_of (screen) <= 20, "%u lines", lines_of (screen));
    CHECK (strstr (screen, "ほか894件") != NULL && strstr (screen, "差出人認証") == NULL);

    g_autofree char *own = block (
        one,
        "== 無害化の結果 ==\n番号 {number}（保留 {withheld}）\n{findings}\n\n{withheld-list}\n"
        "内線 123\n",
        MUGAI_LANGUAGE_JA, NULL);
    CHECK (g_str_has_prefix (own, "== 無害化の結果 ==\n番号 aaaa-aaaa-aaaa（保留 3）\n\n■保留"));
    CHECK (g_str_has_suffix (own, "内線 123\n"));

    g_autofree char *english = block (one, "", MUGAI_LANGUAGE_EN, NULL);
    CHECK (g_str_has_prefix (english, "-------- Sanitization result --------\n"));
}

static void
test_needed (void)
{
    MugaiSettings settings = { .notice_template = "", .notice_language = MUGAI_LANGUAGE_JA };
    g_autoptr (MugaiReport) none = report_with (0, 1), some = report_with (1, 1);
    MugaiNotice notice = { .report = none, .settings = &settings };

    CHECK (!mugai_notice_needed (&notice));
    notice.alarm = true;
    CHECK (mugai_notice_needed (&notice));
    notice = (MugaiNotice){ .report = some, .settings = &settings };
    CHECK (mugai_notice_needed (&notice));
    g_autofree char *pointer = mugai_notice_pointer (some, "無害化の結果.txt", MUGAI_LANGUAGE_JA);
    CHECK (strstr (pointer,
                   "保留1件（受付番号 aaaa-aaaa-aaaa）。くわしくは添付「無害化の結果.txt」") !=
           NULL);
}

int
main (void)
{
    test_check();
    test_block();
    test_needed();
    return tap_done();
}
