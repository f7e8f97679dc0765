/* SPDX-License-Identifier: Apache-2.0
 *
 * format=flowed: paragraphs, quotes, stuffing, signatures, DelSp.
 */
#include "tap.h"

#include "message/flowed.h"

#include <string.h>

static const struct {
    const char *in;
    bool delsp;
    const char *out;
} rows[] = {
    { "", false, "" },
    { "one\r\ntwo\r\n", false, "one\ntwo\n" },
    { "A paragraph \r\nof two lines.\r\n\r\nNext", false, "A paragraph of two lines.\n\nNext\n" },
    { "日本語の段落を \r\n続ける。\r\n", true, "日本語の段落を続ける。\n" },
    { "words \r\nstay  \r\napart\r\n", true, "wordsstay apart\n" },
    { "> quoted \r\n> on\r\n>> deeper \r\n> out\r\n", false, "> quoted on\n>> deeper \n> out\n" },
    { ">quoted \n>on\nown \nline", false, "> quoted on\nown line\n" },
    { " From here\n  indented\n >no quote\n", false, "From here\n indented\n>no quote\n" },
    { "text \n-- \nName \nTitle", false, "text \n-- \nName Title\n" },
    { "> a \n-- \n", false, "> a \n-- \n" },
    { " \n \n", false, "\n\n" },
    { "last \n", false, "last \n" },
};

int
main (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autoptr (GBytes) in = g_bytes_new_static (rows[i].in, strlen (rows[i].in));
        g_autoptr (GBytes) out = mugai_flowed_join (in, rows[i].delsp);
        size_t size;
        const char *text = g_bytes_get_data (out, &size);
        bool same = size == strlen (rows[i].out) && memcmp (text, rows[i].out, size) == 0;

        CHECK_NAMED (same, "flowed %zu", i);
        if (!same)
            printf ("# gave: %.*s\n", (int)size, text);
    }
    return tap_done();
}
