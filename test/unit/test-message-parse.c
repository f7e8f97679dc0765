/* SPDX-License-Identifier: Apache-2.0
 *
 * field, prescan, transfer, mime-value: the parsers that see raw bytes first.
 */
#include "message/field.h"
#include "message/mime-value.h"
#include "message/prescan.h"
#include "message/transfer.h"

#include "core/error.h"
#include "tap.h"

static MugaiLimits limits;

static MugaiFields
parse (const char *text)
{
    MugaiFields fields = { 0 };

    mugai_fields_parse ((const uint8_t *)text, strlen (text), &limits, &fields, NULL);
    return fields;
}

static bool
value_is (const MugaiFields *fields, const char *name, const char *want)
{
    const MugaiField *field = mugai_fields_find (fields, name, NULL);
    g_autofree char *line = field != NULL ? mugai_field_unfold (field) : NULL;

    return line != NULL && strcmp (line, want) == 0;
}

static void
test_fields (void)
{
    mugai_autofields plain = parse ("A: 1\r\nb : 2\nC:\r\n\tfolded\r\n twice\r\n\r\nbody: no");
    CHECK (plain.count == 3 && !plain.broken && !plain.unfinished);
    CHECK (value_is (&plain, "a", "1") && value_is (&plain, "B", "2"));
    CHECK (value_is (&plain, "c", "folded twice"));
    CHECK (plain.list[1].odd && !plain.list[0].odd);
    CHECK (plain.size == strlen ("A: 1\r\nb : 2\nC:\r\n\tfolded\r\n twice\r\n\r\n"));

    mugai_autofields broken = parse ("A: 1\nno field here\nContent-Type: text/html\n\n");
    CHECK (broken.count == 1 && broken.broken && broken.size == 5);
    mugai_autofields leading = parse (" A: 1\n\n");
    CHECK (leading.count == 0 && leading.broken && leading.size == 0);
    mugai_autofields from = parse ("From a@b Fri Nov 20\nA: 1\n\n");
    CHECK (from.from_line && from.count == 1 && !from.broken);
    mugai_autofields marked = parse ("\xef\xbb\xbf"
                                     "A: 1\n\n");
    CHECK (marked.count == 1 && !marked.broken && marked.size == 9);
    mugai_autofields cut = parse ("A: 1");
    CHECK (cut.unfinished && value_is (&cut, "A", "1"));
    mugai_autofields cr = parse ("A: 1\rB: 2\n\n");
    CHECK (cr.count == 1 && cr.list[0].odd && value_is (&cr, "A", "1 B: 2"));
    mugai_autofields none = parse ("\nbody");
    CHECK (none.count == 0 && none.size == 1);

    static const char nul[] = "A: x\0y\n\n";
    mugai_autofields with_nul = { 0 };
    CHECK (mugai_fields_parse ((const uint8_t *)nul, sizeof nul - 1, &limits, &with_nul, NULL));
    CHECK (with_nul.list[0].odd && value_is (&with_nul, "A", "x y"));
}

static void
test_field_limits (void)
{
    MugaiLimits small = limits;
    g_autoptr (GError) error = NULL;
    mugai_autofields fields = { 0 };
    static const char text[] = "A: 1\nB: 22222222222222222222\nC: 3\n\n";

    small.headers = 2;
    CHECK (!mugai_fields_parse ((const uint8_t *)text, sizeof text - 1, &small, &fields, &error));
    CHECK (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT) &&
           strstr (error->message, "limits.headers: 3 > 2"));
    g_clear_error (&error);
    small.headers = 10;
    small.header_line = 8;
    CHECK (!mugai_fields_parse ((const uint8_t *)text, sizeof text - 1, &small, &fields, &error));
    CHECK (strstr (error->message, "limits.header-line: 24 > 8") != NULL);
    g_clear_error (&error);
    small.header_line = 100;
    small.header = 30;
    CHECK (!mugai_fields_parse ((const uint8_t *)text, sizeof text - 1, &small, &fields, &error));
    CHECK (strstr (error->message, "limits.header: 34 > 30") != NULL);
}

static void
test_prescan (void)
{
    MugaiPrescan scan;
    static const char text[] = "A: 1\r\n\r\nx\0y\n--b\r\nz\rw\xe3\n";
    MugaiLimits small = limits;
    g_autoptr (GError) error = NULL;

    CHECK (mugai_prescan ((const uint8_t *)text, sizeof text - 1, &limits, &scan, NULL));
    CHECK (scan.lines == 5 && scan.nul == 1 && scan.bare_cr == 1 && scan.bare_lf == 2 &&
           scan.high == 1);
    CHECK (scan.header == 6 && scan.dash_lines == 1 && scan.longest_line == 4 && scan.crlf);
    small.item = 10;
    CHECK (!mugai_prescan ((const uint8_t *)text, sizeof text - 1, &small, &scan, &error));
    CHECK (g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT) &&
           strstr (error->message, "limits.item: 22 > 10"));
    g_clear_error (&error);
    small.item = 100;
    small.header = 5;
    CHECK (!mugai_prescan ((const uint8_t *)text, sizeof text - 1, &small, &scan, &error));
    CHECK (strstr (error->message, "limits.header: 6 > 5") != NULL);
    CHECK (mugai_prescan (NULL, 0, &limits, &scan, NULL) && scan.lines == 0);
}

static bool
gather (void *data, const uint8_t *bytes, size_t size)
{
    g_string_append_len (data, (const char *)bytes, (gssize)size);
    return true;
}

static void
check_transfer (MugaiEncoding encoding, const char *in, const char *want, uint64_t odd, bool cut)
{
    g_autoptr (GString) out = g_string_new (NULL);
    MugaiTransfer t =
        mugai_transfer_decode (encoding, (const uint8_t *)in, strlen (in), gather, out);

    CHECK_NAMED (strcmp (out->str, want) == 0 && t.odd == odd && t.cut == cut && t.size == out->len,
                 "transfer %d: %.30s gives \"%s\", %d odd%s", (int)encoding, in, out->str,
                 (int)t.odd, t.cut ? ", cut" : "");
}

static bool
stop_at_once (void *data, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    *(size_t *)data += size;
    return false;
}

static void
test_transfer (void)
{
    check_transfer (MUGAI_ENCODING_BASE64, "QUJDREVG", "ABCDEF", 0, false);
    check_transfer (MUGAI_ENCODING_BASE64, "QUJD\r\nREU=\r\n", "ABCDE", 0, false);
    check_transfer (MUGAI_ENCODING_BASE64, "Q\nU\nJ\nD", "ABC", 0, false);
    check_transfer (MUGAI_ENCODING_BASE64, "QU*J#D", "ABC", 2, false);
    check_transfer (MUGAI_ENCODING_BASE64, "QQ==QkM=", "ABC", 1, false);
    check_transfer (MUGAI_ENCODING_BASE64, "QUJDRE", "ABCD", 0, true);
    check_transfer (MUGAI_ENCODING_BASE64, "QUJDR", "ABC", 0, true);
    check_transfer (MUGAI_ENCODING_BASE64, "Pj4-Pz8_", ">>>???", 2, false);
    check_transfer (MUGAI_ENCODING_QP, "a=20b=\r\nc =\nd  \r\ne", "a bc d\r\ne", 0, false);
    check_transfer (MUGAI_ENCODING_QP, "=e3=81=82=3d", "あ=", 0, false);
    check_transfer (MUGAI_ENCODING_QP, "=4=ZZ= 41=", "=4=ZZ= 41", 3, false);
    check_transfer (MUGAI_ENCODING_QP, "x=20 \n", "x \n", 0, false);
    check_transfer (MUGAI_ENCODING_UU, "begin 644 a\n#0V%T\n`\nend\n", "Cat", 0, false);
    check_transfer (MUGAI_ENCODING_IDENTITY, "=41", "=41", 0, false);

    g_autoptr (GString) big = g_string_new (NULL);
    for (int i = 0; i < 40000; i++)
        g_string_append (big, "QUJD");
    size_t seen = 0;
    MugaiTransfer t = mugai_transfer_decode (MUGAI_ENCODING_BASE64, (const uint8_t *)big->str,
                                             big->len, stop_at_once, &seen);
    CHECK (t.stopped && seen > 0 && seen <= 12288);
    g_autoptr (GString) out = g_string_new (NULL);
    t = mugai_transfer_decode (MUGAI_ENCODING_BASE64, (const uint8_t *)big->str, big->len, gather,
                               out);
    CHECK (t.size == 120000 && out->len == 120000 && strncmp (out->str + 119997, "ABC", 3) == 0);
}

static void
check_value (const char *line, const char *token, const char *name, const char *want, uint32_t odd)
{
    g_autoptr (MugaiMimeValue) value = mugai_mime_value_parse (line);
    const MugaiMimeParam *param = name != NULL ? mugai_mime_value_param (value, name) : NULL;
    bool same = name == NULL ||
                (want == NULL ? param == NULL : param != NULL && strcmp (param->value, want) == 0);

    CHECK_NAMED (strcmp (value->token, token) == 0 && same && value->odd == odd,
                 "value: %s -> %s, %s=%s, odd %x", line, value->token, name != NULL ? name : "",
                 param != NULL ? param->value : "-", value->odd);
}

static void
test_mime_value (void)
{
    check_value ("Text/Plain; Charset=UTF-8", "text/plain", "charset", "UTF-8", 0);
    check_value ("text/plain; charset=us-ascii (Plain text)", "text/plain", "charset", "us-ascii",
                 0);
    check_value ("text/plain; name=\"a \\\"b\\\" c.txt\"", "text/plain", "name", "a \"b\" c.txt",
                 0);
    check_value ("text/plain; name=\"C:\\dir\\x.txt\"", "text/plain", "name", "C:\\dir\\x.txt", 0);
    check_value ("attachment; filename=my file (1).txt", "attachment", "filename",
                 "my file (1).txt", MUGAI_MIME_ODD_COMMENT);
    check_value ("attachment; filename*=utf-8'ja'%E3%81%82.txt", "attachment", "filename", "あ.txt",
                 0);
    check_value ("attachment; filename*0*=utf-8''%E3%81; filename*1*=%82; filename*2=.txt",
                 "attachment", "filename", "あ.txt", 0);
    check_value ("attachment; filename*1=b; filename*0=a", "attachment", "filename", "ab", 0);
    check_value ("attachment; filename=a.txt; filename*=utf-8''b.txt", "attachment", "filename",
                 "b.txt", 0);
    check_value ("multipart/mixed; boundary=\"foo", "multipart/mixed", "boundary", "foo",
                 MUGAI_MIME_ODD_UNCLOSED);
    check_value ("multipart/mixed; boundary=\"bar\"foo", "multipart/mixed", "boundary", "bar",
                 MUGAI_MIME_ODD_TRAILING);
    check_value ("multi(x)part/mixed; boundary=foo", "multi", "boundary", "foo",
                 MUGAI_MIME_ODD_COMMENT | MUGAI_MIME_ODD_SEPARATOR);
    check_value ("multipart/mixed, text/plain; boundary=foo", "multipart/mixed,", "boundary", "foo",
                 MUGAI_MIME_ODD_TOKEN | MUGAI_MIME_ODD_SEPARATOR);
    check_value ("multipart/mixed boundary=foo", "multipart/mixed", "boundary", "foo",
                 MUGAI_MIME_ODD_SEPARATOR);
    check_value ("\"base64\"", "\"base64\"", NULL, NULL, MUGAI_MIME_ODD_TOKEN);
    check_value ("", "", NULL, NULL, MUGAI_MIME_ODD_TOKEN);
    check_value ("text/plain;", "text/plain", "charset", NULL, 0);

    g_autoptr (MugaiMimeValue) twice =
        mugai_mime_value_parse ("multipart/mixed; boundary=a; boundary=b; x=1; x=1");
    CHECK (mugai_mime_value_conflict (twice, "boundary") &&
           !mugai_mime_value_conflict (twice, "x"));
    CHECK (mugai_mime_value_mentions ("Boundary=1; BOUNDARY=2", "boundary") == 2);

    g_autoptr (GString) many = g_string_new ("a/b");
    for (int i = 0; i < 5000; i++)
        g_string_append_printf (many, "; x*%d=y", i % 3000);
    g_autoptr (MugaiMimeValue) bounded = mugai_mime_value_parse (many->str);
    CHECK (bounded->params->len <= MUGAI_MIME_PARAMS_MAX &&
           (bounded->odd & MUGAI_MIME_ODD_MANY) != 0);
}

int
main (void)
{
    limits = mugai_limits_default();
    test_fields();
    test_field_limits();
    test_prescan();
    test_transfer();
    test_mime_value();
    return tap_done();
}
