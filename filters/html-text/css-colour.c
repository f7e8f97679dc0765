/* SPDX-License-Identifier: Apache-2.0
 *
 * css-colour: the part of css-value.h about colours. Source: CSS Color 4.
 */
#include "html-text/css-value.h"

#include <stdlib.h>
#include <string.h>

enum { ALIKE = 16, CLEAR_BELOW = 50 /* thousandths of opacity */ };

typedef struct Name {
    char name[22];
    uint32_t rgb;
} Name;

static const Name names[] = {
#include "html-text/colours.inc"
};

static int
order (const void *key, const void *row)
{
    return strcmp (key, ((const Name *)row)->name);
}

/* A colour of opacity @alpha (thousandths). */
static uint32_t
with_alpha (uint32_t rgb, long alpha, bool *ret_solid)
{
    if (alpha < CLEAR_BELOW)
        return CSS_COLOUR_CLEAR;
    *ret_solid = alpha >= 1000;
    return CSS_COLOUR_RGB | rgb;
}

/* 3, 4, 6 or 8 digits. */
static uint32_t
hex_colour (const char *text, bool *ret_solid)
{
    size_t n = strspn (text, "0123456789abcdef");
    if (text[n] != '\0' || (n != 3 && n != 4 && n != 6 && n != 8))
        return CSS_COLOUR_UNSET;
    uint32_t c = (uint32_t)strtoul (text, NULL, 16);
    if (n < 6) {
        uint32_t wide = 0;
        for (size_t i = n; i-- > 0;)
            wide = wide << 8 | (c >> (4 * i) & 0xF) * 0x11;
        c = wide;
    }
    if (n == 4 || n == 8)
        return with_alpha (c >> 8, (long)(c & 0xFF) * 1000 / 255, ret_solid);
    return with_alpha (c, 1000, ret_solid);
}

/* Arguments of a function: numbers in thousandths, per cent as thousandths of @whole. Returns: how
 * many. */
static int
arguments (const char *text, long ret[4], const long whole[4])
{
    int n = 0;
    while (n < 4) {
        size_t size = css_number (text, &ret[n]);
        if (size == 0)
            return 0;
        text += size;
        if (*text == '%')
            ret[n] = ret[n] * whole[n] / 100000;
        text += strspn (text, "%degrtu");
        n++;
        if (*text == ')' || *text == '\0')
            return n;
        if (*text != ',' && *text != ' ' && *text != '/')
            return 0;
        text++;
    }
    return 0;
}

static uint32_t
channel (long milli)
{
    long c = (milli + 500) / 1000;
    return (uint32_t)(c < 0 ? 0 : c > 255 ? 255 : c);
}

/* A channel of HSL, 0 to 1000: CSS Color 4, 7.1; @hue in degrees, @n is 0, 8 or 4. */
static long
hsl_channel (long n, long hue, long saturation, long light)
{
    long k = (n * 1000 + hue * 1000 / 30) % 12000;
    long a = saturation * (light < 1000 - light ? light : 1000 - light) / 1000;
    long m = k - 3000 < 9000 - k ? k - 3000 : 9000 - k;
    m = m < -1000 ? -1000 : m > 1000 ? 1000 : m;
    return light - a * m / 1000;
}

static uint32_t
function_colour (const char *text, bool *ret_solid)
{
    static const long rgb_whole[4] = { 255000, 255000, 255000, 1000 };
    static const long hsl_whole[4] = { 360000, 1000, 1000, 1000 };
    long a[4] = { 0, 0, 0, 1000 };
    bool hsl = text[0] == 'h';
    const char *open = strchr (text, '(');
    if (open == NULL || arguments (open + 1, a, hsl ? hsl_whole : rgb_whole) < 3)
        return CSS_COLOUR_UNKNOWN;
    if (!hsl)
        return with_alpha (channel (a[0]) << 16 | channel (a[1]) << 8 | channel (a[2]), a[3],
                           ret_solid);
    long hue = (a[0] / 1000 % 360 + 360) % 360;
    for (int i = 1; i < 3; i++)
        a[i] = a[i] < 0 ? 0 : a[i] > 1000 ? 1000 : a[i];
    uint32_t c = 0;
    for (int i = 0; i < 3; i++)
        c = c << 8 | channel (hsl_channel ((3 - i) % 3 * 4, hue, a[1], a[2]) * 255);
    return with_alpha (c, a[3], ret_solid);
}

uint32_t
css_colour (const CssValue *v, bool *ret_solid)
{
    static const char *const nothing[] = { "", "initial", "unset", "none", "auto", "revert" };
    const char *text = v->text;
    *ret_solid = true;
    if (v->cut)
        return CSS_COLOUR_UNKNOWN;
    if (css_is (v, "transparent"))
        return CSS_COLOUR_CLEAR;
    if (css_is (v, "inherit") || css_is (v, "currentcolor"))
        return CSS_COLOUR_INHERIT;
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        if (css_is (v, nothing[i]))
            return CSS_COLOUR_UNSET;
    }
    if (*text == '#')
        return hex_colour (text + 1, ret_solid);
    if (strncmp (text, "rgb", 3) == 0 || strncmp (text, "hsl", 3) == 0)
        return function_colour (text, ret_solid);
    const Name *name =
        bsearch (text, names, sizeof names / sizeof names[0], sizeof names[0], order);
    if (name != NULL)
        return CSS_COLOUR_RGB | name->rgb;
    uint32_t bare = hex_colour (text, ret_solid); /* bgcolor=ffffff */
    return bare != CSS_COLOUR_UNSET ? bare : CSS_COLOUR_UNKNOWN;
}

bool
css_colours_alike (uint32_t a, uint32_t b)
{
    if (!(a & CSS_COLOUR_RGB) || !(b & CSS_COLOUR_RGB))
        return false;
    for (int shift = 0; shift < 24; shift += 8) {
        int difference = (int)(a >> shift & 0xFF) - (int)(b >> shift & 0xFF);
        if (difference > ALIKE || difference < -ALIKE)
            return false;
    }
    return true;
}
