/* SPDX-License-Identifier: Apache-2.0
 *
 * 外字 by a site's table: in texts as characters, in headers as the notation that is left of them.
 */
#include "tap.h"

#include "message/gaiji.h"

#include <string.h>

#define E000  "\xEE\x80\x80"
#define F8FF  "\xEF\xA3\xBF"
#define F0000 "\xF3\xB0\x80\x80"

static const char *const entries[] = { E000 "髙", F8FF "(x)", F0000 "葛󠄀", NULL };

static const MugaiGaiji site = { .table = entries }, none = { 0 };

static void
test_emoji (void)
{
    static const struct {
        const char *from, *want;
        MugaiEmojiFrom how;
        uint32_t c;
    } rows[] = {
        { "a@docomo.ne.jp", "☀", MUGAI_EMOJI_FROM_LEGACY, 0xE63E },
        { "a@docomo.ne.jp", "1⃣", MUGAI_EMOJI_FROM_UNICODE, 0xE6E2 },
        { "a@DOCOMO.ne.jp", "", MUGAI_EMOJI_FROM_LEGACY, 0xE000 },
        { "a@xdocomo.ne.jp", "", MUGAI_EMOJI_FROM_LEGACY, 0xE63E },
        { "a@example.jp", "", MUGAI_EMOJI_FROM_LEGACY, 0xE63E },
        { NULL, "", MUGAI_EMOJI_FROM_LEGACY, 0xE63E },
        { "docomo.ne.jp", "", MUGAI_EMOJI_FROM_LEGACY, 0xE63E },
        { "a@ezweb.ne.jp", "1⃣", MUGAI_EMOJI_FROM_LEGACY, 0xE0BA }, /* ISO-2022-JP */
        { "a@ezweb.ne.jp", "1⃣", MUGAI_EMOJI_FROM_LEGACY, 0xE522 }, /* Shift_JIS */
        { "a@x.ezweb.ne.jp", "1⃣", MUGAI_EMOJI_FROM_UNICODE, 0xE522 },
        { "a@softbank.ne.jp", "1⃣", MUGAI_EMOJI_FROM_LEGACY, 0xE59F },
        { "a@softbank.ne.jp", "1⃣", MUGAI_EMOJI_FROM_UNICODE, 0xE21C },
        { "a@softbank.ne.jp", "🐛", MUGAI_EMOJI_FROM_UNICODE, 0xE525 },
        { "a@softbank.ne.jp", "📫", MUGAI_EMOJI_FROM_LEGACY, 0xE525 },
        { "a@softbank.ne.jp", "", MUGAI_EMOJI_FROM_ANY, 0xE525 }, /* two readings */
        { "a@softbank.ne.jp", "🇯🇵", MUGAI_EMOJI_FROM_UNICODE, 0xE50B },
        { "a@softbank.ne.jp", "", MUGAI_EMOJI_FROM_UNICODE, 0xF8FF },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        char got[16] = "";
        unsigned n =
            mugai_emoji_find (mugai_emoji_carrier (rows[i].from), rows[i].how, rows[i].c, got);
        CHECK_NAMED (n == strlen (rows[i].want) && strcmp (got, rows[i].want) == 0, "emoji %zu: %s",
                     i, got);
    }
    g_autoptr (GBytes) in = g_bytes_new_static ("\xEE\x98\xBE" E000, 6);
    MugaiGaiji both = { entries, MUGAI_CARRIER_DOCOMO, MUGAI_EMOJI_FROM_LEGACY };
    size_t own, emoji;
    g_autoptr (GBytes) out = mugai_gaiji_map (&both, in, &own, &emoji);
    CHECK (own == 1 && emoji == 1 && g_bytes_get_size (out) == strlen ("☀髙"));
    g_autofree char *line = mugai_gaiji_notation (&both, "x[外字 U+E63E]");
    CHECK (strcmp (line, "x☀") == 0);
}

static void
test_text (void)
{
    static const struct {
        const char *in, *out;
        size_t count;
    } rows[] = {
        { "", "", 0 },
        { "日本 abc", "日本 abc", 0 },
        { E000 "橋" F8FF F0000, "髙橋(x)葛󠄀", 3 },
        { "\xEE\x80\x81" E000, "\xEE\x80\x81髙", 1 },
        { "[外字 U+E000]", "[外字 U+E000]", 0 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) in = g_bytes_new_static (rows[i].in, strlen (rows[i].in));
        size_t count, emoji, size;
        g_autoptr (GBytes) out = mugai_gaiji_map (&site, in, &count, &emoji);
        g_autoptr (GBytes) same = mugai_gaiji_map (&none, in, &size, &emoji);
        const char *text = g_bytes_get_data (out, &size);

        CHECK_NAMED (count == rows[i].count && size == strlen (rows[i].out) &&
                         memcmp (text, rows[i].out, size) == 0,
                     "text %zu", i);
        CHECK (same == in);
    }
}

static void
test_notation (void)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "", "" },
        { "[外字 U+E000]橋", "髙橋" },
        { "[外字 U+E001] [外字 U+F0000]", "[外字 U+E001] 葛󠄀" },
        { "[外字 U+E000", "[外字 U+E000" },
        { "[外字 U+[外字 U+F8FF]", "[外字 U+(x)" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *out = mugai_gaiji_notation (&site, rows[i].in);
        CHECK_NAMED (strcmp (out, rows[i].out) == 0, "notation %zu: %s", i, out);
    }
    CHECK (mugai_gaiji_notation (&site, NULL) == NULL);
}

int
main (void)
{
    test_emoji();
    test_text();
    test_notation();
    return tap_done();
}
