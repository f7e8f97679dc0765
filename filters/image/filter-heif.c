/* SPDX-License-Identifier: Apache-2.0
 *
 * The filter `image-heif`: HEIC (iPhone) and AVIF, by libheif. Process: render. Trust: the picture
 * is hostile.
 */
#include "image/heif-codecs.h"
#include "image/run.h"

static const MugaiImageReader readers[] = {
    { "heic", mugai_heif_read },
    { "heif", mugai_heif_read },
    { "avif", mugai_heif_read },
    { NULL, NULL },
};

static int
setup (const mugai_host *host)
{
    return mugai_heif_codecs() == 0 ? mugai_image_setup (host) : -1;
}

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

MUGAI_IMAGE_FILTER ("image-heif", "HEIC and AVIF pictures decoded to pixels and written anew",
                    "HEIC・AVIF画像を画素に展開し、JPEGまたはPNGとして作り直す", "heic heif avif",
                    "jpeg png", setup, run, inspect);
