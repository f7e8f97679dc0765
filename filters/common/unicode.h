/* SPDX-License-Identifier: Apache-2.0
 *
 * unicode: the properties of code points that decide what may stand in a text, and how wide it is.
 * libc only. Process: the walk and every filter. Trust: input is hostile.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum MugaiCharClass {
    MUGAI_CHAR_TEXT,      /* may stand anywhere */
    MUGAI_CHAR_CONTROL,   /* C0, DEL, C1 */
    MUGAI_CHAR_BIDI,      /* directional formatting */
    MUGAI_CHAR_INVISIBLE, /* default-ignorable, variation selectors, tags, interlinear annotation */
    MUGAI_CHAR_NEVER,     /* noncharacters; surrogates and what lies beyond U+10FFFF */
    MUGAI_CHAR_PRIVATE,   /* private use: 外字 */
} MugaiCharClass;

MugaiCharClass mugai_char_class (uint32_t c);

/* mugai_char_sequence:
 * Where invisible code points may stand: emoji with variation selectors, skin tones, ZWJ or tags,
 * key caps, ideographic and standardized variation sequences.
 * @at: borrowed, < @end. Returns: bytes of the sequence that begins here and holds an invisible
 * code point; 0: none does. Source: UTS #51 (emoji sequences), UTS #37 (IVS).
 */
size_t mugai_char_sequence (const uint8_t *at, const uint8_t *end);

/* Columns of a terminal: 0 for combining marks, 2 for East Asian wide and full-width ones and, when
 * @east_asian, for ambiguous ones, else 1. Source: UAX #11. */
unsigned mugai_char_width (uint32_t c, bool east_asian);

/* The same over @size bytes of UTF-8; broken bytes count 1 each. */
size_t mugai_text_width (const void *utf8, size_t size, bool east_asian);

/* Hiragana, katakana, ideographs, and the full-width forms and punctuation written with them. */
bool mugai_char_is_cjk (uint32_t c);
