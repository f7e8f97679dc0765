/* SPDX-License-Identifier: Apache-2.0
 *
 * svg: svg-image: a drawing in SVG to pixels, with MuPDF's own reader of SVG: no scripts, no style
 * sheets from elsewhere, no files, no network, no fonts but MuPDF's. Pictures within count when
 * they are data: addresses. Process: render. Trust: the document is hostile.
 *
 * What it deliberately does not do: filters, masks, animation, foreignObject; MuPDF leaves them
 * out.
 */
#include "pdf/document.h"
#include "pdf/pdf.h"
#include "pdf/run.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

enum { EXPANDED = 32 << 20, SIDE = 32767, TIME_US = 4000000 };

static mugai_verdict_t
refuse (const PdfDocument *svg, const char *code)
{
    svg->host->reason (svg->call, code, "SVG");
    return MUGAI_REFUSE;
}

/* The text of the drawing, unpacked when it is an svgz. */
static fz_buffer *
text_of (fz_context *ctx, const mugai_part *part)
{
    fz_buffer *text = fz_new_buffer (ctx, part->size * 4 + 1);
    z_stream z = { .next_in = (Bytef *)part->data, .avail_in = (uInt)part->size };
    uint8_t out[16384];
    int r = Z_OK;

    if (part->size < 2 || part->data[0] != 0x1f || part->data[1] != 0x8b) {
        fz_append_data (ctx, text, part->data, part->size);
        return text;
    }
    if (inflateInit2 (&z, 15 + 16) != Z_OK)
        fz_throw (ctx, FZ_ERROR_MEMORY, "zlib");
    while (r == Z_OK && text->len < EXPANDED) {
        z.next_out = out;
        z.avail_out = sizeof out;
        r = inflate (&z, Z_NO_FLUSH);
        fz_append_data (ctx, text, out, sizeof out - z.avail_out);
    }
    inflateEnd (&z);
    if (r != Z_STREAM_END)
        fz_throw (ctx, FZ_ERROR_GENERIC, "damaged, or too large");
    return text;
}

/* Pixels a point: what was asked for, less when the drawing is too large. 0: it has no size. */
static float
scale_of (float width, float height, uint32_t dpi, uint64_t pixels)
{
    float scale = (float)dpi / 72;

    if (!(width > 0 && height > 0 && isfinite (width) && isfinite (height)))
        return 0;
    if (width * height * scale * scale > (float)pixels)
        scale = sqrtf ((float)pixels / (width * height));
    if (fmaxf (width, height) * scale > SIDE)
        scale = SIDE / fmaxf (width, height);
    return scale;
}

static fz_pixmap *
draw (PdfDocument *svg, fz_display_list *list, float width, float height, float scale)
{
    fz_context *ctx = svg->ctx;
    fz_irect box = { 0, 0, (int)fmaxf (1, floorf (width * scale)),
                     (int)fmaxf (1, floorf (height * scale)) };
    fz_pixmap *pixmap = fz_new_pixmap_with_bbox (ctx, fz_device_rgb (ctx), box, NULL, 0);
    fz_device *device = NULL;

    fz_var (device);
    fz_try (ctx)
    {
        fz_clear_pixmap_with_value (ctx, pixmap, 0xff);
        device = fz_new_draw_device (ctx, fz_scale (scale, scale), pixmap);
        fz_run_display_list (ctx, list, device, fz_identity, fz_infinite_rect, &svg->budget.cookie);
        fz_close_device (ctx, device);
    }
    fz_always (ctx) fz_drop_device (ctx, device);
    fz_catch (ctx)
    {
        fz_drop_pixmap (ctx, pixmap);
        fz_rethrow (ctx);
    }
    return pixmap;
}

static fz_pixmap *
render (PdfDocument *svg)
{
    fz_context *ctx = svg->ctx;
    const mugai_value *v = svg->part->values;
    fz_buffer *text = NULL;
    fz_display_list *list = NULL;
    fz_pixmap *pixmap = NULL;
    float width = 0, height = 0;

    fz_var (text);
    fz_var (list);
    fz_var (pixmap);
    fz_try (ctx)
    {
        text = text_of (ctx, svg->part);
        list = fz_new_display_list_from_svg (ctx, text, "", NULL, &width, &height);
        float scale =
            scale_of (width, height, (uint32_t)v[SVG_DPI].number, (uint64_t)v[SVG_PIXELS].number);
        if (scale > 0)
            pixmap = draw (svg, list, width, height, scale);
    }
    fz_always (ctx)
    {
        fz_drop_display_list (ctx, list);
        fz_drop_buffer (ctx, text);
    }
    fz_catch (ctx)
    {
        /* What the caller looks at: no pixels. */
    }
    return pixmap;
}

/* A white picture is no picture: what the reader would miss is said instead. */
static bool
is_blank (const fz_pixmap *pixmap)
{
    size_t size = (size_t)pixmap->stride * (size_t)pixmap->h;

    return pixmap->samples[0] == 0xff &&
           memcmp (pixmap->samples, pixmap->samples + 1, size - 1) == 0;
}

mugai_verdict_t
pdf_svg_run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    PdfDocument svg;
    const char *code = pdf_document_begin (&svg, host, call, part, TIME_US);
    mugai_verdict_t verdict = MUGAI_REPLACE;

    if (code != NULL)
        return refuse (&svg, code);
    fz_pixmap *pixmap = render (&svg);
    bool late = pdf_document_relax (&svg);
    if (pixmap == NULL || late) {
        verdict = refuse (&svg, late ? "filter.deadline" : "image.malformed");
    } else if (is_blank (pixmap)) {
        verdict = refuse (&svg, "image.unsupported");
    } else {
        uint32_t dpi = (uint32_t)part->values[SVG_DPI].number;
        mugai_page page = { .size_of = sizeof page,
                            .format = MUGAI_PIXELS_RGB8,
                            .width = (uint32_t)pixmap->w,
                            .height = (uint32_t)pixmap->h,
                            .dpi_x = dpi,
                            .dpi_y = dpi,
                            .pixels = pixmap->samples };
        if (host->page (call, &page) != 0)
            verdict = MUGAI_REFUSE;
    }
    fz_drop_pixmap (svg.ctx, pixmap);
    pdf_document_close (&svg);
    return verdict;
}
