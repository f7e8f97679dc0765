/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: rules hang in chains by the most telling name of their last compound. Rules with
 * the same selector are one, so that a page gains nothing by repeating it; chains are short, and a
 * page that makes matching dear anyway loses its style sheet, and with it all colours.
 */
#include "html-text/styles.h"

#include <stdlib.h>
#include <string.h>

enum {
    RULES_MAX = 4096,
    CHAIN_MAX = 64,  /* rules with one name */
    SLOTS = 8192,    /* power of two above RULES_MAX */
    NESTING_MAX = 8, /* blocks within at-rules */
    STEPS_LEAST = 1000000,
    STEPS_PER_BYTE = 16,
    ORDER_MAX = (1 << 18) - 1,
};

typedef struct Rule {
    CssSelector selector;
    CssDeclarations declarations;
    uint32_t next; /* in the chain; 0: none, else the index of a rule + 1 */
} Rule;

typedef struct Slot {
    uint64_t key; /* 0: free */
    uint32_t first, length;
} Slot;

struct CssStyles {
    Rule *rules; /* owned */
    size_t n, room;
    uint32_t order;
    uint64_t steps;                         /* that matching may still take */
    bool lost;                              /* rules were left out, or steps are used up */
    uint32_t everywhere, everywhere_length; /* chain of rules for "*" */
    Slot *slots;                            /* owned; NULL: no rule yet */
};

CssStyles *
css_styles_new (size_t size)
{
    CssStyles *styles = calloc (1, sizeof *styles);
    if (styles != NULL)
        styles->steps = STEPS_LEAST + (uint64_t)size * STEPS_PER_BYTE;
    return styles;
}

void
css_styles_free (CssStyles *styles)
{
    if (styles != NULL) {
        free (styles->rules);
        free (styles->slots);
    }
    free (styles);
}

bool
css_styles_any (const CssStyles *styles)
{
    return styles->n > 0 || styles->lost;
}

static size_t
slot_of (const CssStyles *styles, uint64_t key)
{
    size_t slot = (size_t)(key >> 20) % SLOTS;
    while (styles->slots[slot].key != 0 && styles->slots[slot].key != key)
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* Where the chain for @key begins and how long it is. */
static void
chain_of (CssStyles *styles, uint64_t key, uint32_t **ret_first, uint32_t **ret_length)
{
    *ret_first = &styles->everywhere;
    *ret_length = &styles->everywhere_length;
    if (key == 0)
        return;
    Slot *slot = &styles->slots[slot_of (styles, key)];
    slot->key = key;
    *ret_first = &slot->first;
    *ret_length = &slot->length;
}

static Rule *
new_rule (CssStyles *styles)
{
    if (styles->n == styles->room) {
        size_t room = styles->room == 0 ? 16 : styles->room * 2;
        Rule *rules = reallocarray (styles->rules, room, sizeof *rules);
        if (rules == NULL)
            return NULL;
        styles->rules = rules;
        styles->room = room;
    }
    return &styles->rules[styles->n++];
}

static void
put (CssStyles *styles, const CssSelector *s, const CssDeclarations *d)
{
    uint32_t *first, *length;
    if (d->set == 0)
        return;
    if (styles->slots == NULL)
        styles->slots = calloc (SLOTS, sizeof *styles->slots);
    if (styles->n == RULES_MAX || styles->slots == NULL) {
        styles->lost = true;
        return;
    }
    chain_of (styles, css_selector_key (s), &first, &length);
    for (uint32_t i = *first; i != 0; i = styles->rules[i - 1].next) {
        if (memcmp (&styles->rules[i - 1].selector, s, sizeof *s) == 0) {
            css_merge (&styles->rules[i - 1].declarations, d);
            return;
        }
    }
    Rule *rule = *length < CHAIN_MAX ? new_rule (styles) : NULL;
    if (rule == NULL) {
        styles->lost = true;
        return;
    }
    *rule = (Rule){ .selector = *s, .declarations = *d, .next = *first };
    *first = (uint32_t)styles->n;
    ++*length;
}

/* ---- reading ---- */

/* What is left of a rule that may or may not hold: its colours are unknown. */
static CssDeclarations
doubtful (const CssDeclarations *d)
{
    CssDeclarations ret = { .set = 0 };
    for (CssProperty p = CSS_COLOR; p <= CSS_IMAGE; p++) {
        if (css_says (d, p))
            css_declare (&ret, p, CSS_COLOUR_UNKNOWN, d->weight[p]);
    }
    return ret;
}

static void
add_rule (CssStyles *styles, const uint8_t *at, const uint8_t *end, const uint8_t *block,
          const uint8_t *block_end, bool sure)
{
    CssDeclarations d = { .set = 0 };
    styles->order += styles->order < ORDER_MAX;
    css_declarations (&d, block, (size_t)(block_end - block), CSS_WEIGHT_RULE);
    for (const uint8_t *stop; at < end; at = stop + 1) {
        const uint8_t *comma = memchr (at, ',', (size_t)(end - at));
        stop = comma != NULL ? comma : end;
        CssSelector s;
        CssSelectorKind kind = css_selector (at, stop, &s);
        if (kind == CSS_SELECTOR_NEVER || d.set == 0)
            continue;
        CssDeclarations own = sure && kind == CSS_SELECTOR_GOOD ? d : doubtful (&d);
        for (size_t i = 0; i < CSS_PROPERTIES; i++) /* 11 bits, 18 bits */
            own.weight[i] += (s.specificity << 18) + styles->order;
        put (styles, &s, &own);
    }
}

/* Skip white space, comments and the marks of an HTML comment. */
static const uint8_t *
skip (const uint8_t *at, const uint8_t *end)
{
    while (at < end) {
        size_t left = (size_t)(end - at);
        if (*at == ' ' || (*at >= '\t' && *at <= '\r')) {
            at++;
        } else if (left >= 2 && memcmp (at, "/*", 2) == 0) {
            const uint8_t *close = memmem (at + 2, left - 2, "*/", 2);
            at = close != NULL ? close + 2 : end;
        } else if (left >= 4 && memcmp (at, "<!--", 4) == 0) {
            at += 4;
        } else if (left >= 3 && memcmp (at, "-->", 3) == 0) {
            at += 3;
        } else {
            break;
        }
    }
    return at;
}

/* Comments and strings do not end a block. */
static const uint8_t *
block_end (const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at != '}') {
        if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
            const uint8_t *close = memmem (at + 2, (size_t)(end - at - 2), "*/", 2);
            at = close != NULL ? close + 2 : end;
        } else {
            at++;
        }
    }
    return at;
}

/* At-rules around a rule: which hold for sure, which perhaps, which not. */
typedef struct Nesting {
    unsigned depth;
    enum { HOLDS, PERHAPS, FAILS } state[NESTING_MAX + 1];
} Nesting;

static bool
is_at (const uint8_t *at, const uint8_t *end, const char *name)
{
    size_t n = strlen (name);
    return (size_t)(end - at) >= n && memcmp (at, name, n) == 0;
}

/* @returns: false when it is nested too deeply. */
static bool
enter (Nesting *n, const uint8_t *head, const uint8_t *end)
{
    if (n->depth == NESTING_MAX)
        return false;
    int outer = n->state[n->depth], here = FAILS; /* @font-face, @keyframes, @page */
    if (is_at (head, end, "@media"))
        here = css_media (head + 6, end) ? HOLDS : FAILS;
    else if (is_at (head, end, "@supports") || is_at (head, end, "@layer") ||
             is_at (head, end, "@container"))
        here = PERHAPS;
    n->state[++n->depth] = outer > here ? outer : here;
    return true;
}

void
css_styles_add (CssStyles *styles, const uint8_t *css, size_t size)
{
    const uint8_t *at = css, *end = css + size;
    Nesting nesting = { .depth = 0 };
    for (at = skip (at, end); at < end; at = skip (at, end)) {
        const uint8_t *head = at;
        while (at < end && *at != '{' && *at != '}' && *at != ';')
            at++;
        if (at == end)
            return;
        const uint8_t *stop = at;
        uint8_t mark = *at++;
        if (mark == '}')
            nesting.depth -= nesting.depth > 0;
        if (mark != '{')
            continue;
        if (*head == '@' && !is_at (head, stop, "@font-face") && !is_at (head, stop, "@page")) {
            if (!enter (&nesting, head, stop))
                return;
            continue;
        }
        const uint8_t *close = block_end (at, end);
        if (*head != '@' && nesting.state[nesting.depth] != FAILS)
            add_rule (styles, head, stop, at, close, nesting.state[nesting.depth] == HOLDS);
        at = close < end ? close + 1 : end;
    }
}

/* ---- looking up ---- */

static void
apply_chain (CssStyles *styles, uint32_t first, const CssNames *own, const CssNames *around,
             size_t depth, CssDeclarations *d)
{
    for (uint32_t i = first; i != 0; i = styles->rules[i - 1].next) {
        const Rule *rule = &styles->rules[i - 1];
        uint64_t steps = 1;
        if (css_selector_match (&rule->selector, own, around, depth, &steps))
            css_merge (d, &rule->declarations);
        styles->steps -= steps < styles->steps ? steps : styles->steps;
    }
}

void
css_styles_apply (CssStyles *styles, const CssNames *own, const CssNames *around, size_t depth,
                  CssDeclarations *d)
{
    styles->lost = styles->lost || styles->steps == 0;
    if (styles->lost) {
        css_declare (d, CSS_COLOR, CSS_COLOUR_UNKNOWN, CSS_WEIGHT_RULE);
        css_declare (d, CSS_BACKGROUND, CSS_COLOUR_UNKNOWN, CSS_WEIGHT_RULE);
    }
    if (styles->n == 0 || styles->steps == 0)
        return;
    apply_chain (styles, styles->everywhere, own, around, depth, d);
    for (unsigned i = 0; i < own->n; i++) {
        const Slot *slot = &styles->slots[slot_of (styles, own->key[i])];
        if (slot->key != 0)
            apply_chain (styles, slot->first, own, around, depth, d);
    }
}
