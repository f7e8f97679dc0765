/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: on a mismatch only the last `*` is widened by one character: an earlier one never
 * needs to be looked at again, because whatever it could skip, the later one can skip as well.
 */
#include "rules/glob.h"

#include <stddef.h>
#include <stdint.h>

static unsigned char
lower (char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Past one character: a lead byte takes its continuation bytes along, at most three. */
static const char *
next (const char *at)
{
    unsigned char lead = (unsigned char)*at++;

    for (int i = 0; i < 3 && lead >= 0xc0 && ((unsigned char)*at & 0xc0) == 0x80; i++)
        at++;
    return at;
}

bool
mugai_glob (const char *pattern, const char *text)
{
    const char *star = NULL, *retry = NULL;

    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            retry = text;
        } else if (*pattern == '?') {
            pattern++;
            text = next (text);
        } else if (*pattern != '\0' && lower (*pattern) == lower (*text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star;
            text = retry = next (retry);
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}
