/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: bytes are counted, nothing is decoded. A binary format betrays itself by its NULs
 * and small numbers; compressed or encrypted data holds every control in turn.
 */
#include "message/sniff-text.h"

#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))

enum {
    CONTROL_SHARE = 512,
    CONTROL_SHARE_SHOWN = 20,
    HIGH_SHARE = 8,
    WORDS = 4096, /* bytes in which words are looked for */
};

static bool
is_odd (uint8_t c)
{
    return (c < 0x20) & ((c < 0x07) | (c > 0x0f)) & (c != 0x1b);
}

/* What is left without the padding that DOS and record-oriented systems put behind a text. */
static size_t
unpadded (const uint8_t *at, size_t size)
{
    while (size > 0 && (at[size - 1] == 0 || at[size - 1] == 0x1a))
        size--;
    return size;
}

/* -- UTF-16
 * ---------------------------------------------------------------------------------------- */

typedef enum Wide { WIDE_NO, WIDE_LITTLE, WIDE_BIG } Wide;

/* By its mark, or by NULs on one side only in more than a quarter of the bytes. */
static Wide
wide_of (const uint8_t *at, size_t size)
{
    size_t nul[2] = { 0 };

    if (size >= 2 && at[0] == 0xff && at[1] == 0xfe)
        return WIDE_LITTLE;
    if (size >= 2 && at[0] == 0xfe && at[1] == 0xff)
        return WIDE_BIG;
    if (size == 0 || memchr (at, 0, size) == NULL) /* most texts */
        return WIDE_NO;
    for (size_t i = 0; i < size; i++)
        nul[i & 1] += at[i] == 0;
    if (nul[0] + nul[1] <= size / 4 || (nul[0] > 0 && nul[1] > 0))
        return WIDE_NO;
    return nul[1] > 0 ? WIDE_LITTLE : WIDE_BIG;
}

static uint16_t
unit_at (const uint8_t *at, Wide wide)
{
    return wide == WIDE_LITTLE ? (uint16_t)(at[0] | at[1] << 8) : (uint16_t)(at[0] << 8 | at[1]);
}

static bool
is_wide_text (const uint8_t *at, size_t size, Wide wide)
{
    size_t bad = 0;
    bool high = false;

    for (size_t i = 0; i + 1 < size; i += 2) {
        uint16_t c = unit_at (at + i, wide);
        bool low = c >= 0xdc00 && c <= 0xdfff;

        bad += (c < 0x20 && is_odd ((uint8_t)c)) || c >= 0xfffe || low != high ||
               (c >= 0xfdd0 && c <= 0xfdef);
        high = c >= 0xd800 && c <= 0xdbff;
    }
    return bad <= size / CONTROL_SHARE;
}

/* -- bytes above ASCII
 * ----------------------------------------------------------------------------- */

/* Bytes that are no UTF-8, out of how many above ASCII (RFC 3629 4; lengths only). */
static size_t
bad_in_utf8 (const uint8_t *at, size_t size)
{
    size_t bad = 0;

    for (size_t i = 0; i < size;) {
        uint8_t c = at[i++];
        size_t more = c < 0x80                ? 0
                      : c >= 0xc2 && c < 0xe0 ? 1
                      : c >= 0xe0 && c < 0xf0 ? 2
                      : c >= 0xf0 && c < 0xf5 ? 3
                                              : SIZE_MAX;
        if (more == SIZE_MAX) {
            bad++;
            continue;
        }
        size_t from = i;
        while (more > 0 && i < size && (at[i] & 0xc0) == 0x80)
            i++, more--;
        if (more > 0 && i < size)
            bad += i - from + 1;
    }
    return bad;
}

typedef struct Double { /* a double-byte charset by its ranges; single: what stands alone */
    uint8_t lead_from, lead_to, trail_from, single_from, single_to;
} Double;

static const Double doubles[] = {
    { 0x81, 0xfc, 0x40, 0xa1, 0xdf }, /* CP932 */
    { 0xa1, 0xfe, 0xa1, 0x8e, 0x8f }, /* EUC */
    { 0x81, 0xfe, 0x40, 0x80, 0x80 }, /* GBK, Big5, UHC */
};

static size_t
bad_in_double (const uint8_t *at, size_t size, const Double *d)
{
    size_t bad = 0;

    for (size_t i = 0; i < size; i++) {
        uint8_t c = at[i];

        if (c < 0x80 || (c >= d->single_from && c <= d->single_to))
            continue;
        if (c < d->lead_from || c > d->lead_to)
            bad++;
        else if (i + 1 < size && at[i + 1] >= d->trail_from && at[i + 1] != 0x7f)
            i++;
        else
            bad += i + 1 < size;
    }
    return bad;
}

/* ISO 8859, Windows and KOI: few letters stand in the second block of controls. */
static size_t
bad_in_single (const uint8_t *at, size_t size)
{
    size_t bad = 0;

    for (size_t i = 0; i < size; i++)
        bad += at[i] >= 0x80 && at[i] < 0xa0;
    return bad;
}

static bool
has_charset (const uint8_t *at, size_t size, size_t high)
{
    size_t allowed = MAX (high / HIGH_SHARE, size / CONTROL_SHARE) + 1;

    if (high == 0 || bad_in_utf8 (at, size) <= allowed || bad_in_single (at, size) <= allowed)
        return true;
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
        if (bad_in_double (at, size, &doubles[i]) <= allowed)
            return true;
    return false;
}

static bool
window_is_text (const uint8_t *at, size_t size, bool shown)
{
    size_t odd = 0, high = 0;

    /* In blocks that a byte can count, so that many are looked at together. */
    for (size_t i = 0; i < size;) {
        size_t end = i + (size - i < UINT8_MAX ? size - i : UINT8_MAX);
        uint8_t block_odd = 0, block_high = 0;
        for (; i < end; i++) {
            block_odd = (uint8_t)(block_odd + is_odd (at[i]));
            block_high = (uint8_t)(block_high + (at[i] >> 7));
        }
        odd += block_odd;
        high += block_high;
    }
    if (shown)
        return odd <= size / CONTROL_SHARE_SHOWN;
    return odd <= size / CONTROL_SHARE && has_charset (at, size, high);
}

bool
mugai_sniff_is_text (const MugaiSniff *w)
{
    bool all = w->head_size == w->size;
    size_t size = all ? unpadded (w->head, w->head_size) : w->head_size;
    Wide wide = wide_of (w->head, w->head_size);

    if (size == 0) /* nothing but padding */
        return false;
    if (wide != WIDE_NO) /* the padding may be half of a letter */
        return w->shown || is_wide_text (w->head, w->head_size, wide);
    if (!window_is_text (w->head, size, w->shown))
        return false;
    return all || w->shown || window_is_text (w->tail, unpadded (w->tail, w->tail_size), false);
}

/* -- first words
 * ----------------------------------------------------------------------------------- */

typedef struct Word { /* lower case */
    const char *word;
    const char *id;
} Word;

/* At the beginning, behind white space. The first that fits. */
static const Word openings[] = {
#include "message/sniff-words.inc"
};

/* Anywhere in the first bytes of what begins with a "<": the element that makes it what it is. */
static const Word elements[] = {
    { "<hta:application", "hta" },
    { "<jnlp", "jnlp" },
    { "<mmc_consolefile", "msc" },
    { "<searchconnectordescription", "library-ms" },
    { "<librarydescription", "library-ms" },
    { "<pcsettings", "settingcontent" },
    { "urn:schemas-microsoft-com:asm.v", "clickonce" },
    { "<package", "wsf" },
    { "<job", "wsf" },
    { "<component", "wsf" },
    { "<scriptlet", "wsf" },
    { "<svg", "svg" },
    { "<html", "html" },
    { "<!doctype html", "html" },
};

/* The same, where nothing but the program name in it tells (ECMA-376 has no name for these). */
static const Word office[] = {
    { "progid=\"word.document\"", "doc" },
    { "progid=\"excel.sheet\"", "xls" },
    { "progid=\"powerpoint.show\"", "ppt" },
};

static char
lower (uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == 0 || c >= 0x80 ? '?' : (char)c;
}

/* The first letters of a text in lower case, one byte each, whatever its charset. */
static size_t
narrow (const MugaiSniff *w, char to[WORDS])
{
    Wide wide = wide_of (w->head, w->head_size);
    size_t step = wide == WIDE_NO ? 1 : 2, n = 0, at = 0;

    if (wide == WIDE_NO && w->head_size >= 3 && memcmp (w->head, "\xef\xbb\xbf", 3) == 0)
        at = 3;
    for (; n < WORDS - 1 && at + step <= w->head_size; at += step) {
        uint16_t c = wide == WIDE_NO ? w->head[at] : unit_at (w->head + at, wide);
        if (c == 0xfeff)
            continue;
        to[n++] = lower (c < 0x80 ? (uint8_t)c : 0x80);
    }
    to[n] = '\0';
    return n;
}

static const char *
find_within (const char *text, const Word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr (text, words[i].word) != NULL)
            return words[i].id;
    return NULL;
}

#define COUNT(table) (sizeof (table) / sizeof (table)[0])

/* Markup: a program between tags first, then the document. */
static const char *
sniff_markup (const char *text)
{
    bool xml = strncmp (text, "<?xml", 5) == 0;
    const char *id = find_within (text, office, COUNT (office));

    if (id != NULL && xml)
        return id;
    /* in a page, only the mark of an application makes it one */
    id = xml ? find_within (text, elements, COUNT (elements)) : find_within (text, elements, 1);
    return id != NULL ? id : xml ? "xml" : NULL;
}

const char *
mugai_sniff_words (const MugaiSniff *w)
{
    char text[WORDS];
    size_t size = narrow (w, text), at = strspn (text, " \t\r\n\f\v");
    const char *id = NULL;

    if (at >= size)
        return NULL;
    if (text[at] == '<')
        id = sniff_markup (text + at);
    for (size_t i = 0; id == NULL && i < COUNT (openings); i++)
        if (strncmp (text + at, openings[i].word, strlen (openings[i].word)) == 0)
            id = openings[i].id;
    return id;
}
