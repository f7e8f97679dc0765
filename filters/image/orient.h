/* SPDX-License-Identifier: Apache-2.0
 *
 * orient: turn the pixels as the orientation says. Process: render. libc only.
 */
#pragma once

#include "image/image.h"

/* Returns: OK with orientation 0; MEMORY. */
MugaiImageError mugai_orient (MugaiImage *image);
