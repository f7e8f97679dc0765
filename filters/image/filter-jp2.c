/* SPDX-License-Identifier: Apache-2.0
 *
 * The filter `image-jp2`: JPEG 2000, by OpenJPEG. Process: render. Trust: the picture is hostile.
 */
#include "image/run.h"

static const MugaiImageReader readers[] = { { "jp2", mugai_jp2_read }, { NULL, NULL } };

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

MUGAI_IMAGE_FILTER ("image-jp2", "JPEG 2000 pictures decoded to pixels and written anew",
                    "JPEG 2000画像を画素に展開し、PNGまたはJPEGとして作り直す", "jp2", "jpeg png",
                    mugai_image_setup, run, inspect);
