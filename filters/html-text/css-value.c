/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/css-value.h"

#include "common/utf8.h"

#include <string.h>

enum { NUMBER_MAX = 100000000 /* thousandths */ };

static bool
is_space (uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static int
hex (uint8_t c)
{
    uint8_t l = c | 0x20;
    return c >= '0' && c <= '9' ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

static void
add (CssValue *v, const char *bytes, size_t n)
{
    if (v->size + n >= CSS_VALUE_MAX) {
        v->cut = true;
        return;
    }
    memcpy (v->text + v->size, bytes, n);
    v->size += n;
}

/* CSS Syntax 4.3.7, from after the backslash. */
static const uint8_t *
add_escape (CssValue *v, const uint8_t *at, const uint8_t *end)
{
    uint32_t c = 0;
    int n = 0;
    for (; n < 6 && at < end && hex (*at) >= 0; n++)
        c = c << 4 | (uint32_t)hex (*at++);
    if (n == 0)
        return at;
    if (at < end && is_space (*at))
        at++;
    char bytes[MUGAI_UTF8_MAX];
    if (c >= 'A' && c <= 'Z')
        c |= 0x20;
    add (v, bytes, c == 0 ? 0 : mugai_utf8_put (bytes, c));
    return at;
}

static bool
tight (char c)
{
    return c == '(' || c == ')' || c == ',' || c == '/';
}

CssValue
css_value (const uint8_t *at, const uint8_t *end)
{
    CssValue v = { .size = 0 };
    bool space = false;
    while (at < end && !v.cut) {
        size_t left = (size_t)(end - at);
        if (left >= 2 && at[0] == '/' && at[1] == '*') {
            const uint8_t *close = memmem (at + 2, left - 2, "*/", 2);
            at = close != NULL ? close + 2 : end;
            continue;
        }
        if (*at == '!') {
            v.important = memchr (at, 'i', left) != NULL || memchr (at, 'I', left) != NULL;
            break;
        }
        uint8_t c = *at++;
        if (is_space (c)) {
            space = v.size > 0;
            continue;
        }
        if (space && !tight ((char)c) && !tight (v.text[v.size - 1]))
            add (&v, " ", 1);
        space = false;
        if (c == '\\')
            at = add_escape (&v, at, end);
        else
            add (&v, &(char){ (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c) }, 1);
    }
    v.text[v.size] = '\0';
    return v;
}

bool
css_is (const CssValue *v, const char *word)
{
    return strcmp (v->text, word) == 0;
}

bool
css_word (const char **at, CssValue *word)
{
    const char *p = *at;
    unsigned open = 0;
    *word = (CssValue){ .size = 0 };
    while (*p == ' ')
        p++;
    for (; *p != '\0' && (*p != ' ' || open > 0); p++) {
        open += *p == '(';
        add (word, p, 1);
        if (*p == ')' && open > 0 && --open == 0) { /* the blank after it is gone */
            p++;
            break;
        }
    }
    *at = p;
    return word->size > 0;
}

/* ---- lengths ---- */

size_t
css_number (const char *text, long *ret_milli)
{
    const char *p = text;
    bool minus = *p == '-', digits = false;
    long n = 0, unit = 1000;
    p += *p == '-' || *p == '+';
    for (; *p >= '0' && *p <= '9'; p++, digits = true)
        n = n < NUMBER_MAX ? n * 10 + (*p - '0') * 1000L : n;
    if (*p == '.') {
        for (p++; *p >= '0' && *p <= '9'; p++, digits = true) {
            unit /= 10;
            n += (*p - '0') * unit;
        }
    }
    *ret_milli = minus ? -n : n;
    return digits ? (size_t)(p - text) : 0;
}

CssUnit
css_length (const char *text, long *ret_milli)
{
    static const struct {
        const char *name;
        long times, by;
        CssUnit unit;
    } units[] = {
        { "", 1, 1, CSS_PIXELS },       { "px", 1, 1, CSS_PIXELS },
        { "pt", 4, 3, CSS_PIXELS },     { "pc", 16, 1, CSS_PIXELS },
        { "in", 96, 1, CSS_PIXELS },    { "cm", 378, 10, CSS_PIXELS },
        { "mm", 378, 100, CSS_PIXELS }, { "em", 100, 1, CSS_PERCENT },
        { "rem", 16, 1, CSS_PIXELS },   { "ex", 50, 1, CSS_PERCENT },
        { "ch", 50, 1, CSS_PERCENT },   { "%", 1, 1, CSS_PERCENT },
        { "vh", 1, 1, CSS_PERCENT },    { "vw", 1, 1, CSS_PERCENT },
    };
    size_t n = css_number (text, ret_milli);
    for (size_t i = 0; n > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp (text + n, units[i].name) == 0) {
            *ret_milli = *ret_milli * units[i].times / units[i].by;
            return units[i].unit;
        }
    }
    return CSS_NONE;
}
