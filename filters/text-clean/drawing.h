/* SPDX-License-Identifier: Apache-2.0
 *
 * drawing: pictures that are drawn with characters, as a QR code is. They say something to a camera
 * and nothing to a filter of links. Process: the walk. Trust: input is hostile. libc only. Linear.
 */
#pragma once

#include "text-clean/blocks.h"

/* How many there are in @text (UTF-8): eight lines or more in a row, each of 15 characters or more
 * that are all block elements (U+2580-259F), squares, dots of Braille, "#" or blanks, and change
 * three times or more. */
size_t drawing_count (TextSpan text);
