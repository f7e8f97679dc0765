/* SPDX-License-Identifier: Apache-2.0
 *
 * The picture readers that stand on libraries, and what follows them: colour, orientation, form.
 * The first byte chooses the format.
 */
#include "image/colour.h"
#include "image/form.h"
#include "image/heif-codecs.h"
#include "image/image.h"
#include "image/orient.h"
#include "image/tiff.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
demand (bool ok)
{
    if (!ok)
        abort();
}

static void
prepare (void)
{
    static bool done;

    if (!done)
        demand (mugai_colour_setup() == 0 && mugai_heif_codecs() == 0);
    done = true;
}

static void
check (MugaiImage *image)
{
    bool applied;
    uint64_t area = (uint64_t)image->width * image->height;

    demand (area > 0 && area <= 1 << 18 && image->orientation <= 8);
    demand (mugai_colour_apply (image, &applied) == MUGAI_IMAGE_OK);
    demand (!image->cmyk && (image->channels == 1 || image->channels == 3 || image->channels == 4));
    demand (mugai_orient (image) == MUGAI_IMAGE_OK && image->orientation == 0);
    demand ((uint64_t)image->width * image->height == area);
    mugai_form_is_photograph (image);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const MugaiImageRead readers[] = { mugai_gif_read,  mugai_heif_read, mugai_ico_read,
                                              mugai_jp2_read,  mugai_jpeg_read, mugai_png_read,
                                              mugai_tiff_read, mugai_webp_read };
    static const MugaiImageLimits limits = { .pixels = 1 << 18, .side = 4096 };
    MugaiImage image = { 0 };

    if (size == 0 || data[0] >= sizeof readers / sizeof readers[0])
        return 0;
    prepare();
    if (readers[data[0]](data + 1, size - 1, &limits, &image) == MUGAI_IMAGE_OK)
        check (&image);
    mugai_image_clear (&image);
    return 0;
}
