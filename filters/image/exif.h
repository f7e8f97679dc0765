/* SPDX-License-Identifier: Apache-2.0
 *
 * exif: orientation and resolution out of EXIF data, nothing else. Process: render. Trust: input is
 * hostile. libc only.
 */
#pragma once

#include "image/image.h"

/* @data: from the TIFF header on, "Exif" 00 00 before it is skipped. Sets orientation, and the
 * density when it is not known yet. What makes no sense changes nothing. Source: EXIF 2.3, 4.6.4.
 */
void mugai_exif_read (const uint8_t *data, size_t size, MugaiImage *image);
