/* SPDX-License-Identifier: Apache-2.0
 *
 * utf8: step through UTF-8 that may be broken, and write single code points. libc only.
 * Process: the walk and every filter. Trust: input is hostile.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { MUGAI_UTF8_MAX = 4 }; /* bytes of one code point */

#define MUGAI_UTF8_BAD UINT32_MAX

/* mugai_utf8_length:
 * Bytes of the well-formed sequence at @at (Unicode 15, table 3-7: no overlong form, no surrogate),
 * 0 when there is none.
 * @at: borrowed, < @end.
 */
static inline size_t
mugai_utf8_length (const uint8_t *at, const uint8_t *end)
{
    uint8_t a = at[0];
    size_t left = (size_t)(end - at);
    if (a < 0x80)
        return 1;
    if (a < 0xC2 || a > 0xF4)
        return 0;
    if (left < 2)
        return 0;
    uint8_t low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
    uint8_t high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high)
        return 0;
    if (a < 0xE0)
        return 2;
    if (left < 3 || (at[2] & 0xC0) != 0x80)
        return 0;
    if (a < 0xF0)
        return 3;
    return left >= 4 && (at[3] & 0xC0) == 0x80 ? 4 : 0;
}

/* mugai_utf8_ascii:
 * Bytes of ASCII (NUL too) from @at on, 0 when there are none or @at is @end.
 */
static inline size_t
mugai_utf8_ascii (const uint8_t *at, const uint8_t *end)
{
    const uint8_t *p = at;
    uint64_t eight;
    for (; end - p >= (ptrdiff_t)sizeof eight; p += sizeof eight) {
        memcpy (&eight, p, sizeof eight);
        if ((eight & UINT64_C (0x8080808080808080)) != 0)
            break;
    }
    while (p < end && *p < 0x80)
        p++;
    return (size_t)(p - at);
}

/* mugai_utf8_next:
 * Take one code point from *@at (< @end) and move it on. MUGAI_UTF8_BAD and one byte when it is no
 * well-formed sequence.
 */
static inline uint32_t
mugai_utf8_next (const uint8_t **at, const uint8_t *end)
{
    const uint8_t *p = *at;
    size_t n = mugai_utf8_length (p, end);
    *at = p + (n == 0 ? 1 : n);
    switch (n) {
    case 1:
        return p[0];
    case 2:
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    case 3:
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12 |
               (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
    default:
        return MUGAI_UTF8_BAD;
    }
}

/* mugai_utf8_put:
 * Write @c, a scalar value, to @out (MUGAI_UTF8_MAX bytes). Returns: bytes written; 0 for
 * surrogates and beyond U+10FFFF.
 */
static inline size_t
mugai_utf8_put (char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF)
        return 0;
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}
