/* SPDX-License-Identifier: Apache-2.0 */
#include "link-defang/host.h"

#include "common/unicode.h"
#include "common/utf8.h"
#include "link-defang/punycode.h"
#include "link-defang/script.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { POINTS = 512 /* code points of a host that are looked at */ };

typedef struct Points {
    uint32_t at[POINTS];
    size_t n;
} Points;

static int
hex (char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* Percent signs decoded. Returns: bytes in @out. */
static size_t
unescape (const char *text, size_t size, char out[HOST_LOOK], bool *escaped)
{
    size_t n = 0;

    for (size_t i = 0; i < size && n < HOST_LOOK; i++) {
        bool code =
            text[i] == '%' && size - i > 2 && hex (text[i + 1]) >= 0 && hex (text[i + 2]) >= 0;
        *escaped = *escaped || text[i] == '%';
        out[n++] = code ? (char)(hex (text[i + 1]) * 16 + hex (text[i + 2])) : text[i];
        i += code ? 2 : 0;
    }
    return n;
}

/* Folded code points. */
static void
fold (const char *text, size_t size, Points *ret, bool *folded)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + size;

    ret->n = 0;
    while (at < end && ret->n < POINTS) {
        uint32_t c = mugai_utf8_next (&at, end), plain = script_fold (c);
        *folded = *folded || (c >= 0x80 && plain < 0x80);
        ret->at[ret->n++] = c == MUGAI_UTF8_BAD ? '?' : plain;
    }
}

/* One part of an IPv4 address: decimal, 0x hexadecimal, 0 octal. Returns: false: it is none. */
static bool
read_number (const char *text, size_t size, uint64_t *ret)
{
    uint64_t base = 10, value = 0;

    if (size > 1 && text[0] == '0' && text[1] == 'x')
        base = 16, text += 2, size -= 2;
    else if (size > 1 && text[0] == '0')
        base = 8, text++, size--;
    for (size_t i = 0; i < size; i++) {
        int digit = hex (text[i]);
        if (digit < 0 || (uint64_t)digit >= base)
            return false;
        value = value * base + (uint64_t)digit;
        if (value > UINT32_MAX)
            return false;
    }
    *ret = value;
    return true;
}

/* WHATWG URL 3.5: is @host an IPv4 address in any spelling? It then becomes the usual one. */
static void
read_ipv4 (Host *host)
{
    uint64_t parts[4], value = 0;
    size_t n = 0;
    char plain[16];

    for (const char *at = host->ascii; n < 4; n++) {
        size_t size = strcspn (at, ".");
        if (size == 0 || !read_number (at, size, &parts[n]))
            return;
        at += size;
        if (*at == '\0' || (at[0] == '.' && at[1] == '\0')) {
            n++;
            break;
        }
        if (n == 3)
            return;
        at++;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        if (parts[i] > 255)
            return;
        value |= parts[i] << (24 - 8 * i);
    }
    if (parts[n - 1] >= UINT64_C (1) << (8 * (5 - n)))
        return;
    value |= parts[n - 1];
    snprintf (plain, sizeof plain, "%u.%u.%u.%u", (unsigned)(value >> 24),
              (unsigned)(value >> 16 & 255), (unsigned)(value >> 8 & 255), (unsigned)(value & 255));
    host->number = true;
    host->disguised = host->disguised || strcmp (plain, host->ascii) != 0;
    memcpy (host->ascii, plain, strlen (plain) + 1);
}

typedef struct Out {
    char *data;
    size_t size, room;
    bool full;
} Out;

static void
put (Out *out, const char *bytes, size_t size)
{
    if (size < out->room - out->size) {
        memcpy (out->data + out->size, bytes, size);
        out->size += size;
    } else {
        out->full = true;
    }
    out->data[out->size] = '\0';
}

/* One label in both forms. Returns: whether it has letters beyond ASCII. */
static bool
put_label (const uint32_t *label, size_t n, Host *host, Out *ascii, Out *letters)
{
    char plain[PUNYCODE_MAX], bytes[MUGAI_UTF8_MAX];
    uint32_t decoded[PUNYCODE_MAX];
    bool wide = false;
    size_t size = 0;

    for (size_t i = 0; i < n; i++)
        wide = wide || label[i] >= 0x80;
    for (size_t i = 0; i < n && n <= PUNYCODE_MAX && !wide; i++)
        plain[size++] = (char)label[i];
    if (size > 4 && memcmp (plain, "xn--", 4) == 0) {
        size_t points = punycode_decode (plain + 4, size - 4, decoded);
        put (ascii, plain, size);
        if (points == 0) {
            put (letters, plain, size);
            return false;
        }
        label = decoded;
        n = points;
        wide = true;
    } else if (wide) {
        size = punycode_encode (label, n, plain);
        put (ascii, "xn--", 4);
        put (ascii, plain, size);
        ascii->full = ascii->full || size == 0;
    } else {
        put (ascii, plain, size);
        ascii->full = ascii->full || size < n;
    }
    host->imitates = host->imitates || (wide && script_imitates (label, n));
    for (size_t i = 0; i < n; i++)
        put (letters, bytes, mugai_utf8_put (bytes, label[i]));
    return wide;
}

static void
read_labels (const Points *points, Host *host)
{
    Out ascii = { .data = host->ascii, .room = sizeof host->ascii };
    Out letters = { .data = host->letters, .room = sizeof host->letters };
    bool wide = false;

    for (size_t at = 0; at <= points->n;) {
        size_t n = 0;
        while (at + n < points->n && points->at[at + n] != '.')
            n++;
        if (at > 0) {
            put (&ascii, ".", 1);
            put (&letters, ".", 1);
        }
        wide = put_label (points->at + at, n, host, &ascii, &letters) || wide;
        at += n + 1;
    }
    if (ascii.full || !wide || letters.full)
        host->letters[0] = '\0';
    if (ascii.full)
        host->ascii[0] = '\0';
}

/* Characters that a name may have; others make it unreadable. */
static bool
is_name (const char *ascii)
{
    return ascii[0] != '\0' &&
           ascii[strspn (ascii, "abcdefghijklmnopqrstuvwxyz0123456789-._")] == '\0';
}

/* Only letters that a text may hold are shown. */
static bool
is_shown (const char *letters)
{
    const uint8_t *at = (const uint8_t *)letters, *end = at + strlen (letters);

    while (at < end)
        if (mugai_char_class (mugai_utf8_next (&at, end)) != MUGAI_CHAR_TEXT)
            return false;
    return true;
}

void
host_read (const char *text, size_t size, Host *ret)
{
    char plain[HOST_LOOK];
    Points points;

    *ret = (Host){ 0 };
    const char *user = memrchr (text, '@', size);
    if (user != NULL) {
        ret->user = true;
        size -= (size_t)(user + 1 - text);
        text = user + 1;
    }
    if (size > 0 && text[0] == '[') /* IPv6 */
        return;
    const char *port = memrchr (text, ':', size);
    size = port != NULL ? (size_t)(port - text) : size;
    if (size > 0 && text[size - 1] == '[') /* of "[:]" */
        size--;
    if (size > HOST_LOOK)
        return;
    size_t n = unescape (text, size, plain, &ret->disguised);
    fold (plain, n, &points, &ret->disguised);
    while (points.n > 0 && points.at[points.n - 1] == '.')
        points.n--;
    read_labels (&points, ret);
    if (!is_name (ret->ascii)) {
        ret->ascii[0] = ret->letters[0] = '\0';
        return;
    }
    if (!is_shown (ret->letters))
        ret->letters[0] = '\0';
    read_ipv4 (ret);
}

/* "co" of co.jp and its kin. */
static bool
is_second_level (const char *label, size_t size)
{
    static const char *const words[] = { "co", "or",  "ne",  "ac",  "go",  "lg",  "ad", "ed",
                                         "gr", "com", "net", "org", "gov", "edu", "gob" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen (words[i]) == size && memcmp (words[i], label, size) == 0)
            return true;
    return false;
}

/* The part of @host that has an owner: "example.jp", "example.co.jp". */
static const char *
owned (const char *host)
{
    const char *last = host, *second = NULL, *third = NULL; /* where these labels begin */

    for (const char *dot = strchr (host, '.'); dot != NULL; dot = strchr (dot + 1, '.')) {
        third = second;
        second = last;
        last = dot + 1;
    }
    bool country = strlen (last) == 2;
    if (second != NULL && third != NULL && country &&
        is_second_level (second, (size_t)(last - second) - 1))
        return third;
    return second != NULL ? second : host;
}

bool
host_same_owner (const char *a, const char *b)
{
    const char *x = owned (a), *y = owned (b);

    return strcmp (x, y) == 0 && strchr (x, '.') != NULL;
}

bool
host_below (const char *host, const char *domain, size_t size)
{
    size_t length = strlen (host);

    if (size == 0 || length < size || strncasecmp (host + length - size, domain, size) != 0)
        return false;
    return length == size || host[length - size - 1] == '.';
}
