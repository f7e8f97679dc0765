/* SPDX-License-Identifier: Apache-2.0
 *
 * The image filter: pictures to pixels. The beginning of it: PNM and BMP by readers of ours.
 * Process: render. Trust: the picture is hostile.
 */
#include "image/image.h"

#include <mugai/filter.h>
#include <string.h>

enum { SIDE = 32767 }; /* pixels: what the profile's PNG may have */

static const mugai_param params[] = {
    { .name = "pixels",
      .kind = MUGAI_PARAM_INTEGER,
      .value = "100000000",
      .min = 1,
      .max = 100000000,
      .help = "a picture with more pixels is refused",
      .help_ja = "これより画素の多い画像は変換しない" },
};

static const mugai_code codes[] = {
    { "image.first-only", "only the first of several pictures is shown",
      "複数の画像のうち最初の1枚だけを表示しています" },
    { "image.malformed", "the picture is damaged", "画像が壊れています" },
    { "image.too-large", "the picture has too many pixels", "画像の画素数が上限を超えています" },
    { "image.unsupported", "a kind of picture that cannot be read",
      "対応していない種類の画像です" },
};

static mugai_verdict_t
refuse (const mugai_host *host, mugai_call *call, MugaiImageError error, const char *type)
{
    switch (error) {
    case MUGAI_IMAGE_TOO_LARGE:
        host->reason (call, "image.too-large", type);
        break;
    case MUGAI_IMAGE_UNSUPPORTED:
        host->reason (call, "image.unsupported", type);
        break;
    case MUGAI_IMAGE_MEMORY:
        host->reason (call, "filter.memory", "image");
        break;
    case MUGAI_IMAGE_OK:
    case MUGAI_IMAGE_MALFORMED:
        host->reason (call, "image.malformed", type);
        break;
    }
    return MUGAI_REFUSE;
}

static MugaiImageError
read_image (const mugai_part *part, MugaiImage *image)
{
    uint64_t asked = (uint64_t)part->values[0].number;
    MugaiImageLimits limits = { .pixels = asked < part->pixels_max ? asked : part->pixels_max,
                                .side = SIDE };

    if (strcmp (part->type, "pnm") == 0)
        return mugai_pnm_read (part->data, part->size, &limits, image);
    return mugai_bmp_read (part->data, part->size, &limits, image);
}

static mugai_verdict_t
put_page (const mugai_host *host, mugai_call *call, const MugaiImage *image)
{
    static const mugai_pixels formats[5] = { 0, MUGAI_PIXELS_GREY8, 0, MUGAI_PIXELS_RGB8,
                                             MUGAI_PIXELS_RGBA8 };
    mugai_page page = { .size_of = sizeof page,
                        .format = formats[image->channels],
                        .width = image->width,
                        .height = image->height,
                        .dpi_x = image->dpi_x,
                        .dpi_y = image->dpi_y,
                        .pixels = image->pixels };

    if (image->more)
        host->finding (call, "image.first-only", 1, NULL);
    return host->page (call, &page) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiImage image = { 0 };
    MugaiImageError error = read_image (part, &image);
    mugai_verdict_t verdict = error == MUGAI_IMAGE_OK ? put_page (host, call, &image)
                                                      : refuse (host, call, error, part->type);

    mugai_image_clear (&image);
    return verdict;
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiImage image = { 0 };
    MugaiImageError error = read_image (part, &image);
    uint64_t pixels = (uint64_t)image.width * image.height;

    mugai_image_clear (&image);
    if (error != MUGAI_IMAGE_OK)
        return -1;
    return host->fact (call, "pixels", pixels) == 0 && host->fact (call, "encrypted", 0) == 0 ? 0
                                                                                              : -1;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "image",
    .summary = "pictures decoded to pixels and written anew as PNG",
    .summary_ja = "画像を画素に展開し、PNGとして作り直す",
    .takes = "pnm bmp",
    .gives = "png",
    .runs = MUGAI_RUNS_ISOLATED,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .inspect = inspect,
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
