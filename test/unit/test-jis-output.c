/* SPDX-License-Identifier: Apache-2.0
 *
 * Text as ISO-2022-JP: what fits comes back through the decoder and through iconv of this host,
 * what does not is shown by its number, and lines stay short.
 */
#include "tap.h"

#include "message/charset-decode.h"
#include "message/jis-output.h"

#include <glib.h>
#include <string.h>

static const struct {
    const char *in, *fitted;
    uint64_t lacking;
} rows[] = {
    { "", "", 0 },
    { "abc\tx\n日本 a①㈱\n", "abc\tx\n日本 a①㈱\n", 0 },
    { "ｱｲｳ ｶﾞﾊﾟｳﾞﾞ ﾆﾎﾝ｡", "アイウ ガパヴ゛ ニホン。", 0 },
    { "髙﨑纊", "髙﨑纊", 0 },
    { "〜−‖—¥", "～－∥―￥", 0 },
    { "😀é한", "〔U+1F600〕〔U+00E9〕〔U+D55C〕", 3 },
    { "葛󠄀👨‍👩", "葛〔U+1F468〕〔U+1F469〕", 4 },
    { "[外字 U+E000]", "[外字 U+E000]", 0 },
    { "--=_mugai_0\n a --=_mugai_1\n", "> --=_mugai_0\n a --=_mugai_1\n", 0 },
};

static void
test_rows (const MugaiJisOutput *jis)
{
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        uint64_t lacking = 0, more = 0;
        g_autoptr (GString) once =
            mugai_jis_output_fit (jis, rows[i].in, strlen (rows[i].in), &lacking);
        g_autoptr (GString) twice = mugai_jis_output_fit (jis, once->str, once->len, &more);
        CHECK_NAMED (strcmp (once->str, rows[i].fitted) == 0 && lacking == rows[i].lacking,
                     "fit %zu: %s", i, once->str);
        CHECK_NAMED (strcmp (twice->str, once->str) == 0 && more == 0, "fit %zu again", i);
    }
}

/* Every code point of the first plane: what fits unchanged is read back, by our decoder and, where
 * it is JIS X 0208, by iconv. */
static void
test_round_trip (const MugaiJisOutput *jis)
{
    unsigned long fits = 0, wrong = 0, by_iconv = 0, iconv_wrong = 0;
    for (gunichar c = 0x20; c < 0x10000; c++) {
        char text[8] = "";
        uint64_t lacking = 0;
        if (c == 0x7F || (c >= 0xD800 && c <= 0xDFFF))
            continue;
        g_unichar_to_utf8 (c, text);
        g_autoptr (GString) fitted = mugai_jis_output_fit (jis, text, strlen (text), &lacking);
        if (lacking > 0 || strcmp (fitted->str, text) != 0)
            continue;
        g_autoptr (GString) bytes = g_string_new (NULL);
        mugai_jis_output_write (jis, text, strlen (text), bytes);
        g_string_append (bytes, c < 0x80 ? "" : "\x1b(B");
        MugaiBuffer back = mugai_buffer (100);
        size_t bad = mugai_charset_convert (MUGAI_CHARSET_ISO_2022_JP, (const uint8_t *)bytes->str,
                                            bytes->len, &back);
        fits++;
        wrong += bad > 0 || back.size != strlen (text) || memcmp (back.data, text, back.size) != 0;
        mugai_buffer_clear (&back);
        g_autofree char *own = g_convert (text, -1, "ISO-2022-JP", "UTF-8", NULL, NULL, NULL);
        if (own != NULL) {
            by_iconv++;
            iconv_wrong += strncmp (own, bytes->str, bytes->len) != 0;
        }
    }
    CHECK_NAMED (fits > 7300 && wrong == 0, "%lu characters fit, %lu come back wrong", fits, wrong);
    CHECK_NAMED (by_iconv > 6900 && iconv_wrong == 0, "iconv writes %lu of them, %lu otherwise",
                 by_iconv, iconv_wrong);
}

static void
test_lines (const MugaiJisOutput *jis)
{
    g_autoptr (GString) text = g_string_new (NULL);
    uint64_t lacking = 0;
    for (int i = 0; i < 2000; i++)
        g_string_append (text, i % 3 == 0 ? "a" : "あ😀");
    g_autoptr (GString) fitted = mugai_jis_output_fit (jis, text->str, text->len, &lacking);
    g_autoptr (GString) bytes = g_string_new (NULL);
    g_string_append_c (fitted, '\n');
    mugai_jis_output_write (jis, fitted->str, fitted->len, bytes);
    size_t longest = 0, shortest = SIZE_MAX;
    for (const char *at = bytes->str, *crlf; (crlf = strstr (at, "\r\n")) != NULL; at = crlf + 2) {
        longest = MAX (longest, (size_t)(crlf - at));
        shortest = crlf[2] != '\0' ? MIN (shortest, (size_t)(crlf - at)) : shortest;
    }
    CHECK_NAMED (longest <= 998 && shortest > 980, "lines of %zu to %zu bytes", shortest, longest);
}

int
main (void)
{
    g_autoptr (MugaiJisOutput) jis = mugai_jis_output_new();
    test_rows (jis);
    test_round_trip (jis);
    test_lines (jis);
    return tap_done();
}
