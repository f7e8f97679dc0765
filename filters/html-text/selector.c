/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/selector.h"

#include <string.h>
#include <strings.h>

static uint8_t
lower (uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool
is_space (uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_name (uint8_t c)
{
    return (lower (c) >= 'a' && lower (c) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c >= 0x80;
}

/* FNV-1a; the lowest two bits say what it names. */
enum { ELEMENT = 1, CLASS = 2, ID = 3 };

static uint64_t
key_of (unsigned kind, const uint8_t *name, size_t size)
{
    uint64_t hash = (14695981039346656037u ^ kind) * 1099511628211u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ lower (name[i])) * 1099511628211u;
    return (hash & ~(uint64_t)3) | kind;
}

static uint64_t
element_key (HtmlTag tag)
{
    return key_of (ELEMENT, (const uint8_t *)&tag, sizeof tag);
}

void
css_names (const HtmlToken *token, CssNames *ret)
{
    HtmlSlice id = token->attributes[HTML_ATTR_ID], class = token->attributes[HTML_ATTR_CLASS];
    ret->n = 0;
    ret->key[ret->n++] = element_key (token->tag);
    if (id.size > 0)
        ret->key[ret->n++] = key_of (ID, id.data, id.size);
    if (class.size == 0)
        return;
    const uint8_t *at = class.data, *end = class.data + class.size;
    while (at < end && ret->n < CSS_NAMES_MAX) {
        while (at < end && is_space (*at))
            at++;
        const uint8_t *start = at;
        while (at < end && !is_space (*at))
            at++;
        if (at > start)
            ret->key[ret->n++] = key_of (CLASS, start, (size_t)(at - start));
    }
}

/* ---- parsing ---- */

typedef struct Parser {
    const uint8_t *at, *end;
    CssSelector *s;
    unsigned count[4]; /* names of each kind */
    bool unsure;
} Parser;

static size_t
take_name (Parser *p, const uint8_t **ret)
{
    *ret = p->at;
    while (p->at < p->end && is_name (*p->at))
        p->at++;
    return (size_t)(p->at - *ret);
}

static void
add_key (Parser *p, unsigned kind, const uint8_t *name, size_t size)
{
    uint8_t compound = p->s->compounds, *n = &p->s->keys[compound];
    uint8_t small[32];
    uint64_t key = key_of (kind, name, size);
    if (kind == ELEMENT) {
        for (size_t i = 0; i < size && i < sizeof small; i++)
            small[i] = lower (name[i]);
        key = element_key (html_tag (small, size < sizeof small ? size : sizeof small));
    }
    p->count[kind]++;
    if (*n < CSS_KEYS_MAX)
        p->s->key[compound][(*n)++] = key;
    else
        p->unsure = true;
}

/* What follows a ":". Returns: false when it cannot match. */
static bool
take_pseudo (Parser *p)
{
    static const char *const still[] = { "link", "any-link", "root", "visited" };
    const uint8_t *name;
    p->at++;
    if (p->at < p->end && *p->at == ':')
        return false; /* ::before */
    size_t n = take_name (p, &name);
    if (p->at < p->end && *p->at == '(') {
        p->unsure = true; /* :not(), :nth-child() */
        const uint8_t *close = memchr (p->at, ')', (size_t)(p->end - p->at));
        p->at = close != NULL ? close + 1 : p->end;
        return true;
    }
    for (size_t i = 0; i < sizeof still / sizeof still[0]; i++) {
        if (n == strlen (still[i]) && strncasecmp ((const char *)name, still[i], n) == 0)
            return true;
    }
    static const char *const moving[] = { "hover",  "active",       "focus",
                                          "target", "checked",      "before",
                                          "after",  "first-letter", "first-line" };
    for (size_t i = 0; i < sizeof moving / sizeof moving[0]; i++) {
        if (n == strlen (moving[i]) && strncasecmp ((const char *)name, moving[i], n) == 0)
            return false;
    }
    p->unsure = true; /* :first-child */
    return true;
}

/* Names up to white space, a combinator or the end. */
static CssSelectorKind
take_compound (Parser *p)
{
    const uint8_t *start = p->at;
    while (p->at < p->end && !is_space (*p->at) && *p->at != '>') {
        uint8_t c = *p->at;
        const uint8_t *name;
        if (c == '*') {
            p->at++;
        } else if (c == '.' || c == '#') {
            p->at++;
            size_t n = take_name (p, &name);
            if (n == 0)
                return CSS_SELECTOR_NEVER;
            add_key (p, c == '.' ? CLASS : ID, name, n);
        } else if (c == ':') {
            if (!take_pseudo (p))
                return CSS_SELECTOR_NEVER;
        } else if (c == '[') {
            const uint8_t *close = memchr (p->at, ']', (size_t)(p->end - p->at));
            p->at = close != NULL ? close + 1 : p->end;
            p->unsure = true;
        } else if (is_name (c) && p->at == start) {
            size_t n = take_name (p, &name);
            add_key (p, ELEMENT, name, n);
        } else {
            return CSS_SELECTOR_NEVER;
        }
    }
    return CSS_SELECTOR_GOOD;
}

/* White space and combinators before the next compound. Returns: false at the end. */
static bool
take_combinator (Parser *p, bool *child)
{
    *child = false;
    while (p->at < p->end &&
           (is_space (*p->at) || *p->at == '>' || *p->at == '+' || *p->at == '~')) {
        *child = *child || *p->at == '>';
        p->unsure = p->unsure || *p->at == '+' || *p->at == '~';
        p->at++;
    }
    return p->at < p->end;
}

static uint32_t
at_most (unsigned n, uint32_t most)
{
    return n < most ? n : most;
}

CssSelectorKind
css_selector (const uint8_t *at, const uint8_t *end, CssSelector *ret)
{
    Parser p = { .at = at, .end = end, .s = ret };
    bool child, any = false;
    memset (ret, 0, sizeof *ret);
    while (take_combinator (&p, &child)) {
        if (any && ret->compounds + 1 < CSS_COMPOUNDS_MAX)
            ret->compounds++;
        else if (any)
            p.unsure = true;
        ret->keys[ret->compounds] = 0;
        ret->child[ret->compounds] = child;
        any = true;
        if (take_compound (&p) != CSS_SELECTOR_GOOD)
            return CSS_SELECTOR_NEVER;
    }
    if (!any)
        return CSS_SELECTOR_NEVER;
    ret->specificity = at_most (p.count[ID], 7) << 8 | at_most (p.count[CLASS], 31) << 3 |
                       at_most (p.count[ELEMENT], 7);
    if (p.unsure && ret->compounds > 0) {
        memcpy (ret->key[0], ret->key[ret->compounds], sizeof ret->key[0]);
        ret->keys[0] = ret->keys[ret->compounds];
        memset (ret->key + 1, 0, sizeof ret->key - sizeof ret->key[0]);
        memset (ret->keys + 1, 0, sizeof ret->keys - sizeof ret->keys[0]);
        memset (ret->child, 0, sizeof ret->child);
        ret->compounds = 0;
    }
    ret->child[0] = false;
    ret->compounds++;
    return p.unsure ? CSS_SELECTOR_UNSURE : CSS_SELECTOR_GOOD;
}

uint64_t
css_selector_key (const CssSelector *s)
{
    uint64_t best = 0;
    for (size_t i = 0; i < s->keys[s->compounds - 1]; i++) {
        uint64_t key = s->key[s->compounds - 1][i];
        if ((key & 3) > (best & 3))
            best = key;
    }
    return best;
}

/* ---- matching ---- */

static bool
has (const CssNames *names, uint64_t key)
{
    for (unsigned i = 0; i < names->n; i++) {
        if (names->key[i] == key)
            return true;
    }
    return false;
}

static bool
match_compound (const CssSelector *s, size_t compound, const CssNames *names, uint64_t *steps)
{
    *steps += 1 + names->n;
    for (size_t i = 0; i < s->keys[compound]; i++) {
        if (!has (names, s->key[compound][i]))
            return false;
    }
    return true;
}

/* The compounds from @compound down that ">" joins, against the element at @depth - 1 and those
 * around it. Returns: how many they are; 0: no match. */
static size_t
match_group (const CssSelector *s, size_t compound, const CssNames *around, size_t depth,
             uint64_t *steps)
{
    for (size_t n = 0;; n++) {
        if (n >= depth || !match_compound (s, compound - n, &around[depth - 1 - n], steps))
            return 0;
        if (!s->child[compound - n])
            return n + 1;
    }
}

bool
css_selector_match (const CssSelector *s, const CssNames *own, const CssNames *around, size_t depth,
                    uint64_t *ret_steps)
{
    size_t left = s->compounds - 1u; /* compounds yet to match */
    bool child = s->child[left];
    if (!match_compound (s, left, own, ret_steps))
        return false;
    while (left > 0) { /* the nearest that matches leaves most to the rest */
        size_t n = 0;
        for (; depth > 0 && n == 0; depth--) {
            n = match_group (s, left - 1, around, depth, ret_steps);
            if (n == 0 && child)
                return false;
            if (n > 0)
                break;
        }
        if (n == 0)
            return false;
        depth -= n;
        left -= n;
        child = false;
    }
    return true;
}
