/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the page is interpreted once, into a display list, which is then played to the
 * device that draws and to the one that gathers text. Its pixels fill the page exactly: the scale
 * is that of the whole pixels, not of the resolution asked for.
 */
#include "pdf/page.h"

#include <math.h>
#include <string.h>

enum { SIDE = 32767 /* pixels; encode/frames.h */ };

static const float least_points = 1, most_points = 200000;

static void
set_size (PdfPage *page, fz_rect box, uint32_t dpi, uint64_t pixels_max)
{
    float width = box.x1 - box.x0, height = box.y1 - box.y0;

    if (!(width > 0 && height > 0 && isfinite (width) && isfinite (height))) {
        width = 595.276f; /* A4 */
        height = 841.89f;
    }
    page->width = fminf (fmaxf (width, least_points), most_points);
    page->height = fminf (fmaxf (height, least_points), most_points);
    double scale = dpi / 72.0;
    double all = scale * scale * page->width * page->height;
    double side = scale * fmaxf (page->width, page->height);
    page->smaller = all > (double)pixels_max || side > SIDE;
    if (all > (double)pixels_max)
        scale *= sqrt ((double)pixels_max / all);
    if (scale * fmaxf (page->width, page->height) > SIDE)
        scale = SIDE / fmaxf (page->width, page->height);
    page->columns = (uint32_t)fmax (1, floor (scale * page->width + 0.5));
    page->rows = (uint32_t)fmax (1, floor (scale * page->height + 0.5));
    page->columns = page->columns > SIDE ? SIDE : page->columns;
    page->rows = page->rows > SIDE ? SIDE : page->rows;
    while ((uint64_t)page->columns * page->rows > pixels_max && page->columns * page->rows > 1)
        *(page->columns > page->rows ? &page->columns : &page->rows) -= 1;
    page->scale_x = (float)page->columns / page->width;
    page->scale_y = (float)page->rows / page->height;
}

static fz_matrix
matrix_of (const PdfPage *page, fz_rect box)
{
    return fz_concat (fz_translate (-box.x0, -box.y0), fz_scale (page->scale_x, page->scale_y));
}

static void
new_pixmap (fz_context *ctx, PdfPage *page)
{
    page->pixmap =
        fz_new_pixmap (ctx, fz_device_rgb (ctx), (int)page->columns, (int)page->rows, NULL, 0);
    fz_clear_pixmap_with_value (ctx, page->pixmap, 0xff);
}

static void
play (fz_context *ctx, fz_display_list *list, fz_device *dev, fz_matrix matrix, fz_cookie *cookie)
{
    fz_try (ctx)
    {
        fz_run_display_list (ctx, list, dev, matrix, fz_infinite_rect, cookie);
        fz_close_device (ctx, dev);
    }
    fz_always (ctx) fz_drop_device (ctx, dev);
    fz_catch (ctx) fz_rethrow (ctx);
}

/* Fields that have a value and no appearance get one, as viewers do it. */
static void
refresh (fz_context *ctx, pdf_page *page)
{
    fz_try (ctx) pdf_update_page (ctx, page);
    fz_catch (ctx)
    { /* shown as they are */
    }
}

static fz_display_list *
interpret (PdfDocument *pdf, int number, fz_rect box)
{
    fz_context *ctx = pdf->ctx;
    pdf_page *page = NULL;
    fz_display_list *list = NULL;
    fz_device *dev = NULL;

    fz_var (page);
    fz_var (list);
    fz_var (dev);
    fz_try (ctx)
    {
        page = pdf_load_page (ctx, pdf->doc, number);
        refresh (ctx, page);
        list = fz_new_display_list (ctx, box);
        dev = fz_new_list_device (ctx, list);
        pdf_run_page (ctx, page, dev, fz_identity, &pdf->budget.cookie);
        fz_close_device (ctx, dev);
    }
    fz_always (ctx)
    {
        fz_drop_device (ctx, dev);
        fz_drop_page (ctx, (fz_page *)page);
    }
    fz_catch (ctx)
    {
        fz_drop_display_list (ctx, list);
        fz_rethrow (ctx);
    }
    return list;
}

static void
gather_text (PdfDocument *pdf, fz_display_list *list, fz_matrix matrix, PdfPage *page)
{
    fz_context *ctx = pdf->ctx;
    fz_rect box = fz_make_rect (0, 0, page->width * matrix.a, page->height * matrix.d);
    fz_stext_options options = { .flags = FZ_STEXT_MEDIABOX_CLIP };

    page->text = fz_new_stext_page (ctx, box);
    play (ctx, list, fz_new_stext_device (ctx, page->text, &options), matrix, &pdf->budget.cookie);
}

/* Cheap, so that a page that cannot be shown keeps its size. */
static fz_rect
bounds (PdfDocument *pdf, int number)
{
    fz_rect box = fz_empty_rect;
    fz_matrix ctm;

    fz_var (box);
    fz_try (pdf->ctx)
    {
        pdf_obj *page = pdf_lookup_page_obj (pdf->ctx, pdf->doc, number);
        pdf_page_obj_transform (pdf->ctx, page, &box, &ctm);
        box = fz_transform_rect (box, ctm);
    }
    fz_catch (pdf->ctx) box = fz_empty_rect;
    return box;
}

bool
pdf_page_draw (PdfDocument *pdf, int number, int64_t time_us, uint32_t dpi, uint64_t pixels_max,
               bool text, PdfPage *ret)
{
    fz_context *ctx = pdf->ctx;
    fz_rect box = bounds (pdf, number);
    fz_display_list *list = NULL;
    bool ok = true;

    *ret = (PdfPage){ 0 };
    set_size (ret, box, dpi, pixels_max);
    if (!pdf_document_allow (pdf, time_us))
        return false;
    fz_var (list);
    fz_var (ok);
    fz_try (ctx)
    {
        list = interpret (pdf, number, box);
        fz_matrix matrix = matrix_of (ret, box);
        new_pixmap (ctx, ret);
        play (ctx, list, fz_new_draw_device (ctx, matrix, ret->pixmap), fz_identity,
              &pdf->budget.cookie);
        if (text)
            gather_text (pdf, list, matrix, ret);
    }
    fz_always (ctx) fz_drop_display_list (ctx, list);
    fz_catch (ctx) ok = false;
    return !pdf_document_relax (pdf) && ok;
}

bool
pdf_page_text (PdfDocument *pdf, int number, int64_t time_us, PdfPage *ret)
{
    fz_context *ctx = pdf->ctx;
    fz_rect box = bounds (pdf, number);
    fz_display_list *list = NULL;
    bool ok = true;

    *ret = (PdfPage){ 0 };
    set_size (ret, box, 72, UINT64_MAX);
    if (!pdf_document_allow (pdf, time_us))
        return false;
    fz_var (list);
    fz_var (ok);
    fz_try (ctx)
    {
        list = interpret (pdf, number, box);
        gather_text (pdf, list, fz_translate (-box.x0, -box.y0), ret);
    }
    fz_always (ctx) fz_drop_display_list (ctx, list);
    fz_catch (ctx) ok = false;
    return !pdf_document_relax (pdf) && ok;
}

static const char *const message[] = { "このページは表示できませんでした",
                                       "This page could not be shown" };

static float
add_line (fz_context *ctx, fz_text *text, const char *line, float size, float y)
{
    fz_font *serif = fz_new_base14_font (ctx, "Helvetica");
    fz_matrix at = fz_make_matrix (size, 0, 0, -size, size, y);

    fz_try (ctx) fz_show_string (ctx, text, serif, at, line, 0, 0, FZ_BIDI_LTR, FZ_LANG_ja);
    fz_always (ctx) fz_drop_font (ctx, serif);
    fz_catch (ctx) fz_rethrow (ctx);
    return y + 1.5f * size;
}

static void
draw_message (fz_context *ctx, fz_device *dev, const PdfPage *page)
{
    float size = fminf ((float)page->columns / 22, (float)page->rows / 6), y = 2 * size;
    fz_text *text = fz_new_text (ctx);
    const float black = 0;

    fz_try (ctx)
    {
        for (size_t i = 0; i < sizeof message / sizeof message[0]; i++)
            y = add_line (ctx, text, message[i], size, y);
        fz_fill_text (ctx, dev, text, fz_identity, fz_device_gray (ctx), &black, 1,
                      fz_default_color_params);
        fz_close_device (ctx, dev);
    }
    fz_always (ctx)
    {
        fz_drop_text (ctx, text);
        fz_drop_device (ctx, dev);
    }
    fz_catch (ctx) fz_rethrow (ctx);
}

bool
pdf_page_blank (PdfDocument *pdf, PdfPage *page)
{
    fz_context *ctx = pdf->ctx;
    bool ok = true;

    pdf_document_relax (pdf);
    pdf_page_clear (pdf, page);
    fz_var (ok);
    fz_try (ctx)
    {
        new_pixmap (ctx, page);
        page->text = fz_new_stext_page (ctx, fz_infinite_rect);
        draw_message (ctx, fz_new_draw_device (ctx, fz_identity, page->pixmap), page);
        draw_message (ctx, fz_new_stext_device (ctx, page->text, NULL), page);
    }
    fz_catch (ctx) ok = page->pixmap != NULL;
    return ok;
}

void
pdf_page_clear (PdfDocument *pdf, PdfPage *page)
{
    fz_drop_pixmap (pdf->ctx, page->pixmap);
    fz_drop_stext_page (pdf->ctx, page->text);
    page->pixmap = NULL;
    page->text = NULL;
}
