/* SPDX-License-Identifier: Apache-2.0 */
#include "link-defang/script.h"

#include <string.h>

typedef enum Script {
    SCRIPT_COMMON, /* digits, dash: goes with all */
    SCRIPT_LATIN,
    SCRIPT_EAST_ASIAN, /* Han, kana, bopomofo, hangul */
    SCRIPT_OTHER,      /* one for each row of @scripts from here on */
} Script;

/* Ranges in order; a code point in none of them is no letter of a domain name. */
static const struct {
    uint32_t first, last;
    int script;
} scripts[] = {
    { '-', '-', SCRIPT_COMMON },
    { '0', '9', SCRIPT_COMMON },
    { '_', '_', SCRIPT_COMMON },
    { 'a', 'z', SCRIPT_LATIN },
    { 0xB7, 0xB7, SCRIPT_COMMON },
    { 0xDF, 0xF6, SCRIPT_LATIN },
    { 0xF8, 0x24F, SCRIPT_LATIN },
    { 0x300, 0x36F, SCRIPT_COMMON },
    { 0x370, 0x3FF, 10 }, /* Greek */
    { 0x400, 0x52F, 11 }, /* Cyrillic */
    { 0x561, 0x587, 12 }, /* Armenian */
    { 0x5D0, 0x5F4, 13 },
    { 0x620, 0x6D5, 14 },
    { 0x900, 0x97F, 15 },
    { 0x980, 0x9FF, 16 },
    { 0xA00, 0xA7F, 17 },
    { 0xA80, 0xAFF, 18 },
    { 0xB00, 0xB7F, 19 },
    { 0xB80, 0xBFF, 20 },
    { 0xC00, 0xC7F, 21 },
    { 0xC80, 0xCFF, 22 },
    { 0xD00, 0xD7F, 23 },
    { 0xD80, 0xDFF, 24 },
    { 0xE01, 0xE59, 25 },
    { 0xE80, 0xEFF, 26 },
    { 0x10D0, 0x10FF, 27 },
    { 0x1780, 0x17FF, 28 },
    { 0x1E00, 0x1EFF, SCRIPT_LATIN },
    { 0x1F00, 0x1FFF, 10 },
    { 0x3005, 0x3007, SCRIPT_EAST_ASIAN },
    { 0x3041, 0x3096, SCRIPT_EAST_ASIAN },
    { 0x309D, 0x309E, SCRIPT_EAST_ASIAN },
    { 0x30A1, 0x30FA, SCRIPT_EAST_ASIAN },
    { 0x30FB, 0x30FE, SCRIPT_EAST_ASIAN },
    { 0x3105, 0x312F, SCRIPT_EAST_ASIAN },
    { 0x3400, 0x4DBF, SCRIPT_EAST_ASIAN },
    { 0x4E00, 0x9FFF, SCRIPT_EAST_ASIAN },
    { 0xAC00, 0xD7A3, SCRIPT_EAST_ASIAN },
    { 0x20000, 0x323AF, SCRIPT_EAST_ASIAN },
};

/* Letters that look like ASCII ones, beyond the Latin script. */
static const uint32_t like_ascii[] = {
    0x3B1, 0x3B3, 0x3B5, 0x3B9, 0x3BA, 0x3BD, 0x3BF, 0x3C1, 0x3C3, 0x3C4, 0x3C5,
    0x3C7, 0x3C9, 0x3F2, 0x430, 0x432, 0x433, 0x435, 0x43A, 0x43C, 0x43D, 0x43E,
    0x43F, 0x440, 0x441, 0x442, 0x443, 0x445, 0x448, 0x44C, 0x451, 0x455, 0x456,
    0x457, 0x458, 0x45C, 0x45E, 0x461, 0x475, 0x49B, 0x4AF, 0x4BB, 0x4CF, 0x501,
    0x51B, 0x51D, 0x561, 0x563, 0x566, 0x570, 0x578, 0x57D, 0x581, 0x585,
};

/* East Asian strokes that pass for "/", "-", "|" or "." between ASCII letters. */
static const uint32_t strokes[] = { 0x3007, 0x30CE, 0x30FB, 0x30FC, 0x4E00, 0x4E28,
                                    0x4E36, 0x4E3F, 0x30BD, 0x30F3, 0x5DE5, 0x3164 };

static bool
among (const uint32_t *list, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == c)
            return true;
    return false;
}

/* -1: no letter of a name. */
static int
script_of (uint32_t c)
{
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0] && c >= scripts[i].first; i++)
        if (c <= scripts[i].last)
            return scripts[i].script;
    return -1;
}

uint32_t
script_fold (uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFEE0;
    else if (c >= 0x24B6 && c <= 0x24E9)
        c = 'a' + (c - 0x24B6) % 26;
    else if (c >= 0x2460 && c <= 0x2468)
        c = '1' + (c - 0x2460);
    else if (c >= 0x1D400 && c <= 0x1D6A3)
        c = 'a' + (c - 0x1D400) % 26;
    else if (c >= 0x1D7CE && c <= 0x1D7FF)
        c = '0' + (c - 0x1D7CE) % 10;
    else if (c == 0x3002 || c == 0xFF61)
        c = '.';
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
        (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 32;
    if (c >= 0x400 && c <= 0x40F)
        return c + 80;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x460 && c <= 0x481) ||
        (c >= 0x1E00 && c <= 0x1EFF && (c < 0x1E96 || c > 0x1E9F)))
        return c | 1;
    return c;
}

static bool
ascii_letter (uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
script_imitates (const uint32_t *label, size_t n)
{
    int seen = SCRIPT_COMMON;
    bool latin = false, all_like = true, letters = false;

    for (size_t i = 0; i < n; i++) {
        int script = script_of (label[i]);
        bool between =
            i > 0 && i + 1 < n && ascii_letter (label[i - 1]) && ascii_letter (label[i + 1]);
        if (script < 0 ||
            (between && among (strokes, sizeof strokes / sizeof strokes[0], label[i])))
            return true;
        latin = latin || script == SCRIPT_LATIN;
        if (script == SCRIPT_COMMON || script == SCRIPT_LATIN)
            continue;
        if (seen != SCRIPT_COMMON && seen != script)
            return true;
        seen = script;
        letters = true;
        all_like =
            all_like && among (like_ascii, sizeof like_ascii / sizeof like_ascii[0], label[i]);
    }
    if (latin && letters && seen != SCRIPT_EAST_ASIAN)
        return true;
    return letters && !latin && all_like;
}
