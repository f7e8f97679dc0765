/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: libheif hands over the coded picture in push_data() and asks for the planes in
 * decode_image(). Both decoders give planes of 8 or more bits; they are copied row by row.
 */
#include "image/heif-codecs.h"

#include <dav1d/dav1d.h>
#include <libde265/de265.h>
#include <libheif/heif.h>
#include <libheif/heif_plugin.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PRIORITY = 1000, PIXELS_MAX = 100000000 };

typedef struct Planes { /* of a decoded picture, borrowed */
    enum heif_chroma chroma;
    int bits;
    int width[3], height[3];
    const uint8_t *data[3];
    ptrdiff_t stride[3];
    int primaries, transfer, matrix;
    bool full_range;
} Planes;

static const struct heif_error fine = { heif_error_Ok, heif_suberror_Unspecified, "" };
static const struct heif_error bad = { heif_error_Decoder_plugin_error, heif_suberror_Unspecified,
                                       "bad" };
static const struct heif_error memory = { heif_error_Memory_allocation_error,
                                          heif_suberror_Unspecified, "memory" };

static struct heif_error
copy_plane (struct heif_image *image, const Planes *p, int i)
{
    static const enum heif_channel channels[] = { heif_channel_Y, heif_channel_Cb,
                                                  heif_channel_Cr };
    size_t row = (size_t)p->width[i] * (p->bits > 8 ? 2 : 1);
    int stride = 0;

    struct heif_error error =
        heif_image_add_plane (image, channels[i], p->width[i], p->height[i], p->bits);
    if (error.code != heif_error_Ok)
        return error;
    uint8_t *to = heif_image_get_plane (image, channels[i], &stride);
    if (to == NULL)
        return memory;
    for (int y = 0; y < p->height[i]; y++)
        memcpy (to + (size_t)y * (size_t)stride, p->data[i] + y * p->stride[i], row);
    return fine;
}

static void
set_colours (struct heif_image *image, const Planes *p)
{
    struct heif_color_profile_nclx *nclx = heif_nclx_color_profile_alloc();

    if (nclx == NULL)
        return;
    heif_nclx_color_profile_set_color_primaries (nclx, (uint16_t)p->primaries);
    heif_nclx_color_profile_set_transfer_characteristics (nclx, (uint16_t)p->transfer);
    heif_nclx_color_profile_set_matrix_coefficients (nclx, (uint16_t)p->matrix);
    nclx->full_range_flag = p->full_range;
    heif_image_set_nclx_color_profile (image, nclx);
    heif_nclx_color_profile_free (nclx);
}

static struct heif_error
make_image (const Planes *p, struct heif_image **ret)
{
    bool grey = p->chroma == heif_chroma_monochrome;
    struct heif_image *image = NULL;
    struct heif_error error = fine;

    if (p->width[0] <= 0 || p->height[0] <= 0 || p->bits < 8 || p->bits > 16)
        return bad;
    error = heif_image_create (p->width[0], p->height[0],
                               grey ? heif_colorspace_monochrome : heif_colorspace_YCbCr, p->chroma,
                               &image);
    for (int i = 0; i < (grey ? 1 : 3) && error.code == heif_error_Ok; i++)
        error = copy_plane (image, p, i);
    if (error.code != heif_error_Ok) {
        heif_image_release (image);
        return error;
    }
    set_colours (image, p);
    *ret = image;
    return fine;
}

static void
strict (void *decoder, int flag)
{
    (void)decoder, (void)flag;
}

/* -- HEVC ------------------------------------------------------------------------------------- */

static const char *
hevc_name (void)
{
    return "libde265 without threads";
}

static int
hevc_supports (enum heif_compression_format format)
{
    return format == heif_compression_HEVC ? PRIORITY : 0;
}

static struct heif_error
hevc_new (void **ret)
{
    de265_decoder_context *decoder = de265_new_decoder();

    if (decoder == NULL)
        return memory;
    *ret = decoder;
    return fine;
}

static void
hevc_free (void *decoder)
{
    de265_free_decoder (decoder);
}

/* Units with a length of four bytes before each. */
static struct heif_error
hevc_push (void *decoder, const void *data, size_t size)
{
    const uint8_t *at = data;

    while (size > 0) {
        if (size < 4)
            return bad;
        size_t length = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        at += 4;
        size -= 4;
        if (length > size || length > INT32_MAX ||
            de265_push_NAL (decoder, at, (int)length, 0, NULL) != DE265_OK)
            return bad;
        at += length;
        size -= length;
    }
    return fine;
}

static struct heif_error
hevc_picture (const struct de265_image *from, struct heif_image **ret)
{
    static const enum heif_chroma chromas[] = {
        [de265_chroma_mono] = heif_chroma_monochrome,
        [de265_chroma_420] = heif_chroma_420,
        [de265_chroma_422] = heif_chroma_422,
        [de265_chroma_444] = heif_chroma_444,
    };
    Planes p = { .chroma = chromas[de265_get_chroma_format (from)],
                 .bits = de265_get_bits_per_pixel (from, 0),
                 .primaries = de265_get_image_colour_primaries (from),
                 .transfer = de265_get_image_transfer_characteristics (from),
                 .matrix = de265_get_image_matrix_coefficients (from),
                 .full_range = de265_get_image_full_range_flag (from) != 0 };

    for (int i = 0; i < (p.chroma == heif_chroma_monochrome ? 1 : 3); i++) {
        int stride = 0;
        p.data[i] = de265_get_image_plane (from, i, &stride);
        p.stride[i] = stride;
        p.width[i] = de265_get_image_width (from, i);
        p.height[i] = de265_get_image_height (from, i);
        if (p.data[i] == NULL || de265_get_bits_per_pixel (from, i) != p.bits)
            return bad;
    }
    return make_image (&p, ret);
}

static struct heif_error
hevc_decode (void *decoder, struct heif_image **ret)
{
    const struct de265_image *image = NULL;
    int more = 1;

    de265_flush_data (decoder);
    while (more != 0 && image == NULL) {
        more = 0;
        if (de265_decode (decoder, &more) != DE265_OK)
            break;
        image = de265_get_next_picture (decoder);
    }
    if (image == NULL)
        image = de265_get_next_picture (decoder);
    return image != NULL ? hevc_picture (image, ret) : bad;
}

/* -- AV1 -------------------------------------------------------------------------------------- */

typedef struct Av1 {
    Dav1dContext *context;
    Dav1dData data;
} Av1;

static const char *
av1_name (void)
{
    return "dav1d without threads";
}

static int
av1_supports (enum heif_compression_format format)
{
    return format == heif_compression_AV1 ? PRIORITY : 0;
}

static struct heif_error
av1_new (void **ret)
{
    Av1 *decoder = calloc (1, sizeof *decoder);
    Dav1dSettings settings;

    if (decoder == NULL)
        return memory;
    dav1d_default_settings (&settings);
    settings.n_threads = 1;
    settings.max_frame_delay = 1;
    settings.all_layers = 0;
    settings.frame_size_limit = PIXELS_MAX;
    settings.logger.callback = NULL;
    if (dav1d_open (&decoder->context, &settings) != 0) {
        free (decoder);
        return memory;
    }
    *ret = decoder;
    return fine;
}

static void
av1_free (void *data)
{
    Av1 *decoder = data;

    dav1d_data_unref (&decoder->data);
    dav1d_close (&decoder->context);
    free (decoder);
}

static struct heif_error
av1_push (void *data, const void *bytes, size_t size)
{
    Av1 *decoder = data;

    if (decoder->data.sz != 0)
        return bad;
    uint8_t *to = dav1d_data_create (&decoder->data, size);
    if (to == NULL)
        return memory;
    memcpy (to, bytes, size);
    return fine;
}

static struct heif_error
av1_picture (const Dav1dPicture *from, struct heif_image **ret)
{
    static const enum heif_chroma chromas[] = {
        [DAV1D_PIXEL_LAYOUT_I400] = heif_chroma_monochrome,
        [DAV1D_PIXEL_LAYOUT_I420] = heif_chroma_420,
        [DAV1D_PIXEL_LAYOUT_I422] = heif_chroma_422,
        [DAV1D_PIXEL_LAYOUT_I444] = heif_chroma_444,
    };
    bool half_x =
        from->p.layout == DAV1D_PIXEL_LAYOUT_I420 || from->p.layout == DAV1D_PIXEL_LAYOUT_I422;
    bool half_y = from->p.layout == DAV1D_PIXEL_LAYOUT_I420;
    Planes p = { .chroma = chromas[from->p.layout],
                 .bits = from->p.bpc,
                 .primaries = (int)from->seq_hdr->pri,
                 .transfer = (int)from->seq_hdr->trc,
                 .matrix = (int)from->seq_hdr->mtrx,
                 .full_range = from->seq_hdr->color_range != 0 };

    for (int i = 0; i < (p.chroma == heif_chroma_monochrome ? 1 : 3); i++) {
        p.data[i] = from->data[i];
        p.stride[i] = from->stride[i > 0 ? 1 : 0];
        p.width[i] = i > 0 && half_x ? (from->p.w + 1) / 2 : from->p.w;
        p.height[i] = i > 0 && half_y ? (from->p.h + 1) / 2 : from->p.h;
    }
    return make_image (&p, ret);
}

static struct heif_error
av1_decode (void *data, struct heif_image **ret)
{
    Av1 *decoder = data;
    Dav1dPicture picture = { 0 };
    int result = DAV1D_ERR (EAGAIN);

    for (int round = 0; round < 100 && result == DAV1D_ERR (EAGAIN); round++) {
        if (decoder->data.sz > 0) {
            int sent = dav1d_send_data (decoder->context, &decoder->data);
            if (sent != 0 && sent != DAV1D_ERR (EAGAIN))
                return bad;
        }
        result = dav1d_get_picture (decoder->context, &picture);
    }
    if (result != 0)
        return bad;
    struct heif_error error = av1_picture (&picture, ret);
    dav1d_picture_unref (&picture);
    return error;
}

static const struct heif_decoder_plugin plugins[] = {
    { .plugin_api_version = 2,
      .get_plugin_name = hevc_name,
      .does_support_format = hevc_supports,
      .new_decoder = hevc_new,
      .free_decoder = hevc_free,
      .push_data = hevc_push,
      .decode_image = hevc_decode,
      .set_strict_decoding = strict },
    { .plugin_api_version = 2,
      .get_plugin_name = av1_name,
      .does_support_format = av1_supports,
      .new_decoder = av1_new,
      .free_decoder = av1_free,
      .push_data = av1_push,
      .decode_image = av1_decode,
      .set_strict_decoding = strict },
};

int
mugai_heif_codecs (void)
{
    if (heif_init (NULL).code != heif_error_Ok || de265_init() != DE265_OK)
        return -1;
    for (size_t i = 0; i < sizeof plugins / sizeof plugins[0]; i++)
        if (heif_register_decoder_plugin (&plugins[i]).code != heif_error_Ok)
            return -1;
    return 0;
}
