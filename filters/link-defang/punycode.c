/* SPDX-License-Identifier: Apache-2.0 */
#include "link-defang/punycode.h"

#include <stdbool.h>
#include <string.h>

enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 128 };

#define LAST 0x10FFFF

/* RFC 3492 6.1 */
static uint32_t
adapt (uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;

    delta = first ? delta / DAMP : delta / 2;
    for (delta += delta / points; delta > (BASE - TMIN) * TMAX / 2; k += BASE)
        delta /= BASE - TMIN;
    return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static uint32_t
threshold (uint32_t k, uint32_t bias)
{
    return k <= bias + TMIN ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
}

static int
digit_of (char c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
}

/* A variable-length integer at *@at. Returns: false when it is none, or too large. */
static bool
read_delta (const char *ascii, size_t size, size_t *at, uint32_t bias, uint32_t *ret)
{
    uint64_t delta = 0, weight = 1;

    for (uint32_t k = BASE;; k += BASE) {
        int digit = *at < size ? digit_of (ascii[(*at)++]) : -1;
        if (digit < 0)
            return false;
        delta += (uint64_t)digit * weight;
        if (delta > UINT32_MAX)
            return false;
        uint32_t t = threshold (k, bias);
        if ((uint32_t)digit < t)
            break;
        weight *= BASE - t;
        if (weight > UINT32_MAX)
            return false;
    }
    *ret = (uint32_t)delta;
    return true;
}

/* The ASCII characters in front, up to the last dash. Returns: how many; *@at: what follows. */
static size_t
read_basic (const char *ascii, size_t size, uint32_t *out, size_t *at)
{
    const char *dash = memrchr (ascii, '-', size);
    size_t n = dash != NULL ? (size_t)(dash - ascii) : 0;

    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)ascii[i] < FIRST ? (uint8_t)ascii[i] : '?';
    *at = n > 0 ? n + 1 : 0;
    return n;
}

size_t
punycode_decode (const char *ascii, size_t size, uint32_t out[PUNYCODE_MAX])
{
    size_t at = 0;
    uint32_t bias = BIAS, delta;
    uint64_t point = FIRST, i = 0;

    if (size == 0 || size > PUNYCODE_MAX)
        return 0;
    size_t n = read_basic (ascii, size, out, &at);
    while (at < size) {
        uint64_t before = i;
        if (n >= PUNYCODE_MAX || !read_delta (ascii, size, &at, bias, &delta))
            return 0;
        i += delta;
        bias = adapt ((uint32_t)(i - before), (uint32_t)n + 1, before == 0 && point == FIRST);
        point += i / (n + 1);
        i %= n + 1;
        if (point > LAST || (point >= 0xD800 && point <= 0xDFFF))
            return 0;
        memmove (out + i + 1, out + i, (n - (size_t)i) * sizeof *out);
        out[i++] = (uint32_t)point;
        n++;
    }
    return n;
}

typedef struct Writer {
    char *out;
    size_t size;
    bool full;
} Writer;

static void
put (Writer *w, char c)
{
    if (w->size < PUNYCODE_MAX)
        w->out[w->size++] = c;
    else
        w->full = true;
}

static void
write_delta (Writer *w, uint64_t delta, uint32_t bias)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    for (uint32_t k = BASE; !w->full; k += BASE) {
        uint32_t t = threshold (k, bias);
        if (delta < t)
            break;
        put (w, digits[t + (delta - t) % (BASE - t)]);
        delta = (delta - t) / (BASE - t);
    }
    put (w, digits[delta % BASE]);
}

/* The smallest code point that is @least or more; LAST + 1: none. */
static uint32_t
next_point (const uint32_t *letters, size_t n, uint32_t least)
{
    uint32_t next = LAST + 1;

    for (size_t i = 0; i < n; i++)
        if (letters[i] >= least && letters[i] < next)
            next = letters[i];
    return next;
}

size_t
punycode_encode (const uint32_t *letters, size_t n, char out[PUNYCODE_MAX])
{
    Writer w = { .out = out };
    uint32_t point = FIRST, bias = BIAS;
    uint64_t delta = 0;

    if (n == 0 || n > PUNYCODE_MAX)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (letters[i] < FIRST)
            put (&w, (char)letters[i]);
    size_t basic = w.size, done = basic;
    if (basic > 0)
        put (&w, '-');
    while (done < n && !w.full) {
        uint32_t next = next_point (letters, n, point);
        if (next > LAST)
            return 0;
        delta += (uint64_t)(next - point) * (done + 1);
        point = next;
        for (size_t i = 0; i < n && !w.full; i++) {
            delta += letters[i] < point;
            if (letters[i] != point)
                continue;
            write_delta (&w, delta, bias);
            bias = adapt ((uint32_t)delta, (uint32_t)done + 1, done == basic);
            delta = 0;
            done++;
        }
        delta++;
        point++;
    }
    return w.full ? 0 : w.size;
}
