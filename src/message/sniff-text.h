/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff-text: is a content text, and do its first words say which kind?
 *
 * Process: worker. Trust: input is hostile. Pure, linear. libc only.
 */
#pragma once

#include "message/sniff.h"

/* mugai_sniff_is_text:
 * Controls that no text has are at most one byte in 512 of either window, and of the bytes above
 * ASCII seven in eight can be read in UTF-8, a double-byte charset or a single-byte one; UTF-16
 * has neither controls nor lone surrogates. With @w->shown a twentieth of controls is accepted.
 */
bool mugai_sniff_is_text (const MugaiSniff *w);

/* Returns: (static) id of the kind of text that the words at the beginning of @w name, or NULL. */
const char *mugai_sniff_words (const MugaiSniff *w);
