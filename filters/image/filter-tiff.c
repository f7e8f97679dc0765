/* SPDX-License-Identifier: Apache-2.0
 *
 * The filter `image-tiff`: TIFF, by libtiff. With `pages: pdf` all pages as one PDF, else the
 * first. A page that cannot be read is left out and counted. Process: render. Trust: the picture is
 * hostile.
 */
#include "image/run.h"
#include "image/tiff.h"

#include <string.h>

enum { PIXELS_TOTAL = 400 << 20 /* bytes of all pages together */ };

static const MugaiImageReader readers[] = { { "tiff", mugai_tiff_read }, { NULL, NULL } };

typedef struct Pages {
    const mugai_host *host;
    mugai_call *call;
    const mugai_part *part;
    uint32_t put, dropped;
    uint64_t bytes;
} Pages;

/* The page in hand. Returns: why it was not put. */
static MugaiImageError
put_page (Pages *p, MugaiTiff *tiff)
{
    MugaiImageLimits limits = mugai_image_limits (p->part);
    MugaiImage image = { 0 };
    MugaiImageError error = mugai_tiff_page (tiff, &limits, &image);

    if (error == MUGAI_IMAGE_OK)
        error = mugai_image_finish (p->host, p->call, p->part, &image);
    uint64_t size = (uint64_t)image.width * image.height * image.channels;
    if (error == MUGAI_IMAGE_OK && p->bytes + size > PIXELS_TOTAL)
        error = MUGAI_IMAGE_TOO_LARGE;
    if (error == MUGAI_IMAGE_OK && mugai_image_put_page (p->host, p->call, p->part, &image) != 0)
        error = MUGAI_IMAGE_TOO_LARGE;
    p->bytes += error == MUGAI_IMAGE_OK ? size : 0;
    mugai_image_clear (&image);
    return error;
}

static mugai_verdict_t
put_pages (const mugai_host *host, mugai_call *call, const mugai_part *part, MugaiTiff *tiff)
{
    Pages p = { .host = host, .call = call, .part = part };
    MugaiImageError first = MUGAI_IMAGE_OK;

    if (host->put_type (call, "pdf") != 0)
        return MUGAI_REFUSE;
    do {
        MugaiImageError error =
            p.put < part->pages_max ? put_page (&p, tiff) : MUGAI_IMAGE_TOO_LARGE;
        if (error == MUGAI_IMAGE_OK)
            p.put++;
        else
            p.dropped++;
        first = first == MUGAI_IMAGE_OK ? error : first;
    } while (mugai_tiff_next (tiff));
    if (p.put == 0)
        return mugai_image_refuse (host, call, first, part->type);
    if (p.dropped > 0)
        host->finding (call, "image.pages-dropped", p.dropped, NULL);
    return MUGAI_REPLACE;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiTiff *tiff = mugai_image_wants_pages (part) && part->size > 0
                          ? mugai_tiff_open (part->data, part->size)
                          : NULL;
    bool several = tiff != NULL && mugai_tiff_next (tiff);

    mugai_tiff_close (tiff);
    if (!several)
        return mugai_image_run (host, call, part, readers);
    tiff = mugai_tiff_open (part->data, part->size);
    if (tiff == NULL)
        return mugai_image_refuse (host, call, MUGAI_IMAGE_MALFORMED, part->type);
    mugai_verdict_t verdict = put_pages (host, call, part, tiff);
    mugai_tiff_close (tiff);
    return verdict;
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return mugai_image_inspect (host, call, part, readers);
}

MUGAI_IMAGE_FILTER ("image-tiff", "TIFF pictures decoded to pixels and written anew",
                    "TIFF画像を画素に展開し、PNG・JPEGまたはPDFとして作り直す", "tiff",
                    "png jpeg pdf", mugai_image_setup, run, inspect);
