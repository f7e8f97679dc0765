/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies in ISO-2022-JP: section K.
 */
#include "verify-samples.h"

#include <string.h>

#define JIS_HEADER                                                                                 \
    "Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: 7bit\r\n"
#define JIS_NOTICE "\x1b$BL5322=$N7k2L\x1b(B" /* 無害化の結果 */
#define JIS_BODY   "Hello \x1b$BF|K\\8l-!-j\x1b(B, a\tb\r\n\r\n" JIS_NOTICE "\r\n"
#define UTF8_BODY  "Hello 日本語①㈱, a\tb\n\n無害化の結果\n"

static Buf
jis_single (const char *body)
{
    Buf b = { 0 };

    buf_text (&b, HEADER RESULT JIS_HEADER "\r\n");
    buf_text (&b, body);
    return b;
}

static Buf
jis_multi (const char *body)
{
    Buf b = { 0 };

    buf_text (&b, HEADER RESULT MULTI_HEADER "\r\n" DELIMITER "\r\n" JIS_HEADER "\r\n");
    buf_text (&b, body);
    mail_attach (&b, "text/plain; charset=utf-8", " filename=\"a.txt\"", "x\n", 2);
    mail_close (&b);
    return b;
}

static const struct {
    const char *clause, *body, *name;
} samples[] = {
    { NULL, JIS_BODY, "kanji, row 13, tab" },
    { NULL, "a\r\n" JIS_NOTICE "\r\n", "a line in ASCII" },
    { "M-1.1", "a\x07" JIS_NOTICE "\r\n", "control" },
    { "M-1.1", "caf\xe9 " JIS_NOTICE "\r\n", "8-bit" },
    { "M-1.2", JIS_NOTICE "\n", "bare line feed" },
    { "K-1", JIS_NOTICE "\r\nno end", "last line without CRLF" },
    { "K-2", "\x1b$@F|\x1b(B" JIS_NOTICE "\r\n", "JIS C 6226" },
    { "K-2", "\x1b(Ja\x1b(B" JIS_NOTICE "\r\n", "JIS-Roman" },
    { "K-2", "\x1b(I1\x1b(B" JIS_NOTICE "\r\n", "half-width kana" },
    { "K-2", "\x1b$B\x1b(B" JIS_NOTICE "\r\n", "empty run" },
    { "K-2", JIS_NOTICE JIS_NOTICE "\r\n", "two runs side by side" },
    { "K-2", JIS_NOTICE "\r\n\x1b$BF|\r\n\x1b(B\r\n", "line that ends in kanji" },
    { "K-3", JIS_NOTICE "\x20\x1b$BF \x1b(B\r\n", "half a pair" },
    { "K-3", JIS_NOTICE " \x1b$B)!\x1b(B\r\n", "row that is empty" },
    { "K-3", JIS_NOTICE " \x1b$B-p\x1b(B\r\n", "second place of a character" },
    { "M-6.2", JIS_NOTICE "\r\n" JIS_NOTICE "\r\n", "two notices" },
    { "M-6.3", "no notice\r\n", "no notice" },
    { "T-3", JIS_NOTICE "\r\nbegin 644 a\r\n", "uuencode" },
    { "T-7", JIS_NOTICE "\r\nfile://x\r\n", "active link" },
    { "M-5.3", "", "no body" },
};

static void
test_samples (void)
{
    for (size_t i = 0; i < LENGTH (samples); i++) {
        Buf single = jis_single (samples[i].body), multi = jis_multi (samples[i].body);
        expect (MUGAI_GRAMMAR_MAIL, single.data, single.size, samples[i].clause, samples[i].name);
        if (strstr (samples[i].name, "last line") == NULL)
            expect (MUGAI_GRAMMAR_MAIL, multi.data, multi.size, samples[i].clause, samples[i].name);
        buf_clear (&single);
        buf_clear (&multi);
    }
}

/* Lines of 998 and 999 bytes; the leaf is the text in UTF-8; ESC elsewhere is none. */
static void
test_more (void)
{
    char line[1024];
    MugaiVerifyResult result;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    uint8_t digest[MUGAI_SHA256_SIZE];

    for (size_t n = 998; n <= 999; n++) {
        memset (line, 'a', n);
        strcpy (line + n, "\r\n" JIS_NOTICE "\r\n");
        Buf b = jis_single (line);
        expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, n == 998 ? NULL : "K-1", "long line");
        buf_clear (&b);
    }
    Buf b = jis_single (JIS_BODY);
    mugai_verify (MUGAI_GRAMMAR_MAIL, b.data, b.size, &limits, &result);
    CHECK (result.verdict.ok);
    mugai_sha256 (UTF8_BODY, strlen (UTF8_BODY), digest);
    CHECK (result.verdict.leaves == 1 && result.leaf[0].size == strlen (UTF8_BODY) &&
           memcmp (result.leaf[0].sha256, digest, sizeof digest) == 0);
    mugai_verify_result_clear (&result);
    CHECK (buf_replace (&b, "7bit", "base64"));
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-1.1", "ISO-2022-JP in base64");
    buf_clear (&b);
    b = jis_single (JIS_BODY);
    CHECK (buf_replace (&b, "[news 12]", "[news\x1b$B]"));
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-1.1", "ESC in a header");
    buf_clear (&b);
    b = jis_multi (JIS_BODY);
    CHECK (buf_replace (&b, "filename=\"a.txt\"", "filename=\"\x1b.txt\""));
    expect (MUGAI_GRAMMAR_MAIL, b.data, b.size, "M-1.1", "ESC in a part");
    buf_clear (&b);
}

void
test_jis (void)
{
    test_samples();
    test_more();
}
