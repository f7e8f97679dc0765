/* SPDX-License-Identifier: Apache-2.0
 *
 * styles: the rules of style elements. Where a rule is out of reach, it only makes colours
 * uncertain, so that text is never taken for hidden on a guess. Process: the walk. Trust: input is
 * hostile. libc only. What looking up costs is bounded: SPEC.md 4.6.
 */
#pragma once

#include "html-text/declarations.h"
#include "html-text/selector.h"

typedef struct CssStyles CssStyles;

/* @size: bytes of the page; bounds what matching may cost. Returns: (transfer full), NULL when
 * memory ends. */
CssStyles *css_styles_new (size_t size);
void css_styles_free (CssStyles *styles); /* safe on NULL */

/* Add the rules of one style element. */
void css_styles_add (CssStyles *styles, const uint8_t *css, size_t size);

/* Is there any rule? */
bool css_styles_any (const CssStyles *styles);

/* Does a list of media (of @media, or the attribute) hold for our reader: a screen of 1024 pixels,
 * light? */
bool css_media (const uint8_t *at, const uint8_t *end);

/* Put what the rules say of an element on top of @d. */
void css_styles_apply (CssStyles *styles, const CssNames *own, const CssNames *around, size_t depth,
                       CssDeclarations *d);
