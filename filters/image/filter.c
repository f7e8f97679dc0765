/* SPDX-License-Identifier: Apache-2.0
 *
 * The filter `image`: the common pictures. TIFF, HEIC and AVIF, and JPEG 2000 have modules of their
 * own: their libraries are large. Process: render. Trust: the picture is hostile.
 */
#include "image/run.h"

static const MugaiImageReader readers[] = {
    { "bmp", mugai_bmp_read },   { "gif", mugai_gif_read },
    { "ico", mugai_ico_read },   { "jpeg", mugai_jpeg_read },
    { "png", mugai_png_read },   { "apng", mugai_png_read },
    { "pnm", mugai_pnm_read },   { "psd", mugai_psd_read },
    { "webp", mugai_webp_read }, { NULL, NULL },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return mugai_image_run (host, call, part, readers);
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return mugai_image_inspect (host, call, part, readers);
}

MUGAI_IMAGE_FILTER ("image", "pictures decoded to pixels and written anew as PNG or JPEG",
                    "画像を画素に展開し、PNGまたはJPEGとして作り直す",
                    "jpeg png apng gif bmp webp pnm ico psd", "png jpeg", mugai_image_setup, run,
                    inspect);
