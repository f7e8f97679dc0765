/* SPDX-License-Identifier: Apache-2.0
 *
 * image: what every decoder of the image filter makes: one page of pixels. One file a format.
 * Process: render. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiImage {
    uint32_t width, height; /* pixels, at least 1 */
    unsigned channels;      /* 1 grey, 3 RGB, 4 RGBA */
    uint32_t dpi_x, dpi_y;  /* 0: not known */
    uint8_t *pixels;        /* owned: height rows of width pixels, no padding */
    bool more;              /* the file holds further images, which are left out */
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

/* Sets size and channels and allocates zeroed pixels. */
MugaiImageError mugai_image_make (MugaiImage *image, uint32_t width, uint32_t height,
                                  unsigned channels, const MugaiImageLimits *limits);
void mugai_image_clear (MugaiImage *image);

/* @data: borrowed. @ret: zeroed; filled with MUGAI_IMAGE_OK only, to be cleared in every case. */
MugaiImageError mugai_pnm_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
MugaiImageError mugai_bmp_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                MugaiImage *ret);
