/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/codepoint.h"

#include "verify/unicode-table.h"

typedef struct Range {
    uint32_t first, last;
} Range;

/* U-2, above ASCII, sorted; the ends of the planes are computed. */
static const Range never[] = {
    { 0x0080, 0x009f },   { 0x00ad, 0x00ad },   { 0x034f, 0x034f },    { 0x061c, 0x061c },
    { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },    { 0x200b, 0x200c },
    { 0x200e, 0x200f },   { 0x2028, 0x202e },   { 0x2060, 0x206f },    { 0x3164, 0x3164 },
    { 0xd800, 0xf8ff },   { 0xfdd0, 0xfdef },   { 0xfeff, 0xfeff },    { 0xffa0, 0xffa0 },
    { 0xfff0, 0xffff },   { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },  { 0xe0000, 0xe001f },
    { 0xe0080, 0xe00ff }, { 0xe01f0, 0xe0fff }, { 0xf0000, 0x10ffff },
};

/* U-3: what stands in sequences only. */
static const Range bound[] = {
    { 0x200d, 0x200d },
    { 0xfe00, 0xfe0f },
    { 0xe0020, 0xe007f },
    { 0xe0100, 0xe01ef },
};

static const Range picto[] = {
    { 0x00a9, 0x00a9 },   { 0x00ae, 0x00ae },   { 0x203c, 0x203c }, { 0x2049, 0x2049 },
    { 0x2122, 0x2122 },   { 0x2139, 0x2139 },   { 0x2190, 0x21ff }, { 0x231a, 0x23ff },
    { 0x24c2, 0x24c2 },   { 0x25a0, 0x27bf },   { 0x2934, 0x2935 }, { 0x2b00, 0x2bff },
    { 0x3030, 0x3030 },   { 0x303d, 0x303d },   { 0x3297, 0x3297 }, { 0x3299, 0x3299 },
    { 0x1f000, 0x1f3fa }, { 0x1f400, 0x1faff },
};

static const Range ideograph[] = {
    { 0x3400, 0x4dbf },
    { 0x4e00, 0x9fff },
    { 0xf900, 0xfaff },
    { 0x20000, 0x323af },
};

static const Range space[] = {
    { 0x0009, 0x000d }, { 0x001c, 0x0020 }, { 0x0085, 0x0085 }, { 0x00a0, 0x00a0 },
    { 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f },
    { 0x205f, 0x205f }, { 0x3000, 0x3000 },
};

#define IN(table, cp) in_ranges (table, sizeof table / sizeof table[0], cp)

static bool
in_ranges (const Range *range, size_t count, uint32_t cp)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > range[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && cp >= range[low].first;
}

size_t
mugai_utf8_decode (const uint8_t *d, size_t left, uint32_t *ret_cp)
{
    uint8_t lead = d[0];

    if (lead < 0x80) {
        *ret_cp = lead;
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    size_t n = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (n > left)
        return 0;
    uint32_t cp = lead & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if ((d[i] & 0xc0) != 0x80)
            return 0;
        cp = cp << 6 | (d[i] & 0x3fu);
    }
    if ((n == 3 && cp < 0x800) || (n == 4 && cp < 0x10000) || cp > 0x10ffff ||
        (cp >= 0xd800 && cp <= 0xdfff))
        return 0;
    *ret_cp = cp;
    return n;
}

/* Decode at @at when there is something; 0 otherwise. */
static size_t
next (const uint8_t *d, size_t size, size_t at, uint32_t *ret_cp)
{
    *ret_cp = 0;
    return at < size ? mugai_utf8_decode (d + at, size - at, ret_cp) : 0;
}

/* After U+1F3F4 at @at - 4: bytes of the tags that make one of the three flags, or 0. */
static size_t
flag_size (const uint8_t *d, size_t size, size_t at)
{
    static const char flag[3][6] = { "gbeng", "gbsct", "gbwls" };

    for (size_t f = 0; f < 3; f++) {
        size_t i = at, letters = 0;
        uint32_t cp;
        for (size_t n; letters < 5 && (n = next (d, size, i, &cp)) > 0; i += n, letters++)
            if (cp != 0xe0000u + (uint8_t)flag[f][letters])
                break;
        if (letters == 5 && next (d, size, i, &cp) == 4 && cp == 0xe007f)
            return i + 4 - at;
    }
    return 0;
}

/* After an element's picto: bytes of what may follow it within the element. */
static size_t
element_tail (const uint8_t *d, size_t size, size_t at)
{
    uint32_t cp;
    size_t n = next (d, size, at, &cp);

    return cp == 0xfe0e || cp == 0xfe0f || (cp >= 0x1f3fb && cp <= 0x1f3ff) ? n : 0;
}

/* After the first picto @cp, which ends at @at: where the sequence ends. */
static size_t
emoji_end (const uint8_t *d, size_t size, size_t at, uint32_t cp)
{
    size_t flag = cp == 0x1f3f4 ? flag_size (d, size, at) : 0;

    if (flag > 0)
        return at + flag;
    at += element_tail (d, size, at);
    for (int joined = 0; joined < 9; joined++) {
        uint32_t joiner, element;
        size_t n = next (d, size, at, &joiner);
        if (joiner != 0x200d)
            break;
        size_t m = next (d, size, at + n, &element);
        if (m == 0 || !IN (picto, element))
            break;
        at += n + m;
        at += element_tail (d, size, at);
    }
    return at;
}

static bool
is_stop (uint32_t cp)
{
    return cp == 0x3001 || cp == 0x3002 || cp == 0xff01 || cp == 0xff0c || cp == 0xff0e ||
           cp == 0xff1a || cp == 0xff1b || cp == 0xff1f;
}

/* Bytes that @selector at @at, right after @cp which begins no emoji, takes with it when it stands
 * correctly; else 0. */
static size_t
selector_size (const uint8_t *d, size_t size, size_t at, uint32_t cp, uint32_t selector)
{
    uint32_t keycap;
    size_t n = next (d, size, at, &selector);

    if (((cp >= '0' && cp <= '9') || cp == '#' || cp == '*') && selector == 0xfe0f)
        return next (d, size, at + n, &keycap) == 3 && keycap == 0x20e3 ? n + 3 : 0;
    if (IN (ideograph, cp) && ((selector >= 0xfe00 && selector <= 0xfe02) || selector >= 0xe0100))
        return n;
    return is_stop (cp) && (selector == 0xfe00 || selector == 0xfe01) ? n : 0;
}

static bool
is_never (uint32_t cp)
{
    return (cp & 0xfffe) == 0xfffe || IN (never, cp);
}

/* How many bytes from here on are surely printable ASCII, TAB or LF: a multiple of PLAIN, which are
 * looked at together. */
static size_t
plain_run (const uint8_t *d, size_t size)
{
    enum { PLAIN = 32 };
    size_t run = 0;

    for (; size - run >= PLAIN; run += PLAIN) {
        uint8_t bad = 0;
        for (size_t i = run; i < run + PLAIN; i++)
            bad |=
                (uint8_t)(((uint8_t)(d[i] - 0x20) > 0x7e - 0x20) & (d[i] != '\n') & (d[i] != '\t'));
        if (bad)
            break;
    }
    return run;
}

const char *
mugai_codepoint_fault (const uint8_t *d, size_t size, bool cr, size_t *ret_at)
{
    uint32_t before = 0, cp; /* before: the code point right before, when no sequence took it */

    for (size_t i = 0; i < size;) {
        size_t run = d[i] < 0x80 ? plain_run (d + i, size - i) : 0;
        if (run > 0) {
            i += run;
            before = d[i - 1];
            continue;
        }
        *ret_at = i;
        if (d[i] < 0x80) {
            if ((d[i] < 0x20 && d[i] != '\n' && d[i] != '\t' && !(cr && d[i] == '\r')) ||
                d[i] == 0x7f)
                return "U-2";
            before = d[i++];
            continue;
        }
        size_t n = mugai_utf8_decode (d + i, size - i, &cp);
        if (n == 0)
            return "U-1";
        if ((cp >= 0x3041 && cp <= 0x30ff) ||
            (cp >= 0x3400 && cp <= 0xabff)) { /* most of Japanese */
            before = cp;
            i += n;
        } else if (IN (bound, cp)) {
            n = selector_size (d, size, i, before, cp);
            if (n == 0)
                return "U-3";
            before = 0;
            i += n;
        } else if (is_never (cp)) {
            return "U-2";
        } else if (IN (picto, cp)) {
            i = emoji_end (d, size, i + n, cp);
            before = 0;
        } else {
            before = cp;
            i += n;
        }
    }
    return NULL;
}

bool
mugai_codepoint_is_space (uint32_t cp)
{
    return IN (space, cp);
}

size_t
mugai_space_size (const uint8_t *d, size_t left)
{
    uint32_t cp;

    if (left == 0 || (d[0] > 0x20 && d[0] < 0x80))
        return 0;
    size_t n = mugai_utf8_decode (d, left, &cp);
    return n > 0 && IN (space, cp) ? n : 0;
}

void
mugai_space_strip (const uint8_t *d, size_t *from, size_t *to)
{
    size_t n;

    while ((n = mugai_space_size (d + *from, *to - *from)) > 0)
        *from += n;
    for (; *to > *from;
         *to -= n) { /* the last code point has up to 3 bytes when it is white space */
        n = 1;
        while (n < 3 && n < *to - *from && (d[*to - n] & 0xc0) == 0x80)
            n++;
        if (mugai_space_size (d + *to - n, n) != n)
            return;
    }
}

size_t
mugai_codepoint_fold (uint32_t cp, char out[4])
{
    size_t low = 0, high = sizeof mugai_fold_table / sizeof mugai_fold_table[0], n = 0;

    if (cp < 0x80) {
        out[0] = (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp);
        return 1;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > mugai_fold_table[middle].cp)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sizeof mugai_fold_table / sizeof mugai_fold_table[0] ||
        mugai_fold_table[low].cp != cp)
        return 0;
    for (; n < 4 && mugai_fold_table[low].ascii[n] != '\0'; n++)
        out[n] = mugai_fold_table[low].ascii[n];
    return n;
}
