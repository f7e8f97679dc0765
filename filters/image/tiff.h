/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff: the pages of a TIFF or BigTIFF file, by libtiff. Process: render. Trust: input is hostile.
 */
#pragma once

#include "image/image.h"

typedef struct MugaiTiff MugaiTiff;

/* @data: borrowed until closed. Returns: (transfer full) or NULL. */
MugaiTiff *mugai_tiff_open (const uint8_t *data, size_t size);
void mugai_tiff_close (MugaiTiff *tiff);

/* The page in hand; at first the first. @ret: zeroed; as MugaiImageRead. */
MugaiImageError mugai_tiff_page (MugaiTiff *tiff, const MugaiImageLimits *limits, MugaiImage *ret);
/* Go on to the next page that is no thumbnail of another. Returns: false when there is none. */
bool mugai_tiff_next (MugaiTiff *tiff);

/* The first page; a MugaiImageRead. */
MugaiImageError mugai_tiff_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits,
                                 MugaiImage *ret);
