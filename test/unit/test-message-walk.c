/* SPDX-License-Identifier: Apache-2.0
 *
 * mime, walk, name: what the parts of a mail are, and where they begin and end.
 */
#include "message/filename.h"
#include "message/second-reader.h"
#include "message/walk.h"

#include "core/error.h"
#include "tap.h"

static MugaiLimits limits;

/* MugaiWalkReader.list, in this process. */
static GBytes *
read_again (void *data, const uint8_t *mail, size_t size, const MugaiLimits *bounds, GError **error)
{
    (void)data;
    (void)bounds;
    (void)error;
    return g_byte_array_free_to_bytes (mugai_second_reader_list (mail, size));
}

static const MugaiWalkReader reader = { .list = read_again };

/* One line a part: "[path] declared type role size notes" */
static char *
outline (const char *mail)
{
    GString *out = g_string_new (NULL);
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiWalk) walk =
        mugai_walk_mail ((const uint8_t *)mail, strlen (mail), &limits, &reader, report, &error);

    if (walk == NULL) {
        g_string_append (out, error->message);
        return g_string_free (out, FALSE);
    }
    for (uint32_t i = 0; i < walk->parts->len; i++) {
        const MugaiWalkPart *part = mugai_walk_part (walk, i);
        static const char *const roles[] = { "-", "body", "attachment", "inline", "member" };

        g_string_append_printf (out, "%s%s %s %s", i > 0 ? "|" : "", part->path, part->type->id,
                                part->leaf ? roles[part->role] : "-");
        if (part->leaf)
            g_string_append_printf (out, " %d", (int)part->size);
        if (part->withhold != NULL)
            g_string_append_printf (out, " %s", part->withhold);
        if (part->name[0] != '\0')
            g_string_append_printf (out, " %s", part->name);
    }
    return g_string_free (out, FALSE);
}

static void
check_mail (const char *what, const char *mail, const char *want)
{
    g_autofree char *got = outline (mail);
    CHECK_NAMED (strcmp (got, want) == 0, "%s: %s", what, got);
}

#define MULTI "Content-Type: multipart/mixed; boundary=b\n\n"

static void
test_structure (void)
{
    check_mail ("plain", "Subject: x\n\nhello\n", "1 text body 6");
    check_mail ("empty", "", "1 text body 0");
    check_mail (
        "two parts",
        MULTI
        "--b\n\none\n--b\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment\n"
        "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n",
        " multipart -|1 text body 3|2 png attachment 8 a.png");
    check_mail (
        "CRLF",
        "Content-Type: multipart/mixed; boundary=\"b b\"\r\n\r\n--b b\r\n\r\none\r\n--b b--\r\n",
        " multipart -|1 text body 3");
    check_mail ("missing close", MULTI "--b\n\none\n--b\n\ntwo",
                " multipart -|1 text body 3|2 text body 3");
    check_mail ("delimiter with blanks", MULTI "--b  \t\n\none\n--b-- \n",
                " multipart -|1 text body 3");
    check_mail ("longer boundary is none", MULTI "--b\n\none\n--bb\n\ntwo\n--b--\n",
                " multipart -|1 text body 13");
    check_mail ("nested, inner never closed",
                MULTI
                "--b\nContent-Type: multipart/x; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n",
                " multipart -|1 multipart -|1.1 text body 3|2 text body 3");
    check_mail (
        "inner with the boundary of the outer",
        MULTI
        "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
        " multipart -|1 multipart -|1.1 text body 3|1/after-close text attachment 15 "
        "mime.other-reading");
    check_mail ("part without header and delimiter as field",
                "Content-Type: multipart/mixed; boundary=\"b:c\"\n\n--b:c\n--b:c\n\nx\n--b:c--\n",
                " multipart -|1 text body 0|2 text body 1");
    check_mail ("digest",
                "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--\n",
                " multipart -|1 eml attachment 13");
    check_mail ("nothing after the close", MULTI "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|after-close text attachment 15 mime.other-reading");
}

static void
test_withheld (void)
{
    check_mail ("no boundary", "Content-Type: multipart/mixed\n\nhello\n",
                "1 text attachment 6 mime.boundary-missing");
    check_mail ("no delimiter", MULTI "hello\n", "1 text attachment 6 mime.boundary-missing");
    check_mail ("two boundaries",
                "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n",
                "1 text attachment 13 mime.ambiguous-boundary");
    check_mail ("boundary twice alike",
                "Content-Type: multipart/mixed; boundary=a; x=1;\n\n--a\n\nx\n--a--\n",
                " multipart -|1 text body 1");
    check_mail (
        "boundary and RFC 2231",
        "Content-Type: multipart/mixed; boundary=a; boundary*=us-ascii''b\n\n--a\n\nx\n--a--\n",
        "1 text attachment 13 mime.ambiguous-boundary");
    check_mail ("unclosed quote",
                "Content-Type: multipart/mixed; boundary=\"a\n\n--a\n\nx\n--a--\n",
                "1 text attachment 13 mime.ambiguous-boundary");
    check_mail ("two types", "Content-Type: text/plain\nContent-Type: text/html\n\nx\n",
                "1 text attachment 2 mime.ambiguous-type");
    check_mail ("the same type twice", "Content-Type: text/plain\nContent-type: Text/Plain\n\nx\n",
                "1 text body 2");
    check_mail ("two encodings",
                "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nx\n",
                "1 text attachment 2 mime.ambiguous-encoding");
    check_mail ("file that goes on behind padding",
                "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGg==QUJD\n",
                "1 unknown attachment 10 mime.ambiguous-encoding");
    check_mail ("text that goes on behind padding",
                "Content-Transfer-Encoding: base64\n\nQQ==\nQUJD\n", "1 text body 4");
    check_mail ("suffixed encoding", "Content-Transfer-Encoding: base645\n\nQUJD\n",
                "1 text attachment 5 mime.ambiguous-encoding");
    check_mail ("partial", "Content-Type: message/partial; id=x; number=1\n\nx\n",
                "1 text attachment 2 mime.partial");
    check_mail ("external", "Content-Type: message/external-body; access-type=url\n\nx\n",
                "1 text attachment 2 mime.external-body");
}

/* What only another reader would show is a leaf of its own, and withheld. */
static void
test_other_readings (void)
{
    static const char png[] = "Content-Type: image/png\n\n\x89PNG\r\n\x1a\n\n";

    check_mail ("preamble with fields", MULTI "Content-Type: image/png\n\nx\n--b\n\none\n--b--\n",
                " multipart -|1 text body 3|preamble text attachment 27 mime.other-reading");
    check_mail ("the usual preamble", MULTI "This is a multi-part message.\n--b\n\none\n--b--\n",
                " multipart -|1 text body 3");
    check_mail ("epilogue of a list", MULTI "--b\n\none\n--b--\n____\nlist info\n",
                " multipart -|1 text body 3");
    check_mail ("epilogue with fields", MULTI "--b\n\none\n--b--\ncontent-type: x\n\ny\n",
                " multipart -|1 text body 3|epilogue text attachment 19 mime.other-reading");
    check_mail ("longer delimiter",
                MULTI "--b\n\none\n--bb\nContent-Type: image/png\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|1/near-boundary text attachment 33 mime.other-reading");
    check_mail ("delimiter in another case",
                "Content-Type: multipart/mixed; boundary=bx\n\n--bx\n\none\n--BX\n"
                "Content-Type: image/png\n\ntwo\n--bx--\n",
                " multipart -|1 text body 3|1/near-boundary text attachment 33 mime.other-reading");
    check_mail ("delimiter behind blanks",
                MULTI "--b\n\none\n \t--b\nContent-Type: image/png\n\ntwo\n--b--\nz",
                " multipart -|1 text body 6|1/near-boundary text attachment 32 mime.other-reading");
    check_mail ("delimiter behind a bare CR",
                MULTI "--b\n\none\r--b\rContent-Type: image/png\r\rtwo\n--b--\n",
                " multipart -|1 text body 3|1/near-boundary text attachment 32 mime.other-reading");
    check_mail ("dashes of a text", MULTI "--b\n\none\n--bye\nyour Content\n\n--b--\n",
                " multipart -|1 text body 23");
    check_mail ("inner boundary that goes on",
                MULTI "--b\nContent-Type: multipart/mixed; boundary=bc\n\n--bc\n"
                      "Content-Type: text/plain\n\none\n--bc--\n--b--\n",
                " multipart -|1 multipart -|1.1 text body 3");
    check_mail ("attached mail with a boundary that goes on",
                MULTI "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; "
                      "boundary=bb\n\n--bb\nContent-Type: text/plain\n\none\n--bb--\n--b--\n",
                " multipart -|1 eml attachment 85");
    check_mail ("line that is no field, MIME fields behind it",
                "Subject: x\ngarbage\nContent-Transfer-Encoding: base64\n\nQUJD\n",
                " multipart -|1 text body 43|1/after-header text attachment 5 mime.other-reading");
    check_mail ("the same in a part",
                MULTI "--b\n\none\n--b\nX: 1\n\x01\nContent-Type: image/png\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|2 text body 27|2/after-header text attachment 3 "
                "mime.other-reading");
    check_mail ("line that is no field, the same said behind it",
                "Subject: x\ngarbage\nContent-Type: text/plain; charset=utf-8\n\nhello\n",
                "1 text body 55");
    check_mail ("field behind a bare CR", "X-A: 1\rContent-Type: text/html\n\n<b>x</b>\n",
                "1 text attachment 9 mime.ambiguous-header");
    check_mail ("field that is folded away", "X-A: 1\n Content-Type: text/html\n\n<b>x</b>\n",
                "1 text attachment 9 mime.ambiguous-header");
    check_mail ("name of a field that is folded",
                MULTI "--b\n\none\n--b\nContent-\n Type: image/png\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|2 text body 27|2/after-header text attachment 3 "
                "mime.other-reading");
    check_mail ("colon that is folded away",
                MULTI "--b\n\none\n--b\nContent-Type\n : image/png\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|2 text body 27|2/after-header text attachment 3 "
                "mime.other-reading");
    check_mail ("NUL in the name of a field",
                MULTI "--b\n\none\n--b\nContent-Type\x01: image/png\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|2 text body 26|2/after-header text attachment 3 "
                "mime.other-reading");
    check_mail ("names of signed fields",
                "DKIM-Signature: v=1; h=From:Date:\n Content-Type:Content-Transfer-Encoding:\n "
                "Content-Disposition; b=a/b\n\nx\n",
                "1 text body 2");
    check_mail ("boundary of a type without parts",
                "Content-Type: application/x; boundary=b\n\n--b\n\nx\n--b--\n",
                "1 text attachment 13 mime.ambiguous-boundary");
    check_mail ("boundary that does not occur", "Content-Type: text/plain; boundary=b\n\n-- b\nx\n",
                "1 text body 7");
    check_mail ("boundary by RFC 2231",
                "Content-Type: multipart/mixed; boundary*=us-ascii''b\n\n--b\n\nx\n--b--\n",
                "1 text attachment 13 mime.ambiguous-boundary");
    check_mail ("boundary in sections",
                "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n--bc\n\nx\n--bc--\n",
                "1 text attachment 15 mime.ambiguous-boundary");
    check_mail ("boundary with a backslash",
                "Content-Type: multipart/mixed; boundary=\"b\\c\"\n\n--bc\n\nx\n--bc--\n",
                "1 text attachment 15 mime.ambiguous-boundary");
    check_mail ("encoded-word as boundary",
                "Content-Type: multipart/mixed; boundary=\"=?us-ascii?Q?b?=\"\n\n"
                "--=?us-ascii?Q?b?=\n\nx\n--=?us-ascii?Q?b?=--\n",
                "1 text attachment 43 mime.ambiguous-boundary");
    g_autofree char *many = g_strconcat (MULTI "--b\n\none\n--b--\n", png, png, NULL);
    check_mail ("parts without delimiter behind the end", many,
                " multipart -|1 text body 3|epilogue unknown attachment 68 mime.other-reading");
}

/* The findings about the name of the one part, in order. */
static void
check_tricks (const char *fields, const char *name, const char *want)
{
    g_autofree char *mail = g_strconcat (fields, "\n\nx\n", NULL);
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GString) got = g_string_new (NULL);
    g_autoptr (MugaiWalk) walk =
        mugai_walk_mail ((const uint8_t *)mail, strlen (mail), &limits, &reader, report, NULL);
    const GPtrArray *findings = ((MugaiReportPart *)g_ptr_array_index (report->parts, 0))->findings;

    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        if (g_str_has_prefix (finding->code, "name.") ||
            strcmp (finding->code, "mime.name-mismatch") == 0)
            g_string_append_printf (got, "%s ", strchr (finding->code, '.') + 1);
    }
    CHECK_NAMED (strcmp (mugai_walk_part (walk, 0)->name, name) == 0 &&
                     strcmp (got->str, want) == 0,
                 "%s: %s: %s", fields, mugai_walk_part (walk, 0)->name, got->str);
}

static void
test_tricks (void)
{
#define NAME "Content-Disposition: attachment; filename="
    check_tricks (NAME "a.pdf", "a.pdf", "");
    check_tricks (NAME "\"invoice\xe2\x80\xae"
                       "fdp.exe\"",
                  "invoicefdp.exe", "bidi ");
    check_tricks (NAME "\"a.pdf.exe\"", "a.pdf.exe", "double-extension ");
    check_tricks (NAME "\"a.pdf                     .exe\"", "a.pdf .exe",
                  "double-extension changed ");
    check_tricks (NAME "\"a.tar.gz\"", "a.tar.gz", "");
    check_tricks (NAME "\"../../etc/x\"", "x", "path changed ");
    check_tricks (NAME "\"C:\\x\\y.exe\"", "y.exe", "path changed ");
    check_tricks (NAME "CON", "_CON", "device changed ");
    check_tricks (NAME "\"a\xe2\x80\x8b.exe\"", "a.exe", "invisible ");
    check_tricks (NAME "a.pdf\nContent-Type: x/y; name=a.exe", "a.pdf", "name-mismatch ");
    check_tricks (NAME "a.exe; filename*=utf-8''a.pdf", "a.pdf", "name-mismatch ");
    check_tricks (NAME "a.pdf; filename=a.exe", "a.pdf", "name-mismatch ");
    check_tricks (NAME "=?utf-8?B?6KGoLmV4ZQ==?=; filename*=utf-8''%E8%A1%A8.exe", "表.exe", "");
    check_tricks ("Content-Type: x/y; filename=a.exe", "a.exe", "");
#undef NAME
}

static void
test_roles (void)
{
    check_mail ("html labelled image", "Content-Type: image/png\n\n<html><body>x</body></html>\n",
                "1 html attachment 28");
    check_mail ("program labelled text",
                "Content-Type: text/plain\nContent-Transfer-Encoding: "
                "base64\n\nTVqQAAMAAAAEAAAA//8AALgAAAAAAAAA\n",
                "1 exe attachment 24");
    check_mail ("html by its words", "\n<!DOCTYPE html><p>x\n", "1 html body 20");
    check_mail ("text that begins with MZ", "\nMZ is a word\n", "1 text body 13");
    check_mail ("attachment", "Content-Disposition: attachment; filename=a.txt\n\nx\n",
                "1 text attachment 2 a.txt");
    check_mail ("unknown disposition", "Content-Disposition: foo\n\nx\n", "1 text attachment 2");
    check_mail ("second text with a name",
                MULTI "--b\n\none\n--b\nContent-Type: text/plain; name=x.txt\n\ntwo\n--b--\n",
                " multipart -|1 text body 3|2 text attachment 3 x.txt");
    check_mail (
        "related",
        "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n--b\n"
        "Content-Type: image/gif\nContent-ID: <1>\n\nGIF89a\n--b--\n",
        " multipart -|1 html body 4|2 gif inline 6");
}

static void
test_alternatives (void)
{
    check_mail ("calendar alone is no body",
                "Content-Type: multipart/alternative; "
                "boundary=b\n\n--b\n\nhello\n--b\nContent-Type: text/calendar\n\n"
                "BEGIN:VCALENDAR\n--b--\n",
                " multipart -|1 text body 5|2 ics attachment 15");
    check_mail ("a branch that is mixed",
                "Content-Type: multipart/alternative; "
                "boundary=b\n\n--b\n\nhello\n--b\nContent-Type: multipart/mixed; boundary=c\n\n"
                "--c\nContent-Type: text/html\n\n<p>x\n--c\nContent-Type: application/pdf; "
                "name=x.pdf\n\n%PDF-1\n--c--\n--b--\n",
                " multipart -|1 text body 5|2 multipart -|2.1 html body 4|2.2 pdf attachment "
                "6 x.pdf");
}

static void
test_limits (void)
{
    MugaiLimits old = limits;
    limits.parts = 3;
    check_mail ("parts", MULTI "--b\n\n1\n--b\n\n2\n--b\n\n3\n--b--\n", "limits.parts: 4 > 3");
    limits = old;
    limits.depth = 2;
    check_mail ("depth",
                MULTI "--b\n"
                      "Content-Type: multipart/mixed; boundary=c\n\n--c\n"
                      "Content-Type: multipart/mixed; boundary=d\n\n--d\n\nx\n",
                "limits.depth: 3 > 2");
    limits = old;
    limits.expanded = 3;
    check_mail ("expanded", "\nhello\n", "limits.expanded: 6 > 3");
    limits = old;
}

static void
check_name (const char *name, const char *want)
{
    g_autofree char *got = mugai_filename_safe (name, MUGAI_FILENAME_MAX);
    CHECK_NAMED (strcmp (got, want) == 0, "name: %s -> %s", name, got);
}

static void
check_out_name (const char *name, const char *type, bool keep, const char *want)
{
    g_autofree char *got = mugai_filename_for (name, mugai_type_by_id (type), "attachment", keep);
    CHECK_NAMED (strcmp (got, want) == 0, "output name: %s -> %s", name, got);
}

static void
test_names (void)
{
    check_name ("../../etc/cron.d/x", "x");
    check_name ("C:\\dir\\a.txt", "a.txt");
    check_name ("/abs/", "abs");
    check_name ("a.txt:evil.exe", "a.txt_evil.exe");
    check_name ("CON", "_CON");
    check_name ("aux.txt", "_aux.txt");
    check_name ("ＣＯＮ.txt", "_ＣＯＮ.txt");
    check_name ("com¹", "_com¹");
    check_name ("console.txt", "console.txt");
    check_name ("invoice\xe2\x80\xae"
                "fdp.exe",
                "invoicefdp.exe");
    check_name (" .a.exe. . ", "a.exe");
    check_name ("a.pdf                .exe", "a.pdf .exe");
    check_name ("a\nb\tc", "a b c");
    check_name ("が.txt", "が.txt");
    check_name ("か\xe3\x82\x99.txt", "が.txt");
    check_name ("...", "");
    check_name ("$(id).pdf", "$(id).pdf");
    g_autofree char *longest = g_strnfill (300, 'x');
    g_autofree char *with_end = g_strconcat (longest, ".pdf", NULL);
    g_autofree char *cut = mugai_filename_safe (with_end, 255);
    CHECK (strlen (cut) == 255 && g_str_has_suffix (cut, ".pdf"));

    check_out_name ("a.htm", "text", false, "a.txt");
    check_out_name ("a.htm", "text", true, "a.htm.txt");
    check_out_name ("v1.2", "text", false, "v1.2.txt");
    check_out_name ("", "png", false, "attachment.png");
    check_out_name ("a．exe", "text", false, "a．exe.txt");
    check_out_name ("con.exe", "text", false, "_con.txt");
    g_autofree char *folded = mugai_filename_extension ("ａ.ＥＸＥ");
    CHECK (strcmp (folded, "exe") == 0);
}

/* The list without its last byte. */
static GBytes *
read_badly (void *data, const uint8_t *mail, size_t size, const MugaiLimits *bounds, GError **error)
{
    g_autoptr (GBytes) list = read_again (data, mail, size, bounds, error);

    return g_bytes_new_from_bytes (list, 0, g_bytes_get_size (list) - 1);
}

/* A list of nothing. */
static GBytes *
read_wrongly (void *data, const uint8_t *mail, size_t size, const MugaiLimits *bounds,
              GError **error)
{
    (void)data;
    (void)mail;
    (void)size;
    (void)bounds;
    (void)error;
    return g_bytes_new_static (NULL, 0);
}

static GBytes *
lose_channel (void *data, const uint8_t *mail, size_t size, const MugaiLimits *bounds,
              GError **error)
{
    read_wrongly (data, mail, size, bounds, NULL);
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL, "lost");
    return NULL;
}

/* A second reader that is not there, breaks off, or sees nothing: files are withheld, text goes on.
 */
static void
test_second_reader (void)
{
    static const char mail[] =
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\ntext\n"
        "--b\nContent-Type: application/pdf\n\n%PDF-1.7\n--b--\n";
    static const struct {
        MugaiWalkReader reader;
        bool plain, finding;
    } cases[] = { { { .list = read_again }, true, false },
                  { { .list = NULL }, false, true },
                  { { .list = read_badly }, false, true },
                  { { .list = read_wrongly }, false, false } };

    for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
        g_autoptr (MugaiReport) report = mugai_report_new();
        g_autoptr (MugaiWalk) walk = mugai_walk_mail ((const uint8_t *)mail, sizeof mail - 1,
                                                      &limits, &cases[i].reader, report, NULL);
        bool finding = false;
        CHECK (walk != NULL && walk->parts->len == 3);
        CHECK (mugai_walk_part (walk, 1)->withhold == NULL);
        CHECK ((mugai_walk_part (walk, 2)->withhold == NULL) == cases[i].plain);
        for (guint j = 0; j < report->findings->len; j++) {
            const MugaiFinding *f = g_ptr_array_index (report->findings, j);
            finding = finding || strcmp (f->code, "mime.no-second-reading") == 0;
        }
        CHECK (finding == cases[i].finding);
    }
    static const MugaiWalkReader lost = { .list = lose_channel };
    g_autoptr (MugaiReport) report = mugai_report_new();
    g_autoptr (GError) error = NULL;
    CHECK (mugai_walk_mail ((const uint8_t *)mail, sizeof mail - 1, &limits, &lost, report,
                            &error) == NULL &&
           g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL));
}

int
main (void)
{
    limits = mugai_limits_default();
    test_second_reader();
    test_structure();
    test_withheld();
    test_other_readings();
    test_tricks();
    test_roles();
    test_alternatives();
    test_limits();
    test_names();
    return tap_done();
}
