/* SPDX-License-Identifier: Apache-2.0
 *
 * media: whether a media query holds for our reader: a screen 1024 pixels wide, light, at rest.
 * Source: Media Queries 4, as far as mails use it; a condition we do not know does not hold.
 */
#include "html-text/styles.h"

#include <string.h>

enum { SCREEN = 1024 * 1000 /* thousandths of a pixel */ };

/* "(max-width:600px)" */
static bool
condition (const char *text)
{
    char name[32];
    const char *colon = strchr (text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text - 1) : 0;
    if (n == 0 || n >= sizeof name)
        return strcmp (text, "(color)") == 0;
    memcpy (name, text + 1, n);
    name[n] = '\0';
    CssValue value = css_value ((const uint8_t *)colon + 1, (const uint8_t *)strchr (colon, '\0'));
    long milli;
    if (value.size > 0 && value.text[value.size - 1] == ')')
        value.text[--value.size] = '\0';
    if (strstr (name, "width") != NULL) {
        CssUnit unit = css_length (value.text, &milli);
        if (unit == CSS_PERCENT)
            milli = milli * 16 / 100; /* em */
        if (unit == CSS_NONE)
            return false;
        return strncmp (name, "min-", 4) == 0   ? milli <= SCREEN
               : strncmp (name, "max-", 4) == 0 ? milli >= SCREEN
                                                : milli == SCREEN;
    }
    return strcmp (name, "prefers-color-scheme") == 0 && css_is (&value, "light");
}

/* One query: words and conditions joined by "and". */
static bool
query (const uint8_t *at, const uint8_t *end)
{
    CssValue v = css_value (at, end), word;
    const char *p = v.text;
    bool holds = true, not = false;
    if (v.cut)
        return false;
    while (css_word (&p, &word)) {
        const char *open = strchr (word.text, '('); /* "and(" lost its blank */
        if (css_is (&word, "not"))
            not = true;
        else if (open != NULL)
            holds = holds && condition (open);
        else if (!css_is (&word, "only") && !css_is (&word, "and"))
            holds = holds && (css_is (&word, "screen") || css_is (&word, "all"));
    }
    return holds != not ;
}

bool
css_media (const uint8_t *at, const uint8_t *end)
{
    for (const uint8_t *stop; at < end; at = stop + 1) {
        const uint8_t *comma = memchr (at, ',', (size_t)(end - at));
        stop = comma != NULL ? comma : end;
        if (query (at, stop))
            return true;
        if (stop == end)
            return false;
    }
    return true; /* an empty list */
}
