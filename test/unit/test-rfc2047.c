/* SPDX-License-Identifier: Apache-2.0
 *
 * Header text: encoded-words as they are, and as programs write them.
 */
#include "tap.h"

#include "message/rfc2047.h"

typedef struct Row {
    const char *raw;
    const char *text;
} Row;

static const Row decoded[] = {
    { "plain text", "plain text" },
    { "", "" },
    { "  both ends \r\n", "both ends" },
    { "=?UTF-8?B?5pel5pys6Kqe?=", "日本語" },
    { "=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait" },
    { "=?UTF-8?B?5pel5pys?= =?UTF-8?B?6Kqe?=", "日本語" },
    { "=?UTF-8?B?5pel5pys?=\r\n =?UTF-8?B?6Kqe?=", "日本語" },
    { "=?UTF-8?B?5pel5pys?= x =?UTF-8?B?6Kqe?=", "日本 x 語" },
    /* a character cut between two words */
    { "=?UTF-8?B?5pel5pys6A==?= =?UTF-8?B?qp4=?=", "日本語" },
    { "=?UTF-8?Q?=E6=97?= =?UTF-8?Q?=A5?=", "日" },
    { "=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "日本語" },
    { "=?ISO-2022-JP?B?GyRCRnxLXA==?= =?ISO-2022-JP?B?OGwbKEI=?=", "日本語" },
    { "=?ISO-2022-JP?B?GyRCLSEtahsoQg==?=", "①㈱" },
    { "=?Shift_JIS?B?k/qWe4zq?=", "日本語" },
    { "=?cp932?Q?=87=40?=", "①" },
    { "=?EUC-JP?B?xvzL3Liw?= =?us-ascii?q?a?=", "日本鍵a" },
    /* wrong label */
    { "=?ISO-2022-JP?B?5pel5pys6Kqe?=", "日本語" },
    { "=?utf-8?B?GyRCRnxLXDhsGyhC?=", "日本語" },
    /* words in quotes, glued to text, without padding, with blanks */
    { "\"=?UTF-8?B?5pel5pys6Kqe?=\"", "\"日本語\"" },
    { "Re:=?UTF-8?B?5pel5pys6Kqe?=(x)", "Re:日本語(x)" },
    { "=?UTF-8?B?5pel5pys6KqeYQ?=", "日本語a" },
    { "=?UTF-8?Q?a b?=", "a b" },
    { "=?UTF-8*ja?B?5pel?=", "日" },
    /* cut by a program: the end of the last word, or of its last character */
    { "=?UTF-8?B?5pel5pys6Kqe", "日本語" },
    { "=?UTF-8?B?5pel5pys6Kqe =?UTF-8?Q?a?=", "日本語a" },
    { "=?UTF-8?Q?=E6=97=A5=E6=9C?=", "日[?E6][?9C]" },
    { "=?UTF-8?B?5pel5pys rest", "=?UTF-8?B?5pel5pys rest" },
    /* the second word begins in ASCII, the first did not end there */
    { "=?ISO-2022-JP?B?GyRCRnxLXA==?= =?ISO-2022-JP?B?QUJD?=", "日本ABC" },
    /* not words */
    { "=?UTF-8?X?abc?=", "=?UTF-8?X?abc?=" },
    { "=?UTF-8?B?abc", "=?UTF-8?B?abc" },
    { "a =?b?= c", "a =?b?= c" },
    { "=?UTF-8?Q?"
      "?=",
      "" },
    /* what must not come through */
    { "=?utf-8?Q?a=0D=0AX-Evil:_1?=", "a X-Evil: 1" },
    { "=?utf-8?Q?a=00b=1Bc?=", "abc" },
    { "=?utf-8?Q?exe=E2=80=AEfdp?=", "exefdp" },
    { "=?utf-8?Q?a=E2=80=8Bb?=", "ab" },
    { "a\r\nb", "a b" },
    /* raw bytes */
    { "生の日本語", "生の日本語" },
    { "\x1b$B$3$s\x1b(B", "こん" },
    { "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "こんにちは" },
    { "=?x-nobody?B?5pel5pys6Kqe?=", "日本語" },
};

static void
test_decode (void)
{
    MugaiLimits limits = mugai_limits_default();
    for (size_t i = 0; i < G_N_ELEMENTS (decoded); i++) {
        g_autofree char *text =
            mugai_rfc2047_decode (decoded[i].raw, strlen (decoded[i].raw), NULL, &limits, NULL);
        CHECK_NAMED (strcmp (text, decoded[i].text) == 0, "decode %zu", i);
        if (strcmp (text, decoded[i].text) != 0)
            printf ("# %s gave %s\n", decoded[i].raw, text);
    }
    MugaiHeaderTextStats stats = { 0 };
    g_autofree char *cut = NULL;
    limits.header_line = 10;
    cut = mugai_rfc2047_decode ("日本語日本語", strlen ("日本語日本語"), NULL, &limits, &stats);
    CHECK (stats.cut && g_utf8_validate (cut, -1, NULL) && strlen (cut) <= 24);
}

static void
test_parameter (void)
{
    static const Row rows[] = {
        { "UTF-8'ja'%E6%97%A5%E6%9C%AC.txt", "日本.txt" },
        { "iso-2022-jp''%1B%24B%46%7C%1B%28B.pdf", "日.pdf" },
        { "Shift_JIS''%93%FA", "日" },
        { "''%E6%97%A5", "日" },
        { "%E6%97%A5.txt", "日.txt" },
        { "utf-8''a%00%0D%0A%2Fb%", "a /b%" },
        { "", "" },
    };
    MugaiLimits limits = mugai_limits_default();
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *text =
            mugai_rfc2231_decode (rows[i].raw, strlen (rows[i].raw), NULL, &limits, NULL);
        CHECK_NAMED (strcmp (text, rows[i].text) == 0, "parameter %s gave %s", rows[i].raw, text);
    }
}

/* What is encoded decodes to itself, in words of at most 75 characters with whole characters. */
static void
test_encode (void)
{
    static const char *const texts[] = {
        "",     "plain", "日本語の件名です。とても長いので、いくつもの語に分かれます😀😀😀😀",
        "a  b", " a",    "=?x?=",
        "é"
    };
    MugaiLimits limits = mugai_limits_default();
    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autofree char *words = mugai_rfc2047_encode (texts[i]);
        g_autofree char *back = mugai_rfc2047_decode (words, strlen (words), NULL, &limits, NULL);
        g_autofree char *stripped = g_strstrip (g_strdup (texts[i]));
        CHECK_NAMED (strcmp (back, stripped) == 0, "encode and decode %zu", i);
        g_auto (GStrv) each = g_strsplit (words, " ", -1);
        bool ok = true;
        for (char **word = each; *word != NULL; word++) {
            g_autofree char *one =
                mugai_rfc2047_decode (*word, strlen (*word), NULL, &limits, NULL);
            ok = ok && strlen (*word) <= 75 && strstr (one, "[?") == NULL;
        }
        CHECK_NAMED (ok, "words of %zu", i);
    }
    static const Row forms[] = {
        { "Re: plain words", "Re: plain words" },
        { "=?x?=", "=?UTF-8?B?PT94Pz0=?=" },
        { "日", "=?UTF-8?B?5pel?=" },
        { "a  b", "=?UTF-8?B?YSAgYg==?=" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++) {
        g_autofree char *text = mugai_rfc2047_encode_text (forms[i].raw);
        CHECK_NAMED (strcmp (text, forms[i].text) == 0, "text form %zu", i);
    }
}

int
main (void)
{
    test_decode();
    test_parameter();
    test_encode();
    return tap_done();
}
