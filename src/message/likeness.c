/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a word is a run of letters and digits; of CJK characters each two neighbours are
 * one, so that a fold parts none. A set is a table of bits, eight or more for each byte of the
 * text, in which a word sets one: no chains, so no text can make it slow.
 */
#include "message/likeness.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <string.h>

enum {
    BITS_LEAST = 1 << 12,
    BITS_MOST = 1 << 26,
    FOLDED_MAX = 2048, /* bytes of an address in angle brackets */
    WORD_MAX = 40,     /* characters; longer ones are codes and no words */
    NUMBER = 1,        /* lowest bit of a hash: a word with two digits or more */
};

struct MugaiLikeness {
    GArray *words; /* of uint32_t: hash, each once */
    uint64_t *bits;
    uint32_t mask; /* bits - 1 */
};

typedef struct Reader {
    const uint8_t *at, *end;
    uint64_t hash; /* of the word so far; 0: none begun */
    unsigned length, digits;
    uint32_t before; /* CJK character before, 0: none */
    MugaiLikeness *into;
} Reader;

static bool
has (const MugaiLikeness *l, uint32_t hash)
{
    uint32_t bit = (hash >> 1) & l->mask;
    return (l->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

static uint64_t
mix (uint64_t hash, uint32_t c)
{
    hash = (hash ^ c) * UINT64_C (0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static void
add (MugaiLikeness *l, uint64_t hash, bool number)
{
    uint32_t word = ((uint32_t)(hash >> 32) & ~(uint32_t)NUMBER) | (number ? NUMBER : 0);

    if (has (l, word))
        return;
    uint32_t bit = (word >> 1) & l->mask;
    l->bits[bit / 64] |= UINT64_C (1) << (bit % 64);
    g_array_append_val (l->words, word);
}

static void
end_word (Reader *r)
{
    if (r->length >= 2 && r->length <= WORD_MAX)
        add (r->into, r->hash, r->digits >= 2);
    r->hash = r->length = r->digits = 0;
}

/* Full-width ASCII as ASCII, upper case as lower. */
static uint32_t
fold (uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    if (c >= 'A' && c <= 'Z')
        return c + 32;
    return c < 0x80 ? c : g_unichar_tolower (c);
}

static bool
is_blank (uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Bytes of an address of the web or of mail at @at, 0 for none. @angle: "<" stands before it. */
static size_t
address_size (const uint8_t *at, const uint8_t *end, bool angle)
{
    static const char *const begins[] = { "http://", "https://", "www.", "mailto:", "cid:" };
    size_t left = (size_t)(end - at), n = 0;
    bool web = false;

    for (size_t i = 0; i < G_N_ELEMENTS (begins); i++)
        web = web || (left > strlen (begins[i]) &&
                      g_ascii_strncasecmp ((const char *)at, begins[i], strlen (begins[i])) == 0);
    if (!web)
        return 0;
    const uint8_t *close = memchr (at, '>', MIN (left, FOLDED_MAX));
    if (angle && close != NULL) /* Outlook folds what stands in angle brackets */
        return (size_t)(close - at);
    while (n < left && at[n] > ' ' && at[n] < 0x7F && at[n] != '<' && at[n] != '>')
        n++;
    return n;
}

/* An ASCII word that is part of a mail address: "@" and what stands around it. Returns: its bytes
 * from @at on, 0 for none. The look ahead is no longer than a word. */
static size_t
mail_size (const uint8_t *at, const uint8_t *end)
{
    size_t left = (size_t)(end - at), n = 0;

    while (n < left && n <= 64 && (g_ascii_isalnum (at[n]) || strchr ("._%+=-", at[n]) != NULL))
        n++;
    if (n == 0 || n >= left || at[n] != '@')
        return 0;
    for (n++; n < left && (g_ascii_isalnum (at[n]) || at[n] == '.' || at[n] == '-');)
        n++;
    return n;
}

/* Bytes of a notation for what cannot be shown ("[?E3]", "[U+FFFD]", "[外字 U+E6E2]") at @at, 0 for
 * none. */
static size_t
notation_size (const uint8_t *at, const uint8_t *end)
{
    static const char *const begins[] = { "[?", "[U+", "[外字 U+" };
    size_t left = MIN ((size_t)(end - at), 24);
    const uint8_t *close = memchr (at, ']', left);

    for (size_t i = 0; i < G_N_ELEMENTS (begins) && close != NULL; i++)
        if (left > strlen (begins[i]) && memcmp (at, begins[i], strlen (begins[i])) == 0)
            return (size_t)(close + 1 - at);
    return 0;
}

static void
take_cjk (Reader *r, uint32_t c)
{
    end_word (r);
    if (r->before != 0)
        add (r->into, mix (mix (1, r->before), c), false);
    r->before = c;
}

static void
take_char (Reader *r, uint32_t c)
{
    uint32_t folded = fold (c);
    bool letter = folded < 0x80 ? g_ascii_isalnum (folded) : g_unichar_isalnum (folded);

    if (!letter) {
        end_word (r);
        if (c > ' ' && c != '>' && c != '|') /* a fold and quoting part no pair */
            r->before = 0;
        return;
    }
    if (folded >= 0x80 && mugai_char_is_cjk (c)) {
        take_cjk (r, c);
        return;
    }
    r->before = 0;
    r->hash = mix (r->hash, folded);
    r->length++;
    r->digits += folded >= '0' && folded <= '9';
}

static void
read_words (Reader *r)
{
    const uint8_t *start = r->at;

    while (r->at < r->end) {
        bool begins =
            r->length == 0 && *r->at < 0x80 && (r->at == start || !g_ascii_isalnum (r->at[-1]));
        size_t skip = begins && g_ascii_isalnum (*r->at)
                          ? address_size (r->at, r->end, r->at > start && r->at[-1] == '<')
                          : 0;
        if (skip == 0 && begins && (r->at == start || is_blank (r->at[-1]) || r->at[-1] == '<'))
            skip = mail_size (r->at, r->end);
        if (skip == 0 && *r->at == '[')
            skip = notation_size (r->at, r->end);
        if (skip > 0) {
            end_word (r);
            r->at += skip;
            r->before = 0;
            continue;
        }
        uint32_t c = mugai_utf8_next (&r->at, r->end);
        if (c != MUGAI_UTF8_BAD && mugai_char_class (c) != MUGAI_CHAR_INVISIBLE)
            take_char (r, c);
    }
    end_word (r);
}

MugaiLikeness *
mugai_likeness_new (const char *text, size_t size)
{
    MugaiLikeness *l = g_new0 (MugaiLikeness, 1);
    uint32_t bits = BITS_LEAST;

    while (bits < BITS_MOST && bits / 8 < size)
        bits *= 2;
    l->bits = g_new0 (uint64_t, bits / 64);
    l->mask = bits - 1;
    l->words = g_array_new (FALSE, FALSE, sizeof (uint32_t));
    Reader r = { .at = (const uint8_t *)text, .end = (const uint8_t *)text + size, .into = l };
    read_words (&r);
    return l;
}

void
mugai_likeness_free (MugaiLikeness *l)
{
    if (l == NULL)
        return;
    g_array_unref (l->words);
    g_free (l->bits);
    g_free (l);
}

uint32_t
mugai_likeness_words (const MugaiLikeness *l)
{
    return l->words->len;
}

MugaiMissing
mugai_likeness_missing (const MugaiLikeness *of, const MugaiLikeness *const *others, size_t n)
{
    MugaiMissing missing = { 0 };

    for (guint i = 0; i < of->words->len; i++) {
        uint32_t word = g_array_index (of->words, uint32_t, i);
        bool there = false;
        for (size_t k = 0; k < n && !there; k++)
            there = has (others[k], word);
        missing.words += !there;
        missing.numbers += !there && (word & NUMBER) != 0;
    }
    return missing;
}
