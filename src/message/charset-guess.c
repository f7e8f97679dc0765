/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a sample is decoded with each candidate. What no language has (bytes without
 * meaning, controls, rare corners of a charset, capitals within words, scripts that touch) costs
 * the reading; then each language of that charset says how much of the rest is hers, and the best
 * one counts. Both are sums over characters, so texts of all lengths compare.
 */
#include "message/charset-guess.h"

#include "common/utf8.h"
#include "message/charset-decode.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define C(id) MUGAI_CHARSET_##id

enum {
    SAMPLE_MAX = 8192,    /* bytes that are decoded */
    CHARS_MAX = 3072,     /* characters beyond ASCII that are scored */
    TEXT_MAX = 65536,     /* bytes of UTF-8 of a decoded sample */
    LABEL_BONUS = 20,     /* tenths of a point per character for the declared charset */
    OLD_MALUS = 30,       /* tenths of a point: charsets that nobody writes mail in any more */
    FOREIGN_MALUS = 6,    /* points for a letter of another alphabet in a text of Latin letters */
    LANGUAGE_CHARSETS = 4 /* per row */
};

typedef enum Script {
    NONE,
    LATIN,
    GREEK,
    CYRILLIC,
    HEBREW,
    ARABIC,
    THAI,
    KANA,
    HAN,
    HANGUL
} Script;

static const struct {
    const char *name;
    Script script; /* KANA: with Han */
    MugaiCharsetId charsets[LANGUAGE_CHARSETS];
    const char *letters;
} languages[] = {
#include "message/charset-languages.inc"
};

enum { LANGUAGES = sizeof languages / sizeof languages[0] };

typedef struct Reading {
    uint32_t chars[CHARS_MAX]; /* sorted letters beyond ASCII, in lower case */
    size_t n_chars;
    size_t all;  /* characters beyond ASCII, and bytes without meaning */
    long points; /* that do not depend on the language */
} Reading;

static Script
script_of (uint32_t c)
{
    if ((c >= 0xC0 && c < 0x250 && c != 0xD7 && c != 0xF7) || (c >= 0x1E00 && c < 0x1F00))
        return LATIN;
    if (c >= 0x386 && c < 0x400)
        return GREEK;
    if (c >= 0x400 && c < 0x530)
        return CYRILLIC;
    if (c >= 0x5D0 && c < 0x600)
        return HEBREW;
    if (c >= 0x620 && c < 0x700)
        return ARABIC;
    if (c >= 0xE00 && c < 0xE80)
        return THAI;
    if (c >= 0x3041 && c < 0x3100)
        return KANA;
    if ((c >= 0x3400 && c < 0xA000) || c == 0x3005 || c >= 0x20000)
        return HAN;
    return c >= 0xAC00 && c < 0xD7A4 ? HANGUL : NONE;
}

/* Lower case, for the scripts that have it; capitals stand lower in the same table or a block. */
static uint32_t
lower (uint32_t c)
{
    if ((c >= 0xC0 && c < 0xDF && c != 0xD7) || (c >= 0x391 && c < 0x3AC) ||
        (c >= 0x410 && c < 0x430))
        return c + 0x20;
    if (c >= 0x400 && c < 0x410)
        return c + 0x50;
    bool even = (c >= 0x100 && c < 0x138) || (c >= 0x14A && c < 0x178) || (c >= 0x490 && c < 0x530);
    bool odd = (c >= 0x139 && c < 0x149) || (c >= 0x179 && c < 0x17F);
    if (c == 0x130 || c == 0x131)
        return 0x131;
    return (even && c % 2 == 0) || (odd && c % 2 == 1) ? c + 1 : c;
}

static bool
is_upper (uint32_t c)
{
    return lower (c) != c || (c >= 'A' && c <= 'Z') || (c >= 0x386 && c < 0x390);
}

static bool
is_ascii_letter (uint32_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* What stands beside each other in no language. */
static int
company (uint32_t c, uint32_t before, uint32_t after)
{
    Script script = script_of (c), was = script_of (before);
    bool letter = is_ascii_letter (before) || is_ascii_letter (after);
    bool digit = (before >= '0' && before <= '9') || (after >= '0' && after <= '9');
    int points = 0;
    if (script == LATIN && before >= 0x80 && was != LATIN && was != NONE)
        points -= 10;
    if (script == LATIN && !letter && was != LATIN)
        points -= digit ? 12 : 6; /* accented letters stand among plain ones */
    if (script > LATIN && script <= THAI && (letter || digit))
        points -= 12;
    if (script > LATIN && was > LATIN && script != was && script < KANA)
        points -= 12;
    if (is_upper (c) && before >= 0x80 && was == script && !is_upper (before))
        points -= 10; /* a capital within a word */
    else if (is_upper (c) && before >= 0x80 && was == script)
        points -= 3; /* more text is in lower case */
    if (is_upper (c) && script == LATIN && before >= 'a' && before <= 'z')
        points -= 12;
    if (script >= KANA && is_ascii_letter (before) && after < 0x80)
        points -= 14; /* one that took an ASCII letter for its second byte, "world's" */
    return points;
}

/* What is no letter of a language. */
static int
symbol (uint32_t c, uint32_t before, uint32_t after)
{
    bool letter = is_ascii_letter (before) || is_ascii_letter (after);
    bool word = is_ascii_letter (before) && is_ascii_letter (after);
    if (c < 0xA0)
        return -40;
    if (c == 0xA0 || c == 0xA9 || c == 0xAB || c == 0xAE || c == 0xB0 || c == 0xB7 || c == 0xBB)
        return 8; /* no-break space, copyright, registered, degree, dot, guillemets */
    if (c < 0xC0 || c == 0xD7 || c == 0xF7)
        return letter ? -9 : 0;
    if (c == 0x2018 || c == 0x2019)
        return word ? 15 : 8;
    if ((c >= 0x2010 && c < 0x2040) || c == 0x20AC || c == 0x2122)
        return word ? -4 : before < 0x80 || after < 0x80 ? 7 : 3;
    if (c >= 0x3000 && c < 0x3041)
        return 10;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return 6;
    if (c >= 0xFF61 && c <= 0xFF9F)
        return 1;
    if (c >= 0xE000 && c < 0xF900)
        return -12; /* user-defined: the pictographs of telephones */
    return c >= 0x2100 && c < 0x2500 ? 2 : -8;
}

/* A corner of a two-byte charset where few characters of any text are, by the lead byte: what a
 * lead below @first or a trail below @trail costs, and one from @second on. */
static const struct {
    MugaiCharsetId id;
    uint8_t first, trail;
    int before;
    uint8_t second;
    int after;
} rare[] = {
    { C (CP932), 0, 0, 0, 0x99, -6 },          /* second level */
    { C (EUC_JP), 0x90, 0, -6, 0xD0, -6 },     /* JIS X 0212; second level */
    { C (GB18030), 0xA1, 0xA1, -9, 0xD8, -6 }, /* beyond GB 2312; second level */
    { C (BIG5), 0xA1, 0, -12, 0xC9, -6 },      /* Hong Kong; second level */
    { C (EUC_KR), 0xA1, 0xA1, -9, 0xCA, -9 },  /* beyond KS X 1001; Han */
};

static int
corner (MugaiCharsetId id, uint8_t lead, uint8_t trail)
{
    for (size_t i = 0; i < sizeof rare / sizeof rare[0]; i++) {
        if (rare[i].id == id && (lead < rare[i].first || trail < rare[i].trail))
            return rare[i].before;
        if (rare[i].id == id)
            return lead >= rare[i].second ? rare[i].after : 0;
    }
    return 0;
}

/* The corners of all two-byte characters of the sample, walked as the decoder walks. */
static long
corners (MugaiCharsetId id, const uint8_t *data, size_t size)
{
    long points = 0;
    if (id < C (CP932) || id > C (EUC_KR))
        return 0;
    for (size_t i = 0; i + 1 < size; i++) {
        bool kana = id == C (CP932) && data[i] >= 0xA1 && data[i] <= 0xDF;
        if (data[i] < 0x80 || kana)
            continue;
        points += corner (id, data[i], data[i + 1]);
        i++;
    }
    return points;
}

static int
by_code_point (const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void
read_as (MugaiCharsetId id, const uint8_t *data, size_t size, bool cut, Reading *r)
{
    MugaiBuffer text = mugai_buffer (TEXT_MAX);
    size_t bad = mugai_charset_convert (id, data, size, &text);
    if (bad > 0 && cut)
        bad--; /* the sample may end inside of a character */
    r->n_chars = 0;
    r->all = bad;
    r->points = corners (id, data, size) - 60 * (long)bad;
    const uint8_t *at = (const uint8_t *)text.data, *end = at + text.size;
    uint32_t before = ' ';
    size_t latin = 0, foreign = 0;
    while (at < end && r->n_chars < CHARS_MAX) {
        uint32_t c = mugai_utf8_next (&at, end);
        Script script = script_of (c);
        latin += is_ascii_letter (c);
        foreign += script > LATIN && script <= THAI;
        if (c >= 0x80) {
            const uint8_t *next = at;
            uint32_t after = at < end ? mugai_utf8_next (&next, end) : ' ';
            bool letter = script != NONE;
            r->all++;
            r->points += company (c, before, after) + (letter ? 0 : symbol (c, before, after));
            if (letter)
                r->chars[r->n_chars++] = lower (c);
        }
        before = c;
    }
    mugai_buffer_clear (&text);
    if (foreign * 4 < latin)
        r->points -= FOREIGN_MALUS * (long)foreign;
    qsort (r->chars, r->n_chars, sizeof r->chars[0], by_code_point);
}

/* How often @c stands in the reading. */
static size_t
count (const Reading *r, uint32_t c)
{
    size_t first[2];
    for (unsigned i = 0; i < 2; i++) {
        size_t low = 0, high = r->n_chars;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (r->chars[middle] < c + i)
                low = middle + 1;
            else
                high = middle;
        }
        first[i] = low;
    }
    return first[1] - first[0];
}

/* Letters of the scripts of the language that are none of its frequent ones. */
static size_t
count_script (const Reading *r, Script script)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_chars; i++) {
        Script s = script_of (r->chars[i]);
        n += s == script || (script == KANA && s == HAN);
    }
    return n;
}

static long
speaks (const Reading *r, size_t language)
{
    const char *letters = languages[language].letters;
    const uint8_t *at = (const uint8_t *)letters, *end = at + strlen (letters);
    Script script = languages[language].script;
    bool many = script >= KANA;
    long best = many ? 30 : 15, least = many ? 15 : script == LATIN ? 5 : -3, points = 0;
    size_t known = 0, kana = 0;
    for (const uint8_t *p = at; p < end;) {
        long weight = best - (best - least) * (p - at) / (end - at);
        uint32_t c = mugai_utf8_next (&p, end);
        size_t n = script_of (c) != NONE ? count (r, c) : 0;
        points += weight * (long)n;
        known += n;
    }
    size_t own = count_script (r, script);
    if (script == KANA)
        kana = own - count_script (r, HAN);
    points += 22 * (long)kana;
    known += kana;
    points += (many ? 3 : -8) * (long)(own > known ? own - known : 0);
    return points - 12 * (long)(r->n_chars - (own < r->n_chars ? own : r->n_chars));
}

static int
mean (const Reading *r, long points)
{
    return r->all == 0 ? 0 : (int)((r->points + points) * 10 / (long)r->all);
}

/* One candidate; *io_n grows by it. */
static void
consider (MugaiCharsetId id, const Reading *r, MugaiCharsetId declared, MugaiCharsetGuess *ret,
          size_t *io_n)
{
    MugaiCharsetGuess guess = { .id = id, .points = INT32_MIN, .language = "" };
    for (size_t l = 0; l < LANGUAGES; l++) {
        bool hers = id == C (UTF_8);
        for (size_t i = 0; i < LANGUAGE_CHARSETS; i++)
            hers = hers || languages[l].charsets[i] == id;
        int points = hers ? mean (r, speaks (r, l)) : INT32_MIN;
        if (points > guess.points) {
            guess.points = points;
            guess.language = languages[l].name;
        }
    }
    if (guess.points == INT32_MIN) /* nobody's: a declared one that the table lacks */
        guess.points = mean (r, 0);
    guess.points += id == declared ? LABEL_BONUS : 0;
    guess.points -= id == C (MACINTOSH) || id == C (IBM850) || id == C (IBM866) ? OLD_MALUS : 0;
    size_t at = *io_n;
    while (at > 0 && ret[at - 1].points < guess.points) {
        ret[at] = ret[at - 1];
        at--;
    }
    ret[at] = guess;
    ++*io_n;
}

size_t
mugai_charset_guess (const uint8_t *data, size_t size, MugaiCharsetId declared,
                     MugaiCharsetGuess ret[MUGAI_CHARSET_GUESSES])
{
    /* where two read the same, the first one wins */
    static const MugaiCharsetId ids[] = {
        C (UTF_8),        C (WINDOWS_1252), C (CP932),        C (EUC_JP),       C (GB18030),
        C (BIG5),         C (EUC_KR),       C (WINDOWS_1251), C (KOI8_R),       C (ISO_8859_5),
        C (IBM866),       C (KOI8_U),       C (ISO_8859_7),   C (WINDOWS_1253), C (WINDOWS_1255),
        C (WINDOWS_1256), C (ISO_8859_6),   C (WINDOWS_874),  C (WINDOWS_1250), C (ISO_8859_2),
        C (WINDOWS_1254), C (WINDOWS_1257), C (MACINTOSH),    C (IBM850),
    };
    Reading *r = malloc (sizeof *r);
    size_t n = 0, part = size < SAMPLE_MAX ? size : SAMPLE_MAX;
    bool listed = declared < C (CP932);
    if (r == NULL) {
        ret[0] = (MugaiCharsetGuess){ C (WINDOWS_1252), 0, "" };
        return 1;
    }
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        listed = listed || ids[i] == declared;
        read_as (ids[i], data, part, part < size, r);
        consider (ids[i], r, declared, ret, &n);
    }
    if (!listed) {
        read_as (declared, data, part, part < size, r);
        consider (declared, r, declared, ret, &n);
    }
    free (r);
    return n;
}
