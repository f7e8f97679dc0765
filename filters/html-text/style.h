/* SPDX-License-Identifier: Apache-2.0
 *
 * style: as much of CSS as it takes to know what a reader sees: display, visibility, size, position
 * and colours, from style attributes and from rules with a simple selector (.class, #id, element).
 * Where a rule is out of reach (media queries, combined selectors), it only makes colours
 * uncertain, so that text is never taken for hidden on a guess. Process: the walk. Trust: input is
 * hostile. libc only.
 */
#pragma once

#include "html-text/tags.h"

#include <stdbool.h>

enum {
    HTML_COLOUR_UNSET = 0,
    HTML_COLOUR_UNKNOWN = 1, /* equal to nothing: an image, a gradient, a rule we did not follow */
    HTML_COLOUR_NONE = 2,    /* transparent text */
    HTML_COLOUR_RGB = 1 << 24,  /* with the value in the lower bits */
    HTML_COLOUR_NAME = 2 << 24, /* with a hash of the name */
};

typedef enum HtmlSize { HTML_SIZE_UNSET, HTML_SIZE_ZERO, HTML_SIZE_SOME } HtmlSize;

/* What declarations say; 0 everywhere: nothing. */
typedef struct HtmlDeclarations {
    uint8_t display;    /* 0, 1: shown, 2: none */
    uint8_t visibility; /* 0, 1: visible, 2: hidden */
    uint8_t mso;        /* 0, 1: shown, 2: hidden */
    uint8_t offscreen;  /* 0, 1: no, 2: yes */
    uint8_t overflow;   /* 0, 1: visible, 2: hidden */
    uint8_t white;      /* 0, 1: normal, 2: pre */
    uint8_t flat;       /* 0, 1: has margins, 2: none above or below */
    HtmlSize opacity, height, width, max_height, font;
    uint32_t fore, back;
} HtmlDeclarations;

typedef struct HtmlStyles HtmlStyles;

/* Rules of all style elements. Returns: (transfer full), NULL when memory ends. */
HtmlStyles *html_styles_new (void);
void html_styles_free (HtmlStyles *styles); /* safe on NULL */

/* Add the rules of one style element; later ones win. Keeps at most 4096 of them. */
void html_styles_add (HtmlStyles *styles, const uint8_t *css, size_t size);

/* What the rules say of an element. @class, @id: attribute values, NULL when there are none. */
void html_styles_apply (const HtmlStyles *styles, HtmlTag tag, const uint8_t *class,
                        size_t class_size, const uint8_t *id, size_t id_size,
                        HtmlDeclarations *ret);

/* The declarations of a style attribute (or a block), on top of what @ret holds. */
void html_declarations (const uint8_t *css, size_t size, HtmlDeclarations *ret);

/* A colour as an attribute or a property writes it; HTML_COLOUR_UNSET when it says nothing. */
uint32_t html_colour (const uint8_t *text, size_t size);

/* True when such declarations hide the element and all below it. */
bool html_declarations_hide (const HtmlDeclarations *d);
