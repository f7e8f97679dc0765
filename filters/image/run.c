/* SPDX-License-Identifier: Apache-2.0 */
#include "image/run.h"

#include "image/colour.h"
#include "image/form.h"
#include "image/orient.h"

#include <string.h>

enum { SIDE = 32767 /* pixels: what the profile's PNG and JPEG may have */ };
enum { PIXELS, FORM, QUALITY, PAGES, LOW_BITS };
enum { FORM_AUTO, FORM_PNG, FORM_JPEG };
enum { QUALITY_LEAST = 50 }; /* a source of less is not made worse still */

const mugai_param mugai_image_params[MUGAI_IMAGE_PARAMS] = {
    [PIXELS] = { .name = "pixels",
                 .kind = MUGAI_PARAM_INTEGER,
                 .value = "100000000",
                 .min = 1,
                 .max = 100000000,
                 .help = "a picture with more pixels is refused",
                 .help_ja = "これより画素の多い画像は変換しない" },
    [FORM] = { .name = "form",
               .kind = MUGAI_PARAM_WORD,
               .value = "auto",
               .words = "auto png jpeg",
               .help = "what it becomes; auto: photographs JPEG, all else PNG",
               .help_ja = "変換後の形式。autoは写真をJPEG、それ以外をPNGにする" },
    [QUALITY] = { .name = "quality",
                  .kind = MUGAI_PARAM_INTEGER,
                  .value = "85",
                  .min = 1,
                  .max = 100,
                  .help = "of JPEG; a JPEG of less quality keeps its own",
                  .help_ja = "JPEGの品質。元のJPEGの品質がこれより低ければ元に合わせる" },
    [PAGES] = { .name = "pages",
                .kind = MUGAI_PARAM_WORD,
                .value = "pdf",
                .words = "first pdf",
                .help = "of a picture with several pages: the first, or all as a PDF",
                .help_ja = "複数ページの画像は、先頭だけ渡すか、すべてをPDFにして渡すか" },
    [LOW_BITS] = { .name = "low-bits",
                   .kind = MUGAI_PARAM_INTEGER,
                   .unit = "bits",
                   .value = "0",
                   .min = 0,
                   .max = 4,
                   .help = "lowest bits of each sample that are made even, so that nothing written "
                           "there goes on; what is hidden in other ways is not found",
                   .help_ja = "各標本の下位何ビットをならすか（そこに書かれた情報を消す）。ほかの"
                              "方法で画像に隠された情報は見つけられない" },
};

int
mugai_image_setup (const mugai_host *host)
{
    (void)host;
    return mugai_colour_setup();
}

mugai_verdict_t
mugai_image_refuse (const mugai_host *host, mugai_call *call, MugaiImageError error,
                    const char *type)
{
    switch (error) {
    case MUGAI_IMAGE_TOO_LARGE:
        host->reason (call, "image.too-large", type);
        break;
    case MUGAI_IMAGE_UNSUPPORTED:
        host->reason (call, "image.unsupported", type);
        break;
    case MUGAI_IMAGE_MEMORY:
        host->reason (call, "filter.memory", type);
        break;
    case MUGAI_IMAGE_OK:
    case MUGAI_IMAGE_MALFORMED:
        host->reason (call, "image.malformed", type);
        break;
    }
    return MUGAI_REFUSE;
}

MugaiImageLimits
mugai_image_limits (const mugai_part *part)
{
    uint64_t asked = (uint64_t)part->values[PIXELS].number;

    return (MugaiImageLimits){ .pixels = asked < part->pixels_max ? asked : part->pixels_max,
                               .side = SIDE };
}

bool
mugai_image_wants_pages (const mugai_part *part)
{
    return part->values[PAGES].number == 1;
}

/* Samples in fewer steps, black and white kept. */
static void
even_low_bits (MugaiImage *image, unsigned bits)
{
    size_t size = (size_t)image->width * image->height * image->channels;
    unsigned top = 255u >> bits;

    for (size_t i = 0; bits > 0 && i < size; i++)
        image->pixels[i] = (uint8_t)(((unsigned)image->pixels[i] >> bits) * 255 / top);
}

MugaiImageError
mugai_image_finish (const mugai_host *host, mugai_call *call, const mugai_part *part,
                    MugaiImage *image)
{
    bool applied = false;
    MugaiImageError error = mugai_colour_apply (image, &applied);

    if (error == MUGAI_IMAGE_OK && image->orientation > 1)
        host->finding (call, "image.turned", 1, NULL);
    if (error == MUGAI_IMAGE_OK)
        error = mugai_orient (image);
    if (error == MUGAI_IMAGE_OK)
        even_low_bits (image, (unsigned)part->values[LOW_BITS].number);
    if (applied)
        host->finding (call, "image.profile", 1, NULL);
    if (image->more)
        host->finding (call, "image.first-only", 1, NULL);
    if (image->damaged)
        host->finding (call, "image.damaged", 1, NULL);
    return error;
}

static uint32_t
quality_for (const mugai_part *part, const MugaiImage *image)
{
    uint32_t asked = (uint32_t)part->values[QUALITY].number, own = image->quality;

    if (own == 0 || own >= asked)
        return asked;
    uint32_t least = asked < QUALITY_LEAST ? asked : QUALITY_LEAST;
    return own < least ? least : own;
}

int
mugai_image_put_page (const mugai_host *host, mugai_call *call, const mugai_part *part,
                      const MugaiImage *image)
{
    static const mugai_pixels formats[5] = { 0, MUGAI_PIXELS_GREY8, 0, MUGAI_PIXELS_RGB8,
                                             MUGAI_PIXELS_RGBA8 };
    mugai_page page = { .size_of = sizeof page,
                        .format = formats[image->channels],
                        .width = image->width,
                        .height = image->height,
                        .dpi_x = image->dpi_x,
                        .dpi_y = image->dpi_y,
                        .quality = quality_for (part, image),
                        .pixels = image->pixels };

    return host->page (call, &page);
}

mugai_verdict_t
mugai_image_put (const mugai_host *host, mugai_call *call, const mugai_part *part,
                 const MugaiImage *image)
{
    int64_t form = part->values[FORM].number;
    bool photograph = form == FORM_JPEG || (form == FORM_AUTO && mugai_form_is_photograph (image));

    if (host->put_type (call, photograph ? "jpeg" : "png") != 0)
        return MUGAI_REFUSE;
    return mugai_image_put_page (host, call, part, image) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static MugaiImageError
read_part (const mugai_part *part, const MugaiImageReader *readers, MugaiImage *image)
{
    MugaiImageLimits limits = mugai_image_limits (part);

    for (const MugaiImageReader *r = readers; r->type != NULL; r++)
        if (strcmp (r->type, part->type) == 0)
            return r->read (part->data, part->size, &limits, image);
    return MUGAI_IMAGE_UNSUPPORTED;
}

mugai_verdict_t
mugai_image_run (const mugai_host *host, mugai_call *call, const mugai_part *part,
                 const MugaiImageReader *readers)
{
    MugaiImage image = { 0 };
    MugaiImageError error = read_part (part, readers, &image);

    if (error == MUGAI_IMAGE_OK)
        error = mugai_image_finish (host, call, part, &image);
    mugai_verdict_t verdict = error == MUGAI_IMAGE_OK
                                  ? mugai_image_put (host, call, part, &image)
                                  : mugai_image_refuse (host, call, error, part->type);
    mugai_image_clear (&image);
    return verdict;
}

int
mugai_image_inspect (const mugai_host *host, mugai_call *call, const mugai_part *part,
                     const MugaiImageReader *readers)
{
    MugaiImage image = { 0 };
    MugaiImageError error = read_part (part, readers, &image);
    uint64_t pixels = (uint64_t)image.width * image.height;

    mugai_image_clear (&image);
    if (error != MUGAI_IMAGE_OK)
        return -1;
    return host->fact (call, "pixels", pixels) == 0 && host->fact (call, "encrypted", 0) == 0 ? 0
                                                                                              : -1;
}
