/* SPDX-License-Identifier: Apache-2.0
 *
 * The picture readers of ours: BMP, PNM, PSD, and EXIF. A picture that is read has pixels for all
 * its rows.
 */
#include "image/exif.h"
#include "image/image.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
try_one (MugaiImageRead read, const uint8_t *data, size_t size)
{
    static const MugaiImageLimits limits = { .pixels = 1 << 18, .side = 4096 };
    MugaiImage image = { 0 };
    static volatile uint8_t last;

    if (read (data, size, &limits, &image) == MUGAI_IMAGE_OK) {
        if (image.width == 0 || image.width > limits.side || image.channels == 0)
            abort();
        last = image.pixels[(size_t)image.width * image.height * image.channels - 1];
    }
    (void)last;
    mugai_image_clear (&image);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiImage image = { 0 };

    try_one (mugai_bmp_read, data, size);
    try_one (mugai_bmp_read_alpha, data, size);
    try_one (mugai_pnm_read, data, size);
    try_one (mugai_psd_read, data, size);
    mugai_exif_read (data, size, &image);
    if (image.orientation > 8 || image.dpi_x > 25400 || image.dpi_y > 25400)
        abort();
    return 0;
}
