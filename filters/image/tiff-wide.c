/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: rows are read into memory as numbers, then mapped to 8 bits. Deliberately not done:
 * tiles, separate planes, 64 bits, complex numbers.
 */
#include "image/tiff-wide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct Wide {
    TIFF *tiff;
    uint32_t width, height;
    unsigned bits, samples, kind;
    unsigned channels; /* taken of the samples: 1 or 3 */
    float *values;
    bool damaged;
} Wide;

static float
number_at (const Wide *w, const uint8_t *row, size_t index)
{
    union {
        uint8_t u8;
        int8_t i8;
        uint16_t u16;
        int16_t i16;
        uint32_t u32;
        int32_t i32;
        float f32;
    } v = { 0 };
    size_t bytes = w->bits / 8;
    bool is_signed = w->kind == SAMPLEFORMAT_INT;

    memcpy (&v, row + index * bytes, bytes);
    if (w->kind == SAMPLEFORMAT_IEEEFP)
        return isfinite (v.f32) ? v.f32 : 0;
    switch (w->bits) {
    case 8:
        return is_signed ? (float)v.i8 : (float)v.u8;
    case 16:
        return is_signed ? (float)v.i16 : (float)v.u16;
    default:
        return is_signed ? (float)v.i32 : (float)v.u32;
    }
}

static bool
read_numbers (Wide *w)
{
    tmsize_t row = TIFFScanlineSize (w->tiff);
    size_t least = (size_t)w->width * w->samples * (w->bits / 8);
    uint8_t *line = row > 0 && (size_t)row >= least ? calloc (1, (size_t)row) : NULL;
    float *to = w->values;

    if (line == NULL)
        return false;
    for (uint32_t y = 0; y < w->height; y++) {
        if (TIFFReadScanline (w->tiff, line, y, 0) != 1) {
            w->damaged = true;
            break;
        }
        for (uint32_t x = 0; x < w->width; x++)
            for (unsigned c = 0; c < w->channels; c++)
                *to++ = number_at (w, line, (size_t)x * w->samples + c);
    }
    free (line);
    return to != w->values;
}

static void
map_numbers (const Wide *w, bool invert, MugaiImage *image)
{
    size_t count = (size_t)w->width * w->height * w->channels;
    float low = w->values[0], high = low;

    for (size_t i = 1; i < count; i++) {
        low = w->values[i] < low ? w->values[i] : low;
        high = w->values[i] > high ? w->values[i] : high;
    }
    bool as_is = low >= 0 && high <= 255 && (w->kind != SAMPLEFORMAT_IEEEFP || high > 1);
    float scale = as_is ? 1 : high > low ? 255 / (high - low) : 0;
    for (size_t i = 0; i < count; i++) {
        float value = as_is ? w->values[i] : (w->values[i] - low) * scale;
        value = value > 0 ? value : 0;
        uint8_t byte = (uint8_t)(value < 255 ? value + 0.5f : 255);
        image->pixels[i] = invert ? (uint8_t)(255 - byte) : byte;
    }
}

static bool
describe (Wide *w, uint16_t *photometric)
{
    uint16_t bits = 0, samples = 0, kind = 0, plane = 0;

    TIFFGetFieldDefaulted (w->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetFieldDefaulted (w->tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    TIFFGetFieldDefaulted (w->tiff, TIFFTAG_SAMPLEFORMAT, &kind);
    TIFFGetFieldDefaulted (w->tiff, TIFFTAG_PLANARCONFIG, &plane);
    TIFFGetFieldDefaulted (w->tiff, TIFFTAG_PHOTOMETRIC, photometric);
    w->bits = bits;
    w->samples = samples;
    w->kind = kind == SAMPLEFORMAT_VOID ? SAMPLEFORMAT_UINT : kind;
    w->channels = *photometric == PHOTOMETRIC_RGB && samples >= 3 ? 3 : 1;
    bool number = w->kind == SAMPLEFORMAT_UINT || w->kind == SAMPLEFORMAT_INT
                      ? bits == 8 || bits == 16 || bits == 32
                      : w->kind == SAMPLEFORMAT_IEEEFP && bits == 32;
    bool colour = *photometric == PHOTOMETRIC_MINISBLACK ||
                  *photometric == PHOTOMETRIC_MINISWHITE || *photometric == PHOTOMETRIC_RGB;
    return number && colour && samples >= 1 && samples <= 8 && TIFFIsTiled (w->tiff) == 0 &&
           (plane == PLANARCONFIG_CONTIG || samples == 1);
}

MugaiImageError
mugai_tiff_wide (TIFF *tiff, uint32_t width, uint32_t height, const MugaiImageLimits *limits,
                 MugaiImage *ret)
{
    Wide w = { .tiff = tiff, .width = width, .height = height };
    uint16_t photometric = PHOTOMETRIC_MINISBLACK;

    if (!describe (&w, &photometric))
        return MUGAI_IMAGE_UNSUPPORTED;
    MugaiImageError error = mugai_image_make (ret, width, height, w.channels, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    w.values = calloc ((size_t)width * height, w.channels * sizeof *w.values);
    if (w.values == NULL)
        return MUGAI_IMAGE_MEMORY;
    bool some = read_numbers (&w);
    if (some)
        map_numbers (&w, photometric == PHOTOMETRIC_MINISWHITE, ret);
    free (w.values);
    ret->damaged = w.damaged;
    return some ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}
