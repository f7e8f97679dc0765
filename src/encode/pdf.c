/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: objects are written as soon as they are known: those of each page, then the fixed
 * ones, then the two that depend on all pages (ToUnicode, the page list). A stream is gathered in
 * memory first, because its length stands before it.
 */
#include "encode/pdf.h"

#include "base/pdf-fixed.h"
#include "encode/jpeg.h"
#include "encode/pdf-layer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    OBJECTS = MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * MUGAI_PDF_PAGES,
    LEVEL_TEXT = 6,   /* of content, and of pixels of few colours: 10 % smaller than 3 */
    LEVEL_PIXELS = 2, /* of all colours: half the time of 6 */
    CONTENT_MAX = 1 << 28,
};

typedef struct Pdf {
    MugaiFrames *frames;
    MugaiSink *sink, content, stream; /* the latter two in memory */
    MugaiPdfCodes codes;
    uint32_t pages;
    uint32_t next; /* object number, see begin_object() */
    uint64_t offset[OBJECTS];
    bool failed;
} Pdf;

static void put (Pdf *pdf, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

static void
put (Pdf *pdf, const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start (args, format);
    int n = vsnprintf (text, sizeof text, format, args);
    va_end (args);
    if (n < 0 || (size_t)n >= sizeof text)
        pdf->failed = true;
    else
        mugai_sink_put (pdf->sink, text, (size_t)n);
}

static void
put_bytes (Pdf *pdf, const void *data, size_t size)
{
    mugai_sink_put (pdf->sink, data, size);
}

static void
begin_object (Pdf *pdf, uint32_t number)
{
    pdf->offset[number] = pdf->sink->size;
    put (pdf, "%u 0 obj\n", number);
}

static void
end_object (Pdf *pdf)
{
    put (pdf, "endobj\n");
}

/* -- streams */

typedef struct Deflater {
    z_stream z;
    MugaiSink *out;
    uint8_t chunk[1 << 15];
} Deflater;

static bool
deflate_some (Deflater *d, const void *data, size_t size, int flush)
{
    int r;

    d->z.next_in = (Bytef *)data;
    d->z.avail_in = (uInt)size;
    do {
        d->z.next_out = d->chunk;
        d->z.avail_out = sizeof d->chunk;
        r = deflate (&d->z, flush);
        if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
            return false;
        mugai_sink_put (d->out, d->chunk, sizeof d->chunk - d->z.avail_out);
    } while (d->out->error == 0 && d->z.avail_out == 0);
    return true;
}

/* @row: bytes, at most 4 * 32767. The result is in pdf->stream. Returns: false when zlib or memory
 * failed. */
static bool
deflate_rows (Pdf *pdf, const uint8_t *data, size_t row, size_t rows, int level)
{
    Deflater *d = calloc (1, sizeof *d);
    bool ok =
        d != NULL && deflateInit2 (&d->z, level, Z_DEFLATED, 15, 9, Z_DEFAULT_STRATEGY) == Z_OK;

    mugai_sink_init (&pdf->stream, -1, pdf->sink->max);
    if (ok) {
        d->out = &pdf->stream;
        for (size_t y = 0; ok && y < rows && pdf->stream.error == 0; y++)
            ok = deflate_some (d, data + y * row, row, Z_NO_FLUSH);
        ok = ok && (pdf->stream.error != 0 || deflate_some (d, NULL, 0, Z_FINISH));
        deflateEnd (&d->z);
    }
    free (d);
    mugai_sink_flush (&pdf->stream);
    return ok;
}

/* The rest of an object whose dictionary has been begun: length, stream, end. @filter: name. */
static void
put_stream (Pdf *pdf, const char *filter)
{
    put (pdf, "/Filter /%s /Length %llu >>\nstream\n", filter,
         (unsigned long long)pdf->stream.size);
    put_bytes (pdf, pdf->stream.memory, (size_t)pdf->stream.size);
    put (pdf, "\nendstream\n");
    end_object (pdf);
    if (pdf->stream.error != 0 && pdf->sink->error == 0)
        pdf->sink->error = pdf->stream.error;
    mugai_sink_clear (&pdf->stream);
}

/* An object that is nothing but a deflated stream. */
static void
put_plain_stream (Pdf *pdf, uint32_t number)
{
    begin_object (pdf, number);
    put (pdf, "<< ");
    put_stream (pdf, "FlateDecode");
}

/* -- a page */

static void
put_colours (Pdf *pdf, const MugaiFramesPage *page)
{
    unsigned bits = mugai_frames_index_bits (page->format);

    if (bits == 0)
        return;
    put (pdf, "/ColorSpace [/Indexed /DeviceRGB %u <", (1u << bits) - 1);
    for (unsigned i = 0; i < 3u << bits; i++)
        put (pdf, "%02X", page->palette[i]);
    put (pdf, ">] /BitsPerComponent %u ", bits);
}

/* Components of the JPEG that was just written: those of its frame header (T.81 B.2.2). */
static unsigned
components (const MugaiSink *jpeg)
{
    for (size_t at = 2; at + 10 <= jpeg->size;) {
        if (jpeg->memory[at + 1] == 0xc0)
            return jpeg->memory[at + 9];
        at += 2 + (size_t)(jpeg->memory[at + 2] << 8 | jpeg->memory[at + 3]);
    }
    return 0;
}

/* RGBA over white. Returns: (transfer full) RGB, or NULL. */
static uint8_t *
flatten (const MugaiFramesPage *page)
{
    size_t pixels = (size_t)page->width * page->height;
    uint8_t *rgb = malloc (3 * pixels);
    const uint8_t *from = page->pixels;

    for (size_t i = 0; rgb != NULL && i < pixels; i++, from += 4)
        for (unsigned c = 0; c < 3; c++)
            rgb[3 * i + c] = (uint8_t)((from[c] * from[3] + 255 * (255 - from[3]) + 127) / 255);
    return rgb;
}

/* Returns: false when zlib or memory failed. */
static bool
deflate_pixels (Pdf *pdf, const MugaiFramesPage *page)
{
    if (page->format != MUGAI_PIXELS_RGBA8)
        return deflate_rows (pdf, page->pixels, page->row, page->height,
                             page->palette != NULL ? LEVEL_TEXT : LEVEL_PIXELS);
    uint8_t *rgb = flatten (page);
    bool ok =
        rgb != NULL && deflate_rows (pdf, rgb, 3 * (size_t)page->width, page->height, LEVEL_PIXELS);
    free (rgb);
    return ok;
}

static void
put_image (Pdf *pdf, uint32_t number, const MugaiFramesPage *page)
{
    bool index = mugai_frames_index_bits (page->format) > 0, jpeg = !index && page->quality > 0;
    unsigned channels = page->format == MUGAI_PIXELS_GREY8 ? 1 : 3;

    if (jpeg) {
        mugai_sink_init (&pdf->stream, -1, pdf->sink->max);
        pdf->failed |= !mugai_jpeg_write (page, &pdf->stream);
        mugai_sink_flush (&pdf->stream);
        channels = components (&pdf->stream);
    } else {
        pdf->failed |= !deflate_pixels (pdf, page);
    }
    begin_object (pdf, number);
    put (pdf, "<< /Type /XObject /Subtype /Image /Width %u /Height %u ", page->width, page->height);
    if (index)
        put_colours (pdf, page);
    else
        put (pdf, "/ColorSpace /Device%s /BitsPerComponent 8 ", channels == 1 ? "Gray" : "RGB");
    put_stream (pdf, jpeg ? "DCTDecode" : "FlateDecode");
}

static void
put_page (Pdf *pdf, uint32_t number, uint32_t width_mpt, uint32_t height_mpt)
{
    char width[32], height[32];
    int w = (int)mugai_pdf_number (width_mpt, width),
        h = (int)mugai_pdf_number (height_mpt, height);

    begin_object (pdf, number);
    put (pdf,
         "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.*s %.*s] /Resources << /Font "
         "<< /H 3 0 R /V 4 0 R >> /XObject << /I %u 0 R >> >> /Contents %u 0 R >>\n",
         w, width, h, height, number + 2, number + 1);
    end_object (pdf);
}

/* Points, of a page that does not say its size: by its resolution, 72 dpi when that is not known.
 */
static uint32_t
size_of (uint32_t mpt, uint32_t pixels, uint32_t dpi)
{
    if (mpt > 0)
        return mpt < 1000 ? 1000 : mpt;
    uint64_t size = (uint64_t)pixels * 72000 / (dpi > 0 ? dpi : 72);
    return size < 1000 ? 1000 : (uint32_t)size;
}

/* One page and its runs. *page: of this call and, on return, the next one. */
static MugaiFramesNext
take_page (Pdf *pdf, MugaiFramesPage *page)
{
    uint32_t number = MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * pdf->pages++;
    MugaiFramesPage here = *page;
    MugaiPdfLayer layer = { .codes = &pdf->codes,
                            .out = &pdf->content,
                            .page = &here,
                            .width_mpt = size_of (here.width_mpt, here.width, here.dpi_x),
                            .height_mpt = size_of (here.height_mpt, here.height, here.dpi_y) };
    MugaiFramesRun run;
    MugaiFramesNext next;

    put_image (pdf, number + 2, &here);
    here.pixels = here.palette = NULL; /* the next record may stand where they stood */
    mugai_sink_init (&pdf->content, -1, CONTENT_MAX);
    mugai_pdf_layer_begin (&layer);
    while ((next = mugai_frames_next (pdf->frames, page, &run)) == MUGAI_FRAMES_IS_RUN)
        mugai_pdf_layer_run (&layer, &run);
    mugai_pdf_layer_end (&layer);
    if (!mugai_sink_flush (&pdf->content) ||
        !deflate_rows (pdf, pdf->content.memory, (size_t)pdf->content.size, 1, LEVEL_TEXT))
        pdf->failed = true;
    mugai_sink_clear (&pdf->content);
    put_plain_stream (pdf, number + 1);
    put_page (pdf, number, layer.width_mpt, layer.height_mpt);
    return next;
}

/* -- what all pages share */

static void
put_fixed (Pdf *pdf, uint32_t number, const char *text)
{
    begin_object (pdf, number);
    put_bytes (pdf, text, strlen (text));
    end_object (pdf);
}

static void
put_fixed_stream (Pdf *pdf, uint32_t number, const char *head, const void *data, size_t size)
{
    begin_object (pdf, number);
    put_bytes (pdf, head, strlen (head));
    put_bytes (pdf, data, size);
    put (pdf, "\nendstream\n");
    end_object (pdf);
}

/* What the codes of the text stand for: each one that is used, in sections. */
static void
put_characters (Pdf *pdf, MugaiSink *out)
{
    unsigned left = 0, in_section = 0;
    char line[64];

    for (unsigned code = 0; code < 65536; code++)
        left += pdf->codes.used[code / 8] >> code % 8 & 1;
    for (unsigned code = 0; code < 65536 && left > 0; code++) {
        if ((pdf->codes.used[code / 8] >> code % 8 & 1) == 0)
            continue;
        if (in_section == 0)
            mugai_sink_put (out, line,
                            (size_t)sprintf (line, "%u beginbfchar\n",
                                             left < MUGAI_PDF_BLOCK ? left : MUGAI_PDF_BLOCK));
        bool astral =
            code >= MUGAI_PDF_ASTRAL_FIRST && code < MUGAI_PDF_ASTRAL_FIRST + MUGAI_PDF_ASTRAL;
        uint32_t c = astral ? pdf->codes.astral[code - MUGAI_PDF_ASTRAL_FIRST] - 0x10000 : 0;
        int n = astral ? sprintf (line, "<%04X> <%04X%04X>\n", code, 0xd800 + (c >> 10),
                                  0xdc00 + (c & 0x3ff))
                       : sprintf (line, "<%04X> <%04X>\n", code, code);
        mugai_sink_put (out, line, (size_t)n);
        in_section = (in_section + 1) % MUGAI_PDF_BLOCK;
        if (--left == 0 || in_section == 0)
            mugai_sink_put (out, "endbfchar\n", 10);
    }
}

static void
put_codes (Pdf *pdf)
{
    MugaiSink *plain = &pdf->content;

    mugai_sink_init (plain, -1, CONTENT_MAX);
    mugai_sink_put (plain, MUGAI_PDF_UNICODE_HEAD, strlen (MUGAI_PDF_UNICODE_HEAD));
    put_characters (pdf, plain);
    mugai_sink_put (plain, MUGAI_PDF_UNICODE_TAIL, strlen (MUGAI_PDF_UNICODE_TAIL));
    if (!mugai_sink_flush (plain) ||
        !deflate_rows (pdf, plain->memory, (size_t)plain->size, 1, LEVEL_TEXT))
        pdf->failed = true;
    mugai_sink_clear (plain);
    put_plain_stream (pdf, 9);
}

static void
put_page_list (Pdf *pdf)
{
    begin_object (pdf, 2);
    put (pdf, "<< /Type /Pages /Count %u /Kids [", pdf->pages);
    for (uint32_t i = 0; i < pdf->pages; i++)
        put (pdf, "%s%u 0 R", i > 0 ? " " : "", MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * i);
    put (pdf, "] >>\n");
    end_object (pdf);
}

static void
put_end (Pdf *pdf)
{
    uint64_t at = pdf->sink->size;
    uint32_t n = MUGAI_PDF_FIRST_PAGE + MUGAI_PDF_OBJECTS * pdf->pages;

    put (pdf, "xref\n0 %u\n0000000000 65535 f \n", n);
    for (uint32_t i = 1; i < n; i++)
        put (pdf, "%010llu 00000 n \n", (unsigned long long)pdf->offset[i]);
    put (pdf, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%llu\n%%%%EOF\n", n,
         (unsigned long long)at);
}

static void
put_shared (Pdf *pdf)
{
    put_fixed (pdf, 3, MUGAI_PDF_FONT_H);
    put_fixed (pdf, 4, MUGAI_PDF_FONT_V);
    put_fixed (pdf, 5, MUGAI_PDF_CID_FONT);
    put_fixed (pdf, 6, MUGAI_PDF_DESCRIPTOR);
    put_fixed_stream (pdf, 7, MUGAI_PDF_FONT_FILE, mugai_pdf_font, sizeof mugai_pdf_font);
    put_fixed_stream (pdf, 8, MUGAI_PDF_GLYPHS, mugai_pdf_glyphs, sizeof mugai_pdf_glyphs);
    put_codes (pdf);
    put_fixed (pdf, 1, MUGAI_PDF_CATALOGUE);
    put_page_list (pdf);
    put_end (pdf);
}

bool
mugai_pdf_write (MugaiFrames *frames, MugaiSink *sink)
{
    Pdf *pdf = calloc (1, sizeof *pdf);
    MugaiFramesPage page;
    MugaiFramesRun run;

    if (pdf == NULL)
        return false;
    pdf->frames = frames;
    pdf->sink = sink;
    put_bytes (pdf, MUGAI_PDF_HEAD, strlen (MUGAI_PDF_HEAD));
    MugaiFramesNext next = mugai_frames_next (frames, &page, &run);
    while (next == MUGAI_FRAMES_IS_PAGE && !pdf->failed && sink->error == 0 &&
           pdf->pages < MUGAI_PDF_PAGES)
        next = take_page (pdf, &page);
    bool ok = !pdf->failed && (next == MUGAI_FRAMES_IS_END || sink->error != 0) && pdf->pages > 0;
    if (ok && sink->error == 0)
        put_shared (pdf);
    ok = ok && !pdf->failed;
    mugai_sink_clear (&pdf->stream);
    mugai_sink_clear (&pdf->content);
    free (pdf);
    return ok;
}
