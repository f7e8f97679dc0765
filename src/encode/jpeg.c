/* SPDX-License-Identifier: Apache-2.0 */
#include "encode/jpeg.h"

#include "encode/colours.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

enum { ROOM = 16384, FULL_COLOUR = 90 /* quality from which colour has full resolution */ };

typedef struct Writer {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr target;
    jmp_buf failed;
    MugaiSink *sink;
    JSAMPLE *row;
    JOCTET buffer[ROOM];
} Writer;

static void
fail (j_common_ptr jpeg)
{
    Writer *w = jpeg->client_data;

    longjmp (w->failed, 1);
}

static void
say_nothing (j_common_ptr jpeg)
{
    (void)jpeg;
}

static void
begin (j_compress_ptr jpeg)
{
    Writer *w = jpeg->client_data;

    w->target.next_output_byte = w->buffer;
    w->target.free_in_buffer = ROOM;
}

static boolean
flush (j_compress_ptr jpeg)
{
    Writer *w = jpeg->client_data;

    mugai_sink_put (w->sink, w->buffer, ROOM);
    begin (jpeg);
    return TRUE;
}

static void
end (j_compress_ptr jpeg)
{
    Writer *w = jpeg->client_data;

    mugai_sink_put (w->sink, w->buffer, ROOM - w->target.free_in_buffer);
}

static void
prepare (Writer *w, const MugaiFramesPage *page, bool colour)
{
    j_compress_ptr jpeg = &w->jpeg;
    unsigned quality = page->quality > 0 ? page->quality : MUGAI_JPEG_QUALITY;

    jpeg->dest = &w->target;
    jpeg->image_width = page->width;
    jpeg->image_height = page->height;
    jpeg->input_components = colour ? 3 : 1;
    jpeg->in_color_space = colour ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults (jpeg);
    jpeg_set_quality (jpeg, (int)quality, TRUE);
    jpeg->dct_method = JDCT_ISLOW; /* the same with and without SIMD */
    jpeg->comp_info[0].h_samp_factor = colour && quality < FULL_COLOUR ? 2 : 1;
    jpeg->comp_info[0].v_samp_factor = jpeg->comp_info[0].h_samp_factor;
    if (page->dpi_x > 0 && page->dpi_y > 0) {
        jpeg->density_unit = 1;
        jpeg->X_density = (UINT16)page->dpi_x;
        jpeg->Y_density = (UINT16)page->dpi_y;
    }
}

static JSAMPLE
over_white (uint32_t value, uint32_t alpha)
{
    return (JSAMPLE)((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

static void
pack_row (const MugaiFramesPage *page, const uint8_t *from, bool colour, JSAMPLE *to)
{
    size_t depth = mugai_frames_depth (page->format);

    for (uint32_t x = 0; x < page->width; x++, from += depth) {
        uint32_t pixel = mugai_colours_pixel (from, page->format), alpha = pixel >> 24;
        *to++ = over_white (pixel >> 16 & 255, alpha);
        if (colour) {
            *to++ = over_white (pixel >> 8 & 255, alpha);
            *to++ = over_white (pixel & 255, alpha);
        }
    }
}

static void
put_rows (Writer *w, const MugaiFramesPage *page, bool colour)
{
    bool as_is = page->format == (colour ? MUGAI_PIXELS_RGB8 : MUGAI_PIXELS_GREY8);

    for (uint32_t y = 0; y < page->height && w->sink->error == 0; y++) {
        JSAMPLE *row = (JSAMPLE *)page->pixels + y * page->row; /* libjpeg only reads it */
        if (!as_is) {
            pack_row (page, row, colour, w->row);
            row = w->row;
        }
        jpeg_write_scanlines (&w->jpeg, &row, 1);
    }
}

/* Returns: false when libjpeg gave up. */
static bool
write_all (Writer *w, const MugaiFramesPage *page, bool colour)
{
    w->jpeg.err = jpeg_std_error (&w->errors);
    w->jpeg.client_data = w;
    w->errors.error_exit = fail;
    w->errors.output_message = say_nothing;
    w->target.init_destination = begin;
    w->target.empty_output_buffer = flush;
    w->target.term_destination = end;
    if (setjmp (w->failed) != 0) {
        jpeg_destroy_compress (&w->jpeg);
        return false;
    }
    jpeg_create_compress (&w->jpeg);
    prepare (w, page, colour);
    jpeg_start_compress (&w->jpeg, TRUE);
    put_rows (w, page, colour);
    if (w->sink->error == 0)
        jpeg_finish_compress (&w->jpeg);
    jpeg_destroy_compress (&w->jpeg);
    return true;
}

bool
mugai_jpeg_write (const MugaiFramesPage *page, MugaiSink *sink)
{
    MugaiColours *colours = calloc (1, sizeof *colours);
    Writer *w = calloc (1, sizeof *w);
    bool ok = false;

    if (colours != NULL && w != NULL) {
        mugai_colours_count (page, colours);
        w->sink = sink;
        w->row = malloc ((size_t)page->width * 3);
        ok = w->row != NULL && write_all (w, page, colours->colour);
        free (w->row);
    }
    free (w);
    free (colours);
    return ok;
}
