/* SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "enriched-text/enriched-text.h"

#include <string.h>

typedef struct Row {
    const char *in, *out;
} Row;

static const Row rows[] = {
    { "", "" },
    { "a", "a\n" },
    { "a\r\nb\r\n\r\nc\r\n\r\n\r\nd", "a b\nc\n\nd\n" },
    { "<bold>Now</bold> is the <italic>time</italic>", "Now is the time\n" },
    { "<<a> << <b> a < b <c", "<a> <  a < b <c\n" },
    { "<color><param>red\n\n</param>x</color>y", "xy\n" },
    { "<param>a<b></param>c</param>", "c\n" },
    { "<nofill>a\nb\n\nc</nofill>\nd", "a\nb\n\nc d\n" },
    { "a\n\n\n<nofill>b\nc", "a\n\nb\nc\n" },
    { "x<excerpt>a\n\nb<excerpt>c</excerpt></excerpt>d", "x\n> a\n> b\n> > c\nd\n" },
    { "<verbatim><bold>\na << b</verbatim>c", "<bold>\na << bc\n" },
    { "</bold></excerpt></param>a", "a\n" },
    { "<a b>c<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>",
      "<a b>c<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>\n" },
    { "<FlushLeft>日本\n語</FlushLeft>", "日本 語\n" },
};

static void
test_rows (void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        MugaiBuffer out = mugai_buffer (1 << 20);
        int result = mugai_enriched_text (rows[i].in, strlen (rows[i].in), &out);
        bool same = result == 0 && out.size == strlen (rows[i].out) &&
                    memcmp (out.size > 0 ? out.data : "", rows[i].out, out.size) == 0;
        CHECK_NAMED (same, "%s", rows[i].in);
        if (!same)
            printf ("# gave: %.*s\n", (int)out.size, out.size > 0 ? out.data : "");
        mugai_buffer_clear (&out);
    }
}

static void
test_bound (void)
{
    MugaiBuffer out = mugai_buffer (5);
    CHECK (mugai_enriched_text ("日本語", 9, &out) == 0 && out.cut && out.size == 3);
    mugai_buffer_clear (&out);
}

int
main (void)
{
    test_rows();
    test_bound();
    return tap_done();
}
