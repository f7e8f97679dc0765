/* SPDX-License-Identifier: Apache-2.0
 *
 * png: one page of pixels as canonical PNG (src/verify/PROFILE.md, section P). Process: encode.
 * libc and zlib.
 */
#pragma once

#include "encode/frames.h"
#include "encode/sink.h"

/* mugai_png_write:
 * The same page gives the same bytes: IHDR, pHYs when the resolution is known, PLTE and tRNS, IDAT,
 * IEND. By content the fewest bits: grey of 1, 2, 4 or 8 bits, else a palette of 1 to 256 colours
 * with their transparency, else RGB, grey with alpha or RGBA; pixels that cannot be seen are 0. No
 * row filter, zlib level 6 (measured best for its time). Returns: false when zlib or memory failed;
 * what the sink refused shows in its error. Source: PNG (ISO/IEC 15948) 11.2, 11.3.
 */
bool mugai_png_write (const MugaiFramesPage *page, MugaiSink *sink);
