/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples of section Z: a small writer of archives, and one change for each thing that the grammar
 * fixes.
 */
#include "verify-samples.h"
#include "zip-sample.h"

enum { LOCAL = 30 };

static const char report[] = "報告\n";
static const Entry two[] = { { "報告.txt", report, sizeof report - 1, true },
                             { "a/b.txt", report, sizeof report - 1, false } };

/* Each bit, turned, is refused. The members are stored: the last byte of a deflate stream has bits
 * without meaning. */
static void
test_bytes (void)
{
    size_t directory;
    const Entry stored[] = { two[1], { "c.txt", report, sizeof report - 1, false } };
    Buf b = archive (stored, 2, &directory);
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    unsigned accepted = 0;

    for (size_t i = 0; i < b.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            MugaiVerifyResult result;
            b.data[i] ^= (uint8_t)(1u << bit);
            mugai_verify (MUGAI_GRAMMAR_ZIP, b.data, b.size, &limits, &result);
            accepted += result.verdict.ok;
            mugai_verify_result_clear (&result);
            b.data[i] ^= (uint8_t)(1u << bit);
        }
    CHECK_NAMED (accepted == 0, "no bit of an archive can be turned");
    buf_clear (&b);
}

/* @at: from the end of the file when negative, else from the beginning. */
static const struct {
    const char *clause, *what;
    int at;
    uint8_t value;
} change[] = {
    { "Z-1", "comment", -2, 1 },
    { "Z-1", "counts that differ", -12, 1 },
    { "Z-1", "directory somewhere else", -6, 1 },
    { "Z-1", "two disks", -18, 1 },
    { "Z-2", "no local header", 0, 'Q' },
    { "Z-3", "encrypted", 6, 1 },
    { "Z-3", "time", 10, 1 },
    { "Z-3", "another CRC in the local header", 14, 1 },
    { "Z-3", "another name in the local header", LOCAL, 'x' },
};

static void
test_records (void)
{
    size_t directory;

    for (size_t i = 0; i < LENGTH (change); i++) {
        Buf b = archive (two, 2, &directory);
        size_t at = change[i].at < 0 ? b.size - (size_t)-change[i].at : (size_t)change[i].at;
        b.data[at] = change[i].value;
        expect (MUGAI_GRAMMAR_ZIP, b.data, b.size, change[i].clause, change[i].what);
        buf_clear (&b);
    }
    Buf b = archive (two, 2, &directory), c = { 0 };
    buf_text (&c, "MZ");
    buf_add (&c, b.data, b.size);
    expect (MUGAI_GRAMMAR_ZIP, c.data, c.size, "Z-1", "something before the archive");
    c.data[c.size - 6] += 2; /* the directory's offset */
    expect (MUGAI_GRAMMAR_ZIP, c.data, c.size, "Z-2", "a first member that is not at 0");
    buf_clear (&c);
    buf_add (&c, b.data, directory);
    buf_text (&c, "evil");
    buf_add (&c, b.data + directory, b.size - directory);
    c.data[c.size - 6] += 4;
    expect (MUGAI_GRAMMAR_ZIP, c.data, c.size, "Z-2", "something before the directory");
    b.data[directory + 42] = 1;
    expect (MUGAI_GRAMMAR_ZIP, b.data, b.size, "Z-2", "overlapping members");
    for (size_t size = 0; size < b.size; size++) {
        MugaiVerifyLimits limits = mugai_verify_limits_default();
        MugaiVerifyResult result;
        mugai_verify (MUGAI_GRAMMAR_ZIP, b.data, size, &limits, &result);
        if (result.verdict.ok)
            CHECK_NAMED (false, "an archive that was cut");
        mugai_verify_result_clear (&result);
    }
    buf_clear (&b);
    buf_clear (&c);
}

static const struct {
    const char *clause, *first, *second;
} names[] = {
    { NULL, "a.txt", "b.txt" },
    { NULL, "a.txt", "a.txt.txt" },
    { NULL, "a/b.txt", "a/c.txt" },
    { NULL, "県/市/様式.txt", "県/市.txt" },
    { "Z-4", "a.exe", "b.txt" },
    { "Z-4", "a.txt", "b.eml" },
    { "Z-4", "folder/", "b.txt" },
    { "N-4", "../a.txt", "b.txt" },
    { "N-2", "/a.txt", "b.txt" },
    { "N-2", "a//b.txt", "b.txt" },
    { "N-3", "C:\\a.txt", "b.txt" },
    { "N-6", "con/a.txt", "b.txt" },
    { "N-6", "aux.txt", "b.txt" },
    { "U-2", "a\xe2\x80\xae.txt", "b.txt" },
    { "Z-5", "a.txt", "a.txt" },
    { "Z-5", "a.txt", "A.txt" },
    { "Z-5", "a.txt", "a.txt/b.txt" },
    { "Z-5", "B.TXT.txt/b.txt", "b.txt.txt" },
    { "Z-4", "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q.txt", "b.txt" },
};

static void
test_names (void)
{
    size_t directory;

    for (size_t i = 0; i < LENGTH (names); i++) {
        Entry e[] = { { names[i].first, report, sizeof report - 1, true },
                      { names[i].second, report, sizeof report - 1, true } };
        Buf b = archive (e, 2, &directory);
        expect (MUGAI_GRAMMAR_ZIP, b.data, b.size, names[i].clause, names[i].first);
        buf_clear (&b);
    }
}

static void
test_contents (void)
{
    size_t directory;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    Entry bad = { "a.txt", "MZ\x90", 3, true }, good = two[0];
    Buf b = archive (&bad, 1, &directory);

    expect (MUGAI_GRAMMAR_ZIP, b.data, b.size, "T-8", "a program as text");
    buf_clear (&b);
    b = archive (&good, 1, &directory);
    limits.expanded = sizeof report - 2;
    expect_with (MUGAI_GRAMMAR_ZIP, b.data, b.size, &limits, "Z-6", "limits.expanded");
    limits = mugai_verify_limits_default();
    limits.parts = 1;
    expect_with (MUGAI_GRAMMAR_ZIP, b.data, b.size, &limits, NULL, "limits.parts, just");
    b.data[LOCAL + strlen (good.name)] ^= 0x06; /* the type of the first block */
    expect (MUGAI_GRAMMAR_ZIP, b.data, b.size, "Z-6", "no deflate stream");
    buf_clear (&b);
    b = archive (two, 2, &directory);
    expect_with (MUGAI_GRAMMAR_ZIP, b.data, b.size, &limits, "L-2", "limits.parts");
    buf_clear (&b);
}

static void
test_nested (void)
{
    size_t directory;
    Buf b = archive (two, 2, &directory);

    for (unsigned depth = 2; depth <= 9; depth++) {
        Entry e = { "中.zip", b.data, b.size, depth % 2 == 0 };
        Buf outer = archive (&e, 1, &directory);
        expect (MUGAI_GRAMMAR_ZIP, outer.data, outer.size, depth <= 8 ? NULL : "Z-8",
                "archives in archives");
        buf_clear (&b);
        b = outer;
    }
    buf_clear (&b);
    uint8_t pk[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    expect (MUGAI_GRAMMAR_ZIP, pk, sizeof pk, "Z-1", "an empty archive");
}

void
test_zip (void)
{
    size_t directory;
    Buf b = archive (two, 2, &directory);

    expect (MUGAI_GRAMMAR_ZIP, b.data, b.size, NULL, "archive");
    buf_clear (&b);
    test_bytes();
    test_records();
    test_names();
    test_contents();
    test_nested();
}
