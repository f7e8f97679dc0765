/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one reading by RFC 4180 cuts the cells and judges each (C-2 to C-4); a second,
 * looser one looks at the beginning of everything that another reader may take for a cell (C-5).
 */
#include "verify/csv.h"

#include "verify/codepoint.h"
#include "verify/text.h"

#include <string.h>
#include <strings.h>

static const char bom[] = "\xef\xbb\xbf";

/* The character at @d folded to one ASCII character, 0 when it has no such form; *ret_size its
 * bytes, 0 at the end. */
static char
folded (const uint8_t *d, size_t left, size_t *ret_size, uint32_t *ret_cp)
{
    char out[4] = { 0 };

    *ret_size = left > 0 ? mugai_utf8_decode (d, left, ret_cp) : 0;
    return *ret_size > 0 && mugai_codepoint_fold (*ret_cp, out) > 0 ? out[0] : '\0';
}

/* Whether the rest of a cell after its sign makes it a number. */
static bool
is_number_rest (const uint8_t *d, size_t size, bool minus_sign)
{
    const char *allowed = minus_sign ? "0123456789.,%" : "0123456789.,()%/:-eE$ ";

    for (size_t i = 0, n; i < size; i += n) {
        uint32_t cp = 0;
        n = mugai_utf8_decode (d + i, size - i, &cp);
        if (n == 0 || cp == 0)
            return false;
        if (cp < 0x80 ? strchr (allowed, (int)cp) == NULL
                      : minus_sign || (cp != 0xa5 && cp != 0x20ac && cp != 0xa3))
            return false;
    }
    return true;
}

/* C-4 for one cell, without its outer quotes. */
static bool
is_formula (const uint8_t *d, size_t size)
{
    size_t at = 0, n;
    uint32_t cp = 0;

    while ((n = at < size && d[at] == '"' ? 1 : mugai_space_size (d + at, size - at)) > 0)
        at += n;
    char c = folded (d + at, size - at, &n, &cp);
    if (n == 0)
        return false;
    bool minus_sign = cp == 0x2212 || cp == 0x207b || cp == 0x208b;
    if (c == '=' || c == '@')
        return true;
    return (minus_sign || c == '+' || c == '-') &&
           !is_number_rest (d + at + n, size - at - n, minus_sign);
}

/* Whether @d, folded, begins with @text; *io_at moves behind it. */
static bool
take_folded (const uint8_t *d, size_t size, size_t *io_at, const char *text)
{
    size_t at = *io_at;

    while (*text != '\0') {
        char out[4];
        uint32_t cp;
        size_t n = at < size ? mugai_utf8_decode (d + at, size - at, &cp) : 0;
        size_t m = n > 0 ? mugai_codepoint_fold (cp, out) : 0;
        if (m == 0 || strncmp (text, out, m) != 0)
            return false;
        text += m;
        at += n;
    }
    *io_at = at;
    return true;
}

static size_t
skip_spaces (const uint8_t *d, size_t size, size_t at)
{
    for (size_t n; (n = mugai_space_size (d + at, size - at)) > 0;)
        at += n;
    return at;
}

/* C-5 behind the sign. */
static bool
is_fetch (const uint8_t *d, size_t size, size_t at)
{
    static const char *const function[] = { "hyperlink",   "webservice", "call",       "exec",
                                            "register",    "rtd",        "image",      "dde",
                                            "importxml",   "importdata", "importhtml", "importfeed",
                                            "importrange", "importtext", "importcsv" };
    static const char *const program[] = { "cmd",   "msexcel",  "excel",  "powershell",
                                           "mshta", "rundll32", "wscript" };

    at = skip_spaces (d, size, at);
    if (take_folded (d, size, &at, "+"))
        at = skip_spaces (d, size, at);
    for (size_t i = 0; i < sizeof program / sizeof program[0]; i++) {
        size_t end = at;
        if (!take_folded (d, size, &end, program[i]))
            continue;
        for (char c; end < size && strchr (",;\t\n", d[end]) == NULL;) {
            size_t n;
            uint32_t cp = 0;
            c = folded (d + end, size - end, &n, &cp);
            if (c == '|')
                return true;
            end += n > 0 ? n : 1;
        }
    }
    take_folded (d, size, &at, "_xlfn.");
    for (size_t i = 0; i < sizeof function / sizeof function[0]; i++) {
        size_t end = at;
        if (!take_folded (d, size, &end, function[i]))
            continue;
        end = skip_spaces (d, size, end);
        if (take_folded (d, size, &end, "("))
            return true;
    }
    return false;
}

/* C-5 */
static bool
has_fetch (const uint8_t *d, size_t size, size_t start, size_t *ret_at)
{
    for (size_t at = start, n; at < size;) {
        uint32_t cp = 0;
        *ret_at = at;
        for (;; at += n) { /* spaces and quotes in front */
            n = at < size && (d[at] == ' ' || d[at] == '"')                 ? 1
                : size - at >= 2 && memcmp (d + at, "\xc2\xa0", 2) == 0     ? 2
                : size - at >= 3 && memcmp (d + at, "\xe3\x80\x80", 3) == 0 ? 3
                                                                            : 0;
            if (n == 0)
                break;
        }
        char c = folded (d + at, size - at, &n, &cp);
        if (c != '\0' && strchr ("=+@-", c) != NULL && is_fetch (d, size, at + n))
            return true;
        while (at < size && strchr (",;|\t\n", d[at]) == NULL)
            at++;
        at++;
    }
    return false;
}

/* C-6, from behind the byte order mark. */
static bool
has_bad_start (const uint8_t *d, size_t size)
{
    static const char *const markup[] = {
        "<!doctype html",     "<html",          "<script", "<?xml", "<svg", "<!--",
        "[InternetShortcut]", "[Desktop Entry]"
    };
    size_t at = size > 0 && d[0] == '"' ? 1 : 0;

    if ((size - at >= 4 && strncasecmp ((const char *)d + at, "sep=", 4) == 0) ||
        (size >= 3 && memcmp (d, "ID;", 3) == 0))
        return true;
    at = skip_spaces (d, size, at);
    for (size_t i = 0; i < sizeof markup / sizeof markup[0]; i++) {
        size_t n = strlen (markup[i]);
        if (size - at >= n && strncasecmp ((const char *)d + at, markup[i], n) == 0)
            return true;
    }
    return false;
}

/* Find the end of the quoted cell that begins behind the quote at @at - 1. *ret_needed: the quotes
 * are. */
static size_t
quoted_end (const uint8_t *d, size_t size, size_t at, bool *ret_needed)
{
    *ret_needed = false;
    for (; at < size; at++) {
        if (d[at] == '"' && (at + 1 == size || d[at + 1] != '"'))
            return at;
        *ret_needed |= d[at] == '"' || d[at] == ',' || d[at] == '\n';
        at += d[at] == '"';
    }
    return size;
}

/* One cell from *io_at on; moves to the comma or CR after it. */
static bool
take_cell (MugaiCheck *check, const uint8_t *d, size_t size, size_t *io_at)
{
    size_t start = *io_at, end = start;
    bool is_quoted = start < size && d[start] == '"', needed = true;

    if (is_quoted) {
        end = quoted_end (d, size, ++start, &needed);
        const uint8_t *cr = memchr (d + start, '\r', end - start);
        if (cr != NULL)
            return mugai_refuse (check, "C-2", (uint64_t)(cr - d), "CR in a cell");
        if (end == size || !needed)
            return mugai_refuse (check, "C-3", start, "quotes that are not closed or not needed");
    } else {
        while (end < size && strchr (",\r\n\"", d[end]) == NULL)
            end++;
        if (end < size && d[end] == '"')
            return mugai_refuse (check, "C-3", end, "double quote in a cell without quotes");
    }
    if (is_formula (d + start, end - start))
        return mugai_refuse (check, "C-4", start, "cell that may be a formula");
    *io_at = end + (is_quoted ? 1 : 0);
    return true;
}

static bool
check_cells (MugaiCheck *check, const uint8_t *d, size_t size)
{
    size_t at = 3;

    while (at < size) {
        if (!take_cell (check, d, size, &at))
            return false;
        if (at < size && d[at] == ',') {
            at++;
            if (at == size)
                return mugai_refuse (check, "C-2", at, "record without CRLF");
            continue;
        }
        if (at == size || d[at] != '\r' || size - at < 2 || d[at + 1] != '\n')
            return mugai_refuse (check, "C-2", at, "record without CRLF");
        at += 2;
    }
    return true;
}

bool
mugai_csv_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    size_t at = 0;

    if (size < 3 || memcmp (d, bom, 3) != 0)
        return mugai_refuse (check, "C-1", 0, "no byte order mark");
    if (has_bad_start (d + 3, size - 3))
        return mugai_refuse (check, "C-6", 3, "begins like another kind of file");
    if (!check_cells (check, d, size) || !mugai_text_check (check, d, size, MUGAI_TEXT_CSV))
        return false;
    return !has_fetch (d, size, 3, &at) ||
           mugai_refuse (check, "C-5", at, "formula that fetches or starts something");
}
