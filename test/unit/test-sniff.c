/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff: what contents are, alone and against what label and name claim.
 */
#include "message/sniff.h"

#include "tap.h"

#include <glib.h>

static MugaiSniffed
sniff (const void *bytes, size_t size, const char *declared, const char *extension)
{
    MugaiSniff window = mugai_sniff_window (bytes, size);

    return mugai_sniff (&window, declared, extension);
}

static void
check (const char *what, const void *bytes, size_t size, const char *declared,
       const char *extension, const char *want)
{
    const MugaiType *type = sniff (bytes, size, declared, extension).type;

    CHECK_NAMED (strcmp (type->id, want) == 0, "%s is %s", what, type->id);
}

#define SNIFF(what, bytes, declared, extension, want)                                              \
    check (what, bytes, sizeof (bytes) - 1, declared, extension, want)

/* -- ZIP: stored members without content
 * ----------------------------------------------------------- */

static void
put (GByteArray *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        uint8_t byte = (uint8_t)(value >> 8 * i);
        g_byte_array_append (out, &byte, 1);
    }
}

static void
put_text (GByteArray *out, const char *text)
{
    g_byte_array_append (out, (const guint8 *)text, (guint)strlen (text));
}

/* Names and contents by turns; NULL ends. */
static GByteArray *
zip (const char *const *members)
{
    GByteArray *out = g_byte_array_new(), *central = g_byte_array_new();
    uint32_t count = 0;

    for (; members[0] != NULL; members += 2, count++) {
        uint32_t at = out->len, size = (uint32_t)strlen (members[1]);

        put_text (out, "PK\3\4");
        for (int i = 0; i < 14; i++)
            put (out, 0, 1);
        put (out, size, 4);
        put (out, size, 4);
        put (out, (uint32_t)strlen (members[0]), 2);
        put (out, 0, 2);
        put_text (out, members[0]);
        put_text (out, members[1]);
        put_text (central, "PK\1\2");
        for (int i = 0; i < 16; i++)
            put (central, 0, 1);
        put (central, size, 4);
        put (central, size, 4);
        put (central, (uint32_t)strlen (members[0]), 2);
        for (int i = 0; i < 12; i++)
            put (central, 0, 1);
        put (central, at, 4);
        put_text (central, members[0]);
    }
    uint32_t from = out->len;
    g_byte_array_append (out, central->data, central->len);
    put_text (out, "PK\5\6");
    put (out, 0, 4);
    put (out, count, 2);
    put (out, count, 2);
    put (out, central->len, 4);
    put (out, from, 4);
    put (out, 0, 2);
    g_byte_array_unref (central);
    return out;
}

static void
check_zip (const char *what, const char *const *members, const char *extension, const char *want)
{
    g_autoptr (GByteArray) bytes = zip (members);
    g_autofree char *cut = g_strdup_printf ("%s without its directory", what);

    check (what, bytes->data, bytes->len, "", extension, want);
    check (cut, bytes->data, bytes->len - 22, "", extension, want); /* then by local headers */
}

#define MEMBERS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define TYPES        "[Content_Types].xml", "x"

static void
test_zip (void)
{
    check_zip ("zip", MEMBERS ("readme.txt", "word/document.xml"), "docx", "zip");
    check_zip ("docx", MEMBERS (TYPES, "word/document.xml", ""), "", "docx");
    check_zip ("docx with another main part", MEMBERS (TYPES, "word/other.xml", ""), "zip", "docx");
    check_zip ("no types", MEMBERS ("word/document.xml", ""), "", "zip");
    check_zip ("docm", MEMBERS (TYPES, "word/document.xml", "", "word/vbaProject.bin", ""), "docx",
               "docm");
    check_zip ("dotx by name", MEMBERS (TYPES, "word/document.xml", ""), "dotx", "dotx");
    check_zip ("xlsm by macro sheet", MEMBERS (TYPES, "xl/macrosheets/1.xml", "", "xl/w.xml", ""),
               "xlsx", "xlsm");
    check_zip ("xlsb", MEMBERS (TYPES, "xl/workbook.bin", ""), "xlsx", "xlsb");
    check_zip ("odt",
               MEMBERS ("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", ""),
               "", "odt");
    check_zip ("epub", MEMBERS ("mimetype", "application/epub+zip", "META-INF/container.xml", ""),
               "zip", "epub");
    check_zip ("jar", MEMBERS ("META-INF/MANIFEST.MF", "", "a.class", ""), "zip", "jar");
    check_zip ("jar in a document",
               MEMBERS (TYPES, "word/document.xml", "", "META-INF/MANIFEST.MF", ""), "docx", "jar");
    check_zip ("apk", MEMBERS ("META-INF/MANIFEST.MF", "", "AndroidManifest.xml", ""), "zip",
               "apk");
    check_zip ("jar by name", MEMBERS ("a.class", ""), "jar", "jar");
    g_autoptr (GByteArray) inner = zip (MEMBERS (TYPES, "word/document.xml", ""));
    g_autofree char *text = g_strndup ((const char *)inner->data, inner->len);
    check_zip ("what stands inside of a member", MEMBERS ("a.docx", text), "", "zip");
}

/* -- OLE2: one sector of the allocation table, one or two of the directory
 * ------------------------- */

static void
ole_entry (uint8_t *sector, unsigned index, const char *name, uint32_t left, uint32_t right,
           uint32_t child)
{
    uint8_t *e = sector + 128 * (size_t)index;

    for (size_t i = 0; name[i] != '\0'; i++)
        e[2 * i] = (uint8_t)name[i];
    e[64] = (uint8_t)(2 * strlen (name) + 2);
    e[66] = index == 0 ? 5 : 2;
    const uint32_t links[] = { left, right, child };
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++)
            e[68 + 4 * i + k] = (uint8_t)(links[i] >> 8 * k);
}

/* Top: @a, @b (its sibling), and below @a: @inner. @far: bytes before the directory. */
static GByteArray *
ole (const char *a, const char *b, const char *inner, size_t far)
{
    size_t sectors = 2 + far / 512;
    GByteArray *out = g_byte_array_new();
    uint32_t none = 0xffffffff, end = 0xfffffffe;

    g_byte_array_set_size (out, (guint)(512 * (sectors + 1)));
    memset (out->data, 0, out->len);
    memcpy (out->data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    out->data[30] = 9;
    memset (out->data + 76, 0xff, 436);
    memset (out->data + 76, 0, 4); /* the table is sector 0 */
    uint32_t directory = (uint32_t)(sectors - 1);
    memcpy (out->data + 48, &directory, 4);
    memset (out->data + 512, 0xff, 512);
    if (directory < 128)
        memcpy (out->data + 512 + 4 * directory, &end, 4);
    uint8_t *sector = out->data + 512 * sectors;
    ole_entry (sector, 0, "Root Entry", none, none, 1);
    ole_entry (sector, 1, a, none, 2, inner[0] != '\0' ? 3 : none);
    ole_entry (sector, 2, b, none, none, none);
    ole_entry (sector, 3, inner, none, none, none);
    return out;
}

static void
check_ole (const char *what, const char *a, const char *b, const char *inner, const char *extension,
           const char *want)
{
    g_autoptr (GByteArray) bytes = ole (a, b, inner, 0);

    check (what, bytes->data, bytes->len, "", extension, want);
}

/* A stream @name of @size bytes that begins with @bytes; a small one stands in the root's stream,
 * behind one small sector of another. */
static void
check_locked (const char *what, const char *kind, const char *name, size_t size, const void *bytes,
              size_t n, const char *want)
{
    g_autoptr (GByteArray) file = ole (kind, name, "", 0);
    uint8_t *entries = file->data + 1024;
    unsigned index = strcmp (kind, name) == 0 ? 1 : 2;
    bool small = size < 4096;

    entries[128 * index + 116] = small ? 1 : 2; /* small sector 1, or sector 2 */
    entries[128 * index + 120] = (uint8_t)size;
    entries[128 * index + 121] = (uint8_t)(size >> 8);
    entries[116] = 2; /* the root's stream: sector 2 */
    g_byte_array_set_size (file, 512 * 4);
    memset (file->data + 512 * 3, 0, 512);
    memcpy (file->data + 512 * 3 + (small ? 64 : 0), bytes, n);
    check (what, file->data, file->len, "", "", want);
}

static void
test_ole_locked (void)
{
    static const uint8_t word[12] = { 0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
    static const uint8_t open_word[12] = { 0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe };
    static const uint8_t excel[] = { 9, 8, 2, 0, 0, 6, 0x86, 0, 0, 0, 0x2f, 0, 2, 0, 0, 0 };
    static const uint8_t late[] = { 9, 8, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x2f, 0, 2, 0 };
    static const uint8_t slides[] = { 0, 0, 0xf6, 0xf, 12,   0,    0,    0,
                                      8, 0, 0,    0,   0xdf, 0xc4, 0xd1, 0xf3 };
    static const uint8_t open_slides[] = { 0, 0, 0xf6, 0xf, 12,   0,    0,    0,
                                           8, 0, 0,    0,   0x5f, 0xc0, 0x91, 0xe3 };

    check_locked ("encrypted doc", "x", "WordDocument", 5000, word, 12, "office-encrypted");
    check_locked ("open doc", "x", "WordDocument", 5000, open_word, 12, "doc");
    check_locked ("encrypted xls", "x", "Workbook", 5000, excel, 16, "office-encrypted");
    check_locked ("small encrypted xls", "x", "Workbook", 512, excel, 16, "office-encrypted");
    check_locked ("encrypted xls 5", "x", "Book", 300, excel, 16, "office-encrypted");
    check_locked ("what comes late in a workbook", "x", "Workbook", 5000, late, 20, "xls");
    check_locked ("encrypted ppt", "PowerPoint Document", "Current User", 40, slides, 16,
                  "office-encrypted");
    check_locked ("open ppt", "PowerPoint Document", "Current User", 40, open_slides, 16, "ppt");
    check_locked ("a stream shorter than it should be", "x", "WordDocument", 11, word, 12, "doc");
}

static void
test_ole (void)
{
    check_ole ("doc", "WordDocument", "1Table", "", "jtd", "doc");
    check_ole ("xls", "x", "Workbook", "", "", "xls");
    check_ole ("xlt by name", "x", "Workbook", "", "xlt", "xlt");
    check_ole ("ppt", "x", "PowerPoint Document", "", "doc", "ppt");
    check_ole ("msg", "__properties_version1.0", "x", "", "", "msg");
    check_ole ("encrypted", "EncryptionInfo", "EncryptedPackage", "", "docx", "office-encrypted");
    check_ole ("jtd", "DocumentText", "x", "", "", "jtd");
    check_ole ("hwp", "FileHeader", "DocInfo", "", "", "hwp");
    check_ole ("what stands deeper", "ObjectPool", "x", "WordDocument", "", "ole2");
    check_ole ("by name", "x", "y", "", "mpp", "mpp");
    check_ole ("not by any name", "x", "y", "", "pdf", "ole2");
    g_autoptr (GByteArray) far = ole ("x", "Workbook", "", 50000);
    check ("directory in the middle", far->data, far->len, "", "", "xls");
    SNIFF ("a header alone", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "xls", "xls");
    /* a chain that runs in a circle, a tree whose entries are their own children */
    g_autoptr (GByteArray) loop = ole ("x", "y", "", 0);
    memset (loop->data + 512, 1, 512);
    memset (loop->data + 1024 + 2 * 128 + 68, 0, 12);
    loop->data[1024 + 2 * 128 + 68] = 2;
    check ("loops end", loop->data, loop->len, "", "", "ole2");
}

/* -- texts
 * ---------------------------------------------------------------------------------------- */

static void
test_text (void)
{
    SNIFF ("text", "hello\n", "", "", "text");
    SNIFF ("csv by name", "a,b\n", "text/plain", "csv", "csv");
    SNIFF ("csv by label", "a,b\n", "text/csv", "", "csv");
    SNIFF ("ics", "BEGIN:VCALENDAR\n", "", "", "ics");
    SNIFF ("SVG", "<?xml version=\"1.0\"?><svg>", "", "", "svg");
    SNIFF ("UTF-16", "\xff\xfeh\0i\0", "", "", "text");
    SNIFF ("UTF-16 without mark", "h\0i\0\n\0", "", "", "text");
    SNIFF ("Shift_JIS", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x0d\x0a", "", "txt", "text");
    SNIFF ("EUC-JP", "\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf\n", "", "txt", "text");
    SNIFF ("ISO-2022-JP", "\033$B$3$s\033(B\n", "", "txt", "text");
    SNIFF ("UTF-8", "\xe3\x81\x93\xe3\x82\x93\n", "", "txt", "text");
    SNIFF ("DOS end of file", "hello\r\n\x1a", "", "txt", "text");
    SNIFF ("JSON", "{\"a\": 1}\n", "", "json", "json");
    SNIFF ("a page with an old Office name", "<html><table>", "", "xls", "html");
    SNIFF ("a text with an old Office name", "a\tb\n", "application/msword", "doc", "text");
    SNIFF ("a text that is no PDF", "a", "application/pdf", "pdf", "pdf");
    SNIFF ("a text that is no ZIP", "x", "", "zip", "zip");

    SNIFF ("noise", "\x01\x02\x03\x80\x00\x00", "text/plain", "txt", "unknown");
    SNIFF ("NULs", "a\0b\0\0c and so on, and so on", "text/plain", "txt", "unknown");
    SNIFF ("BOM and noise", "\xff\xfe\x01\0\x02\0\0\0\x03\0", "text/plain", "txt", "unknown");
    SNIFF ("no charset", "\x80\xff\x80\xff\x80\xff\x80\xff\x80\xff\x80\xff\x80\xff\x80\xff", "",
           "txt", "unknown");
    SNIFF ("empty", "", "text/plain", "txt", "empty");
    uint8_t bytes[4096];
    uint32_t seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
    bytes[0] = 'a';
    check ("random bytes", bytes, sizeof bytes, "text/plain", "txt", "unknown");
    CHECK (sniff (bytes, sizeof bytes, "", "").weak);
    memset (bytes, 'a', sizeof bytes);
    CHECK (sniff (bytes, sizeof bytes, "", "").weak &&
           !sniff (bytes, sizeof bytes, "", "csv").weak);
    g_autofree uint8_t *late = g_malloc (200000);
    memset (late, 'a', 200000);
    memset (late + 190000, 0, 5000);
    check ("a text that ends in noise", late, 200000, "text/plain", "txt", "unknown");
    MugaiSniff shown =
        mugai_sniff_window ("hello\x01 and forty bytes of a text, to say the least", 49);
    CHECK (strcmp (mugai_sniff (&shown, "", "").type->id, "unknown") == 0);
    shown.shown = true;
    CHECK (strcmp (mugai_sniff (&shown, "", "").type->id, "text") == 0);
    SNIFF ("a page with odd bytes", "<html>\x01 and forty bytes of a page, to say the least", "",
           "", "html");
}

static void
test_claims (void)
{
    SNIFF ("script by name", "alert(1)\n", "text/plain", "js", "js");
    SNIFF ("script by label", "alert(1)\n", "application/javascript", "txt", "js");
    SNIFF ("script by first line", "#!/bin/sh\n", "text/plain", "txt", "sh");
    SNIFF ("PHP", "<?php echo 1;", "text/plain", "txt", "php");
    SNIFF ("batch", "@ECHO OFF\r\n", "text/plain", "txt", "bat");
    SNIFF ("registry in UTF-16", "\xff\xfeR\0E\0G\0E\0D\0I\0T\0004\0\r\0\n\0", "", "txt", "reg");
    SNIFF ("HTA inside of a page", "<html><head><HTA:APPLICATION id=x>", "", "html", "hta");
    SNIFF ("a page by another name", "<html>", "text/html", "hta", "hta");
    SNIFF ("WSH", "<?xml version=\"1.0\"?><job id=x>", "", "xml", "wsf");
    SNIFF ("shortcut", "[InternetShortcut]\r\nURL=x\r\n", "", "txt", "url");
    SNIFF ("web query", "WEB\r\n1\r\nhttp://x\r\n", "", "txt", "iqy");
    SNIFF ("SYLK", "ID;PWXL;N;E\r\n", "", "csv", "slk");
    SNIFF ("INF by name", "; text\r\n", "", "inf", "inf");
    SNIFF ("PEM", "-----BEGIN PRIVATE KEY-----\n", "", "txt", "p12");
    SNIFF ("S/MIME that was not decoded", "MIIC\n", "application/pkcs7-mime", "", "p7m");
    SNIFF ("S/MIME by name", "MIIC\n", "text/plain", "p7m", "p7m");
    SNIFF ("text called a program", "hello\n", "text/plain", "exe", "exe");
    SNIFF ("text called Ichitaro", "hello\n", "text/plain", "jtd", "jtd");
    SNIFF ("noise called Ichitaro", "\x01\x02\x03\x04", "", "jtdc", "jtdc");
    SNIFF ("noise called PDF", "\x01\x02\x03\x04", "application/pdf", "pdf", "unknown");
    SNIFF ("CMS",
           "\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82\x01\x00\x30\x82"
           "\x01\x00\x02",
           "", "bin", "p7m");
    SNIFF ("signature",
           "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31"
           "\x0f\x30\x0d",
           "application/pkcs7-signature", "p7s", "p7s");
}

/* -- disks, ends, two types at once
 * --------------------------------------------------------------- */

static void
test_disk (void)
{
    g_autofree uint8_t *disk = g_malloc0 (40000);

    memcpy (disk + 32769, "CD001", 5);
    check ("ISO 9660", disk, 40000, "", "img", "iso");
    memset (disk, 0, 40000);
    memcpy (disk + 34817, "NSR02", 5);
    check ("UDF", disk, 40000, "", "", "iso");
    memset (disk, 0, 40000);
    memcpy (disk + 40000 - 512, "koly", 4);
    check ("DMG", disk, 40000, "", "", "dmg");
    memset (disk, 0, 40000);
    memcpy (disk + 54, "FAT12   ", 8);
    check ("FAT", disk, 40000, "", "", "img");
}

static void
test_two (void)
{
    static const char png[] = "\x89PNG\r\n\x1a\n....IEND\xae\x42\x60\x82";
    g_autoptr (GByteArray) archive = zip (MEMBERS ("a.txt", "x"));
    g_autoptr (GByteArray) two = g_byte_array_new();
    MugaiSniffed sniffed = sniff (png, sizeof png - 1, "", "");

    CHECK (strcmp (sniffed.type->id, "png") == 0 && sniffed.trailing == 0 && sniffed.also == NULL);
    g_byte_array_append (two, (const guint8 *)png, sizeof png - 1);
    put_text (two, "0123456789");
    sniffed = sniff (two->data, two->len, "", "");
    CHECK (strcmp (sniffed.type->id, "png") == 0 && sniffed.trailing == 10);
    put_text (two, "<script>");
    sniffed = sniff (two->data, two->len, "", "");
    CHECK (strcmp (sniffed.type->id, "png") == 0 && strcmp (sniffed.also, "html") == 0);
    g_byte_array_set_size (two, sizeof png - 1);
    g_byte_array_append (two, archive->data, archive->len);
    sniffed = sniff (two->data, two->len, "", "");
    CHECK (strcmp (sniffed.type->id, "png") == 0 && strcmp (sniffed.also, "zip") == 0);
    two->data[0] = 1; /* no PNG any more */
    check ("ZIP behind noise", two->data, two->len, "", "", "polyglot");
    memcpy (two->data, "MZ", 3);
    check ("SFX is a program", two->data, two->len, "", "zip", "exe");

    SNIFF ("PDF", "%PDF-1.7\n", "text/plain", "txt", "pdf");
    SNIFF ("PDF behind junk", "\x01\x02\x03 junk %PDF-1.4\n1 0 obj\nstartxref\n0\n%%EOF", "", "pdf",
           "pdf");
    static const char gif[] = "GIF89a....%PDF-1.4\nstartxref\n0\n%%EOF";
    sniffed = sniff (gif, sizeof gif - 1, "", "gif");
    CHECK (strcmp (sniffed.type->id, "gif") == 0 && strcmp (sniffed.also, "pdf") == 0);
    SNIFF ("a text about PDF", "It begins with %PDF-1.4\n", "", "txt", "text");
}

static void
test_mismatch (void)
{
    CHECK (mugai_sniff_mismatch (mugai_type_by_id ("exe"), "image/png", "") ==
           MUGAI_MISMATCH_DECLARED);
    CHECK (mugai_sniff_mismatch (mugai_type_by_id ("exe"), "", "pdf") == MUGAI_MISMATCH_EXTENSION);
    CHECK (!mugai_sniff_mismatch (mugai_type_by_id ("pdf"), "application/octet-stream", "pdf"));
    CHECK (!mugai_sniff_mismatch (mugai_type_by_id ("csv"), "text/plain", "csv"));
}

int
main (void)
{
    test_zip();
    test_ole();
    test_ole_locked();
    test_text();
    test_claims();
    test_disk();
    test_two();
    test_mismatch();
    return tap_done();
}
