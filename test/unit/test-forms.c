/* SPDX-License-Identifier: Apache-2.0
 *
 * forms, likeness: which form of a text is taken, by what it says.
 */
#include "message/forms.h"
#include "message/likeness.h"

#include "tap.h"

#include <glib.h>

typedef struct Row {
    const char *what;
    const char *plain, *html, *other; /* NULL: none */
    uint32_t want;                    /* bits: 1 plain, 2 html, 4 other */
} Row;

#define LONG_JA                                                                                                                                \
    "令和8年度の防災訓練を次のとおり実施しますので、各課におかれましては参加者の取りまとめをお願" \
    "い"                                                                                                                                      \
    "いたします。日時は11月30日（月）午前10時から、場所は庁舎前駐車場です。雨天の場合は翌日に延期"  \
    "します。"

static const Row rows[] = {
    { "the same", "hello you", "hello you", NULL, 1 },
    { "empty plain", "", "hello", NULL, 2 },
    { "blank plain", " \n\xC2\xA0\xE3\x80\x80\n", "hello", NULL, 2 },
    { "blank HTML", "hello", " \n", NULL, 1 },
    { "both blank", " ", "", NULL, 1 },
    { "no HTML at all", "hello", NULL, NULL, 1 },
    { "no plain at all", NULL, "hello", NULL, 2 },
    { "excuse, English", "Your client does not support HTML mail.", "hello", NULL, 2 },
    { "excuse, folded", "Your mail program can't\ndisplay   HTML e-mails.", "hello", NULL, 2 },
    { "excuse, Japanese", "このメールはHTML形式です。", "こんにちは", NULL, 2 },
    { "excuse, browser", "正しく表示されない場合はこちら\nhttps://x.example/\n", "案内", NULL, 2 },
    { "excuse, German", "Ihr Programm kann HTML nicht anzeigen.", "Hallo", NULL, 2 },
    { "excuse, French", "Votre logiciel ne lit pas le HTML.", "Bonjour", NULL, 2 },
    { "excuse, Chinese", "您的邮件客户端不支持HTML。", "你好", NULL, 2 },
    { "excuse, Korean", "이 메일은 HTML 형식입니다.", "안녕하세요", NULL, 2 },
    { "excuse, and a number", "HTMLメールに対応していません。会議は11月30日です。", "案内", NULL,
      1 },
    { "excuse, and all of it again", "HTMLメールに対応していません。会議は11月30日です。",
      "会議は11月30日です。", NULL, 2 },
    { "excuse, and a text of its own",
      "The bridge is closed from Monday on because of repairs; buses take the road along the river "
      "until the work is done.\n\nYour mail program cannot display HTML.",
      "picture", NULL, 1 },
    { "excuse, and more of the same",
      "Your mail program cannot display HTML. Please ask your provider for help.", "hello", NULL,
      2 },
    { "excuse beside nothing", "This is an HTML mail.", " ", NULL, 1 },
    { "folds, case, width and marks count for nothing",
      "> ＡＢＣの案内を\n> お送りします。\n\nHello World", "ABCの案内をお送りします。 HELLO world!",
      NULL, 1 },
    { "addresses count for nothing", "see you taro@example.jp",
      "see you <https://x.example/a/b?c=123456> (www.example.jp) <mailto:jiro@example.jp>", NULL,
      1 },
    { "notations count for nothing", "hello[外字 U+E6E2] you [?E3][?82]", "hello you", NULL, 1 },
    { "HTML says more", "hello",
      "hello the meeting is moved to another room because of the rain that fell today", NULL, 2 },
    { "plain says more",
      "hello the meeting is moved to another room because of the rain that fell today", "hello",
      NULL, 1 },
    { "a few words of difference", LONG_JA "\n担当：総務", LONG_JA "\n問合せ", NULL, 1 },
    { "another number", LONG_JA "会費は3500円です。", LONG_JA "会費は9800円です。", NULL, 3 },
    { "another Japanese text", LONG_JA,
      "貴殿の口座は凍結されました。直ちに下記の手続きを行い、暗証番号を入力して本人確認を完了してく"
      "ださい。",
      NULL, 3 },
    { "a third form that says the same", "hello", "hello", "hello", 1 },
    { "a third form alone is readable", " ", NULL, "hello", 4 },
};

static void
test_rows (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        const Row *row = &rows[i];
        const char *texts[] = { row->plain, row->html, row->other };
        MugaiForm forms[3];
        for (size_t k = 0; k < 3; k++)
            forms[k] = (MugaiForm){ .text = texts[k],
                                    .size = texts[k] != NULL ? strlen (texts[k]) : 0,
                                    .kind = (MugaiFormKind)(k + 1) };
        uint32_t got = mugai_forms_choose (forms, 3, MUGAI_ALTERNATIVES_COMPARE);
        CHECK_NAMED (got == row->want, "%s: %u", row->what, got);
    }
}

static void
test_order (void)
{
    static const char a[] = "hello", b[] = "quite another text that says something else today";
    MugaiForm forms[] = { { b, strlen (b), MUGAI_FORM_HTML }, { a, strlen (a), MUGAI_FORM_PLAIN } };

    CHECK (mugai_forms_choose (forms, 2, MUGAI_ALTERNATIVES_PLAIN) == 2);
    CHECK (mugai_forms_choose (forms, 2, MUGAI_ALTERNATIVES_HTML) == 1);
    forms[1].text = " ";
    forms[1].size = 1;
    CHECK (mugai_forms_choose (forms, 2, MUGAI_ALTERNATIVES_PLAIN) == 1);
    forms[0] = forms[1] = (MugaiForm){ a, strlen (a), MUGAI_FORM_HTML };
    CHECK (mugai_forms_choose (forms, 2, MUGAI_ALTERNATIVES_HTML) == 2);
}

static uint32_t
words (const char *text)
{
    g_autoptr (MugaiLikeness) l = mugai_likeness_new (text, strlen (text));
    return mugai_likeness_words (l);
}

static void
test_words (void)
{
    CHECK (words ("") == 0 && words ("a b c") == 0);
    CHECK (words ("one two two ONE") == 2);
    CHECK (words ("日本語") == 2 && words ("日本\n語") == 2 && words ("日本。語") == 1);
    CHECK (words ("https://a.example/one/two three") == 1);
    CHECK (words ("one.two@example.jp three") == 1);
    CHECK (words ("\xFF\xFE one\xE3") == 1);

    g_autoptr (MugaiLikeness) a = mugai_likeness_new ("one 23 four 5", 13);
    g_autoptr (MugaiLikeness) b = mugai_likeness_new ("one", 3);
    const MugaiLikeness *others[] = { b };
    MugaiMissing missing = mugai_likeness_missing (a, others, 1);
    CHECK (missing.words == 2 && missing.numbers == 1);
    missing = mugai_likeness_missing (b, (const MugaiLikeness *const[]){ a }, 1);
    CHECK (missing.words == 0 && missing.numbers == 0);
}

/* Any text is read in a time that grows with its size only. */
static void
test_linear (void)
{
    GString *text = g_string_new (NULL);

    for (int i = 0; i < 400000; i++)
        g_string_append_printf (text, "w%dx www.a@ ", i * 7919);
    gint64 from = g_get_monotonic_time();
    CHECK (words (text->str) > 300000);
    CHECK (g_get_monotonic_time() - from < 3000000);
    g_string_free (text, TRUE);
}

int
main (void)
{
    test_rows();
    test_order();
    test_words();
    test_linear();
    return tap_done();
}
