/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: every colon is looked at once, with the word before it and a bounded look at what
 * follows; every pair of backslashes likewise. Letters that fold to ASCII ones (U+0130, U+0131,
 * U+017F, U+212A) count as these, since programs that compare without regard to case take them so.
 */
#include "link-defang/link-defang.h"

#include "common/utf8.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    WORD_MAX = 40,   /* characters of a scheme */
    TYPE_MAX = 160,  /* bytes of a media type looked at */
    AHEAD_MAX = 300, /* bytes looked at after a colon or backslashes */
};

typedef struct Text {
    const char *data;
    size_t size;
    size_t done; /* bytes written or left out */
    const MugaiLinkOptions *options;
    MugaiLinkStats *stats;
    MugaiBuffer *out;
} Text;

typedef struct Word {
    char text[WORD_MAX + 1]; /* folded, lower case */
    size_t start;            /* of it in the text */
    bool bounded;            /* nothing of a word stands before it */
} Word;

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
static Word
word_before (const Text *t, size_t colon)
{
    Word w = { .start = colon, .bounded = true };
    char reversed[WORD_MAX];
    size_t n = 0, size;
    int c;
    while (w.start > t->done && n < WORD_MAX && (c = char_before (t->data, w.start, &size)) != 0) {
        reversed[n++] = (char)c;
        w.start -= size;
    }
    for (size_t i = 0; i < n; i++)
        w.text[i] = reversed[n - 1 - i];
    w.text[n] = '\0';
    w.bounded = n < WORD_MAX && (w.start == 0 || !is_word (t->data[w.start - 1]));
    return w;
}

/* @scheme at the end of the word, with nothing of a word before it. */
static bool
ends (const Word *w, const char *scheme)
{
    size_t n = strlen (w->text), size = strlen (scheme);
    if (n < size || memcmp (w->text + n - size, scheme, size) != 0)
        return false;
    return n == size ? w->bounded : !is_word (w->text[n - size - 1]);
}

/* ms-word and its kin; not MS-DOS. */
static bool
is_ms (const Word *w)
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

/* Is the colon after @w that of an address which is neither web nor mail? */
static bool
is_active (const Text *t, const Word *w, size_t colon)
{
    const char *at = t->data + colon + 1;
    size_t left = t->size - colon - 1;
    bool follows = left > 0 && !is_blank (*at);
    if (follows && is_ms (w))
        return true; /* the others may stand in it: ms-file: */
    if (ends (w, "javascript") || ends (w, "livescript") || ends (w, "vbscript"))
        return is_script (at, left);
    if (!follows)
        return false;
    if (ends (w, "file"))
        return *at == '/' || *at == '\\' || (left >= 2 && at[1] == ':');
    if (ends (w, "jar") || ends (w, "mhtml") || ends (w, "onenote") || ends (w, "search-ms"))
        return true;
    if (ends (w, "search"))
        return left >= 6 && strncasecmp (at, "query=", 6) == 0;
    if (slashes (at, left) && at[0] == '/' && at[1] == '/') {
        const char *dot = strrchr (w->text, '.'); /* "see.http://" is web still */
        const char *scheme = dot != NULL ? dot + 1 : w->text;
        while (*scheme != '\0' && !is_letter (*scheme))
            scheme++;
        return *scheme != '\0' && strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0 &&
               strcmp (scheme, "hxxp") != 0 && strcmp (scheme, "hxxps") != 0;
    }
    return false;
}

/* Printable ASCII that may be part of an address. */
static bool
is_address (char c)
{
    return c > ' ' && c < 0x7F && strchr ("<>\"')", c) == NULL;
}

/* Of an address that ends at @end, what may be left out: not a digit that is the base of a key cap.
 */
static size_t
whole (const Text *t, size_t start, size_t end)
{
    while (end > start && end < t->size && (uint8_t)t->data[end] >= 0x80 &&
           strchr ("0123456789#*", t->data[end - 1]) != NULL)
        end--;
    return end;
}

/* Bytes of a data: URI after its colon; 0: it is none. *ret_type: bytes of its media type. */
static size_t
data_size (const Text *t, const Word *w, size_t colon, size_t *ret_type)
{
    const char *at = t->data + colon + 1;
    size_t left = t->size - colon - 1, n = 0;
    bool slash = false;
    if (!ends (w, "data"))
        return 0;
    while (n < left && n < TYPE_MAX && is_address (at[n]) && strchr (",;:\\(", at[n]) == NULL)
        slash = at[n++] == '/' || slash;
    if (!slash)
        return 0;
    *ret_type = n;
    while (n < left && is_address (at[n]))
        n++;
    return whole (t, colon + 1 + *ret_type, colon + 1 + n) - colon - 1;
}

static void
flush (Text *t, size_t to)
{
    mugai_buffer_add (t->out, t->data + t->done, to - t->done);
    t->done = to;
}

/* Bytes of the host (with user and port) at @at. */
static size_t
host_size (const char *at, size_t left)
{
    size_t n = 0;
    while (n < left && !is_blank (at[n]) && strchr ("/?#<>\"'()\\|", at[n]) == NULL)
        n++;
    return n;
}

static void
count_host (Text *t, const char *host, size_t size)
{
    bool idn = memmem (host, size, "xn--", 4) != NULL;
    t->stats->links++;
    for (size_t i = 0; i < size; i++)
        idn = idn || (uint8_t)host[i] >= 0x80;
    t->stats->idn += idn;
}

static void
put_defanged (Text *t, const Word *w, size_t colon, size_t host, size_t size)
{
    flush (t, w->start);
    mugai_buffer_add_text (t->out, strcmp (w->text, "https") == 0 ? "hxxps://" : "hxxp://");
    for (size_t i = 0; i < size; i++) {
        if (t->data[host + i] == '.')
            mugai_buffer_add_text (t->out, "[.]");
        else
            mugai_buffer_add (t->out, t->data + host + i, 1);
    }
    t->done = colon + 3 + size;
}

/* A web address whose colon is at @colon. Returns: where to go on. */
static size_t
web (Text *t, const Word *w, size_t colon)
{
    size_t host = colon + 3, size = host_size (t->data + host, t->size - host);
    count_host (t, t->data + host, size);
    Word plain = *w;
    const char *http = strstr (plain.text, "http"); /* what stands before it is text */
    size_t before = http != NULL ? (size_t)(http - plain.text) : 0;
    plain.start = colon - (strlen (plain.text) - before);
    memmove (plain.text, plain.text + before, strlen (plain.text + before) + 1);
    if (t->options->form == MUGAI_LINK_DEFANG) {
        put_defanged (t, &plain, colon, host, size);
        return t->done;
    }
    if (t->options->form == MUGAI_LINK_DROP) {
        size_t end = host + size;
        flush (t, plain.start);
        while (end < t->size && is_address (t->data[end]))
            end++;
        end = whole (t, host + size, end);
        mugai_buffer_add_text (t->out, t->options->japanese ? "[リンク削除]" : "[link removed]");
        t->done = end;
        return end;
    }
    return host;
}

/* Returns: where to go on after the colon at @colon. */
static size_t
at_colon (Text *t, size_t colon)
{
    Word w = word_before (t, colon);
    size_t type = 0, n;
    if (w.text[0] == '\0')
        return colon + 1;
    if ((n = data_size (t, &w, colon, &type)) > 0) {
        flush (t, colon);
        mugai_buffer_add_text (t->out, "[:]");
        mugai_buffer_add (t->out, t->data + colon + 1, type);
        if (n > type)
            mugai_buffer_add_text (t->out, "…");
        t->done = colon + 1 + n;
        t->stats->data++;
        return t->done;
    }
    if (is_active (t, &w, colon)) {
        flush (t, colon);
        mugai_buffer_add_text (t->out, "[:]");
        t->done = colon + 1;
        t->stats->broken++;
        return colon + 1;
    }
    size_t length = strlen (w.text);
    bool http = (length >= 4 && strcmp (w.text + length - 4, "http") == 0) ||
                (length >= 5 && strcmp (w.text + length - 5, "https") == 0);
    if (http && t->size - colon > 3 && t->data[colon + 1] == '/' && t->data[colon + 2] == '/')
        return web (t, &w, colon);
    return colon + 1;
}

/* Returns: where to go on after the backslash at @at. */
static size_t
at_backslash (Text *t, size_t at)
{
    const char *p = t->data + at + 2, *end = t->data + t->size;
    char before = at > t->done ? t->data[at - 1] : ' '; /* what was broken up ends in a bracket */
    if (t->size - at < 5 || p[-1] != '\\' || is_word (before) || strchr ("\\/:.-", before) != NULL)
        return at + 1;
    if (!is_word (*p) && (uint8_t)*p < 0x80)
        return at + 1;
    const char *limit = end - p > AHEAD_MAX ? p + AHEAD_MAX : end;
    while (p < limit && *p != '\\' && *p != ':' && *p != '[' && !is_blank (*p))
        p++;
    if (p < limit && (*p != '\\' || p + 1 == end || is_blank (p[1])))
        return at + 1;
    flush (t, at);
    mugai_buffer_add_text (t->out, "[\\\\]");
    t->done = at + 2;
    t->stats->broken++;
    return at + 2;
}

/* Where the next colon or backslash after @at is, or the end. */
static size_t
next_mark (const Text *t, size_t at)
{
    const char *p = t->data + at, *end = t->data + t->size;
    do
        p++;
    while (p < end && *p != ':' && *p != '\\');
    return (size_t)(p - t->data);
}

int
mugai_link_defang (const void *utf8, size_t size, const MugaiLinkOptions *options, MugaiBuffer *out,
                   MugaiLinkStats *stats)
{
    MugaiLinkStats ignored;
    Text t = { .data = size > 0 ? utf8 : "",
               .size = size,
               .options = options,
               .stats = stats != NULL ? stats : &ignored,
               .out = out };
    *t.stats = (MugaiLinkStats){ 0 };
    size_t at = 0;
    while (at < size && mugai_buffer_ok (out)) {
        if (t.data[at] == ':')
            at = at_colon (&t, at);
        else if (t.data[at] == '\\')
            at = at_backslash (&t, at);
        else
            at = next_mark (&t, at);
    }
    if (t.done < size)
        flush (&t, size);
    return out->failed ? -ENOMEM : 0;
}
