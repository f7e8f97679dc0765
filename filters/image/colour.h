/* SPDX-License-Identifier: Apache-2.0
 *
 * colour: pixels to sRGB by their profile. Process: render. lcms2, which reads the profile:
 * hostile.
 */
#pragma once

#include "image/image.h"

/* Before lock-down. Returns: 0 or -1. */
int mugai_colour_setup (void);

/* mugai_colour_apply:
 * Grey stays grey, CMYK becomes RGB, without a profile by the plain formula. *ret_applied: a
 * profile changed the pixels. A profile that cannot be used is left aside. Returns: OK or MEMORY.
 */
MugaiImageError mugai_colour_apply (MugaiImage *image, bool *ret_applied);
