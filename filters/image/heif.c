/* SPDX-License-Identifier: Apache-2.0
 *
 * heif: HEIC, HEIF and AVIF by libheif: the primary picture, turned as its properties say (EXIF's
 * orientation says the same once more and is left aside). Source: ISO/IEC 23008-12.
 */
#include "image/image.h"

#include <libheif/heif.h>
#include <stdlib.h>
#include <string.h>

static MugaiImageError
error_of (struct heif_error error)
{
    bool limit = error.subcode == heif_suberror_Security_limit_exceeded;

    if (error.code == heif_error_Ok)
        return MUGAI_IMAGE_OK;
    if (error.code == heif_error_Memory_allocation_error)
        return limit ? MUGAI_IMAGE_TOO_LARGE : MUGAI_IMAGE_MEMORY;
    if (error.code == heif_error_Unsupported_feature ||
        error.code == heif_error_Unsupported_filetype)
        return MUGAI_IMAGE_UNSUPPORTED;
    return MUGAI_IMAGE_MALFORMED;
}

static void
take_profile (const struct heif_image_handle *handle, MugaiImage *image)
{
    size_t size = heif_image_handle_get_raw_color_profile_size (handle);
    uint8_t *data = size > 0 && size <= MUGAI_IMAGE_ICC ? malloc (size) : NULL;

    if (data != NULL &&
        heif_image_handle_get_raw_color_profile (handle, data).code == heif_error_Ok)
        mugai_image_set_icc (image, data, size);
    free (data);
}

static MugaiImageError
copy_pixels (const struct heif_image *from, unsigned channels, const MugaiImageLimits *limits,
             MugaiImage *to)
{
    int width = heif_image_get_width (from, heif_channel_interleaved);
    int height = heif_image_get_height (from, heif_channel_interleaved);
    int stride = 0;
    const uint8_t *pixels = heif_image_get_plane_readonly (from, heif_channel_interleaved, &stride);

    if (width <= 0 || height <= 0 || pixels == NULL)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error =
        mugai_image_make (to, (uint32_t)width, (uint32_t)height, channels, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    size_t row = (size_t)width * channels;
    for (int y = 0; y < height; y++)
        memcpy (to->pixels + (size_t)y * row, pixels + (size_t)y * (size_t)stride, row);
    return MUGAI_IMAGE_OK;
}

static MugaiImageError
decode (const struct heif_image_handle *handle, const MugaiImageLimits *limits, MugaiImage *ret)
{
    int width = heif_image_handle_get_width (handle),
        height = heif_image_handle_get_height (handle);
    bool alpha = heif_image_handle_has_alpha_channel (handle) != 0;
    struct heif_image *image = NULL;

    if (width <= 0 || height <= 0)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error = mugai_image_fits ((uint32_t)width, (uint32_t)height, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    struct heif_decoding_options *options = heif_decoding_options_alloc();
    if (options == NULL)
        return MUGAI_IMAGE_MEMORY;
    options->convert_hdr_to_8bit = 1;
    error = error_of (heif_decode_image (
        handle, &image, heif_colorspace_RGB,
        alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, options));
    heif_decoding_options_free (options);
    if (error == MUGAI_IMAGE_OK)
        error = copy_pixels (image, alpha ? 4 : 3, limits, ret);
    if (error == MUGAI_IMAGE_OK)
        take_profile (handle, ret);
    heif_image_release (image);
    return error;
}

MugaiImageError
mugai_heif_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    struct heif_context *context = heif_context_alloc();
    struct heif_image_handle *handle = NULL;

    if (context == NULL)
        return MUGAI_IMAGE_MEMORY;
    heif_context_set_max_decoding_threads (context, 0);
    heif_context_set_maximum_image_size_limit (context, (int)limits->side);
    MugaiImageError error =
        error_of (heif_context_read_from_memory_without_copy (context, data, size, NULL));
    if (error == MUGAI_IMAGE_OK)
        error = error_of (heif_context_get_primary_image_handle (context, &handle));
    if (error == MUGAI_IMAGE_OK)
        error = decode (handle, limits, ret);
    ret->more = heif_context_get_number_of_top_level_images (context) > 1;
    ret->lossy = true;
    heif_image_handle_release (handle);
    heif_context_free (context);
    return error;
}
