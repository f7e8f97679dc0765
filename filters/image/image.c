/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"

#include <stdlib.h>

MugaiImageError
mugai_image_make (MugaiImage *image, uint32_t width, uint32_t height, unsigned channels,
                  const MugaiImageLimits *limits)
{
    if (width == 0 || height == 0)
        return MUGAI_IMAGE_MALFORMED;
    if (width > limits->side || height > limits->side || (uint64_t)width * height > limits->pixels)
        return MUGAI_IMAGE_TOO_LARGE;
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
    *image = (MugaiImage){ 0 };
}
