/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/base64.h"

#include <string.h>

enum { LINE = 76, BAD = 0x80 };

/* clang-format off */
#define X BAD
static const uint8_t value[256] = {
    X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X, X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,
    X,X,X,X,X,X,X,X,X,X,X,62,X,X,X,63, 52,53,54,55,56,57,58,59,60,61,X,X,X,X,X,X,
    X,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14, 15,16,17,18,19,20,21,22,23,24,25,X,X,X,X,X,
    X,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40, 41,42,43,44,45,46,47,48,49,50,51,X,X,X,X,X,
    X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X, X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,
    X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X, X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,
    X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X, X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,
    X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X, X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,X,
};
#undef X
/* clang-format on */

/* @groups groups of four without padding. Returns: BAD set when a character was none of the
 * alphabet. */
static uint8_t
whole_groups (const uint8_t *d, size_t groups, uint8_t *out)
{
    uint8_t bad = 0;

    for (size_t i = 0; i < groups; i++, d += 4, out += 3) {
        uint8_t a = value[d[0]], b = value[d[1]], c = value[d[2]], e = value[d[3]];
        bad |= a | b | c | e;
        out[0] = (uint8_t)(a << 2 | b >> 4);
        out[1] = (uint8_t)(b << 4 | c >> 2);
        out[2] = (uint8_t)(c << 6 | e);
    }
    return bad & BAD;
}

/* The last group of @d with one or two '='. Returns: bytes written, 0 with *ret_clause. */
static size_t
padded_group (const uint8_t *d, uint8_t *out, const char **ret_clause)
{
    uint8_t a = value[d[0]], b = value[d[1]], c = value[d[2]];
    bool two = d[2] == '=';

    if (((a | b) & BAD) != 0 || (!two && (c & BAD) != 0)) {
        *ret_clause = "B-2";
        return 0;
    }
    if (two ? (b & 15) != 0 : (c & 3) != 0) {
        *ret_clause = "B-3";
        return 0;
    }
    out[0] = (uint8_t)(a << 2 | b >> 4);
    if (two)
        return 1;
    out[1] = (uint8_t)(b << 4 | c >> 2);
    return 2;
}

/* Which clause names the fault of whole groups: padding in the middle or a foreign character. */
static const char *
fault_of (const uint8_t *d, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((value[d[i]] & BAD) != 0)
            return d[i] == '=' ? "B-2" : "B-1";
    return "B-1";
}

size_t
mugai_base64_group (const uint8_t *d, size_t size, uint8_t *out, const char **ret_clause)
{
    *ret_clause = "B-1";
    if (size == 0 || size % 4 != 0)
        return 0;
    bool padded = d[size - 1] == '=';
    size_t groups = size / 4 - (padded ? 1 : 0);

    if (whole_groups (d, groups, out) != 0) {
        *ret_clause = fault_of (d, groups * 4);
        return 0;
    }
    if (!padded)
        return groups * 3;
    size_t last = padded_group (d + groups * 4, out + groups * 3, ret_clause);
    return last > 0 ? groups * 3 + last : 0;
}

/* Length of the line at @d without its CRLF when that is at most LINE; else LINE + 1. */
static size_t
line_length (const uint8_t *d, size_t left)
{
    const uint8_t *cr = memchr (d, '\r', left < LINE + 1 ? left : LINE + 1);

    if (cr == NULL || (size_t)(cr - d) + 1 == left || cr[1] != '\n')
        return LINE + 1;
    return (size_t)(cr - d);
}

bool
mugai_base64_lines (MugaiCheck *check, const uint8_t *d, size_t size, size_t at, uint8_t *out,
                    size_t *ret_size, size_t *ret_at)
{
    size_t written = 0, start = at;
    bool last = false;

    while (at < size && d[at] != '-') {
        const char *clause = "B-1";
        size_t length = line_length (d + at, size - at);
        if (last)
            return mugai_refuse (check, d[at - 3] == '=' ? "B-2" : "B-1", at,
                                 "a line after the last one");
        if (length > LINE)
            return mugai_refuse (check, "B-1", at,
                                 "base64 line longer than 76 characters or not ended by CRLF");
        size_t n = mugai_base64_group (d + at, length, out + written, &clause);
        if (n == 0)
            return mugai_refuse (check, clause, at, "not canonical base64");
        last = n < LINE / 4 * 3;
        written += n;
        at += length + 2;
    }
    if (at == start)
        return mugai_refuse (check, "M-5.3", at, "empty leaf");
    *ret_size = written;
    *ret_at = at;
    return true;
}

size_t
mugai_base64_peek (const uint8_t *d, size_t size, uint8_t *out)
{
    whole_groups (d, size / 4, out);
    return size / 4 * 3;
}
