/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the file is read from its first byte to its last, object by object, in the one
 * order there is; where each begins is noted and compared with the table at the end. Content
 * streams wait until the table of characters, which stands behind them, was read. Nothing is looked
 * up by an offset that the file names.
 */
#include "verify/pdf.h"

#include "base/pdf-fixed.h"
#include "verify/pdf-reader.h"
#include "verify/zip-inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OBJECTS = MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * MUGAI_PDF_PAGES,
    POINTS_MAX = 200000,
};

typedef struct Stream {
    size_t at, size;
} Stream;

typedef struct Page {
    Stream contents;
    int64_t width, height;
} Page;

typedef struct Pdf {
    MugaiPdfReader r;
    uint32_t pages;
    uint64_t offset[OBJECTS];
    Page page[MUGAI_PDF_PAGES];
} Pdf;

static bool
begin (Pdf *p, uint32_t number, const char *clause)
{
    char head[32];

    snprintf (head, sizeof head, "%u 0 obj\n", number);
    p->offset[number] = p->r.lex.at;
    return mugai_pdf_expect (&p->r, head, clause);
}

/* Q-2: is the object @number next? */
static bool
is_next (const Pdf *p, uint32_t number)
{
    MugaiLex ahead = p->r.lex;
    char head[32];

    snprintf (head, sizeof head, "%u 0 obj\n", number);
    return mugai_lex_literal (&ahead, head);
}

/* "<< /Filter /FlateDecode /Length 12 >>" and the stream */
static bool
take_stream (Pdf *p, const char *clause, Stream *ret)
{
    uint64_t length = 0;

    if (!mugai_pdf_expect (&p->r, "<< /Filter /FlateDecode /Length ", clause) ||
        !mugai_pdf_whole (&p->r, p->r.lex.size, clause, &length) ||
        !mugai_pdf_stream (&p->r, length, clause, &ret->at))
        return false;
    ret->size = (size_t)length;
    return true;
}

static bool
take_side (Pdf *p, const char *before, int64_t *ret)
{
    if (!mugai_pdf_expect (&p->r, before, "Q-8") || !mugai_pdf_take_number (&p->r, 3, "Q-6", ret))
        return false;
    if (*ret < 1000 || *ret > (int64_t)POINTS_MAX * 1000)
        return mugai_pdf_refuse (&p->r, "Q-8", "size of a page");
    return true;
}

static bool
take_page (Pdf *p, uint32_t number)
{
    Page *page = &p->page[p->pages];
    char tail[160];

    if (!begin (p, number + 2, "Q-2") || !mugai_pdf_image (&p->r) ||
        !begin (p, number + 1, "Q-2") || !take_stream (p, "Q-5", &page->contents) ||
        !begin (p, number, "Q-2") ||
        !take_side (p, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ", &page->width) ||
        !take_side (p, " ", &page->height))
        return false;
    snprintf (tail, sizeof tail,
              "] /Resources << /Font << /H 3 0 R /V 4 0 R >> /XObject << /I %u 0 R >> >> /Contents "
              "%u 0 R >>\nendobj\n",
              number + 2, number + 1);
    p->pages++;
    return mugai_pdf_expect (&p->r, tail, "Q-8");
}

static bool
take_pages (Pdf *p)
{
    uint32_t number = MUGAI_PDF_FIRST_PAGE;

    do {
        if (p->pages == MUGAI_PDF_PAGES)
            return mugai_pdf_refuse (&p->r, "Q-2", "too many pages");
        if (!take_page (p, number))
            return false;
        number += MUGAI_PDF_OBJECTS;
    } while (is_next (p, number + 2));
    return true;
}

static bool
take_fixed (Pdf *p, uint32_t number, const char *text)
{
    return begin (p, number, "Q-2") && mugai_pdf_expect (&p->r, text, "Q-9") &&
           mugai_pdf_expect (&p->r, "endobj\n", "Q-9");
}

static bool
take_fixed_stream (Pdf *p, uint32_t number, const char *head, const uint8_t *data, size_t size)
{
    MugaiLex *lex = &p->r.lex;

    if (!begin (p, number, "Q-2") || !mugai_pdf_expect (&p->r, head, "Q-9"))
        return false;
    if (lex->size - lex->at < size || memcmp (lex->data + lex->at, data, size) != 0)
        return mugai_pdf_refuse (&p->r, "Q-9", "the fixed font");
    lex->at += size;
    return mugai_pdf_expect (&p->r, "\nendstream\nendobj\n", "Q-9");
}

static bool
take_codes (Pdf *p)
{
    Stream stream;

    if (!begin (p, 9, "Q-2") || !take_stream (p, "Q-10", &stream))
        return false;
    size_t size = 0;
    uint8_t *plain = mugai_pdf_inflate_text (&p->r, stream.at, stream.size, &size);
    bool ok = plain != NULL && mugai_pdf_codes (&p->r, plain, size);
    free (plain);
    return ok;
}

static bool
take_page_list (Pdf *p)
{
    char text[64];

    if (!begin (p, 2, "Q-2"))
        return false;
    snprintf (text, sizeof text, "<< /Type /Pages /Count %u /Kids [", p->pages);
    if (!mugai_pdf_expect (&p->r, text, "Q-11"))
        return false;
    for (uint32_t i = 0; i < p->pages; i++) {
        snprintf (text, sizeof text, "%s%u 0 R", i > 0 ? " " : "",
                  MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * i);
        if (!mugai_pdf_expect (&p->r, text, "Q-11"))
            return false;
    }
    return mugai_pdf_expect (&p->r, "] >>\nendobj\n", "Q-11");
}

/* Q-12 */
static bool
take_end (Pdf *p)
{
    uint32_t n = MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * p->pages;
    uint64_t at = p->r.lex.at;
    char text[128];

    snprintf (text, sizeof text, "xref\n0 %u\n0000000000 65535 f \n", n);
    if (!mugai_pdf_expect (&p->r, text, "Q-12"))
        return false;
    for (uint32_t i = 1; i < n; i++) {
        snprintf (text, sizeof text, "%010llu 00000 n \n", (unsigned long long)p->offset[i]);
        if (!mugai_pdf_expect (&p->r, text, "Q-12"))
            return false;
    }
    snprintf (text, sizeof text, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%llu\n%%%%EOF\n",
              n, (unsigned long long)at);
    return mugai_pdf_expect (&p->r, text, "Q-12") &&
           (p->r.lex.at == p->r.lex.size || mugai_pdf_refuse (&p->r, "Q-12", "after the end"));
}

static bool
take_shared (Pdf *p)
{
    return take_fixed (p, 3, MUGAI_PDF_FONT_H) && take_fixed (p, 4, MUGAI_PDF_FONT_V) &&
           take_fixed (p, 5, MUGAI_PDF_CID_FONT) && take_fixed (p, 6, MUGAI_PDF_DESCRIPTOR) &&
           take_fixed_stream (p, 7, MUGAI_PDF_FONT_FILE, mugai_pdf_font, sizeof mugai_pdf_font) &&
           take_fixed_stream (p, 8, MUGAI_PDF_GLYPHS, mugai_pdf_glyphs, sizeof mugai_pdf_glyphs) &&
           take_codes (p) && take_fixed (p, 1, MUGAI_PDF_CATALOGUE) && take_page_list (p) &&
           take_end (p);
}

static bool
check_contents (Pdf *p)
{
    for (uint32_t i = 0; i < p->pages; i++) {
        const Page *page = &p->page[i];
        const Stream *s = &page->contents;
        size_t size = 0;
        uint8_t *plain = mugai_pdf_inflate_text (&p->r, s->at, s->size, &size);
        bool ok =
            plain != NULL && mugai_pdf_contents (&p->r, plain, size, page->width, page->height);
        free (plain);
        if (!ok)
            return false;
    }
    return memcmp (p->r.used, p->r.listed, sizeof p->r.used) == 0 ||
           mugai_pdf_refuse (&p->r, "Q-10", "the table of characters is not that of the text");
}

bool
mugai_pdf_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    Pdf *p = mugai_check_scratch (check, sizeof *p);

    if (p == NULL)
        return false;
    memset (p, 0, sizeof *p);
    p->r.check = check;
    p->r.lex = (MugaiLex){ .data = d, .size = size };
    bool ok = mugai_pdf_expect (&p->r, MUGAI_PDF_HEAD, "Q-1") && take_pages (p) &&
              take_shared (p) && check_contents (p) &&
              (!mugai_zip_inside (d, size) ||
               mugai_refuse (check, "Q-13", 0, "a ZIP archive hides in the file"));
    libdeflate_free_decompressor (p->r.inflater);
    free (p);
    return ok;
}
