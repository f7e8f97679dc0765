/* SPDX-License-Identifier: Apache-2.0 */
#include "csv-guard/csv-guard.h"
#include "tap.h"
#include "verify/verify.h"

#define MARK "\xEF\xBB\xBF"

static const struct {
    const char *in, *out; /* out NULL: refused */
    unsigned guarded;
} table[] = {
    { "a,b\n1,2\n", "a,b\r\n1,2\r\n", 0 },
    { "a,b\r\n1,2", "a,b\r\n1,2\r\n", 0 },
    { "a\tb\n1,5\t2\n", "a,b\r\n\"1,5\",2\r\n", 0 },
    { "a;b;c\n1;2;3\n", "a,b,c\r\n1,2,3\r\n", 0 },
    { "品名,数量\n\"封筒,角2\",\"3\"\n", "品名,数量\r\n\"封筒,角2\",3\r\n", 0 },
    { "\"a\"\"b\",\"c\nd\"\n", "\"a\"\"b\",\"c\nd\"\r\n", 0 },
    { "\"c\r\nd\",e\n", "\"c\nd\",e\r\n", 0 },
    { "a,\n,\n", "a,\r\n,\r\n", 0 },
    { "a,", "a,\r\n", 0 },
    { MARK "a\n", "a\r\n", 0 },
    { "=1+1,a\n", "'=1+1,a\r\n", 1 },
    { "x,@SUM(A1)\n", "x,'@SUM(A1)\r\n", 1 },
    { "-5,+81-3-1234-5678,-1.5%\n", "-5,+81-3-1234-5678,-1.5%\r\n", 0 },
    { "-1+cmd\n", "'-1+cmd\r\n", 1 },
    { "+A1\n", "'+A1\r\n", 1 },
    { "  =1\n", "'  =1\r\n", 1 },
    { "\"\t=1\"\n", "' =1\r\n", 1 },
    { "\"\"\"=1\"\"\"\n", "\"'\"\"=1\"\"\"\r\n", 1 },
    { "＝１\n", "'＝１\r\n", 1 },
    { "−A1\n", "'−A1\r\n", 1 },
    { "\"a;=HYPERLINK(\"\"x\"\")\"\n", "\"a;'=HYPERLINK(\"\"x\"\")\"\r\n", 1 },
    { "a|=cmd|' /C calc'!A0\n", "a|'=cmd|' /C calc'!A0\r\n", 1 },
    { "\"a\n=cmd|x\"\n", "\"a\n'=cmd|x\"\r\n", 1 },
    { "sep=;\na;b\n", "'sep=,\r\na,b\r\n", 1 },
    { "<html>,a\n", "'<html>,a\r\n", 1 },
    { "ID;P\n", "'ID,P\r\n", 1 },
    { "\n \n<html>\n", "\r\n \r\n'<html>\r\n", 1 },
    { "\"a\n", NULL, 0 },
    { "\"a\"b,c\n", NULL, 0 },
    { "", "", 0 },
};

static void
test_table (void)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        MugaiBuffer out = mugai_buffer (4096);
        MugaiVerifyResult result;
        MugaiCsvStats stats;
        int r = mugai_csv_guard (table[i].in, strlen (table[i].in), &out, &stats);
        const char *want = table[i].out != NULL ? table[i].out : "";
        bool same = out.size >= 3 && memcmp (out.data, MARK, 3) == 0 &&
                    out.size == strlen (want) + 3 && memcmp (out.data + 3, want, out.size - 3) == 0;
        CHECK_NAMED ((r == 0) == (table[i].out != NULL) && (r != 0 || same), "csv %zu: %.40s", i,
                     table[i].in);
        if (r == 0 && !same)
            printf ("# %.*s\n", (int)out.size, out.data);
        if (r == 0) {
            CHECK_NAMED (stats.guarded == table[i].guarded, "csv %zu: %u guards", i,
                         table[i].guarded);
            mugai_verify (MUGAI_GRAMMAR_CSV, (const uint8_t *)out.data, out.size, &limits, &result);
            CHECK_NAMED (result.verdict.ok, "csv %zu: in the profile %s", i, result.verdict.clause);
            mugai_verify_result_clear (&result);
            MugaiBuffer again = mugai_buffer (4096);
            mugai_csv_guard (out.data, out.size, &again, &stats);
            CHECK_NAMED (again.size == out.size && memcmp (again.data, out.data, out.size) == 0,
                         "csv %zu: the same again", i);
            mugai_buffer_clear (&again);
        }
        mugai_buffer_clear (&out);
    }
}

int
main (void)
{
    test_table();
    return tap_done();
}
