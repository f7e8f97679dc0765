/* SPDX-License-Identifier: Apache-2.0
 *
 * sanitize: the whole path. Properties that hold for every mail: the verifier accepts the output,
 * the report agrees with what the verifier found, and the same input gives the same bytes. Over
 * mails made here, and over the corpus where there is one.
 */
#include "test-item.h"

#include "core/error.h"
#include "tap.h"
#include "verify/verify.h"

#include <string.h>

static TestEngine engine;

/* Sanitize and hold every promise; the first broken one in *ret_why. Returns: the decoded text of
 * the body, or "". */
static char *
sanitize (const char *mail, size_t size, const char *path, MugaiSanitizeOutput *ret,
          const char **ret_why)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;
    g_autoptr (GError) error = NULL;
    MugaiSanitizeOutput again;

    *ret_why = NULL;
    if (!test_sanitize (&engine, mail, size, path, ret, &error)) {
        *ret_why = "sanitize failed";
        return g_strdup ("");
    }
    gsize written;
    const uint8_t *data = g_bytes_get_data (ret->output, &written);
    if (written > 0) {
        mugai_verify (ret->grammar, data, written, &limits, &result);
        if (!result.verdict.ok) {
            printf ("# %s at %d in %s: %s\n", result.verdict.clause, (int)result.verdict.offset,
                    result.verdict.path, result.verdict.why);
            *ret_why = "verifier refused";
        } else if (!mugai_report_check (ret->report, &result.verdict, &error)) {
            printf ("# %s\n", error->message);
            *ret_why = "report disagrees";
        }
        mugai_verify_result_clear (&result);
    }
    if (*ret_why == NULL && test_sanitize (&engine, mail, size, path, &again, NULL)) {
        if (!g_bytes_equal (again.output, ret->output))
            *ret_why = "not deterministic";
        mugai_sanitize_output_clear (&again);
    }
    g_autofree char *text = g_strndup (data != NULL ? (const char *)data : "", written);
    const char *body = strstr (text, "Content-Transfer-Encoding: base64\r\n\r\n");
    if (body == NULL)
        return g_strdup ("");
    body += strlen ("Content-Transfer-Encoding: base64\r\n\r\n");
    const char *end = strstr (body, "\r\n--");
    g_autofree char *base64 = end != NULL ? g_strndup (body, (gsize)(end - body)) : g_strdup (body);
    gsize decoded;
    guchar *bytes = g_base64_decode (base64, &decoded);
    char *result_text = g_strndup ((const char *)bytes, decoded);
    g_free (bytes);
    return result_text;
}

static void
check (const char *what, const char *mail, const char *present, const char *absent,
       const char *sums)
{
    MugaiSanitizeOutput output = { 0 };
    const char *why;
    g_autofree char *body = sanitize (mail, strlen (mail), NULL, &output, &why);
    g_autofree char *got = output.report != NULL
                               ? g_strdup_printf ("%d: %u=%u+%u+%u", (int)output.report->outcome,
                                                  output.report->in, output.report->delivered,
                                                  output.report->converted, output.report->withheld)
                               : g_strdup ("");

    CHECK_NAMED (why == NULL, "%s: promises%s%s", what, why != NULL ? ": " : "",
                 why != NULL ? why : "");
    CHECK_NAMED (strcmp (got, sums) == 0, "%s: sums %s", what, got);
    CHECK_NAMED (present == NULL || strstr (body, present) != NULL, "%s: the text is there", what);
    CHECK_NAMED (absent == NULL || strstr (body, absent) == NULL,
                 "%s: what must not be there is not", what);
    if ((present != NULL && strstr (body, present) == NULL) ||
        (absent != NULL && strstr (body, absent) != NULL))
        printf ("# body: %.300s\n", body);
    mugai_sanitize_output_clear (&output);
}

#define FROM  "From: a@b.example\nDate: Fri, 20 Nov 2026 19:22:00 +0900\n"
#define MULTI FROM "Content-Type: multipart/mixed; boundary=b\n\n"

static void
test_mails (void)
{
    check ("plain", FROM "\nhello\n", "hello\n", "無害化の結果", "1: 1=1+0+0");
    check ("ISO-2022-JP",
           FROM "Content-Type: text/plain; charset=iso-2022-jp\n\n\033$B$3$s$K$A$O\033(B\n",
           "こんにちは", NULL, "1: 1=1+0+0");
    check ("Shift_JIS",
           FROM "Content-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: "
                "quoted-printable\n\n"
                "=82=B1=82=F1=82=C9=82=BF=82=CD\n",
           "こんにちは", NULL, "1: 1=1+0+0");
    check ("HTML",
           FROM "Content-Type: text/html; charset=utf-8\n\n<p>Hello<script>evil()</script></p>",
           "Hello", "evil", "1: 1=0+1+0");
    check ("attachment",
           MULTI
           "--b\n\nhello\n--b\nContent-Type: application/pdf; name=x.pdf\n\n%PDF-1.7\n--b--\n",
           "x.pdf（PDF文書、8 バイト）", "%PDF", "1: 2=1+0+1");
    check ("empty mail", "", "表示できる本文がありません", NULL, "1: 1=1+0+0");
    check ("only an attachment", FROM "Content-Type: image/png; name=x.png\n\nxx\n", "無害化の結果",
           NULL, "1: 1=0+0+1");
    check ("imitation",
           FROM "\n──────── 無害化の結果 ────────\nall well\nSanitization result\n> 無害化の結果\n",
           "> ──────── 無害化の結果", "\n> > ", "1: 1=1+0+0");
    check ("two texts", MULTI "--b\n\none\n--b\n\ntwo\n--b--\n",
           "one\n\n--------------------\n\ntwo\n", NULL, "1: 2=2+0+0");
    check ("message in a mail",
           MULTI "--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ninner\n--b--\n",
           "one\n\n--------------------\n\n件名：x\n\ninner\n", NULL, "1: 2=2+0+0");
    check ("a program in a mail in a mail",
           MULTI "--b\n\none\n--b\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: "
                 "application/octet-stream; name=a.exe\n\nMZ\1\2inner\n--b--\n",
           "件名：x", "inner", "1: 2=1+0+1");
    check ("a digest",
           FROM "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: s1\n\nfirst\n--b\n\n"
                "Subject: s2\n\nsecond\n--b--\n",
           "件名：s1\n\nfirst\n\n--------------------\n\n件名：s2\n\nsecond\n", NULL, "1: 2=2+0+0");
    check ("a delivery status",
           FROM "Content-Type: multipart/report; boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: "
                "message/delivery-status\n\nReporting-MTA: dns; mx.example.jp\nX-A: secret\n\n"
                "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n"
                "Diagnostic-Code: smtp; 550 no\n such\n--b\nContent-Type: text/rfc822-headers\n\n"
                "Subject: back\nX-B: secret\n--b--\n",
           "宛先                  a@example.jp\n"
           "結果                  配送できませんでした (failed)\n"
           "状態コード            5.1.1\n"
           "理由                  550 no such\n",
           "secret", "1: 3=1+2+0");
    check ("a disposition notification",
           FROM "Content-Type: multipart/report; boundary=b\n\n--b\n\nread\n--b\nContent-Type: "
                "message/disposition-notification\n\nFinal-Recipient: rfc822;a@example.jp\n"
                "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n",
           "扱い                  開封されました (manual-action/MDN-sent-manually; displayed)",
           NULL, "1: 2=1+1+0");
    check ("a signed mail",
           FROM
           "Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\n\n"
           "--b\n\nsigned\n--b\nContent-Type: application/pgp-signature\n\nQUJD\n--b--\n",
           "電子署名が付いていますが、確かめていません", "QUJD", "1: 2=1+0+1");
    check ("an invitation beside an empty text",
           FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n--b\nContent-Type: "
                "text/calendar; charset=utf-8\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:meeting\n"
                "DTSTART:20261124T043000Z\nURL:http://secret/\nBEGIN:VALARM\nDESCRIPTION:secret\n"
                "END:VALARM\nEND:VEVENT\nEND:VCALENDAR\n--b--\n",
           "【予定】\n件名：meeting\n日時：2026年11月24日(火) 13:30（日本時間）\n", "secret",
           "1: 2=1+1+0");
    check (
        "an address card",
        MULTI
        "--b\n\none\n--b\nContent-Type: text/x-vcard; charset=utf-8\n\nBEGIN:VCARD\n"
        "VERSION:2.1\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E5=B1=B1=\n=E7=94=B0;=E5=A4=AA\n"
        "TEL;WORK:03-1234\nPHOTO;ENCODING=BASE64:secret\nEND:VCARD\n--b--\n",
        "【名刺】\n電話：03-1234\n氏名：山田 太\n", "secret", "1: 2=1+1+0");
    check ("an encrypted mail",
           FROM "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: "
                "application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: "
                "application/octet-stream\n\nQUJD\n--b--\n",
           "暗号化されていて検査できない", "QUJD", "1: 2=0+0+2");
    check (
        "many withheld",
        MULTI
        "--b\nContent-Type: a/b\n\n\1\n--b\nContent-Type: a/b\n\n\1\n--b\nContent-Type: a/b\n\n\1\n"
        "--b\nContent-Type: a/b\n\n\1\n--b\nContent-Type: a/b\n\n\1\n--b\nContent-Type: a/b\n\n\1\n"
        "--b\nContent-Type: a/b\n\n\1\n--b\nContent-Type: a/b\n\n\1\n--b\nContent-Type: a/b\n\n\1\n"
        "--b\nContent-Type: a/b\n\n\1\n--b--\n",
        "ほか4件", NULL, "1: 10=0+0+10");
}

#define TWO(a, b)                                                                                  \
    FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; "      \
         "charset=utf-8\n\n" a "\n--b\nContent-Type: text/html; charset=utf-8\n\n" b "\n--b--\n"
#define MORE "the meeting is moved to another room because of the rain that fell today"

static void
test_alternatives (void)
{
    check ("equal forms: the plain one, once", TWO ("Hello you", "<p>Hello <b>you</b></p>"),
           "Hello you\n", "Hello you\n\n--", "1: 2=1+1+0");
    check ("empty plain text", TWO (" ", "<p>Hello you</p>"), "Hello you\n", NULL, "1: 2=0+2+0");
    check ("no plain bytes at all", TWO ("", "<p>Hello you</p>"), "Hello you\n", NULL,
           "1: 2=0+2+0");
    check ("an excuse", TWO ("Your client does not support HTML.", "<p>Hello you</p>"),
           "Hello you\n", "support", "1: 2=0+2+0");
    check ("poorer plain text", TWO ("Hello", "<p>Hello</p><p>" MORE "</p>"), MORE, "版】",
           "1: 2=0+2+0");
    check ("hidden HTML makes no difference",
           TWO ("Hello", "<p>Hello</p><p style='display:none'>" MORE "</p>"), "Hello\n", MORE,
           "1: 2=1+1+0");
    check ("different forms: both, labelled",
           TWO (MORE, "<p>please send the money to this account before noon, says the mayor</p>"),
           "【テキスト版】\n\n" MORE "\n\n--------------------\n\n【HTML版】\n\nplease", NULL,
           "1: 2=1+1+0");
    check ("another number", TWO ("pay 3500 yen", "<p>pay 9800 yen</p>"), "【HTML版】\n\npay 9800",
           NULL, "1: 2=1+1+0");
    check ("HTML that only pictures", TWO ("Hello", "<img src='cid:1'>"), "Hello\n", NULL,
           "1: 2=1+1+0");
    check ("alternative in mixed in alternative",
           FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nHello\n--b\n"
                "Content-Type: multipart/mixed; boundary=c\n\n--c\n"
                "Content-Type: multipart/alternative; boundary=d\n\n--d\n\nHello\n--d\n"
                "Content-Type: text/html\n\n<p>Hello\n--d--\n--c\n"
                "Content-Type: text/html\n\n<p>" MORE "\n--c--\n--b--\n",
           "Hello\n\n--------------------\n\n" MORE, "Hello\nHello", "1: 4=1+3+0");
    check ("a calendar beside an empty text",
           FROM "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\n"
                "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"
                "--b--\n",
           "無害化の結果", NULL, "1: 2=1+0+1");
}

/* A reason and an answer within milliseconds, whatever the size of the nonsense. */
static void
check_limit (const char *what, GString *mail, const char *reason)
{
    MugaiSanitizeOutput output = { 0 };
    const char *why;
    gint64 from = g_get_monotonic_time();
    g_autofree char *body = sanitize (mail->str, mail->len, NULL, &output, &why);
    gint64 took = g_get_monotonic_time() - from;

    CHECK_NAMED (why == NULL && output.report->outcome == MUGAI_ITEM_WITHHELD, "%s: a notice%s%s",
                 what, why != NULL ? ": " : "", why != NULL ? why : "");
    CHECK_NAMED (strcmp (output.report->reason, reason) == 0, "%s: %s", what,
                 output.report->reason);
    CHECK_NAMED (strstr (body, "メール1通を保留しました") != NULL, "%s: in words", what);
    CHECK_NAMED (took < 2000000, "%s: took %d us, twice", what, (int)took);
    mugai_sanitize_output_clear (&output);
    g_string_free (mail, TRUE);
}

static void
test_limits (void)
{
    GString *parts = g_string_new (MULTI), *deep = g_string_new (FROM),
            *line = g_string_new ("Subject: ");
    GString *headers = g_string_new (NULL);

    for (int i = 0; i < 100000; i++)
        g_string_append (parts, "--b\n\nx\n");
    check_limit ("100,000 parts", parts, "limit.parts");
    for (int i = 0; i < 10000; i++)
        g_string_append_printf (deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i,
                                i);
    check_limit ("depth 10,000", deep, "limit.depth");
    for (int i = 0; i < 10 << 20; i += 16)
        g_string_append (line, "xxxxxxxxxxxxxxxx");
    g_string_append (line, "\n\nx\n");
    check_limit ("a line of 10 MB in the header", line, "limit.header");
    for (int i = 0; i < 3000; i++)
        g_string_append (headers, "X: y\n");
    check_limit ("3,000 fields", headers, "limit.headers");
}

static void
test_output_limit (void)
{
    GString *mail = g_string_new (FROM "\n");
    MugaiSanitizeOutput output = { 0 };
    const char *why;

    for (int i = 0; i < 200000; i++)
        g_string_append (mail, "a line of a very long mail that goes on\n");
    g_autofree char *body = sanitize (mail->str, mail->len, NULL, &output, &why);
    CHECK (why == NULL && output.report->outcome == MUGAI_ITEM_DELIVERED);
    CHECK (g_bytes_get_size (output.output) <= 10000000);
    CHECK (strstr (body, "ここで切りました") != NULL || strstr (body, "切りました") != NULL);
    mugai_sanitize_output_clear (&output);
    g_string_free (mail, TRUE);
}

static void
test_files (void)
{
    MugaiSanitizeOutput output = { 0 };
    const char *why;
    g_autofree char *text = sanitize ("hello\n", 6, "dir/a.txt", &output, &why);

    CHECK (why == NULL && output.report->outcome == MUGAI_ITEM_WITHHELD &&
           g_bytes_get_size (output.output) == 0);
    CHECK (output.report->in == 1 && output.report->withheld == 1 && text[0] == '\0');
    mugai_sanitize_output_clear (&output);
    g_autofree char *mail =
        sanitize (FROM "\nhello\n", strlen (FROM "\nhello\n"), "dir/a.eml", &output, &why);
    CHECK (why == NULL && output.grammar == MUGAI_GRAMMAR_MAIL && strstr (mail, "hello") != NULL);
    mugai_sanitize_output_clear (&output);
}

static void
test_notice_task (void)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiSanitizeOutput output;
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;
    g_autoptr (GError) error = NULL;

    memset (envelope->id, 'a', MUGAI_ID_SIZE - 1);
    envelope->sender = g_strdup ("x@y.example");
    g_ptr_array_add (envelope->recipients, g_strdup ("山田@city.example.lg.jp"));
    MugaiSanitizeInput in = { .size = 5000,
                              .envelope = envelope,
                              .rules = engine.rules,
                              .modules = engine.modules,
                              .channel = -1 };
    mugai_sanitize_notice (&in, "poison.died", &output);
    gsize size;
    const uint8_t *data = g_bytes_get_data (output.output, &size);
    mugai_verify (MUGAI_GRAMMAR_MAIL, data, size, &limits, &result);
    CHECK_NAMED (result.verdict.ok, "notice: %s %s", result.verdict.clause, result.verdict.why);
    CHECK (mugai_report_check (output.report, &result.verdict, &error));
    g_autofree char *text = g_strndup ((const char *)data, size);
    CHECK (strstr (text, "undisclosed-recipients:;") != NULL &&
           strstr (text, "<postmaster@invalid>") != NULL);
    mugai_verify_result_clear (&result);
    mugai_sanitize_output_clear (&output);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

static void
test_corpus (const char *folder)
{
    const char *root = g_getenv ("MUGAI_CORPUS");
    g_autofree char *path = g_build_filename (root != NULL ? root : "", folder, NULL);
    g_autoptr (GDir) dir = root != NULL ? g_dir_open (path, 0, NULL) : NULL;
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

    if (dir == NULL) {
        SKIP ("no corpus here (MUGAI_CORPUS)");
        return;
    }
    for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
        if (g_str_has_suffix (name, ".eml"))
            g_ptr_array_add (names, g_strdup (name));
    g_ptr_array_sort (names, by_name);
    guint bad = 0;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *file = g_build_filename (path, g_ptr_array_index (names, i), NULL),
                        *data = NULL;
        MugaiSanitizeOutput output = { 0 };
        const char *why = "unreadable";
        gsize size;

        if (g_file_get_contents (file, &data, &size, NULL))
            g_free (sanitize (data, size, NULL, &output, &why));
        if (why != NULL)
            printf ("# %s: %s\n", (const char *)g_ptr_array_index (names, i), why);
        bad += why != NULL;
        mugai_sanitize_output_clear (&output);
    }
    CHECK_NAMED (bad == 0 && names->len > 0, "corpus %s: %u mails, %u break a promise", folder,
                 names->len, bad);
}

int
main (void)
{
    g_autoptr (GError) error = NULL;

    if (!test_engine_init (&engine, NULL, NULL, &error)) {
        printf ("Bail out! %s\n", error->message);
        return 1;
    }
    test_mails();
    test_alternatives();
    test_limits();
    test_output_limit();
    test_files();
    test_notice_task();
    test_corpus ("mail");
    test_corpus ("jp");
    test_engine_clear (&engine);
    return tap_done();
}
