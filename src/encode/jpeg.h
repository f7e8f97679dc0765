/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg: one page of pixels as canonical JPEG (src/verify/PROFILE.md, section J). Process: encode.
 * libjpeg-turbo, of which only the compressor is called.
 */
#pragma once

#include "encode/frames.h"
#include "encode/sink.h"

enum { MUGAI_JPEG_QUALITY = 85 /* of a page that names none */ };

/* mugai_jpeg_write:
 * The same page gives the same bytes: JFIF 1.01 with the density, baseline, the standard's tables
 * (those for quantization scaled by the page's quality, 1 to 100), 4:2:0 below quality 90, no
 * metadata. A page without colour becomes grey; what is not opaque is shown over white. Returns:
 * false when libjpeg or memory failed; what the sink refused shows in its error. Source: ITU-T
 * T.81, T.871.
 */
bool mugai_jpeg_write (const MugaiFramesPage *page, MugaiSink *sink);
