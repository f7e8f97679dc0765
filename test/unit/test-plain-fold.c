/* SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"
#include "text-profile.h"

#include "text-clean/plain-fold.h"

#include <stdlib.h>
#include <string.h>

#define A10  "aaaaaaaaaa"
#define A60  A10 A10 A10 A10 A10 A10
#define KA10 "かかかかかかかかかか"
#define KA30 KA10 KA10 KA10

typedef struct Row {
    const char *in, *out;
} Row;

static const Row rows[] = {
    { "", "" },
    { "a\nb", "a\nb" },
    { A60 " bbb\n", A60 " bbb\n" },
    { A60 " bbbb\n", A60 "\nbbbb\n" },
    { A60 A60 "\n", A60 A60 "\n" },
    { A60 A60 " b\n", A60 A60 "\nb\n" },
    { KA30 "かか\n", KA30 "かか\n" },
    { KA30 "かかか\n", KA30 "かか\nか\n" },
    { KA30 "かか。\n", KA30 "か\nか。\n" },
    { KA30 "か「か」\n", KA30 "か\n「か」\n" },
    { KA30 "か100円\n", KA30 "か\n100円\n" },
    { "> " A60 " bbbb\n> c", "> " A60 "\n> bbbb\n> c" },
    { ">> > " KA30 "\n", ">> > " KA10 KA10 "かかかかかかかかか\n>> > か\n" },
    { "  " A60 " b   \r\n", "  " A60 " b   \r\n" },
    { "  " A60 " bb  \r\n", "  " A60 "\n  bb\n" },
    { A60 "   bbbb\n", A60 "   bbbb\n" },
    { A60 "\tbbbb\n", A60 "\tbbbb\n" },
    { A60 "　　　bbbb\n", A60 "　　　bbbb\n" },
    { "x <https://e.example/" A60 "> y\n", "x\n<https://e.example/" A60 ">\ny\n" },
    { A60 " \xff\xfe b\n", A60 " \xff\xfe\nb\n" },
};

static void
test_rows (void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        MugaiBuffer out = mugai_buffer (1 << 20), twice = mugai_buffer (1 << 20);
        uint64_t folded, again;
        CHECK (mugai_plain_fold (rows[i].in, strlen (rows[i].in), 64, true, &out, &folded) == 0);
        bool same = out.size == strlen (rows[i].out) &&
                    memcmp (out.size > 0 ? out.data : "", rows[i].out, out.size) == 0;
        CHECK_NAMED (same && (folded > 0) == (strcmp (rows[i].in, rows[i].out) != 0), "%s",
                     rows[i].in);
        if (!same)
            printf ("# gave: %.*s\n", (int)out.size, out.size > 0 ? out.data : "");
        CHECK (mugai_plain_fold (out.data, out.size, 64, true, &twice, &again) == 0);
        CHECK (again == 0 && twice.size == out.size);
        mugai_buffer_clear (&out);
        mugai_buffer_clear (&twice);
    }
}

/* One long line, in pieces of either kind: linear. */
static void
test_linear (void)
{
    static const char *const units[] = { "a ", "かな、", "<a:", "> ", "\xE3\x81", "\xCC\x81" };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen (units[i]), size = 4000000 / n * n;
        char *text = malloc (size);
        MugaiBuffer out = mugai_buffer (SIZE_MAX / 2);
        uint64_t folded;
        for (size_t at = 0; at < size; at += n)
            memcpy (text + at, units[i], n);
        double start = cpu_seconds();
        CHECK (mugai_plain_fold (text, size, 80, true, &out, &folded) == 0);
        double used = cpu_seconds() - start;
        CHECK_NAMED (used < 3, "%zu: %.3f s", i, used);
        mugai_buffer_clear (&out);
        free (text);
    }
}

int
main (void)
{
    test_rows();
    test_linear();
    return tap_done();
}
