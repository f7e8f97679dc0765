/* SPDX-License-Identifier: Apache-2.0
 *
 * charset-guess: which charset bytes without a label that fits are written in, by how much each
 * reading looks like a text of some language. Process: mugai-worker. Trust: input is hostile.
 */
#pragma once

#include "message/charset-names.h"

#include <stddef.h>
#include <stdint.h>

typedef struct MugaiCharsetGuess {
    MugaiCharsetId id;
    int points;           /* mean per character beyond ASCII, in tenths */
    const char *language; /* static; the one it looks like most: "ja" */
} MugaiCharsetGuess;

enum { MUGAI_CHARSET_GUESSES = 32 /* candidates */ };

/* mugai_charset_guess:
 * @data: borrowed, @size bytes, of which the first thousands count. @declared: gets a little more;
 * UNKNOWN when there is none. @ret: the best first. Returns: how many there are, at least one.
 * Linear in @size.
 */
size_t mugai_charset_guess (const uint8_t *data, size_t size, MugaiCharsetId declared,
                            MugaiCharsetGuess ret[MUGAI_CHARSET_GUESSES]);
