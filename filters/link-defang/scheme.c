/* SPDX-License-Identifier: Apache-2.0
 *
 * Letters that fold to ASCII ones (U+0130, U+0131, U+017F, U+212A) count as these, since programs
 * that compare without regard to case take them so.
 */
#include "link-defang/scheme.h"

#include <string.h>
#include <strings.h>

enum {
    TYPE_MAX = 160,  /* bytes of a media type looked at */
    AHEAD_MAX = 300, /* bytes looked at after a colon */
};

static bool
is_letter (int c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool
is_word (int c)
{
    return is_letter (c) || (c >= '0' && c <= '9') || c == '_';
}

static bool
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* The character that ends at @end, folded; 0: one that is not of a scheme. *ret_size: its bytes. */
static int
char_before (const char *data, size_t end, size_t *ret_size)
{
    static const struct {
        const char *bytes;
        size_t size;
        char c;
    } folds[] = { { "\xC4\xB0", 2, 'i' },
                  { "\xC4\xB1", 2, 'i' },
                  { "\xC5\xBF", 2, 's' },
                  { "\xE2\x84\xAA", 3, 'k' } };
    char c = data[end - 1];
    *ret_size = 1;
    if (is_letter (c))
        return c | 0x20;
    if ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')
        return c;
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
        *ret_size = folds[i].size;
        if (end >= folds[i].size &&
            memcmp (data + end - folds[i].size, folds[i].bytes, folds[i].size) == 0)
            return folds[i].c;
    }
    return 0;
}

/* What of a scheme stands before the colon at @colon. */
SchemeWord
scheme_word (const char *text, size_t done, size_t colon)
{
    SchemeWord w = { .start = colon, .bounded = true };
    char reversed[SCHEME_WORD];
    size_t n = 0, size;
    int c;
    while (w.start > done && n < SCHEME_WORD && (c = char_before (text, w.start, &size)) != 0) {
        reversed[n++] = (char)c;
        w.start -= size;
    }
    for (size_t i = 0; i < n; i++)
        w.text[i] = reversed[n - 1 - i];
    w.text[n] = '\0';
    w.bounded = n < SCHEME_WORD && (w.start == 0 || !is_word (text[w.start - 1]));
    return w;
}

/* @scheme at the end of the word, with nothing of a word before it. */
static bool
ends (const SchemeWord *w, const char *scheme)
{
    size_t n = strlen (w->text), size = strlen (scheme);
    if (n < size || memcmp (w->text + n - size, scheme, size) != 0)
        return false;
    return n == size ? w->bounded : !is_word (w->text[n - size - 1]);
}

/* ms-word and its kin; not MS-DOS. */
static bool
is_ms (const SchemeWord *w)
{
    const char *dash = strrchr (w->text, '-');
    size_t tail = dash != NULL ? strlen (dash + 1) : 0;
    if (tail < 3 || tail > 20 || dash - w->text < 2 || memcmp (dash - 2, "ms", 2) != 0)
        return false;
    return strcmp (dash, "-dos") != 0;
}

static bool
slashes (const char *at, size_t left)
{
    return left >= 2 && (at[0] == '/' || at[0] == '\\') && (at[1] == '/' || at[1] == '\\');
}

/* "javascript: x.y" is a link to some programs, "JavaScript: an introduction" to none. A colon or a
 * backslash counts too: it may become a bracket. */
static bool
is_script (const char *at, size_t left)
{
    if (left == 0)
        return false;
    if (!is_blank (*at))
        return true;
    size_t n = 1;
    while (n < left && n < AHEAD_MAX && !is_blank (at[n]) && strchr ("(=%;.[:\\", at[n]) == NULL)
        n++;
    if (n + 1 < left && is_blank (at[n]))
        n++;
    return n >= left || n >= AHEAD_MAX || strchr ("(=%;.[:\\", at[n]) != NULL ||
           slashes (at + 1, left - 1);
}

/* Schemes that programs act upon without "//". */
static const char *const plain_schemes[] = { "callto",      "feed",   "hcp",     "im",
                                             "intent",      "irc",    "its",     "itms-services",
                                             "magnet",      "mk",     "msteams", "ms-its",
                                             "res",         "rlogin", "shell",   "sip",
                                             "sips",        "skype",  "telnet",  "vnd.ms.radio",
                                             "view-source", "webcal", "zoommtg", NULL };

static bool
is_one_of (const SchemeWord *w, const char *const *schemes)
{
    for (; *schemes != NULL; schemes++)
        if (ends (w, *schemes))
            return true;
    return false;
}

/* What of the word is a scheme: "see.http" is web still. */
static const char *
scheme_name (const SchemeWord *w)
{
    const char *dot = strrchr (w->text, '.');
    const char *scheme = dot != NULL ? dot + 1 : w->text;

    while (*scheme != '\0' && !is_letter (*scheme))
        scheme++;
    return scheme;
}

/* Are the @n bytes before @end ASCII? */
static bool
is_ascii (const char *text, size_t end, size_t n)
{
    for (size_t i = 1; i <= n && i <= end; i++)
        if ((uint8_t)text[end - i] >= 0x80 && i < n)
            return false;
    return true;
}

static bool
is_web_scheme (const char *scheme)
{
    return strcmp (scheme, "http") == 0 || strcmp (scheme, "https") == 0;
}

bool
scheme_is_active (const SchemeWord *w, const char *text, size_t size, size_t colon)
{
    const char *at = text + colon + 1;
    size_t left = size - colon - 1;
    bool follows = left > 0 && !is_blank (*at);
    if (follows && is_ms (w))
        return true; /* the others may stand in it: ms-file: */
    if (ends (w, "javascript") || ends (w, "livescript") || ends (w, "vbscript"))
        return is_script (at, left);
    if (!follows)
        return false;
    if (ends (w, "file"))
        return *at == '/' || *at == '\\' || memchr (at, ':', left < 4 ? left : 4) != NULL;
    if (is_one_of (w, plain_schemes) && *at != ':')
        return true;
    if (ends (w, "jar") || ends (w, "mhtml") || ends (w, "onenote") || ends (w, "search-ms"))
        return true;
    if (ends (w, "search"))
        return left >= 6 && strncasecmp (at, "query=", 6) == 0;
    if (is_web_scheme (scheme_name (w)))
        return (*at == '/' || *at == '\\') &&
               !(left >= 2 && at[0] == '/' && at[1] == '/' && is_ascii (text, colon, 5));
    if (slashes (at, left) && at[0] == '/' && at[1] == '/') {
        const char *scheme = scheme_name (w);
        return *scheme != '\0' && strcmp (scheme, "hxxp") != 0 && strcmp (scheme, "hxxps") != 0;
    }
    return false;
}

/* Printable ASCII that may be part of an address. */
bool
scheme_is_address (char c)
{
    return c > ' ' && c < 0x7F && strchr ("<>\"')", c) == NULL;
}

/* Of an address that ends at @end, what may be left out: not a digit that is the base of a key cap.
 */
size_t
scheme_whole (const char *text, size_t size, size_t start, size_t end)
{
    while (end > start && end < size && (uint8_t)text[end] >= 0x80 &&
           strchr ("0123456789#*", text[end - 1]) != NULL)
        end--;
    return end;
}

/* Bytes of a data: URI after its colon; 0: it is none. *ret_type: bytes of its media type. */
size_t
scheme_data_size (const SchemeWord *w, const char *text, size_t size, size_t colon,
                  size_t *ret_type)
{
    const char *at = text + colon + 1;
    size_t left = size - colon - 1, n = 0;
    bool slash = false;
    if (!ends (w, "data"))
        return 0;
    while (n < left && n < TYPE_MAX && scheme_is_address (at[n]) &&
           strchr (",;:\\(@", at[n]) == NULL)
        slash = at[n++] == '/' || slash;
    if (!slash)
        return 0;
    *ret_type = n;
    while (n < left && scheme_is_address (at[n]))
        n++;
    return scheme_whole (text, size, colon + 1 + *ret_type, colon + 1 + n) - colon - 1;
}
