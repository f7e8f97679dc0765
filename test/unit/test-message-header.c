/* SPDX-License-Identifier: Apache-2.0
 *
 * address, date, msgid, received, authres, fold, header: values in, canonical fields out.
 */
#include "message/address.h"
#include "message/ambiguity.h"
#include "message/authres.h"
#include "message/date.h"
#include "message/header.h"
#include "message/msgid.h"
#include "message/received.h"

#include "core/error.h"
#include "tap.h"

static MugaiLimits limits;

static char *
emit_addresses (const char *line)
{
    GString *out = g_string_new (NULL);
    MugaiFold fold = { .out = out };
    g_autoptr (MugaiAddresses) addresses = mugai_addresses_parse (line, NULL, &limits);

    mugai_addresses_emit (addresses, "To", 2000, &fold);
    return g_string_free (out, FALSE);
}

static void
check_addresses (const char *line, const char *want)
{
    g_autofree char *out = emit_addresses (line);
    CHECK_NAMED (strcmp (out, want) == 0, "addresses: %s -> %s", line, out);
}

static void
test_address (void)
{
    check_addresses ("a@b.example", "To: a@b.example\r\n");
    check_addresses ("A B <a@b.example>, c@d", "To: \"A B\" <a@b.example>, c@d\r\n");
    check_addresses ("a@b (The Name)", "To: \"The Name\" <a@b>\r\n");
    check_addresses ("\"x, y\" <a@b>", "To: \"x, y\" <a@b>\r\n");
    check_addresses ("g: a@b, c@d;, e@f", "To: a@b, c@d, e@f\r\n");
    check_addresses ("undisclosed-recipients:;", "");
    check_addresses ("<@r1,@r2:a@b>", "To: a@b\r\n");
    check_addresses ("=?UTF-8?B?5bGx55Sw?= <a@b>", "To: =?UTF-8?B?5bGx55Sw?= <a@b>\r\n");
    check_addresses ("\"=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?=\" <a@b>",
                     "To: =?UTF-8?B?5bGx55Sw?= <a@b>\r\n");
    check_addresses ("\"a b\"@c.example",
                     "To: =?UTF-8?B?ImEgYiJAYy5leGFtcGxl?= <unknown@invalid>\r\n");
    check_addresses ("\"a..b\"@c.example", "To: \"a..b\"@c.example\r\n");
    check_addresses ("\"ab\"@c.example", "To: ab@c.example\r\n");
    check_addresses ("nobody", "To: \"nobody\" <unknown@invalid>\r\n");
    check_addresses ("=?utf-8?q?admin=40x?=@h",
                     "To: =?UTF-8?B?PT91dGYtOD9xP2FkbWluPTQweD89QGg=?= <unknown@invalid>\r\n");
    check_addresses ("山田@例え.jp",
                     "To: =?UTF-8?B?5bGx55SwQOS+i+OBiC5qcA==?= <unknown@invalid>\r\n");
    check_addresses ("a@例え.jp", "To: a@xn--r8jz45g.jp\r\n");
    check_addresses ("\"evil\r\nBcc: x\" <a@b>", "To: \"evil Bcc: x\" <a@b>\r\n");
    check_addresses ("=?utf-8?Q?a=0D=0AX-Evil:_1?= <a@b>", "To: \"a X-Evil: 1\" <a@b>\r\n");

    /* names that show an address */
    check_addresses ("\"ceo@bank.example\" <x@evil.example>",
                     "To: \"ceo[@]bank.example\" <x@evil.example>\r\n");
    check_addresses ("ceo@bank.example <x@evil.example>",
                     "To: \"ceo[@]bank.example\" <x@evil.example>\r\n");
    check_addresses ("\"CEO <ceo@bank.example>\" <x@evil.example>",
                     "To: =?UTF-8?B?Q0VPIDxjZW9bQF1iYW5rLmV4YW1wbGU+?= <x@evil.example>\r\n");
    check_addresses ("\"a@b.example\" <A@B.example>", "To: \"a@b.example\" <A@B.example>\r\n");
    check_addresses ("\"a＠ｂａｎｋ．example\" <x@evil.example>",
                     "To: =?UTF-8?B?YVtAXe+9gu+9ge+9ju+9i++8jmV4YW1wbGU=?= "
                     "<x@evil.example>\r\n");
    check_addresses ("\"me @ work\" <a@b.example>", "To: \"me @ work\" <a@b.example>\r\n");
    check_addresses ("\"ceo@bank.example\" <a b@evil.example>",
                     "To: \"ceo[@]bank.example a b@evil.example\" <unknown@invalid>\r\n");
    check_addresses ("<a@b.example> <ceo@bank.example>",
                     "To: =?UTF-8?B?PGNlb1tAXWJhbmsuZXhhbXBsZT4=?= <a@b.example>\r\n");
    check_addresses ("\"@例え.jp\" <a@例え.jp>",
                     "To: =?UTF-8?B?QOS+i+OBiC5qcA==?= <a@xn--r8jz45g.jp>\r\n");
    check_addresses ("\"KLAUS\" <>", "To: \"KLAUS\" <unknown@invalid>\r\n");
    check_addresses ("g: \"x\\\"y\" <@r:a@b>, (c (d) \\) e) f@g;",
                     "To: =?UTF-8?B?eCJ5?= <a@b>, \"c (d) ) e\" <f@g>\r\n");
    check_addresses ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
                     "To: \"Pete\" <pete@silly.test>\r\n");
    check_addresses ("<a(x)b@c.example>", "To: \"a(x)b@c.example\" <unknown@invalid>\r\n");
    check_addresses ("a@[192.0.2.1]", "To: \"a@[192.0.2.1]\" <unknown@invalid>\r\n");

    g_autoptr (GString) many = g_string_new (NULL);
    for (int i = 0; i < 5000; i++)
        g_string_append_printf (many, "a%d@b.example, ", i);
    g_autoptr (MugaiAddresses) cut = mugai_addresses_parse (many->str, NULL, &limits);
    CHECK (cut->list->len == limits.addresses && cut->cut);
    g_autofree char *out = emit_addresses (many->str);
    size_t longest = 0;
    for (const char *at = out; *at != '\0'; at += strcspn (at, "\n") + 1)
        longest = strcspn (at, "\r") > longest ? strcspn (at, "\r") : longest;
    CHECK (longest <= 76);
}

static void
check_date (const char *text, const char *want)
{
    MugaiDate date;
    char out[MUGAI_DATE_SIZE] = "";

    if (mugai_date_parse (text, &date))
        mugai_date_write (&date, out);
    CHECK_NAMED (strcmp (out, want) == 0, "date: %s -> %s", text, out);
}

static void
test_date (void)
{
    check_date ("Fri, 20 Nov 2026 19:22:00 +0900", "Fri, 20 Nov 2026 19:22:00 +0900");
    check_date ("20 nov 2026 9:02 JST", "Fri, 20 Nov 2026 09:02:00 +0900");
    check_date ("Mon, 1 Jan 26 00:00:60 GMT (comment)", "Thu, 01 Jan 2026 00:00:59 +0000");
    check_date ("Thu, 2 Jun 2016 02:25:30 -0700 (PDT)", "Thu, 02 Jun 2016 02:25:30 -0700");
    check_date ("29 Feb 2023 00:00:00 +0000", "");
    check_date ("29 Feb 2024 00:00:00 +0000", "Thu, 29 Feb 2024 00:00:00 +0000");
    check_date ("20-Nov-2026 01:02:03", "Fri, 20 Nov 2026 01:02:03 +0000");
    check_date ("2026-11-20", "");
    check_date ("", "");
    check_date ("Fri, 20 Nov 2026 25:00:00 +0000", "");
    MugaiDate epoch = mugai_date_from_us (0, 0),
              now = mugai_date_from_us (INT64_C (1795170120000000), 540);
    char out[MUGAI_DATE_SIZE];
    mugai_date_write (&epoch, out);
    CHECK (strcmp (out, "Thu, 01 Jan 1970 00:00:00 +0000") == 0);
    mugai_date_write (&now, out);
    CHECK (strcmp (out, "Fri, 20 Nov 2026 19:22:00 +0900") == 0);
}

static void
test_msgid (void)
{
    size_t bad = 0;
    g_autoptr (GPtrArray) ids =
        mugai_msgids_parse ("<a@b> junk <no at> < c.d@[1.2.3.4] > <x@y", 10, &bad);

    CHECK (ids->len == 3 && bad == 2);
    CHECK (strcmp (g_ptr_array_index (ids, 0), "<a@b>") == 0 &&
           strcmp (g_ptr_array_index (ids, 2), "<c.d@[1.2.3.4]>") == 0);
    g_autoptr (GPtrArray) replaced = mugai_msgids_parse ("< no at>", 1, &bad);
    CHECK (bad == 3 && g_str_has_suffix (g_ptr_array_index (ids, 1), "@replaced.invalid>") &&
           strcmp (g_ptr_array_index (ids, 1), g_ptr_array_index (replaced, 0)) == 0);
    g_autoptr (GPtrArray) bare = mugai_msgids_parse (" a.b@c ", 1, &bad);
    CHECK (bare->len == 1 && strcmp (g_ptr_array_index (bare, 0), "<a.b@c>") == 0);
    g_autoptr (GPtrArray) words = mugai_msgids_parse ("your mail of Monday", 10, &bad);
    CHECK (words->len == 0 && bad == 3);
    g_autoptr (GPtrArray) last = mugai_msgids_parse ("<1@x> <2@x> <3@x> <4@x>", 3, NULL);
    CHECK (last->len == 3 && strcmp (g_ptr_array_index (last, 0), "<1@x>") == 0 &&
           strcmp (g_ptr_array_index (last, 1), "<3@x>") == 0 &&
           strcmp (g_ptr_array_index (last, 2), "<4@x>") == 0);
}

static void
check_received (const char *line, const char *want)
{
    g_autoptr (GString) out = g_string_new (NULL);
    MugaiFold fold = { .out = out };

    mugai_received_emit (line, &fold);
    CHECK_NAMED (strcmp (out->str, want) == 0, "received: %s -> %s", line, out->str);
}

static void
test_received (void)
{
    check_received ("from a.example (a [192.0.2.1]) by b.example (Postfix) with ESMTPS id 4X for "
                    "<x@y>; Fri, 20 Nov 2026 "
                    "19:22:00 +0900 (JST)",
                    "Received: from a.example by b.example with ESMTPS id 4X; Fri, 20 Nov 2026\r\n "
                    "19:22:00 +0900\r\n");
    check_received ("from [192.0.2.1] by b.example; Fri, 20 Nov 2026 19:22:00 +0900",
                    "Received: from [192.0.2.1] by b.example; Fri, 20 Nov 2026 19:22:00 +0900\r\n");
    check_received ("nonsense", "Received: by unknown; Thu, 01 Jan 1970 00:00:00 +0000\r\n");
    check_received ("by =?x?q?y?=; 20 Nov 2026 1:1:1 Z",
                    "Received: by unknown; Fri, 20 Nov 2026 01:01:01 +0000\r\n");
}

static MugaiAuthres
read_authres (const char *text, const char *id, const char *author)
{
    mugai_autofields fields = { 0 };

    mugai_fields_parse ((const uint8_t *)text, strlen (text), &limits, &fields, NULL);
    return mugai_authres_read (&fields, id, author);
}

/* @want: "spf dkim dmarc", "-" for none said. */
static void
check_authres (const char *value, const char *author, const char *want)
{
    g_autofree char *text = g_strdup_printf ("Authentication-Results: %s\n\n", value);
    MugaiAuthres a = read_authres (text, "mx.example", author);
    g_autofree char *got =
        g_strdup_printf ("%s %s %s", a.spf[0] != '\0' ? a.spf : "-",
                         a.dkim[0] != '\0' ? a.dkim : "-", a.dmarc[0] != '\0' ? a.dmarc : "-");

    CHECK_NAMED (strcmp (got, want) == 0, "authres: %s: %s", value, got);
}

static void
test_authres (void)
{
    static const char text[] =
        "Authentication-Results: evil.example; spf=pass; dkim=pass; dmarc=pass\n"
        "ARC-Authentication-Results: i=1; mx.city.example.lg.jp; dmarc=pass\n"
        "Authentication-Results: mx.city.example.lg.jp;\n spf=fail (x; dkim=pass) "
        "smtp.mailfrom=a;\n"
        " dkim=fail header.d=x.example; dkim=pass header.d=y.example; dmarc=none\n"
        "Authentication-Results: mx.city.example.lg.jp; dmarc=pass\n\n";
    MugaiAuthres ours = read_authres (text, "MX.city.example.lg.jp", "a@y.example");
    CHECK (ours.found && strcmp (ours.spf, "fail") == 0 && strcmp (ours.dkim, "pass") == 0 &&
           strcmp (ours.dmarc, "none") == 0 && strcmp (ours.signer, "y.example") == 0);
    CHECK (ours.ignored == 2);
    g_autofree char *line = mugai_authres_summary (&ours, MUGAI_LANGUAGE_JA);
    CHECK (strcmp (line, "差出人認証：SPF 不合格、DKIM 合格、DMARC 情報なし") == 0);
    MugaiAuthres nobody = read_authres (text, "", "a@y.example");
    CHECK (!nobody.found && nobody.spf[0] == '\0' && nobody.dkim[0] == '\0' &&
           nobody.dmarc[0] == '\0' && nobody.ignored == 3);
    CHECK (mugai_authres_summary (&nobody, MUGAI_LANGUAGE_EN) == NULL);

    check_authres ("mx.example 1; spf=pass; dkim=pass; dmarc=pass", "a@b.example",
                   "pass pass pass");
    check_authres ("mx.example; none", NULL, "- - -");
    check_authres ("mx.example; dkim/1 = PASS (good (very)) header.d = \"b.example\" ;",
                   "a@b.example", "- pass -");
    check_authres ("mx.example; dkim=pass header.d=evil.example", "a@b.example", "- policy -");
    check_authres ("mx.example; dkim=pass header.i=@mail.b.example header.b=aB/c+=", "a@b.example",
                   "- pass -");
    check_authres ("mx.example; dkim=pass header.d=example", "a@b.example", "- policy -");
    check_authres ("mx.example; dkim=pass header.d=xb.example", "a@b.example", "- policy -");
    check_authres ("mx.example; dkim=pass header.d=b.example", NULL, "- policy -");
    check_authres ("mx.example; spf=fail smtp.mailfrom=\"x; dmarc=pass\"@e.example; dmarc=fail",
                   "a@b.example", "fail - fail");
    check_authres ("mx.example; spf=fail reason=\"; dmarc=pass (\"", NULL, "fail - -");
    check_authres ("mx.example; spf=fail (\\); dmarc=pass", NULL, "- - -");
    check_authres ("mx.example; spf=fail smtp.mailfrom=\"x; dmarc=pass", NULL, "- - -");
    check_authres ("mx.example; dmarc=fail; dmarc=pass; spf=softfail; spf=pass", NULL,
                   "softfail - fail");
    check_authres ("mx.example 2; dmarc=pass", NULL, "- - -");
    check_authres ("mx.example; spf=none smtp.mailfrom=; dmarc=fail action=none", NULL,
                   "none - fail");
    check_authres ("mx.example.evil; dmarc=pass", NULL, "- - -");
    check_authres ("\"mx.example\"; dmarc=pass", NULL, "- - pass");
    check_authres ("mx.example dmarc=pass", NULL, "- - -");
}

static void
test_ambiguity (void)
{
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GString) out = g_string_new (NULL);

    mugai_report_add_finding (report->findings, "header.dropped", 1, NULL);
    mugai_ambiguity_emit (report, out);
    CHECK (out->len == 0);
    mugai_report_add_finding (report->findings, "mime.nul", 1, NULL);
    mugai_ambiguity_emit (report, out);
    CHECK (strcmp (out->str, "MIME-Ambiguity-Results: mugai; ambiguity=low; withheld=0;\r\n"
                             " class=line-end\r\n") == 0);
    MugaiReportPart *part = mugai_report_add_part (report, 0, NULL);
    part->leaf = true;
    part->outcome = MUGAI_OUTCOME_WITHHELD;
    part->reason = g_strdup ("mime.other-reading");
    mugai_report_add_finding (part->findings, "mime.other-reading", 1, NULL);
    mugai_report_add_finding (part->findings, "mime.ambiguous-header", 1, NULL);
    g_string_truncate (out, 0);
    mugai_ambiguity_emit (report, out);
    CHECK (strcmp (out->str, "MIME-Ambiguity-Results: mugai; ambiguity=high; withheld=1;\r\n"
                             " class=header,content,line-end\r\n") == 0);
}

static char *
emit_header (const char *text, GPtrArray **ret_findings)
{
    static const char *const keep[] = { "from",        "sender",     "to",   "cc",
                                        "reply-to",    "subject",    "date", "message-id",
                                        "in-reply-to", "references", NULL };
    MugaiSettings settings = { .language = MUGAI_LANGUAGE_JA,
                               .header_keep = keep,
                               .subject_prefix = "",
                               .trusted_authserv_id = "" };
    g_autoptr (MugaiReport) report = mugai_report_new();
    mugai_autofields fields = { 0 };
    GString *out = g_string_new (NULL);

    g_assert_true (
        mugai_fields_parse ((const uint8_t *)text, strlen (text), &limits, &fields, NULL));
    g_autoptr (MugaiHeader) header =
        mugai_header_read (&fields, NULL, &settings, &limits, report->findings);
    mugai_header_emit (header, &settings, 0, out);
    *ret_findings = g_ptr_array_ref (report->findings);
    return g_string_free (out, FALSE);
}

static bool
has (const GPtrArray *findings, const char *code)
{
    for (guint i = 0; i < findings->len; i++)
        if (strcmp (((const MugaiFinding *)g_ptr_array_index (findings, i))->code, code) == 0)
            return true;
    return false;
}

static void
test_header (void)
{
    g_autoptr (GPtrArray) findings = NULL;
    g_autofree char *out = emit_header (
        "X-Evil: 1\r\nSubject: =?utf-8?Q?a=0D=0AX-Evil:_1?=\r\nSubject: second\r\n"
        "From: \"boss@bank.example\" <a@evil.example>\r\nTo: undisclosed-recipients:;\r\n"
        "Auto-Submitted: auto-replied (x)\r\nPrecedence: evil\r\nList-Id: x <l.example.jp>\r\n"
        "Message-ID: <1@x>\r\nMugai-Result: v=1\r\n\r\n",
        &findings);
    CHECK (
        strcmp (out,
                "Auto-Submitted: auto-replied\r\nList-Id: <l.example.jp>\r\n"
                "From: \"boss[@]bank.example\" <a@evil.example>\r\nTo: undisclosed-recipients:;\r\n"
                "Subject: a X-Evil: 1\r\nDate: Thu, 01 Jan 1970 09:00:00 +0900\r\nMessage-ID: "
                "<1@x>\r\n") == 0);
    CHECK (has (findings, "header.duplicate") && has (findings, "header.imitating-name") &&
           has (findings, "header.dropped"));

    g_autoptr (GPtrArray) bad = NULL;
    g_autofree char *received =
        emit_header ("Date: nonsense\r\nReceived: by x; 20 Nov 2026 1:2:3 +0900\r\n\r\n", &bad);
    CHECK (strstr (received, "\nDate: Fri, 20 Nov 2026 01:02:03 +0900\r\n") != NULL &&
           has (bad, "header.bad-date"));
    g_autoptr (GPtrArray) odd = NULL;
    g_autofree char *conflict = emit_header (
        "From: a@xn--80ak6aa92e.com\r\nFrom: b@c.example\r\nSubject: x\r\nsubject:  x\r\n"
        "Reply-To: c@xn--r8jz45g.jp\r\n\r\n",
        &odd);
    CHECK (has (odd, "header.conflict") && !has (odd, "header.duplicate") &&
           has (odd, "header.mixed-script") && has (odd, "header.idn") &&
           strstr (conflict, "c.example") == NULL);
    g_autoptr (GPtrArray) word = NULL;
    g_autofree char *unreadable = emit_header ("From: somebody\r\n\r\n", &word);
    CHECK (strcmp (unreadable, "From: \"somebody\" <unknown@invalid>\r\n") == 0 ||
           g_str_has_prefix (unreadable, "From: \"somebody\" <unknown@invalid>\r\nDate: "));
    CHECK (has (word, "header.from-unreadable") && has (word, "header.bad-address"));
    g_autoptr (GPtrArray) none = NULL;
    g_autofree char *empty = emit_header ("\r\n", &none);
    CHECK (strcmp (empty, "Date: Thu, 01 Jan 1970 09:00:00 +0900\r\n") == 0 &&
           has (none, "header.from-missing"));
}

static void
test_fold (void)
{
    g_autoptr (GString) out = g_string_new (NULL);
    MugaiFold fold = { .out = out };
    g_autoptr (GString) long_text = g_string_new (NULL);

    for (int i = 0; i < 60; i++)
        g_string_append (long_text, "あい");
    mugai_fold_begin (&fold, "Subject");
    mugai_fold_text (&fold, long_text->str);
    mugai_fold_end (&fold);
    bool fits = true;
    for (const char *at = out->str; *at != '\0'; at += strcspn (at, "\n") + 1)
        fits = fits && strcspn (at, "\r") <= 76;
    CHECK (fits && g_str_has_prefix (out->str, "Subject: =?UTF-8?B?"));
    g_string_truncate (out, 0);
    mugai_fold_begin (&fold, "Subject");
    mugai_fold_text (&fold, "plain words =?utf-8?q?x?=");
    CHECK (strstr (out->str, "=?utf-8") == NULL);
}

int
main (void)
{
    limits = mugai_limits_default();
    test_address();
    test_date();
    test_msgid();
    test_received();
    test_authres();
    test_ambiguity();
    test_header();
    test_fold();
    return tap_done();
}
