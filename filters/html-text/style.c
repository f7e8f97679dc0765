/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/style.h"

#include <stdlib.h>
#include <string.h>

enum {
    RULES_MAX = 4096,
    SLOTS = 8192,     /* power of two above RULES_MAX */
    VALUE_MAX = 128,  /* bytes of a value that are looked at */
    CLASSES_MAX = 32, /* classes of one element */
    NESTING_MAX = 8,  /* blocks within at-rules */
};

typedef struct Rule {
    uint64_t key; /* 0: free */
    HtmlDeclarations declarations;
} Rule;

struct HtmlStyles {
    size_t count;
    Rule slots[SLOTS];
};

typedef struct Text {
    const uint8_t *at;
    const uint8_t *end;
} Text;

HtmlStyles *
html_styles_new (void)
{
    return calloc (1, sizeof (HtmlStyles));
}

void
html_styles_free (HtmlStyles *styles)
{
    free (styles);
}

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

/* ---- values ---- */

/* A value in lower case without white space, comments and "!important". */
typedef struct Value {
    char text[VALUE_MAX];
    size_t size;
    bool cut;
} Value;

static Value
reduce (const uint8_t *at, const uint8_t *end)
{
    Value v = { .size = 0 };
    while (at < end) {
        if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
            const uint8_t *close = memmem (at + 2, (size_t)(end - at - 2), "*/", 2);
            at = close != NULL ? close + 2 : end;
            continue;
        }
        if (*at == '!')
            break;
        if (!is_space (*at)) {
            if (v.size == VALUE_MAX - 1) {
                v.cut = true;
                break;
            }
            v.text[v.size++] = (char)lower (*at);
        }
        at++;
    }
    v.text[v.size] = '\0';
    return v;
}

static bool
is (const Value *v, const char *text)
{
    return strcmp (v->text, text) == 0;
}

/* Zero with or without a unit; nothing else counts as no size. */
static HtmlSize
size_of (const Value *v)
{
    const char *p = v->text;
    bool digits = false;
    for (; *p == '0' || *p == '.'; p++)
        digits = digits || *p == '0';
    if (!digits)
        return HTML_SIZE_SOME;
    static const char *const units[] = { "", "px", "pt", "em", "rem", "%", "vh", "vw" };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp (p, units[i]) == 0)
            return HTML_SIZE_ZERO;
    }
    return HTML_SIZE_SOME;
}

static int
hex (char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint32_t
hex_colour (const char *text)
{
    uint32_t c = 0;
    size_t n = 0;
    while (hex (text[n]) >= 0 && n < 8)
        c = c << 4 | (uint32_t)hex (text[n++]);
    if (n == 4 || n == 8) { /* with alpha, which only matters when it is nothing */
        if ((c & (n == 4 ? 0xFu : 0xFFu)) == 0)
            return HTML_COLOUR_NONE;
        c >>= n == 4 ? 4 : 8;
        n = n == 4 ? 3 : 6;
    }
    if (n == 3)
        c = (c & 0xF00) * 0x1100 | (c & 0xF0) * 0x110 | (c & 0xF) * 0x11;
    return n == 3 || n == 6 ? HTML_COLOUR_RGB | c : HTML_COLOUR_UNSET;
}

static uint32_t
rgb_colour (const char *text)
{
    uint32_t c = 0;
    for (int i = 0; i < 3; i++) {
        char *end;
        long n = strtol (text, &end, 10);
        if (end == text || n < 0 || (*end != ',' && i < 2))
            return HTML_COLOUR_UNKNOWN;
        c = c << 8 | (uint32_t)(n > 255 ? 255 : n);
        text = end + (i < 2);
    }
    if (*text == ',' && size_of (&(Value){ .text = { text[1], '\0' } }) == HTML_SIZE_ZERO &&
        (text[2] == ')' || text[2] == '\0'))
        return HTML_COLOUR_NONE;
    return HTML_COLOUR_RGB | c;
}

static uint32_t
colour_of (const Value *v)
{
    static const char *const nothing[] = { "",     "inherit",    "initial",      "unset", "none",
                                           "auto", "windowtext", "currentcolor", "revert" };
    const char *text = v->text;
    if (v->cut)
        return HTML_COLOUR_UNKNOWN;
    if (is (v, "transparent"))
        return HTML_COLOUR_NONE;
    if (is (v, "white"))
        return HTML_COLOUR_RGB | 0xFFFFFF;
    if (is (v, "black"))
        return HTML_COLOUR_RGB;
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        if (is (v, nothing[i]))
            return HTML_COLOUR_UNSET;
    }
    if (*text == '#')
        return hex_colour (text + 1);
    if (strncmp (text, "rgb(", 4) == 0)
        return rgb_colour (text + 4);
    if (strncmp (text, "rgba(", 5) == 0)
        return rgb_colour (text + 5);
    uint32_t hash = 2166136261u;
    for (; *text >= 'a' && *text <= 'z'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    if (*text == '\0')
        return HTML_COLOUR_NAME | (hash & 0xFFFFFF);
    uint32_t bare = hex_colour (v->text); /* bgcolor=ffffff */
    return bare != HTML_COLOUR_UNSET ? bare : HTML_COLOUR_UNKNOWN;
}

uint32_t
html_colour (const uint8_t *text, size_t size)
{
    Value v = reduce (text, text + size);
    return colour_of (&v);
}

/* background: a colour, or something that holds one among other words. */
static uint32_t
background_of (const Value *v)
{
    uint32_t c = colour_of (v);
    if (c == HTML_COLOUR_NONE)
        return HTML_COLOUR_UNSET;
    return (c & HTML_COLOUR_NAME) != 0 && v->size > 20 ? HTML_COLOUR_UNKNOWN : c;
}

/* ---- declarations ---- */

static bool
far_away (const Value *v)
{
    size_t n = 0;
    while (v->text[0] == '-' && v->text[1 + n] >= '0' && v->text[1 + n] <= '9')
        n++;
    return n >= 3;
}

static void
declare_colour (const char *name, const Value *v, HtmlDeclarations *d)
{
    uint32_t c = HTML_COLOUR_UNSET;
    if (strcmp (name, "color") == 0) {
        c = colour_of (v);
        d->fore = c != HTML_COLOUR_UNSET ? c : d->fore;
        return;
    }
    if (strcmp (name, "background-image") == 0)
        c = is (v, "none") ? HTML_COLOUR_UNSET : HTML_COLOUR_UNKNOWN;
    else
        c = background_of (v);
    d->back = c != HTML_COLOUR_UNSET ? c : d->back;
}

static void
declare_box (const char *name, const Value *v, HtmlDeclarations *d)
{
    bool zero = size_of (v) == HTML_SIZE_ZERO;
    if (strcmp (name, "margin") == 0)
        d->flat =
            v->text[0] == '0' && !(v->text[1] >= '1' && v->text[1] <= '9') && v->text[1] != '.' ? 2
                                                                                                : 1;
    else if (strcmp (name, "margin-top") == 0 || strcmp (name, "margin-bottom") == 0)
        d->flat = zero && d->flat != 1 ? 2 : 1;
    else if (strcmp (name, "height") == 0)
        d->height = size_of (v);
    else if (strcmp (name, "width") == 0)
        d->width = size_of (v);
    else if (strcmp (name, "max-height") == 0)
        d->max_height = size_of (v);
    else if (strcmp (name, "overflow") == 0)
        d->overflow = is (v, "hidden") ? 2 : 1;
    else if (far_away (v)) /* text-indent, left, top, margin-left */
        d->offscreen = 2;
}

static void
declare (const Value *property, const Value *v, HtmlDeclarations *d)
{
    const char *name = property->text;
    if (strcmp (name, "display") == 0)
        d->display = is (v, "none") ? 2 : 1;
    else if (strcmp (name, "visibility") == 0)
        d->visibility = is (v, "hidden") || is (v, "collapse") ? 2 : 1;
    else if (strcmp (name, "mso-hide") == 0)
        d->mso = is (v, "all") ? 2 : 1;
    else if (strcmp (name, "opacity") == 0)
        d->opacity = size_of (v);
    else if (strcmp (name, "font-size") == 0)
        d->font = is (v, "1px") ? HTML_SIZE_ZERO : size_of (v);
    else if (strcmp (name, "white-space") == 0)
        d->white = strncmp (v->text, "pre", 3) == 0 && !is (v, "pre-line") ? 2 : 1;
    else if (strcmp (name, "color") == 0 || strncmp (name, "background", 10) == 0) {
        if (name[0] == 'c' || name[10] == '\0' || strcmp (name + 10, "-color") == 0 ||
            strcmp (name + 10, "-image") == 0)
            declare_colour (name, v, d);
    } else {
        static const char *const boxes[] = { "margin", "margin-top", "margin-bottom", "height",
                                             "width",  "max-height", "overflow",      "text-indent",
                                             "left",   "top",        "margin-left" };
        for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
            if (strcmp (name, boxes[i]) == 0)
                declare_box (name, v, d);
        }
    }
}

/* The end of a declaration: a ";" outside of quotes and parentheses. */
static const uint8_t *
declaration_end (const uint8_t *at, const uint8_t *end)
{
    uint8_t quote = 0;
    unsigned open = 0;
    for (; at < end; at++) {
        if (quote != 0)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '(')
            open++;
        else if (*at == ')' && open > 0)
            open--;
        else if (*at == ';' && open == 0)
            return at;
    }
    return end;
}

void
html_declarations (const uint8_t *css, size_t size, HtmlDeclarations *ret)
{
    const uint8_t *at = css, *end = css + size;
    while (at < end) {
        const uint8_t *stop = declaration_end (at, end);
        const uint8_t *colon = memchr (at, ':', (size_t)(stop - at));
        if (colon != NULL) {
            Value name = reduce (at, colon), value = reduce (colon + 1, stop);
            declare (&name, &value, ret);
        }
        at = stop < end ? stop + 1 : end;
    }
}

bool
html_declarations_hide (const HtmlDeclarations *d)
{
    return d->display == 2 || d->visibility == 2 || d->mso == 2 || d->offscreen == 2 ||
           d->opacity == HTML_SIZE_ZERO || d->max_height == HTML_SIZE_ZERO ||
           (d->overflow == 2 && (d->height == HTML_SIZE_ZERO || d->width == HTML_SIZE_ZERO));
}

static void
merge (HtmlDeclarations *d, const HtmlDeclarations *s)
{
#define MERGE(field) d->field = s->field != 0 ? s->field : d->field
    MERGE (display);
    MERGE (visibility);
    MERGE (mso);
    MERGE (offscreen);
    MERGE (overflow);
    MERGE (white);
    MERGE (flat);
    MERGE (opacity);
    MERGE (height);
    MERGE (width);
    MERGE (max_height);
    MERGE (font);
    MERGE (fore);
    MERGE (back);
#undef MERGE
}

/* ---- rules ---- */

/* @kind: '.', '#' or 't'. */
static uint64_t
key_of (uint8_t kind, const uint8_t *name, size_t size)
{
    uint64_t hash = (14695981039346656037u ^ kind) * 1099511628211u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ lower (name[i])) * 1099511628211u;
    return hash | 1;
}

static Rule *
find (const HtmlStyles *styles, uint64_t key)
{
    size_t slot = (size_t)(key >> 20) % SLOTS;
    while (styles->slots[slot].key != 0 && styles->slots[slot].key != key)
        slot = (slot + 1) % SLOTS;
    return (Rule *)(uintptr_t)&styles->slots[slot];
}

static void
put (HtmlStyles *styles, uint64_t key, const HtmlDeclarations *d)
{
    static const HtmlDeclarations nothing;
    if (memcmp (d, &nothing, sizeof nothing) == 0)
        return;
    Rule *rule = find (styles, key);
    if (rule->key == 0) {
        if (styles->count == RULES_MAX)
            return;
        styles->count++;
        rule->key = key;
    }
    merge (&rule->declarations, d);
}

/* One selector of a list. @sure: not inside of an at-rule. */
static void
add_selector (HtmlStyles *styles, Text s, bool sure, const HtmlDeclarations *d)
{
    while (s.at < s.end && is_space (*s.at))
        s.at++;
    while (s.end > s.at && is_space (s.end[-1]))
        s.end--;
    const uint8_t *name = s.end;
    while (name > s.at && is_name (name[-1]))
        name--;
    if (name == s.end)
        return;
    uint8_t kind = name > s.at ? name[-1] : 't';
    if (kind != '.' && kind != '#')
        kind = 't';
    const uint8_t *before = kind == 't' ? name : name - 1;
    bool simple = sure;
    for (const uint8_t *p = s.at; p < before; p++)
        simple = simple && is_name (*p) && kind != 't';
    HtmlDeclarations uncertain = { .back = d->back != 0 ? HTML_COLOUR_UNKNOWN : 0,
                                   .fore = d->fore != 0 ? HTML_COLOUR_UNKNOWN : 0 };
    put (styles, key_of (kind, name, (size_t)(s.end - name)), simple ? d : &uncertain);
}

static void
add_rule (HtmlStyles *styles, Text selectors, Text block, bool sure)
{
    HtmlDeclarations d = { 0 };
    html_declarations (block.at, (size_t)(block.end - block.at), &d);
    while (selectors.at < selectors.end) {
        const uint8_t *comma = memchr (selectors.at, ',', (size_t)(selectors.end - selectors.at));
        const uint8_t *stop = comma != NULL ? comma : selectors.end;
        add_selector (styles, (Text){ selectors.at, stop }, sure, &d);
        selectors.at = stop < selectors.end ? stop + 1 : stop;
    }
}

/* Skip white space, comments and the marks of an HTML comment. */
static void
skip (Text *t)
{
    while (t->at < t->end) {
        size_t left = (size_t)(t->end - t->at);
        if (is_space (*t->at)) {
            t->at++;
        } else if (left >= 2 && memcmp (t->at, "/*", 2) == 0) {
            const uint8_t *close = memmem (t->at + 2, left - 2, "*/", 2);
            t->at = close != NULL ? close + 2 : t->end;
        } else if (left >= 4 && memcmp (t->at, "<!--", 4) == 0) {
            t->at += 4;
        } else if (left >= 3 && memcmp (t->at, "-->", 3) == 0) {
            t->at += 3;
        } else {
            return;
        }
    }
}

void
html_styles_add (HtmlStyles *styles, const uint8_t *css, size_t size)
{
    Text t = { css, css + size };
    unsigned nested = 0; /* at-rules we are in */
    for (skip (&t); t.at < t.end; skip (&t)) {
        const uint8_t *start = t.at;
        while (t.at < t.end && *t.at != '{' && *t.at != '}' && *t.at != ';')
            t.at++;
        if (t.at == t.end)
            return;
        Text head = { start, t.at };
        uint8_t mark = *t.at++;
        if (mark == '}')
            nested -= nested > 0;
        if (mark != '{')
            continue;
        if (*start == '@') {
            if (++nested > NESTING_MAX)
                return;
            continue;
        }
        const uint8_t *close = memchr (t.at, '}', (size_t)(t.end - t.at));
        Text block = { t.at, close != NULL ? close : t.end };
        add_rule (styles, head, block, nested == 0);
        t.at = close != NULL ? close + 1 : t.end;
    }
}

static void
apply (const HtmlStyles *styles, uint64_t key, HtmlDeclarations *ret)
{
    const Rule *rule = find (styles, key);
    if (rule->key == key)
        merge (ret, &rule->declarations);
}

void
html_styles_apply (const HtmlStyles *styles, HtmlTag tag, const uint8_t *class, size_t class_size,
                   const uint8_t *id, size_t id_size, HtmlDeclarations *ret)
{
    if (styles == NULL || styles->count == 0)
        return;
    const char *name = html_tag_name (tag);
    apply (styles, key_of ('t', (const uint8_t *)name, strlen (name)), ret);
    const uint8_t *at = class, *end = class != NULL ? class + class_size : NULL;
    for (int n = 0; at < end && n < CLASSES_MAX; n++) {
        while (at < end && is_space (*at))
            at++;
        const uint8_t *start = at;
        while (at < end && !is_space (*at))
            at++;
        if (at > start)
            apply (styles, key_of ('.', start, (size_t)(at - start)), ret);
    }
    if (id != NULL && id_size > 0)
        apply (styles, key_of ('#', id, id_size), ret);
}
