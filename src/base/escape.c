/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the valid UTF-8 sequence at @b (RFC 3629), or 0; @ret_cp gets its code point. */
static size_t
utf8_decode (const uint8_t *b, size_t left, uint32_t *ret_cp)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t n = b[0] < 0x80 ? 1 : b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : b[0] >= 0xc0 ? 2 : 0;
    uint32_t cp = n == 1 ? b[0] : b[0] & (0x7fu >> n);

    if (n == 0 || n > left || b[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((b[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (b[i] & 0x3f);
    }
    if (n > 1 && (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)))
        return 0;
    *ret_cp = cp;
    return n;
}

/* Code points that show nothing, or change how their neighbours are shown (Unicode
 * default-ignorables, bidi, tags). */
static bool
is_hidden (uint32_t cp)
{
    static const uint32_t range[][2] = {
        { 0x00, 0x1f },       { 0x7f, 0xa0 },       { 0xad, 0xad },       { 0x34f, 0x34f },
        { 0x61c, 0x61c },     { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
        { 0x200b, 0x200f },   { 0x2028, 0x202e },   { 0x2060, 0x206f },   { 0x3164, 0x3164 },
        { 0xe000, 0xf8ff },   { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
        { 0xfff0, 0xfffb },   { 0xfffe, 0xffff },   { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
        { 0xe0000, 0xe0fff }, { 0xf0000, 0x10ffff }
    };

    for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
        if (cp >= range[i][0] && cp <= range[i][1])
            return true;
    return false;
}

char *
mugai_escape (char *out, size_t room, const void *data, size_t size)
{
    const uint8_t *b = data;
    size_t used = 0;

    for (size_t i = 0; i < size;) {
        char piece[16];
        uint32_t cp = 0;
        size_t n = utf8_decode (b + i, size - i, &cp);
        int length;
        if (n == 0)
            length = snprintf (piece, sizeof piece, "\\x%02x", b[i]);
        else if (cp == '\\')
            length = snprintf (piece, sizeof piece, "\\\\");
        else if (is_hidden (cp))
            length =
                snprintf (piece, sizeof piece, cp < 0x80 ? "\\x%02x" : "\\u{%x}", (unsigned)cp);
        else
            length = snprintf (piece, sizeof piece, "%.*s", (int)n, (const char *)b + i);
        size_t reserve = i + (n > 0 ? n : 1) < size ? 4 : 1; /* "..." and NUL, or NUL */
        if (used + (size_t)length + reserve > room) {
            memcpy (out + used, "...", 4);
            return out;
        }
        memcpy (out + used, piece, (size_t)length);
        used += (size_t)length;
        i += n > 0 ? n : 1;
    }
    out[used] = '\0';
    return out;
}
