/* SPDX-License-Identifier: Apache-2.0 */
#include "image/orient.h"

#include <stdlib.h>
#include <string.h>

/* Where the pixel at x, y of the turned picture stands in the source. Source: EXIF 2.3,
 * Orientation. */
static size_t
place (unsigned orientation, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
    bool swap = orientation >= 5;
    uint32_t column = swap ? y : x, row = swap ? x : y;

    if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8)
        column = width - 1 - column;
    if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7)
        row = height - 1 - row;
    return (size_t)row * width + column;
}

MugaiImageError
mugai_orient (MugaiImage *image)
{
    unsigned orientation = image->orientation, n = image->channels;
    bool swap = orientation >= 5;

    image->orientation = 0;
    if (orientation < 2 || orientation > 8)
        return MUGAI_IMAGE_OK;
    uint8_t *turned = malloc ((size_t)image->width * image->height * n);
    if (turned == NULL)
        return MUGAI_IMAGE_MEMORY;
    uint32_t width = swap ? image->height : image->width;
    uint32_t height = swap ? image->width : image->height;
    uint8_t *to = turned;
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++, to += n)
            memcpy (to, image->pixels + n * place (orientation, x, y, image->width, image->height),
                    n);
    free (image->pixels);
    image->pixels = turned;
    image->width = width;
    image->height = height;
    if (swap) {
        uint32_t dpi = image->dpi_x;
        image->dpi_x = image->dpi_y;
        image->dpi_y = dpi;
    }
    return MUGAI_IMAGE_OK;
}
