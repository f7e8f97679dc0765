/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset-score.h"

#include "common/utf8.h"

#include <stdbool.h>

static bool
is_ascii_letter (uint32_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Accented letters stand among ASCII letters; a row of them is another charset read wrong. */
static int
latin_points (uint32_t c, uint32_t before, uint32_t after)
{
    if (c < 0xC0 || c == 0xD7 || c == 0xF7)
        return c == 0xA0 || c == 0xAB || c == 0xBB || c == 0xA7 || c == 0xB0 ? 4 : -2;
    int points = is_ascii_letter (before) || is_ascii_letter (after) ? 9 : 0;
    if (before >= 0x80 && before < 0x2000)
        points -= 5;
    bool upper = c < 0xDF;
    if (upper && before >= 'a' && before <= 'z')
        points -= 8;
    return points;
}

static int
cyrillic_points (uint32_t c, uint32_t before)
{
    bool lower = c >= 0x430 && c <= 0x45F, was_lower = before >= 0x430 && before <= 0x45F;
    if (c > 0x45F)
        return 0;
    return lower ? 10 : was_lower ? -10 : 5;
}

/* One character of a two-byte charset between ASCII letters took one of them for its trail:
 * "world's" in windows-1252. */
static bool
is_alone (uint32_t before, uint32_t after)
{
    return is_ascii_letter (before) && after < 0x80;
}

static int
points_of (uint32_t c, uint32_t before, uint32_t after)
{
    if (c < 0xA0)
        return -40;
    if (c < 0x250)
        return latin_points (c, before, after);
    if (c < 0x700 && (is_ascii_letter (before) || is_ascii_letter (after)))
        return -8; /* no word is written in two scripts */
    if (c < 0x400)
        return c >= 0x386 ? 7 : -4; /* Greek */
    if (c < 0x530)
        return cyrillic_points (c, before);
    if (c < 0x700 || (c >= 0xE00 && c < 0xE80))
        return 8; /* Hebrew, Arabic, Thai */
    if ((c >= 0x2013 && c <= 0x2026) || c == 0x20AC || c == 0x2122)
        return before < 0x80 || after < 0x80 ? 9 : 2; /* quotation marks, dashes */
    if (c >= 0x2010 && c < 0x2600)
        return 2; /* punctuation, symbols, box drawing */
    if (c >= 0x3400 && c < 0xE000 && is_alone (before, after))
        return -10;
    if (c >= 0x3000 && c < 0x3040)
        return 12;
    if (c >= 0x3041 && c < 0x3100)
        return 30; /* kana */
    if (c >= 0x4E00 && c < 0xA000)
        return 10;
    if (c >= 0xAC00 && c < 0xD7A4)
        return 12;
    if (c >= 0xFF01 && c <= 0xFF5E)
        return 8;
    if (c >= 0xFF61 && c <= 0xFF9F)
        return 3; /* half-width kana */
    return (c >= 0xE000 && c < 0xF900) ? -30 : -6;
}

MugaiCharsetScore
mugai_charset_score (const char *utf8, size_t size, size_t undecodable)
{
    const uint8_t *at = (const uint8_t *)utf8, *end = at + size;
    MugaiCharsetScore score = { .chars = undecodable, .points = -60 * (long)undecodable };
    uint32_t before = ' ';
    while (at < end) {
        uint32_t c = mugai_utf8_next (&at, end);
        if (c >= 0x80) {
            const uint8_t *next = at;
            uint32_t after = at < end ? mugai_utf8_next (&next, end) : ' ';
            score.chars++;
            score.points += points_of (c, before, after);
            score.kana += c >= 0x3041 && c <= 0x30FA;
            score.half += (c >= 0xFF61 && c <= 0xFF9F) || (c >= 0xE000 && c < 0xF900);
            score.controls += c < 0xA0;
        }
        before = c;
    }
    return score;
}

int
mugai_charset_score_mean (const MugaiCharsetScore *score)
{
    return score->chars == 0 ? 0 : (int)(score->points * 100 / (long)score->chars);
}

int
mugai_charset_score_kana (const MugaiCharsetScore *score)
{
    return score->chars == 0
               ? 0
               : (int)(((long)score->kana - (long)score->half) * 100 / (long)score->chars);
}
