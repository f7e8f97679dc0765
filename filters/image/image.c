/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

MugaiImageError
mugai_image_fits (uint32_t width, uint32_t height, const MugaiImageLimits *limits)
{
    if (width == 0 || height == 0)
        return MUGAI_IMAGE_MALFORMED;
    if (width > limits->side || height > limits->side || (uint64_t)width * height > limits->pixels)
        return MUGAI_IMAGE_TOO_LARGE;
    return MUGAI_IMAGE_OK;
}

MugaiImageError
mugai_image_make (MugaiImage *image, uint32_t width, uint32_t height, unsigned channels,
                  const MugaiImageLimits *limits)
{
    MugaiImageError error = mugai_image_fits (width, height, limits);

    if (error != MUGAI_IMAGE_OK)
        return error;
    image->pixels = calloc ((size_t)width * height, channels);
    if (image->pixels == NULL)
        return MUGAI_IMAGE_MEMORY;
    image->width = width;
    image->height = height;
    image->channels = channels;
    return MUGAI_IMAGE_OK;
}

void
mugai_image_clear (MugaiImage *image)
{
    free (image->pixels);
    free (image->icc);
    *image = (MugaiImage){ 0 };
}

void
mugai_image_set_icc (MugaiImage *image, const void *data, size_t size)
{
    if (data == NULL || size == 0 || size > MUGAI_IMAGE_ICC || image->icc != NULL)
        return;
    image->icc = malloc (size);
    if (image->icc == NULL)
        return;
    memcpy (image->icc, data, size);
    image->icc_size = size;
}

void
mugai_image_set_density (MugaiImage *image, double per_metre_x, double per_metre_y)
{
    if (!(per_metre_x >= 20) || !(per_metre_y >= 20) || !(per_metre_x <= 1e6) ||
        !(per_metre_y <= 1e6)) /* not NaN either */
        return;
    image->dpi_x = (uint32_t)(per_metre_x * 0.0254 + 0.5);
    image->dpi_y = (uint32_t)(per_metre_y * 0.0254 + 0.5);
}
