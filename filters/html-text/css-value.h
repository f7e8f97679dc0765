/* SPDX-License-Identifier: Apache-2.0
 *
 * css-value: the value of a CSS property or an HTML attribute, reduced, and the lengths and colours
 * it may say. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSS_VALUE_MAX = 192 /* bytes of a value that are looked at */ };

/* In lower case, white space one blank or none beside "(", ")", "," and "/", without comments,
 * escapes decoded. */
typedef struct CssValue {
    char text[CSS_VALUE_MAX]; /* NUL-terminated */
    size_t size;
    bool important; /* "!important" followed */
    bool cut;       /* it was longer */
} CssValue;

CssValue css_value (const uint8_t *at, const uint8_t *end);

bool css_is (const CssValue *v, const char *word);

/* The first word of *@at, up to a blank that is not within parentheses or to the end of these,
 * copied to @word; moves on. Returns: false at the end. */
bool css_word (const char **at, CssValue *word);

typedef enum CssUnit {
    CSS_NONE,    /* no length */
    CSS_PIXELS,  /* thousandths of a pixel; absolute units too */
    CSS_PERCENT, /* thousandths of a per cent of what is around: %, em, vh, vw (an em is 100) */
} CssUnit;

/* The length that @text is. Returns: its unit. */
CssUnit css_length (const char *text, long *ret_milli);

/* "0.5" as 500. Returns: bytes read; 0: no number. */
size_t css_number (const char *text, long *ret_milli);

enum {
    CSS_COLOUR_UNSET = 0,
    CSS_COLOUR_UNKNOWN = 1, /* equal to nothing: an image, a gradient, a value we do not know */
    CSS_COLOUR_CLEAR = 2,   /* transparent */
    CSS_COLOUR_INHERIT = 3,
    CSS_COLOUR_RGB = 1 << 24, /* with the value in the lower bits */
};

/* @v as a colour; UNSET when it says nothing (or an attribute's value is no colour). *@ret_solid:
 * false when it lets through what is behind. */
uint32_t css_colour (const CssValue *v, bool *ret_solid);

/* No reader sees the one on the other: no channel differs by more than 16 of 255. */
bool css_colours_alike (uint32_t a, uint32_t b);
