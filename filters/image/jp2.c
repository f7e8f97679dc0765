/* SPDX-License-Identifier: Apache-2.0
 *
 * jp2: JPEG 2000, in a JP2 file or as a bare code stream: grey, RGB, YCC, CMYK, alpha, subsampled
 * components, any depth. Source: ISO/IEC 15444-1. OpenJPEG starts no thread unless asked to.
 */
#include "image/image.h"

#include <openjpeg.h>
#include <stdlib.h>
#include <string.h>

typedef struct Input {
    const uint8_t *data;
    size_t size, at;
} Input;

static OPJ_SIZE_T
take (void *to, OPJ_SIZE_T size, void *data)
{
    Input *in = data;
    size_t left = in->size - in->at, n = size < left ? size : left;

    if (n == 0)
        return (OPJ_SIZE_T)-1;
    memcpy (to, in->data + in->at, n);
    in->at += n;
    return n;
}

static OPJ_OFF_T
skip (OPJ_OFF_T size, void *data)
{
    Input *in = data;

    if (size < 0)
        return -1;
    size_t left = in->size - in->at, n = (uint64_t)size < left ? (size_t)size : left;
    in->at += n;
    return (OPJ_OFF_T)n;
}

static OPJ_BOOL
seek (OPJ_OFF_T at, void *data)
{
    Input *in = data;

    if (at < 0 || (uint64_t)at > in->size)
        return OPJ_FALSE;
    in->at = (size_t)at;
    return OPJ_TRUE;
}

static void
say_nothing (const char *text, void *data)
{
    (void)text, (void)data;
}

static void
note (const char *text, void *data)
{
    (void)text;
    *(bool *)data = true;
}

/* 8 bits of component @c at a pixel of the picture. */
static int
sample (const opj_image_t *image, unsigned c, uint32_t x, uint32_t y)
{
    const opj_image_comp_t *comp = &image->comps[c];
    /* in the grid of the first component, whose pixels are those of the picture */
    uint32_t column = (uint32_t)((uint64_t)x * image->comps[0].dx / comp->dx);
    uint32_t row = (uint32_t)((uint64_t)y * image->comps[0].dy / comp->dy);

    if (column >= comp->w)
        column = comp->w - 1;
    if (row >= comp->h)
        row = comp->h - 1;
    int64_t value = comp->data[(size_t)row * comp->w + column];
    if (comp->sgnd != 0)
        value += (int64_t)1 << (comp->prec - 1);
    int64_t max = ((int64_t)1 << comp->prec) - 1;
    value = value < 0 ? 0 : value > max ? max : value;
    return (int)((value * 255 + max / 2) / max);
}

static uint8_t
clamp (int value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* ITU-R BT.601, full range, in 1/65536. */
static void
from_ycc (uint8_t *p)
{
    int y = p[0] * 65536 + 32768, b = p[1] - 128, r = p[2] - 128;

    p[0] = clamp ((y + 91881 * r) >> 16);
    p[1] = clamp ((y - 22554 * b - 46802 * r) >> 16);
    p[2] = clamp ((y + 116130 * b) >> 16);
}

typedef struct Layout {
    unsigned colours; /* components that make the colour: 1, 3, 4 */
    int alpha;        /* component, or -1 */
    bool ycc, cmyk;
} Layout;

static MugaiImageError
check (const opj_image_t *image)
{
    for (unsigned c = 0; c < image->numcomps; c++) {
        const opj_image_comp_t *comp = &image->comps[c];
        if (comp->data == NULL || comp->w == 0 || comp->h == 0 || comp->dx == 0 || comp->dy == 0 ||
            comp->prec == 0 || comp->prec > 31)
            return MUGAI_IMAGE_MALFORMED;
    }
    return image->numcomps > 0 ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}

static Layout
layout_of (const opj_image_t *image)
{
    unsigned n = image->numcomps;
    Layout l = { .colours = n >= 3 ? 3 : 1, .alpha = -1 };

    for (unsigned c = 1; c < n && l.alpha < 0; c++)
        if (image->comps[c].alpha != 0)
            l.alpha = (int)c;
    if (image->color_space == OPJ_CLRSPC_GRAY)
        l.colours = 1;
    if (n >= 4 && image->color_space == OPJ_CLRSPC_CMYK) {
        l.colours = 4;
        l.cmyk = true;
        l.alpha = -1;
    } else if (l.alpha < 0 && image->color_space != OPJ_CLRSPC_CMYK && (n == 2 || n == 4)) {
        l.alpha = (int)n - 1;
    }
    if (l.alpha >= 0 && (unsigned)l.alpha < l.colours)
        l.alpha = -1;
    /* a bare code stream does not say; halved colours are YCC */
    l.ycc = l.colours == 3 &&
            (image->color_space == OPJ_CLRSPC_SYCC || image->color_space == OPJ_CLRSPC_EYCC ||
             (image->color_space != OPJ_CLRSPC_SRGB &&
              image->comps[1].dx == 2 * (uint64_t)image->comps[0].dx));
    return l;
}

static MugaiImageError
convert (const opj_image_t *from, const MugaiImageLimits *limits, MugaiImage *to)
{
    MugaiImageError error = check (from);
    if (error != MUGAI_IMAGE_OK)
        return error;
    Layout l = layout_of (from);
    bool alpha = l.alpha >= 0;
    error = mugai_image_make (to, from->comps[0].w, from->comps[0].h,
                              alpha || l.cmyk ? 4 : l.colours, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    to->cmyk = l.cmyk;
    uint8_t *p = to->pixels;
    for (uint32_t y = 0; y < to->height; y++)
        for (uint32_t x = 0; x < to->width; x++, p += to->channels) {
            for (unsigned c = 0; c < l.colours; c++)
                p[c] = (uint8_t)sample (from, c, x, y);
            if (l.ycc)
                from_ycc (p);
            if (alpha && l.colours == 1)
                p[1] = p[2] = p[0];
            if (alpha)
                p[3] = (uint8_t)sample (from, (unsigned)l.alpha, x, y);
        }
    if (from->icc_profile_buf != NULL && from->icc_profile_len > 0)
        mugai_image_set_icc (to, from->icc_profile_buf, from->icc_profile_len);
    return MUGAI_IMAGE_OK;
}

static opj_stream_t *
open_stream (Input *in)
{
    opj_stream_t *stream = opj_stream_create (1 << 16, OPJ_TRUE);

    if (stream == NULL)
        return NULL;
    opj_stream_set_user_data (stream, in, NULL);
    opj_stream_set_user_data_length (stream, in->size);
    opj_stream_set_read_function (stream, take);
    opj_stream_set_skip_function (stream, skip);
    opj_stream_set_seek_function (stream, seek);
    return stream;
}

static MugaiImageError
decode (opj_codec_t *codec, opj_stream_t *stream, opj_image_t **image,
        const MugaiImageLimits *limits, MugaiImage *ret)
{
    opj_dparameters_t parameters;
    bool damaged = false;

    opj_set_default_decoder_parameters (&parameters);
    opj_set_info_handler (codec, say_nothing, NULL);
    opj_set_warning_handler (codec, note, &damaged);
    opj_set_error_handler (codec, say_nothing, NULL);
    if (!opj_setup_decoder (codec, &parameters) ||
        !opj_decoder_set_strict_mode (codec, OPJ_FALSE) || !opj_read_header (stream, codec, image))
        return MUGAI_IMAGE_MALFORMED;
    const opj_image_t *head = *image;
    if (head->x1 <= head->x0 || head->y1 <= head->y0)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error = mugai_image_fits (head->x1 - head->x0, head->y1 - head->y0, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    damaged = false; /* of what stands before the pixels it warns much */
    if (!opj_decode (codec, stream, *image))
        return MUGAI_IMAGE_MALFORMED;
    error = convert (*image, limits, ret);
    ret->damaged = damaged;
    return error;
}

MugaiImageError
mugai_jp2_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    Input in = { .data = data, .size = size };
    bool bare = size >= 4 && memcmp (data, "\xff\x4f\xff\x51", 4) == 0;
    opj_stream_t *stream = open_stream (&in);
    opj_codec_t *codec = opj_create_decompress (bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
    opj_image_t *image = NULL;
    MugaiImageError error = MUGAI_IMAGE_MEMORY;

    if (stream != NULL && codec != NULL)
        error = decode (codec, stream, &image, limits, ret);
    opj_image_destroy (image);
    opj_destroy_codec (codec);
    opj_stream_destroy (stream);
    return error;
}
