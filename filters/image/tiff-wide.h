/* SPDX-License-Identifier: Apache-2.0
 *
 * tiff-wide: pages whose samples are wider than 16 bits: integers of 32 bits, floating point; and
 * signed ones. Process: render. Trust: input is hostile.
 */
#pragma once

#include "image/image.h"

#include <tiffio.h>

/* Grey or RGB. Values that lie in 0 to 255 stay what they are; else the smallest becomes black, the
 * largest white. */
MugaiImageError mugai_tiff_wide (TIFF *tiff, uint32_t width, uint32_t height,
                                 const MugaiImageLimits *limits, MugaiImage *ret);
