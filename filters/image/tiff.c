/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: libtiff's RGBA reader knows all the photometric kinds, compressions and layouts and
 * makes 8 bits of them; what it does not take (32 bits, floating point) goes through tiff-wide.c.
 * Nothing is opened, no thread started; libtiff may ask for no more memory at a time than the
 * pixels need. Source: TIFF 6.0.
 */
#include "image/tiff.h"

#include "image/tiff-wide.h"

#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum { DIRECTORIES_MAX = 10000, ALLOCATION = 400 << 20 };

struct MugaiTiff {
    TIFF *tiff;
    const uint8_t *data;
    size_t size, at;
    unsigned seen; /* directories */
    bool complained;
};

static tmsize_t
take (thandle_t handle, void *to, tmsize_t size)
{
    MugaiTiff *t = handle;
    size_t left = t->size - t->at, n = size > 0 && (size_t)size < left ? (size_t)size : left;

    memcpy (to, t->data + t->at, n);
    t->at += n;
    return (tmsize_t)n;
}

static tmsize_t
put (thandle_t handle, void *from, tmsize_t size)
{
    (void)handle, (void)from, (void)size;
    return -1;
}

static toff_t
seek (thandle_t handle, toff_t offset, int whence)
{
    MugaiTiff *t = handle;
    uint64_t at = whence == SEEK_SET ? offset : offset + (whence == SEEK_CUR ? t->at : t->size);

    t->at = at > t->size ? t->size : (size_t)at;
    return at;
}

static int
no_close (thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t
length (thandle_t handle)
{
    return ((MugaiTiff *)handle)->size;
}

static int
map (thandle_t handle, void **base, toff_t *size)
{
    MugaiTiff *t = handle;

    *base = (void *)t->data; /* libtiff only reads it */
    *size = t->size;
    return 1;
}

static void
unmap (thandle_t handle, void *base, toff_t size)
{
    (void)handle, (void)base, (void)size;
}

static int
complain (TIFF *tiff, void *data, const char *module, const char *format, va_list values)
{
    (void)tiff, (void)module, (void)format, (void)values;
    ((MugaiTiff *)data)->complained = true;
    return 1;
}

static int
say_nothing (TIFF *tiff, void *data, const char *module, const char *format, va_list values)
{
    (void)tiff, (void)data, (void)module, (void)format, (void)values;
    return 1;
}

MugaiTiff *
mugai_tiff_open (const uint8_t *data, size_t size)
{
    MugaiTiff *t = calloc (1, sizeof *t);
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();

    if (t != NULL && options != NULL) {
        t->data = data;
        t->size = size;
        TIFFOpenOptionsSetMaxSingleMemAlloc (options, ALLOCATION);
        TIFFOpenOptionsSetErrorHandlerExtR (options, complain, t);
        TIFFOpenOptionsSetWarningHandlerExtR (options, say_nothing, t);
        t->tiff =
            TIFFClientOpenExt ("", "rm", t, take, put, seek, no_close, length, map, unmap, options);
    }
    TIFFOpenOptionsFree (options);
    if (t != NULL && t->tiff == NULL) {
        free (t);
        t = NULL;
    }
    return t;
}

void
mugai_tiff_close (MugaiTiff *tiff)
{
    if (tiff == NULL)
        return;
    TIFFClose (tiff->tiff);
    free (tiff);
}

static uint32_t
tag (const MugaiTiff *t, uint32_t name)
{
    uint16_t value = 0;

    TIFFGetFieldDefaulted (t->tiff, name, &value);
    return value;
}

static void
take_extras (const MugaiTiff *t, MugaiImage *image)
{
    float x = 0, y = 0;
    uint32_t size = 0, photometric = tag (t, TIFFTAG_PHOTOMETRIC);
    uint32_t orientation = tag (t, TIFFTAG_ORIENTATION);
    void *icc = NULL;

    TIFFGetField (t->tiff, TIFFTAG_XRESOLUTION, &x);
    TIFFGetField (t->tiff, TIFFTAG_YRESOLUTION, &y);
    double unit = tag (t, TIFFTAG_RESOLUTIONUNIT) == RESUNIT_CENTIMETER ? 0.01 : 0.0254;
    if (tag (t, TIFFTAG_RESOLUTIONUNIT) != RESUNIT_NONE)
        mugai_image_set_density (image, (double)x / unit, (double)y / unit);
    image->orientation = orientation <= 8 ? orientation : 0;
    /* the RGBA reader makes RGB of the others without asking the profile */
    if ((photometric == PHOTOMETRIC_RGB || photometric == PHOTOMETRIC_YCBCR ||
         photometric == PHOTOMETRIC_MINISBLACK) &&
        TIFFGetField (t->tiff, TIFFTAG_ICCPROFILE, &size, &icc) == 1)
        mugai_image_set_icc (image, icc, size);
    image->lossy = tag (t, TIFFTAG_COMPRESSION) == COMPRESSION_JPEG;
}

/* libtiff multiplied the colours by alpha where they were not. */
static void
divide_alpha (MugaiImage *image)
{
    size_t count = (size_t)image->width * image->height;
    uint8_t *p = image->pixels;

    for (size_t i = 0; i < count; i++, p += 4)
        for (unsigned c = 0; c < 3 && p[3] != 0 && p[3] != 255; c++) {
            unsigned value = (p[c] * 255u + p[3] / 2) / p[3];
            p[c] = (uint8_t)(value > 255 ? 255 : value);
        }
}

/* Opaque becomes RGB, and grey when there is no colour: pages of text take a quarter. In place. */
static void
reduce (MugaiImage *image)
{
    size_t count = (size_t)image->width * image->height;
    uint8_t *from = image->pixels, *to = from;
    bool alpha = false, colour = false;

    for (size_t i = 0; i < count; i++, from += 4) {
        alpha = alpha || from[3] != 255;
        colour = colour || from[0] != from[1] || from[1] != from[2];
    }
    if (alpha)
        return;
    image->channels = colour ? 3 : 1;
    from = image->pixels;
    for (size_t i = 0; i < count; i++, from += 4, to += image->channels) {
        uint8_t pixel[3] = { from[0], from[1], from[2] };
        memcpy (to, pixel, image->channels);
    }
    uint8_t *less = realloc (image->pixels, count * image->channels);
    if (less != NULL)
        image->pixels = less;
}

/* The words of the RGBA reader are ABGR in the order of the machine: bytes R, G, B, A on a little
 * one. */
static void
order_bytes (MugaiImage *image)
{
    size_t count = (size_t)image->width * image->height;
    static const uint32_t one = 1;

    if (*(const uint8_t *)&one == 1)
        return;
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy (&word, image->pixels + 4 * i, 4);
        for (unsigned c = 0; c < 4; c++)
            image->pixels[4 * i + c] = (uint8_t)(word >> 8 * c);
    }
}

/* Was nothing put on the white? */
static bool
is_blank (const MugaiImage *image)
{
    size_t count = (size_t)image->width * image->height * 4;

    return image->pixels[0] == 255 && memcmp (image->pixels, image->pixels + 1, count - 1) == 0;
}

static MugaiImageError
read_rgba (MugaiTiff *t, uint32_t width, uint32_t height, const MugaiImageLimits *limits,
           MugaiImage *ret)
{
    MugaiImageError error = mugai_image_make (ret, width, height, 4, limits);

    if (error != MUGAI_IMAGE_OK)
        return error;
    memset (ret->pixels, 255, (size_t)width * height * 4);
    TIFFSetField (t->tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT); /* we turn it ourselves */
    t->complained = false;
    int done = TIFFReadRGBAImageOriented (t->tiff, width, height, (uint32_t *)(void *)ret->pixels,
                                          ORIENTATION_TOPLEFT, 0);
    ret->damaged = done == 0 || t->complained;
    if (done == 0 && is_blank (ret))
        return MUGAI_IMAGE_MALFORMED;
    order_bytes (ret);
    divide_alpha (ret);
    reduce (ret);
    return MUGAI_IMAGE_OK;
}

MugaiImageError
mugai_tiff_page (MugaiTiff *tiff, const MugaiImageLimits *limits, MugaiImage *ret)
{
    uint32_t width = 0, height = 0;
    char why[1024];

    if (TIFFGetField (tiff->tiff, TIFFTAG_IMAGEWIDTH, &width) != 1 ||
        TIFFGetField (tiff->tiff, TIFFTAG_IMAGELENGTH, &height) != 1)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error = mugai_image_fits (width, height, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    take_extras (tiff, ret);
    if (TIFFRGBAImageOK (tiff->tiff, why) == 1)
        return read_rgba (tiff, width, height, limits, ret);
    return mugai_tiff_wide (tiff->tiff, width, height, limits, ret);
}

bool
mugai_tiff_next (MugaiTiff *tiff)
{
    while (++tiff->seen < DIRECTORIES_MAX && TIFFReadDirectory (tiff->tiff) == 1) {
        uint32_t kind = 0;
        TIFFGetField (tiff->tiff, TIFFTAG_SUBFILETYPE, &kind);
        if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0)
            return true;
    }
    return false;
}

MugaiImageError
mugai_tiff_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    MugaiTiff *tiff = mugai_tiff_open (data, size);

    if (tiff == NULL)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error = mugai_tiff_page (tiff, limits, ret);
    if (error == MUGAI_IMAGE_OK)
        ret->more = mugai_tiff_next (tiff);
    mugai_tiff_close (tiff);
    return error;
}
