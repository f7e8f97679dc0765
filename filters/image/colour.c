/* SPDX-License-Identifier: Apache-2.0 */
#include "image/colour.h"

#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

static cmsHPROFILE srgb, srgb_grey;

static void
say_nothing (cmsContext context, cmsUInt32Number code, const char *text)
{
    (void)context, (void)code, (void)text;
}

int
mugai_colour_setup (void)
{
    /* IEC 61966-2-1, the curve of sRGB */
    const cmsFloat64Number curve[5] = { 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045 };
    cmsToneCurve *tone = cmsBuildParametricToneCurve (NULL, 4, curve);

    cmsSetLogErrorHandler (say_nothing);
    srgb = cmsCreate_sRGBProfile();
    srgb_grey = tone != NULL ? cmsCreateGrayProfile (cmsD50_xyY(), tone) : NULL;
    cmsFreeToneCurve (tone);
    return srgb != NULL && srgb_grey != NULL ? 0 : -1;
}

/* Most pictures that carry a profile carry that of sRGB, which changes nothing. */
static bool
is_srgb (cmsHPROFILE profile)
{
    char name[64] = "";

    cmsGetProfileInfoASCII (profile, cmsInfoDescription, "en", "US", name, sizeof name);
    return strncmp (name, "sRGB", 4) == 0 && cmsGetColorSpace (profile) == cmsSigRgbData;
}

static cmsHTRANSFORM
make_transform (const MugaiImage *image)
{
    cmsHTRANSFORM transform = NULL;
    cmsHPROFILE profile = cmsOpenProfileFromMem (image->icc, (cmsUInt32Number)image->icc_size);

    if (profile == NULL)
        return NULL;
    cmsColorSpaceSignature space = cmsGetColorSpace (profile);
    if (image->cmyk && space == cmsSigCmykData)
        transform =
            cmsCreateTransform (profile, TYPE_CMYK_8, srgb, TYPE_RGB_8, INTENT_PERCEPTUAL, 0);
    else if (image->channels == 1 && space == cmsSigGrayData)
        transform =
            cmsCreateTransform (profile, TYPE_GRAY_8, srgb_grey, TYPE_GRAY_8, INTENT_PERCEPTUAL, 0);
    else if (image->channels == 3 && space == cmsSigRgbData && !is_srgb (profile))
        transform =
            cmsCreateTransform (profile, TYPE_RGB_8, srgb, TYPE_RGB_8, INTENT_PERCEPTUAL, 0);
    else if (image->channels == 4 && !image->cmyk && space == cmsSigRgbData && !is_srgb (profile))
        transform = cmsCreateTransform (profile, TYPE_RGBA_8, srgb, TYPE_RGBA_8, INTENT_PERCEPTUAL,
                                        cmsFLAGS_COPY_ALPHA);
    cmsCloseProfile (profile);
    return transform;
}

/* Four bytes become three, in place: what is written never passes what is read. */
static void
plain_cmyk (const uint8_t *from, uint8_t *to, uint32_t width)
{
    for (uint32_t x = 0; x < width; x++, from += 4, to += 3) {
        unsigned white = 255u - from[3];
        for (unsigned i = 0; i < 3; i++)
            to[i] = (uint8_t)(((255u - from[i]) * white + 127) / 255);
    }
}

static MugaiImageError
convert (MugaiImage *image, cmsHTRANSFORM transform)
{
    unsigned to_channels = image->cmyk ? 3 : image->channels;
    size_t from = (size_t)image->width * image->channels, to = (size_t)image->width * to_channels;
    uint8_t *row = malloc (from);

    if (row == NULL)
        return MUGAI_IMAGE_MEMORY;
    for (uint32_t y = 0; y < image->height; y++) {
        memcpy (row, image->pixels + y * from, from);
        if (transform != NULL)
            cmsDoTransform (transform, row, image->pixels + y * to, image->width);
        else
            plain_cmyk (row, image->pixels + y * to, image->width);
    }
    free (row);
    image->channels = to_channels;
    image->cmyk = false;
    return MUGAI_IMAGE_OK;
}

MugaiImageError
mugai_colour_apply (MugaiImage *image, bool *ret_applied)
{
    cmsHTRANSFORM transform = image->icc != NULL ? make_transform (image) : NULL;

    *ret_applied = transform != NULL;
    MugaiImageError error =
        transform != NULL || image->cmyk ? convert (image, transform) : MUGAI_IMAGE_OK;
    if (transform != NULL)
        cmsDeleteTransform (transform);
    return error;
}
