/* SPDX-License-Identifier: Apache-2.0
 *
 * declarations: what a block of CSS says of an element, as far as a reader's eyes need it: display,
 * visibility, size, position, colours, white space. Process: the walk. Trust: input is hostile.
 * libc only.
 */
#pragma once

#include "html-text/css-value.h"

/* Properties, and what their values are. Where it says "1:", 0 is everything else. */
typedef enum CssProperty {
    CSS_DISPLAY,    /* 1: none */
    CSS_VISIBILITY, /* 1: hidden or collapse */
    CSS_MSO_HIDE,   /* 1: all */
    CSS_OPACITY,    /* 1: below 0.05 */
    CSS_OVERFLOW,   /* 1: hidden, clip, scroll or auto */
    CSS_HEIGHT,     /* 1: one pixel or less */
    CSS_WIDTH,
    CSS_MAX_HEIGHT, /* 1: the same; 2: nothing at all */
    CSS_MAX_WIDTH,
    CSS_CLIP, /* 1: nothing is left */
    CSS_CLIP_PATH,
    CSS_TEXT_INDENT, /* 1: far outside: 100 pixels or per cent, or more, to the left or above */
    CSS_LEFT,
    CSS_TOP,
    CSS_RIGHT,
    CSS_MARGIN_LEFT,
    CSS_MARGIN_TOP,
    CSS_TRANSFORM,
    CSS_FONT_SIZE, /* CSS_FONT_... */
    CSS_COLOR,     /* CSS_COLOUR_... */
    CSS_BACKGROUND,
    CSS_IMAGE,       /* 1: a picture or a gradient in the background */
    CSS_WHITE_SPACE, /* HtmlSpace */
    CSS_FLAT,        /* 1: no margins above and below */
    CSS_LIST_STYLE,  /* HtmlNumbering */
    CSS_PROPERTIES,
} CssProperty;

enum {
    CSS_FONT_SOME = 0,          /* a size that can be read */
    CSS_FONT_PIXELS = 1 << 28,  /* with thousandths */
    CSS_FONT_PERCENT = 2 << 28, /* of the size around it, with thousandths */
    CSS_FONT_KIND = 3 << 28,
};

/* Of two that say something of a property, the greater weight wins, of equals the later one. */
enum {
    CSS_WEIGHT_ATTRIBUTE = 1,     /* colour, bgcolor, hidden and what the browser itself says */
    CSS_WEIGHT_RULE = 1 << 29,    /* with specificity << 18 and the number of the rule */
    CSS_WEIGHT_ELEMENT = 1 << 30, /* style attribute */
};
#define CSS_WEIGHT_IMPORTANT (1u << 31)

typedef struct CssDeclarations {
    uint32_t set; /* 1 << property */
    uint32_t value[CSS_PROPERTIES];
    uint32_t weight[CSS_PROPERTIES];
} CssDeclarations;

/* Declare one property. */
void css_declare (CssDeclarations *d, CssProperty property, uint32_t value, uint32_t weight);

/* Read a block or a style attribute on top of what @d holds. @weight: without IMPORTANT. */
void css_declarations (CssDeclarations *d, const uint8_t *css, size_t size, uint32_t weight);

/* Put what @s says on top of @d. */
void css_merge (CssDeclarations *d, const CssDeclarations *s);

/* The value of @property, 0 when nothing is said. */
static inline uint32_t
css_get (const CssDeclarations *d, CssProperty property)
{
    return d->set >> property & 1 ? d->value[property] : 0;
}

static inline bool
css_says (const CssDeclarations *d, CssProperty property)
{
    return d->set >> property & 1;
}

/* True when such declarations hide the element and all in it; visibility, sizes of the font and
 * colours, which what is in it may change again, left out. */
bool css_hides (const CssDeclarations *d);
