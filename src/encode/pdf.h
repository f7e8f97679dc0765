/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf: pages of pixels with their text as our PDF (src/verify/PROFILE.md, section Q). Process:
 * encode. libc, zlib, and the JPEG writer.
 */
#pragma once

#include "encode/frames.h"
#include "encode/sink.h"

/* mugai_pdf_write:
 * Reads all frames, a page at a time; the same frames give the same bytes. Each page is one image
 * (Indexed, grey or RGB; Flate, or JPEG where the page names a quality) that fills it, and
 * invisible text. Returns: false when memory or a library failed, or the frames are broken
 * (frames->why); what the sink refused shows in its error. Source: ISO 32000-1.
 */
bool mugai_pdf_write (MugaiFrames *frames, MugaiSink *sink);
