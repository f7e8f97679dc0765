/* SPDX-License-Identifier: Apache-2.0
 *
 * webp: lossy and lossless, with alpha; of a moving picture the first frame on its canvas. Source:
 * WebP Container Specification.
 */
#include "image/exif.h"
#include "image/image.h"

#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

static void
take_chunk (const WebPDemuxer *demuxer, const char *name, MugaiImage *image)
{
    WebPChunkIterator chunk;

    if (WebPDemuxGetChunk (demuxer, name, 1, &chunk) != 0) {
        if (name[0] == 'I')
            mugai_image_set_icc (image, chunk.chunk.bytes, chunk.chunk.size);
        else
            mugai_exif_read (chunk.chunk.bytes, chunk.chunk.size, image);
        WebPDemuxReleaseChunkIterator (&chunk);
    }
}

static void
take_extras (const WebPData *file, MugaiImage *image)
{
    WebPDemuxer *demuxer = WebPDemux (file);

    if (demuxer == NULL)
        return;
    take_chunk (demuxer, "ICCP", image);
    take_chunk (demuxer, "EXIF", image);
    WebPDemuxDelete (demuxer);
}

static MugaiImageError
read_still (const WebPData *file, MugaiImage *image)
{
    WebPDecoderConfig config;

    if (WebPInitDecoderConfig (&config) == 0)
        return MUGAI_IMAGE_MALFORMED;
    config.output.colorspace = image->channels == 4 ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = image->pixels;
    config.output.u.RGBA.stride = (int)(image->width * image->channels);
    config.output.u.RGBA.size = (size_t)image->width * image->channels * image->height;
    VP8StatusCode status = WebPDecode (file->bytes, file->size, &config);
    if (status == VP8_STATUS_OUT_OF_MEMORY)
        return MUGAI_IMAGE_MEMORY;
    image->damaged = status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA;
    return status == VP8_STATUS_OK || image->damaged ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}

static MugaiImageError
read_first (const WebPData *file, MugaiImage *image)
{
    WebPAnimDecoderOptions options;
    uint8_t *canvas = NULL;
    int when = 0;

    if (WebPAnimDecoderOptionsInit (&options) == 0)
        return MUGAI_IMAGE_MALFORMED;
    options.color_mode = MODE_RGBA;
    options.use_threads = 0;
    WebPAnimDecoder *decoder = WebPAnimDecoderNew (file, &options);
    if (decoder == NULL)
        return MUGAI_IMAGE_MALFORMED;
    bool ok = WebPAnimDecoderGetNext (decoder, &canvas, &when) != 0 && canvas != NULL;
    if (ok)
        memcpy (image->pixels, canvas, (size_t)image->width * image->height * 4);
    image->more = WebPAnimDecoderHasMoreFrames (decoder) != 0;
    WebPAnimDecoderDelete (decoder);
    return ok ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}

MugaiImageError
mugai_webp_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    WebPData file = { .bytes = data, .size = size };
    WebPBitstreamFeatures features;

    if (WebPGetFeatures (data, size, &features) != VP8_STATUS_OK || features.width <= 0 ||
        features.height <= 0)
        return MUGAI_IMAGE_MALFORMED;
    bool moving = features.has_animation != 0;
    MugaiImageError error =
        mugai_image_make (ret, (uint32_t)features.width, (uint32_t)features.height,
                          features.has_alpha != 0 || moving ? 4 : 3, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    ret->lossy = features.format == 1;
    take_extras (&file, ret);
    return moving ? read_first (&file, ret) : read_still (&file, ret);
}
