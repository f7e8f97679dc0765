/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: every colon is looked at once, with the letters before it (at most WORD) and what
 * follows, which is bounded by the counts of the clause; every backslash likewise. So the work is
 * linear, whatever the text.
 */
#include "verify/link.h"

#include "verify/codepoint.h"

#include <string.h>

enum { WORD = 32, OTHER = 0x80 /* any other non-ASCII character */ };

typedef struct At {
    const uint8_t *d;
    size_t size;
    size_t at;
} At;

static bool
is_letter (int c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_word (int c)
{
    return is_letter (c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The character at @a folded as T-7 says, with its bytes in *ret_size; -1 at the end. */
static int
peek (const At *a, size_t *ret_size)
{
    uint32_t cp;

    if (a->at >= a->size)
        return -1;
    *ret_size = 1;
    if (a->d[a->at] < 0x80)
        return a->d[a->at] >= 'A' && a->d[a->at] <= 'Z' ? a->d[a->at] + 32 : a->d[a->at];
    size_t n = mugai_utf8_decode (a->d + a->at, a->size - a->at, &cp);
    if (n == 0)
        return OTHER;
    *ret_size = n;
    return cp == 0x130 || cp == 0x131 ? 'i' : cp == 0x17f ? 's' : cp == 0x212a ? 'k' : OTHER;
}

/* Whether @text (lower case) is next; consumes it then. */
static bool
take (At *a, const char *text)
{
    At b = *a;

    for (; *text != '\0'; text++) {
        size_t n = 0;
        if (peek (&b, &n) != *text)
            return false;
        b.at += n;
    }
    *a = b;
    return true;
}

/* Consume characters of a-z, and of @more, up to @max + 1 of them. Returns: how many. */
static size_t
take_run (At *a, bool digits, const char *more, size_t max)
{
    size_t count = 0, n = 0;

    for (int c; count <= max && (c = peek (a, &n)) > 0; a->at += n, count++)
        if (!is_letter (c) && !(digits && c >= '0' && c <= '9') &&
            (c == OTHER || strchr (more, c) == NULL))
            break;
    return count;
}

static size_t
take_spaces (At *a, size_t max)
{
    size_t count = 0, n;

    for (; count < max && (n = mugai_space_size (a->d + a->at, a->size - a->at)) > 0; count++)
        a->at += n;
    return count;
}

/* Letters and dashes before a colon, folded, at the end of text[WORD]. */
typedef struct Word {
    char text[WORD];
    size_t size;
    bool boundary; /* what stands before them is no word character */
} Word;

static Word
word_before (const uint8_t *d, size_t at)
{
    Word w = { .size = 0, .boundary = true };

    while (at > 0 && w.size < WORD) {
        size_t back = 1, n;
        while (back < 3 && back < at && (d[at - back] & 0xc0) == 0x80)
            back++;
        At a = { d, at, at - back };
        int c = peek (&a, &n);
        if ((!is_letter (c) && c != '-') || n != back)
            break;
        w.size++;
        w.text[WORD - w.size] = (char)c;
        at -= back;
    }
    w.boundary = w.size < WORD && (at == 0 || !is_word (d[at - 1]));
    return w;
}

/* Whether the last @size characters of @w begin at a boundary. */
static bool
bounded (const Word *w, size_t size)
{
    return w->size == size ? w->boundary : w->text[WORD - size - 1] == '-';
}

static bool
ends (const Word *w, const char *scheme)
{
    size_t n = strlen (scheme);

    return w->size >= n && memcmp (w->text + WORD - n, scheme, n) == 0 && bounded (w, n);
}

static bool
slashes (At a)
{
    return a.size - a.at >= 2 && (a.d[a.at] == '/' || a.d[a.at] == '\\') &&
           (a.d[a.at + 1] == '/' || a.d[a.at + 1] == '\\');
}

static bool
file_target (At a)
{
    size_t n = 0;

    if (take (&a, "//") || take (&a, "\\\\"))
        return true;
    take (&a, "/");
    if (!is_letter (peek (&a, &n)))
        return false;
    a.at += n;
    return take (&a, ":/") || take (&a, ":\\");
}

static bool
is_ms_scheme (const Word *w)
{
    size_t tail = 0;

    while (tail < w->size && w->text[WORD - 1 - tail] != '-')
        tail++;
    if (tail < 3 || tail > 20 || w->size < tail + 3 ||
        memcmp (w->text + WORD - tail - 3, "ms-", 3) != 0)
        return false;
    return bounded (w, tail + 3) && !(tail == 3 && memcmp (w->text + WORD - 3, "dos", 3) == 0);
}

static bool
script_target (At a)
{
    size_t count = 0, n = 0;
    int c;

    take_spaces (&a, 1);
    if (take (&a, "//"))
        return true;
    for (; (c = peek (&a, &n)) > 0; a.at += n, count++) {
        if (c == '%' && count >= 1)
            return true;
        if (c == OTHER ? mugai_space_size (a.d + a.at, a.size - a.at) > 0
                       : !is_word (c) && c != '$' && c != '%')
            break;
        if (count == 40)
            return false;
    }
    if (count == 0)
        return false;
    take_spaces (&a, 1);
    c = peek (&a, &n);
    return c > 0 && strchr ("(=%;.[", c) != NULL;
}

static bool
data_target (At a)
{
    size_t n = take_run (&a, false, "", 20);

    if (n < 2 || n > 20 || !take (&a, "/"))
        return false;
    n = take_run (&a, true, ".+-", 60);
    if (n < 2 || n > 60)
        return false;
    while (take (&a, ";")) {
        n = take_run (&a, true, "=-", 40);
        if (n < 1 || n > 40)
            return false;
    }
    return take (&a, ",");
}

/* T-6 behind `data:`. */
static bool
data_base64 (At a)
{
    size_t n = take_run (&a, false, "", 20);

    if (n < 1 || n > 20 || !take (&a, "/"))
        return false;
    n = take_run (&a, true, ".+-", 80);
    if (n < 1 || n > 80)
        return false;
    for (int parameter = 0; parameter <= 5 && take (&a, ";"); parameter++) {
        At b = a;
        size_t count = 0;
        take_spaces (&b, 4);
        if (take (&b, "base64")) {
            take_spaces (&b, 4);
            if (take (&b, ","))
                return true;
        }
        for (int c; (c = peek (&a, &n)) > 0 && c != ',' && c != ';'; a.at += n)
            if (++count > 80 || mugai_space_size (a.d + a.at, a.size - a.at) > 0)
                return false;
        if (count == 0)
            return false;
    }
    return false;
}

/* Schemes that programs act upon without slashes. */
static bool
is_plain_scheme (const Word *w)
{
    static const char *const schemes[] = { "callto", "hcp",    "intent",     "magnet", "mk",
                                           "ms-its", "res",    "shell",      "sip",    "sips",
                                           "skype",  "telnet", "view-source" };

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (ends (w, schemes[i]))
            return true;
    return false;
}

static bool
active_colon (const uint8_t *d, size_t size, size_t colon)
{
    Word w = word_before (d, colon);
    At a = { d, size, colon + 1 };
    size_t n = 0;

    if (w.size < 2)
        return false;
    int c = peek (&a, &n);
    if (is_ms_scheme (&w) &&
        (is_letter (c) || (c >= '0' && c <= '9') || (c > 0 && strchr ("/?%{|", c) != NULL)))
        return true; /* the others may stand in it: ms-vbscript: */
    if (ends (&w, "file"))
        return file_target (a);
    if (ends (&w, "smb") || ends (&w, "ldap") || ends (&w, "ldaps"))
        return take (&a, "//");
    if (ends (&w, "jar") || ends (&w, "mhtml") || ends (&w, "onenote"))
        return take (&a, "http") || take (&a, "file") || slashes (a);
    if (is_plain_scheme (&w))
        return is_letter (c) || (c >= '0' && c <= '9') || (c > 0 && strchr ("/\\?@%", c) != NULL);
    if (ends (&w, "search-ms"))
        return is_letter (c);
    if (ends (&w, "search"))
        return take (&a, "query=");
    if (ends (&w, "javascript") || ends (&w, "livescript") || ends (&w, "vbscript"))
        return script_target (a);
    return ends (&w, "data") && data_target (a);
}

/* A UNC path at the backslash @at. */
static bool
unc (const uint8_t *d, size_t size, size_t at)
{
    if (size - at < 5 || d[at + 1] != '\\' ||
        (at > 0 && (is_word (d[at - 1]) || strchr ("\\/:.-", d[at - 1]) != NULL)))
        return false;
    size_t i = at + 2;
    if (!is_word (d[i]) || d[i] == '_')
        return false;
    while (i < size &&
           ((is_word (d[i]) && d[i] != '_') || d[i] == '.' || d[i] == '@' || d[i] == '-'))
        i++;
    return i + 1 < size && d[i] == '\\' &&
           (is_word (d[i + 1]) || d[i + 1] == '$' || d[i + 1] >= 0x80);
}

/* The first colon or backslash from @at on, or @size. */
static size_t
find (const uint8_t *d, size_t size, size_t at, int c)
{
    const uint8_t *found = at < size ? memchr (d + at, c, size - at) : NULL;

    return found != NULL ? (size_t)(found - d) : size;
}

bool
mugai_link_data (const uint8_t *d, size_t size, size_t *ret_at)
{
    for (size_t at = find (d, size, 0, ':'); at < size; at = find (d, size, at + 1, ':')) {
        if (at < 4 || (d[at - 1] | 0x20) != 'a')
            continue;
        Word w = word_before (d, at);
        At a = { d, size, at + 1 };
        *ret_at = at;
        if (ends (&w, "data") && data_base64 (a))
            return true;
    }
    return false;
}

bool
mugai_link_active (const uint8_t *d, size_t size, size_t *ret_at)
{
    for (size_t at = find (d, size, 0, ':'); at < size; at = find (d, size, at + 1, ':')) {
        *ret_at = at;
        if (active_colon (d, size, at))
            return true;
    }
    for (size_t at = find (d, size, 0, '\\'); at < size; at = find (d, size, at + 1, '\\')) {
        *ret_at = at;
        if (unc (d, size, at))
            return true;
    }
    return false;
}
