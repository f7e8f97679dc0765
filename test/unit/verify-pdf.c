/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples of section Q: a small writer of PDF, whose every text can be changed before lengths and
 * offsets are worked out. What our own writer makes is tested with the verifier in
 * test/chain/test-pdf.c.
 */
#include "verify-samples.h"

#include "base/pdf-fixed.h"
#include "jpeg-sample.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 2, OBJECTS = MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * PAGES };

typedef struct Change {
    const char *clause; /* NULL: nothing is wrong with it */
    const char *from, *to;
} Change;

typedef struct Writer {
    const Change *change;
    bool zip;
    Buf out;
    size_t offset[OBJECTS];
} Writer;

/* Text as it is to be, with the change in it. */
static void
put (Writer *w, const char *text)
{
    Buf b = { 0 };

    buf_text (&b, text);
    if (w->change != NULL)
        buf_replace (&b, w->change->from, w->change->to);
    buf_add (&w->out, b.data, b.size);
    buf_clear (&b);
}

static void
begin (Writer *w, unsigned number)
{
    char text[32];

    w->offset[number] = w->out.size;
    snprintf (text, sizeof text, "%u 0 obj\n", number);
    put (w, text);
}

static void
put_stream (Writer *w, const char *dictionary, const void *data, size_t size)
{
    char text[64];

    put (w, dictionary);
    snprintf (text, sizeof text, "/Length %zu >>\nstream\n", size);
    put (w, text);
    buf_add (&w->out, data, size);
    put (w, "\nendstream\nendobj\n");
}

/* @plain: text, changed before it is packed. */
static void
put_packed (Writer *w, unsigned number, const char *plain)
{
    Buf b = { 0 };

    buf_text (&b, plain);
    if (w->change != NULL)
        buf_replace (&b, w->change->from, w->change->to);
    Buf z = zlib_stream (b.data, b.size);
    begin (w, number);
    put_stream (w, "<< /Filter /FlateDecode ", z.data, z.size);
    buf_clear (&b);
    buf_clear (&z);
}

/* A directory and an end record of a ZIP archive as 26 grey pixels, stored. */
static void
put_zip_image (Writer *w)
{
    static const uint8_t stored[] = {
        0x78, 1, 1, 26, 0, 0xe5, 0xff, 'P', 'K', 1, 2, 'P', 'K', 5, 6,    0,    0,    0,    0,
        1,    0, 1, 0,  4, 0,    0,    0,   0,   0, 0, 0,   0,   0, 0x1d, 0xf2, 0x01, 0x4b,
    };

    begin (w, 12);
    put_stream (w,
                "<< /Type /XObject /Subtype /Image /Width 26 /Height 1 /ColorSpace /DeviceGray "
                "/BitsPerComponent 8 /Filter /FlateDecode ",
                stored, sizeof stored);
}

/* 5 by 3 pixels of 2 bits */
static void
put_palette_image (Writer *w)
{
    static const uint8_t pixels[6] = { 0x1b, 0x40, 0xff, 0xc0, 0, 0 };
    Buf z = zlib_stream (pixels, sizeof pixels);

    begin (w, 12);
    put_stream (
        w,
        "<< /Type /XObject /Subtype /Image /Width 5 /Height 3 /ColorSpace [/Indexed "
        "/DeviceRGB 3 <FFFFFFAAAAAA555555000000>] /BitsPerComponent 2 /Filter /FlateDecode ",
        z.data, z.size);
    buf_clear (&z);
}

static void
put_jpeg_image (Writer *w)
{
    char text[200];

    begin (w, 15);
    snprintf (text, sizeof text,
              "<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /DeviceGray "
              "/BitsPerComponent 8 /Filter /DCTDecode ",
              9, 7);
    put_stream (w, text, jpeg_grey, sizeof jpeg_grey);
}

static void
put_leaf (Writer *w, unsigned number, const char *size)
{
    char text[256];

    begin (w, number);
    snprintf (
        text, sizeof text,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Resources << /Font << /H 3 0 R /V 4 0 "
        "R >> /XObject << /I %u 0 R >> >> /Contents %u 0 R >>\nendobj\n",
        size, number + 2, number + 1);
    put (w, text);
}

static void
put_pages (Writer *w)
{
    if (w->zip)
        put_zip_image (w);
    else
        put_palette_image (w);
    put_packed (w, 11,
                "q\n595.276 0 0 841.89 0 0 cm\n/I Do\nQ\nBT\n3 Tr\n/H 1 Tf\n"
                "10.5 0 0 12 72 700.25 Tm\n<753A5F79D800> Tj\n/V 1 Tf\n"
                "0 -9 9 0 -1.5 30 Tm\n<00410042> Tj\nET\n");
    put_leaf (w, 10, "595.276 841.89");
    put_jpeg_image (w);
    put_packed (w, 14, "q\n100 0 0 20000 0 0 cm\n/I Do\nQ\n");
    put_leaf (w, 13, "100 20000");
}

static void
put_fixed (Writer *w, unsigned number, const char *text)
{
    begin (w, number);
    put (w, text);
    put (w, "endobj\n");
}

static void
put_bytes (Writer *w, unsigned number, const char *head, const void *data, size_t size)
{
    begin (w, number);
    put (w, head);
    buf_add (&w->out, data, size);
    put (w, "\nendstream\nendobj\n");
}

static void
put_codes (Writer *w)
{
    Buf b = { 0 };

    buf_text (&b, MUGAI_PDF_UNICODE_HEAD);
    buf_text (&b, "5 beginbfchar\n<0041> <0041>\n<0042> <0042>\n<5F79> <5F79>\n<753A> <753A>\n"
                  "<D800> <D842DFB7>\nendbfchar\n" MUGAI_PDF_UNICODE_TAIL);
    buf_add (&b, "", 1);
    put_packed (w, 9, (const char *)b.data);
    buf_clear (&b);
}

static void
put_end (Writer *w)
{
    size_t at = w->out.size;
    char text[64];

    put (w, "xref\n0 16\n0000000000 65535 f \n");
    for (unsigned i = 1; i < OBJECTS; i++) {
        snprintf (text, sizeof text, "%010zu 00000 n \n", w->offset[i]);
        put (w, text);
    }
    snprintf (text, sizeof text, "trailer\n<< /Size 16 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
              at);
    put (w, text);
}

/* Returns: a file to be cleared. */
static Buf
write_pdf (const Change *change, bool zip)
{
    Writer w = { .change = change, .zip = zip };

    put (&w, MUGAI_PDF_HEAD);
    put_pages (&w);
    put_fixed (&w, 3, MUGAI_PDF_FONT_H);
    put_fixed (&w, 4, MUGAI_PDF_FONT_V);
    put_fixed (&w, 5, MUGAI_PDF_CID_FONT);
    put_fixed (&w, 6, MUGAI_PDF_DESCRIPTOR);
    put_bytes (&w, 7, MUGAI_PDF_FONT_FILE, mugai_pdf_font, sizeof mugai_pdf_font);
    put_bytes (&w, 8, MUGAI_PDF_GLYPHS, mugai_pdf_glyphs, sizeof mugai_pdf_glyphs);
    put_codes (&w);
    put_fixed (&w, 1, MUGAI_PDF_CATALOGUE);
    put_fixed (&w, 2, "<< /Type /Pages /Count 2 /Kids [10 0 R 13 0 R] >>\n");
    put_end (&w);
    return w.out;
}

static const Change changes[] = {
    { NULL, "nothing of this", "" },
    { "Q-10", "<753A5F79", "<79815F79" },
    { "Q-10", "<753A5F79", "<5F79" },
    { NULL, "10.5 0 0 12 72", "-10.5 0 0 -12 72" },
    { "Q-1", "%PDF-1.5", "%PDF-1.7" },
    { "Q-1", "%PDF-1.5", "<html>\n%PDF-1.5" },
    { "Q-2", "12 0 obj", "12 1 obj" },
    { "Q-2", "15 0 obj", "18 0 obj" },
    { "Q-2", "\nendobj\n", "\nendobj\n16 0 obj\n<< /S /JavaScript >>\nendobj\n" },
    { "Q-3", "/Width 5", "/Width 0" },
    { "Q-3", "/Width 5", "/Width 32768" },
    { "Q-3", "/Height 3", "/Height 03" },
    { "Q-3", "/DeviceRGB 3", "/DeviceRGB 2" },
    { "Q-3", "/BitsPerComponent 2", "/BitsPerComponent 3" },
    { "Q-3", "<FFFFFF", "<FFFFFf" },
    { "Q-3", "<FFFFFF", "<FFFFFG" },
    { "Q-3", "<FFFFFF", "<FFFFFFFF" },
    { "Q-3", "/DCTDecode", "/JPXDecode" },
    { "Q-3", "/Image /W", "/Image /SMask 15 0 R /W" },
    { "Q-3", "\nendstream", "\n\nendstream" },
    { "Q-4", "/Height 3", "/Height 4" },
    { "Q-4", "/Width 5", "/Width 9" },
    { "Q-4", "/DeviceGray", "/DeviceRGB" },
    { "Q-5", "<< /Filter /Fl", "<< /F (x) /Filter /Fl" },
    { "Q-5", "595.276 0 0", "595.27 0 0" },
    { "Q-5", "/I Do\n", "/I Do\n/I Do\n" },
    { "Q-5", "3 Tr\n", "0 Tr\n" },
    { "Q-5", "/H 1 Tf\n", "" },
    { "Q-5", "/V 1 Tf\n", "/H 1 Tf\n" },
    { "Q-6", "/V 1 Tf\n", "/V 2 Tf\n" },
    { "Q-5", "ET\n", "ET\n0 0 m\n" },
    { "Q-5", "/I Do\nQ\nBT\n3 Tr\n", "/I Do\nQ\nBT\n3 Tr\nET\n" },
    { "Q-6", "10.5 0 0 12 72", "10.50 0 0 12 72" },
    { "Q-6", "10.5 0 0 12 72", "10.125 0 0 12 72" },
    { "Q-6", "10.5 0 0 12 72", "010 0 0 12 72" },
    { "Q-6", "10.5 0 0 12 72", "10.5 -0 0 12 72" },
    { "Q-6", "10.5 0 0 12 72", "0 0 0 12 72" },
    { "Q-6", "10.5 0 0 12 72", "-10.5 0 0 12 72" },
    { "Q-6", "0 -9 9 0", "0 9 9 0" },
    { "Q-6", "0 -9 9 0", "0 -9 9 1" },
    { "Q-6", "700.25", "1234567890" },
    { "Q-7", "5F79D800>", "5F79D801>" },
    { "Q-7", "<753A5F79D800>", "<>" },
    { "Q-7", "<753A5F", "<753a5F" },
    { "Q-7", "<753A5F", "<755F" },
    { "Q-7", "<753A5F", "<00095F" },
    { "U-2", "<753A5F", "<202E5F" },
    { "U-3", "<753A5F", "<200D5F" },
    { "U-2", "<753A5F", "<FFFD5F" },
    { "Q-8", "/Parent 2", "/Parent 3" },
    { "Q-8", "0 R >> /XObject", "0 R >> /Annots [] /XObject" },
    { "Q-8", "/Contents 11", "/Contents 14" },
    { "Q-8", "[0 0 100 20000]", "[0 0 100 200000.5]" },
    { "Q-8", "[0 0 100 20000]", "[0 0 0.5 20000]" },
    { "Q-9", "/Identity-V", "/Identity-H" },
    { "Q-9", "/Type /Catalog", "/Type /Catalog /OpenAction 9 0 R" },
    { "Q-9", "/Flags 5", "/Flags 4" },
    { "Q-10", "<0041> <0041>", "<0041> <0043>" },
    { "Q-10", "<0041> <0041>\n<0042> <0042>", "<0042> <0042>\n<0041> <0041>" },
    { "Q-10", "5 beginbfchar", "6 beginbfchar" },
    { "Q-10", "<D842DFB7>", "<DFB7D842>" },
    { "Q-10", "<D842DFB7>", "<D842DFB>" },
    { "Q-10", "<D800> <", "<D801> <" },
    { "Q-10", "endcmap", "endcmap " },
    { "Q-10", "\nend\nend\n", "\nend\nend\n\n" },
    { "Q-11", "/Count 2", "/Count 3" },
    { "Q-11", "[10 0 R 13 0 R]", "[13 0 R 10 0 R]" },
    { "Q-11", "[10 0 R 13 0 R]", "[10 0 R]" },
    { "Q-12", "0 16\n", "0 17\n" },
    { "Q-12", "0000000015 00000", "0000000016 00000" },
    { "Q-12", "/Root 1 0 R", "/Root 1 0 R /Info 2 0 R" },
    { "Q-12", "%%EOF\n", "%%EOF\n%%EOF\n" },
    { "Q-12", "startxref\n", "startxref\n1" },
};

void
test_pdf (void)
{
    for (size_t i = 0; i < LENGTH (changes); i++) {
        char name[96];
        Buf b = write_pdf (&changes[i], false);
        snprintf (name, sizeof name, "PDF, %.40s for %.40s", changes[i].to, changes[i].from);
        expect (MUGAI_GRAMMAR_PDF, b.data, b.size, changes[i].clause, name);
        buf_clear (&b);
    }
    Buf b = write_pdf (NULL, false);
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    limits.expanded = 5;
    expect_with (MUGAI_GRAMMAR_PDF, b.data, b.size, &limits, "Q-4",
                 "PDF of more pixels than allowed");
    expect (MUGAI_GRAMMAR_PDF, b.data, b.size - 1, "Q-12", "PDF cut");
    buf_clear (&b);
    b = write_pdf (NULL, true);
    expect (MUGAI_GRAMMAR_PDF, b.data, b.size, "Q-13", "PDF with a ZIP in its pixels");
    buf_clear (&b);
}
