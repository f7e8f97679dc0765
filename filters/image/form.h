/* SPDX-License-Identifier: Apache-2.0
 *
 * form: as PNG or as JPEG? By content, the same picture always the same. Process: render. libc
 * only.
 */
#pragma once

#include "image/image.h"

/* mugai_form_is_photograph:
 * PNG (false) for what has transparency, at most 256 colours, less than 4096 pixels, or flat areas:
 * in at least 3 of 10 places a pixel equals the one to its left. A source that lost detail already
 * (JPEG, lossy WebP, HEIC) becomes a photograph with the first three rules alone. JPEG for the
 * rest.
 */
bool mugai_form_is_photograph (const MugaiImage *image);
