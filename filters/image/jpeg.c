/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg: JFIF, EXIF, Adobe (YCCK, CMYK), baseline and progressive. Of all markers only the
 * orientation, the resolution and the colour profile are read. How it works: libjpeg-turbo jumps
 * out on errors; what it only warns of makes the picture damaged. Deliberately not done: arithmetic
 * coding that libjpeg was built without, 12 bits, lossless JPEG. Source: ITU-T T.81, T.871, T.872.
 */
#include "image/exif.h"
#include "image/image.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

enum { EXIF = JPEG_APP0 + 1, ICC = JPEG_APP0 + 2, MARKER = 65533, SCANS_MAX = 200 };

typedef struct Reader {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    MugaiImageError error;
    MugaiImage *image;
} Reader;

static void
give_up (Reader *r, MugaiImageError error)
{
    r->error = error;
    longjmp (r->failed, 1);
}

static void
fail (j_common_ptr jpeg)
{
    give_up (jpeg->client_data, jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? MUGAI_IMAGE_MEMORY
                                                                          : MUGAI_IMAGE_MALFORMED);
}

static void
say_nothing (j_common_ptr jpeg)
{
    (void)jpeg;
}

/* Thousands of scans of a large picture would take all the time there is. */
static void
watch (j_common_ptr jpeg)
{
    if (((j_decompress_ptr)jpeg)->input_scan_number > SCANS_MAX)
        give_up (jpeg->client_data, MUGAI_IMAGE_TOO_LARGE);
}

/* A profile comes in numbered pieces. Source: ICC.1, Annex B.4. */
static void
take_profile (Reader *r)
{
    uint8_t *joined = NULL;
    JOCTET *data;
    unsigned size;

    if (jpeg_read_icc_profile (&r->jpeg, &data, &size)) {
        joined = data;
        mugai_image_set_icc (r->image, joined, size);
    }
    free (joined);
}

static void
take_density (Reader *r)
{
    const struct jpeg_decompress_struct *j = &r->jpeg;
    double unit = j->density_unit == 1 ? 0.0254 : 0.01;

    if (j->saw_JFIF_marker && (j->density_unit == 1 || j->density_unit == 2))
        mugai_image_set_density (r->image, j->X_density / unit, j->Y_density / unit);
}

static void
take_markers (Reader *r)
{
    take_density (r);
    for (jpeg_saved_marker_ptr m = r->jpeg.marker_list; m != NULL; m = m->next)
        if (m->marker == EXIF && m->data_length > 6 && memcmp (m->data, "Exif\0\0", 6) == 0) {
            mugai_exif_read (m->data, m->data_length, r->image);
            break;
        }
    take_profile (r);
}

/* What quality would have given this table, on average, by the formula of libjpeg. */
static unsigned
quality_of (const struct jpeg_decompress_struct *j)
{
    static const uint8_t base[64] = { 16,  11,  10,  16,  24, 40, 51,  61,  12,  12,  14,  19,  26,
                                      58,  60,  55,  14,  13, 16, 24,  40,  57,  69,  56,  14,  17,
                                      22,  29,  51,  87,  80, 62, 18,  22,  37,  56,  68,  109, 103,
                                      77,  24,  35,  55,  64, 81, 104, 113, 92,  49,  64,  78,  87,
                                      103, 121, 120, 101, 72, 92, 95,  98,  112, 100, 103, 99 };
    const JQUANT_TBL *table = j->quant_tbl_ptrs[0];
    unsigned sum = 0;

    if (table == NULL)
        return 0;
    for (int i = 0; i < 64; i++)
        sum += table->quantval[i] * 100u / base[i];
    unsigned scale = sum / 64;
    unsigned quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
    return quality < 1 ? 1 : quality > 100 ? 100 : quality;
}

static MugaiImageError
prepare (Reader *r, const MugaiImageLimits *limits)
{
    j_decompress_ptr j = &r->jpeg;
    unsigned channels = 3;

    if (j->jpeg_color_space == JCS_GRAYSCALE) {
        j->out_color_space = JCS_GRAYSCALE;
        channels = 1;
    } else if (j->num_components == 4) {
        j->out_color_space = JCS_CMYK;
        channels = 4;
        r->image->cmyk = true;
    } else if (j->num_components == 3) {
        j->out_color_space = JCS_RGB;
    } else {
        return MUGAI_IMAGE_UNSUPPORTED;
    }
    j->dct_method = JDCT_ISLOW;
    r->image->quality = quality_of (j);
    r->image->lossy = true;
    return mugai_image_make (r->image, j->image_width, j->image_height, channels, limits);
}

/* Adobe's programs, and with them all others, write CMYK the other way round. */
static void
mend_cmyk (Reader *r)
{
    size_t count = (size_t)r->image->width * r->image->height * 4;

    if (r->image->cmyk && r->jpeg.saw_Adobe_marker)
        for (size_t i = 0; i < count; i++)
            r->image->pixels[i] = (uint8_t)(255 - r->image->pixels[i]);
}

static void
decode (Reader *r, const uint8_t *data, size_t size, const MugaiImageLimits *limits)
{
    j_decompress_ptr j = &r->jpeg;

    jpeg_create_decompress (j);
    r->progress.progress_monitor = watch;
    j->progress = &r->progress;
    jpeg_mem_src (j, data, size);
    jpeg_save_markers (j, EXIF, MARKER);
    jpeg_save_markers (j, ICC, MARKER);
    jpeg_read_header (j, TRUE);
    r->error = mugai_image_fits (j->image_width, j->image_height, limits);
    if (r->error == MUGAI_IMAGE_OK)
        r->error = prepare (r, limits);
    if (r->error != MUGAI_IMAGE_OK)
        return;
    take_markers (r);
    jpeg_start_decompress (j);
    while (j->output_scanline < j->output_height) {
        JSAMPROW row =
            r->image->pixels + (size_t)j->output_scanline * r->image->width * r->image->channels;
        jpeg_read_scanlines (j, &row, 1);
    }
    mend_cmyk (r);
    r->image->damaged = r->errors.num_warnings > 0;
}

MugaiImageError
mugai_jpeg_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    Reader *r = calloc (1, sizeof *r);
    MugaiImageError error = MUGAI_IMAGE_MEMORY;

    if (r == NULL)
        return error;
    r->image = ret;
    r->jpeg.err = jpeg_std_error (&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = fail;
    r->errors.output_message = say_nothing;
    if (size > 0 && setjmp (r->failed) == 0)
        decode (r, data, size, limits);
    else if (size == 0)
        r->error = MUGAI_IMAGE_MALFORMED;
    jpeg_destroy_decompress (&r->jpeg);
    error = r->error;
    free (r);
    return error;
}
