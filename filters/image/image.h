/* SPDX-License-Identifier: Apache-2.0
 *
 * image: what every decoder of the image filters makes: one page of pixels. One file a format.
 * Process: render. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiImage {
    uint32_t width, height; /* pixels, at least 1 */
    unsigned channels;      /* 1 grey, 3 RGB, 4 RGBA or CMYK */
    bool cmyk;              /* 0 is no ink; the colour stage makes RGB of it */
    uint32_t dpi_x, dpi_y;  /* 0: not known */
    uint8_t *pixels;        /* owned: height rows of width pixels, no padding */
    bool more;              /* the file holds further images, which are left out */
    bool damaged;         /* it ended early or made no sense in places; what is missing is white */
    unsigned orientation; /* 1 to 8 as EXIF has it: how to turn the pixels; 0: as they are */
    unsigned quality; /* of a source that lost (JPEG): 1 to 100; 0: not known, or none was lost */
    bool lossy;
    uint8_t *icc; /* owned: colour profile of the pixels, or NULL: sRGB */
    size_t icc_size;
} MugaiImage;

typedef enum MugaiImageError {
    MUGAI_IMAGE_OK = 0,
    MUGAI_IMAGE_MALFORMED,
    MUGAI_IMAGE_TOO_LARGE,
    MUGAI_IMAGE_UNSUPPORTED,
    MUGAI_IMAGE_MEMORY,
} MugaiImageError;

typedef struct MugaiImageLimits {
    uint64_t pixels;
    uint32_t side;
} MugaiImageLimits;

enum { MUGAI_IMAGE_ICC = 4 << 20 /* bytes: a larger colour profile is not used */ };

/* May a picture of this size be made? */
MugaiImageError mugai_image_fits (uint32_t width, uint32_t height, const MugaiImageLimits *limits);
/* Sets size and channels and allocates zeroed pixels. */
MugaiImageError mugai_image_make (MugaiImage *image, uint32_t width, uint32_t height,
                                  unsigned channels, const MugaiImageLimits *limits);
void mugai_image_clear (MugaiImage *image);

/* Keep a copy of a colour profile, unless it is too large. */
void mugai_image_set_icc (MugaiImage *image, const void *data, size_t size);
/* @per_metre: pixels; what no picture has is not known. */
void mugai_image_set_density (MugaiImage *image, double per_metre_x, double per_metre_y);

/* A decoder. @data: borrowed. @ret: zeroed; filled with MUGAI_IMAGE_OK only, to be cleared in every
 * case. Of several images the first or, where sizes differ by purpose (ICO), the largest. */
typedef MugaiImageError (*MugaiImageRead) (const uint8_t *data, size_t size,
                                           const MugaiImageLimits *limits, MugaiImage *ret);

MugaiImageError mugai_bmp_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
/* The same; the fourth byte of a pixel of 32 bits is alpha though nothing says so, as in icons. */
MugaiImageError mugai_bmp_read_alpha (const uint8_t *data, size_t size,
                                      const MugaiImageLimits *limits, MugaiImage *ret);
MugaiImageError mugai_gif_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_heif_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                 MugaiImage *ret);
MugaiImageError mugai_ico_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_jp2_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_jpeg_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                 MugaiImage *ret);
MugaiImageError mugai_png_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_pnm_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_psd_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_webp_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                 MugaiImage *ret);
