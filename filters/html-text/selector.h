/* SPDX-License-Identifier: Apache-2.0
 *
 * selector: selectors of CSS made of elements, classes, ids, " " and ">", against an element and
 * those around it. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "html-text/tokenizer.h"

enum {
    CSS_COMPOUNDS_MAX = 4, /* parts of a selector that " " and ">" part */
    CSS_KEYS_MAX = 4,      /* names in one of them */
    CSS_NAMES_MAX = 32,    /* of an element: its own, its id, its classes */
};

/* The names of an element: hashes of "p", "#id", ".class", without regard to case. */
typedef struct CssNames {
    uint64_t key[CSS_NAMES_MAX];
    unsigned n;
} CssNames;

typedef struct CssSelector {
    uint64_t key[CSS_COMPOUNDS_MAX][CSS_KEYS_MAX]; /* the last compound is the element itself */
    uint8_t keys[CSS_COMPOUNDS_MAX];               /* 0: "*" */
    bool child[CSS_COMPOUNDS_MAX];                 /* a ">" stands before it */
    uint8_t compounds;
    uint32_t specificity; /* ids, classes, elements: 3, 5 and 3 bits, each at most full */
} CssSelector;

typedef enum CssSelectorKind {
    CSS_SELECTOR_GOOD,
    CSS_SELECTOR_UNSURE, /* it has parts that are not followed: the last compound may match */
    CSS_SELECTOR_NEVER,  /* it cannot match what is at rest: :hover, ::before; or it is broken */
} CssSelectorKind;

/* The names of the element that @token begins. */
void css_names (const HtmlToken *token, CssNames *ret);

/* Parse one selector (no comma). UNSURE: @ret is its last compound alone. */
CssSelectorKind css_selector (const uint8_t *at, const uint8_t *end, CssSelector *ret);

/* The name of the last compound by which rules are found: id before class before element; 0: none.
 */
uint64_t css_selector_key (const CssSelector *s);

/* css_selector_match:
 * Does @s match @own, whose ancestors are @around[0] (outermost) to @around[@depth - 1]?
 * *ret_steps: raised by what it cost.
 */
bool css_selector_match (const CssSelector *s, const CssNames *own, const CssNames *around,
                         size_t depth, uint64_t *ret_steps);
