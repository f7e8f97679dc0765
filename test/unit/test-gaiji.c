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

static const char *const table[] = { E000 "髙", F8FF "(x)", F0000 "葛󠄀", NULL };

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
        size_t count, size;
        g_autoptr (GBytes) out = mugai_gaiji_map (table, in, &count);
        g_autoptr (GBytes) same = mugai_gaiji_map (NULL, in, &size);
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
        g_autofree char *out = mugai_gaiji_notation (table, rows[i].in);
        CHECK_NAMED (strcmp (out, rows[i].out) == 0, "notation %zu: %s", i, out);
    }
    CHECK (mugai_gaiji_notation (table, NULL) == NULL);
}

int
main (void)
{
    test_text();
    test_notation();
    return tap_done();
}
