/* SPDX-License-Identifier: Apache-2.0
 *
 * The set of invisible code points is Default_Ignorable_Code_Point with the fillers and annotation
 * marks that look like nothing; the emoji are the blocks that hold pictographs, not the exact
 * property: a selector after any of these shows.
 */
#include "common/unicode.h"

#include "common/utf8.h"

typedef struct Range {
    uint32_t first;
    uint32_t last;
} Range;

#include "common/unicode-tables.h"

#define COUNT(table) (sizeof (table) / sizeof (table)[0])

static const Range bidi[] = {
    { 0x061C, 0x061C },
    { 0x200E, 0x200F },
    { 0x202A, 0x202E },
    { 0x2066, 0x2069 },
};

static const Range invisible[] = {
    { 0x00AD, 0x00AD },   { 0x034F, 0x034F }, { 0x115F, 0x1160 },   { 0x17B4, 0x17B5 },
    { 0x180B, 0x180F },   { 0x200B, 0x200D }, { 0x2028, 0x2029 },   { 0x2060, 0x2065 },
    { 0x206A, 0x206F },   { 0x3164, 0x3164 }, { 0xFE00, 0xFE0F },   { 0xFEFF, 0xFEFF },
    { 0xFFA0, 0xFFA0 },   { 0xFFF0, 0xFFFC }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A },
    { 0xE0000, 0xE0FFF },
};

/* Blocks of pictographs. Skin tones (1F3FB..1F3FF) modify and are no base. */
static const Range pictographs[] = {
    { 0x00A9, 0x00A9 },   { 0x00AE, 0x00AE },   { 0x203C, 0x203C }, { 0x2049, 0x2049 },
    { 0x2122, 0x2122 },   { 0x2139, 0x2139 },   { 0x2190, 0x21FF }, { 0x231A, 0x23FF },
    { 0x24C2, 0x24C2 },   { 0x25A0, 0x27BF },   { 0x2934, 0x2935 }, { 0x2B00, 0x2BFF },
    { 0x3030, 0x3030 },   { 0x303D, 0x303D },   { 0x3297, 0x3297 }, { 0x3299, 0x3299 },
    { 0x1F000, 0x1F3FA }, { 0x1F400, 0x1FAFF },
};

static const Range ideographs[] = {
    { 0x3400, 0x4DBF },
    { 0x4E00, 0x9FFF },
    { 0xF900, 0xFAFF },
    { 0x20000, 0x323AF },
};

/* Punctuation with standardized variation sequences: position in the em box (FE00, FE01). */
static const Range punctuation[] = {
    { 0x3001, 0x3002 }, { 0xFF01, 0xFF01 }, { 0xFF0C, 0xFF0C },
    { 0xFF0E, 0xFF0E }, { 0xFF1A, 0xFF1B }, { 0xFF1F, 0xFF1F },
};

static bool
within (const Range *table, size_t count, uint32_t c)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > table[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= table[low].first;
}

#define IN(table, c) within (table, COUNT (table), c)

MugaiCharClass
mugai_char_class (uint32_t c)
{
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        return MUGAI_CHAR_CONTROL;
    if (c < 0x7F || (c >= 0x3165 && c < 0xD800))
        return MUGAI_CHAR_TEXT;
    if (c > 0x10FFFF || (c & 0xFFFE) == 0xFFFE || (c >= 0xD800 && c <= 0xDFFF) ||
        (c >= 0xFDD0 && c <= 0xFDEF))
        return MUGAI_CHAR_NEVER;
    if ((c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000)
        return MUGAI_CHAR_PRIVATE;
    if (IN (bidi, c))
        return MUGAI_CHAR_BIDI;
    return IN (invisible, c) ? MUGAI_CHAR_INVISIBLE : MUGAI_CHAR_TEXT;
}

/* The next code point without moving; MUGAI_UTF8_BAD at the end. */
static uint32_t
peek (const uint8_t *at, const uint8_t *end)
{
    return at < end ? mugai_utf8_next (&at, end) : MUGAI_UTF8_BAD;
}

static bool
take (const uint8_t **at, const uint8_t *end, uint32_t c)
{
    if (peek (*at, end) != c)
        return false;
    mugai_utf8_next (at, end);
    return true;
}

/* A pictograph with at most one variation selector or skin tone. */
static bool
take_emoji (const uint8_t **at, const uint8_t *end)
{
    uint32_t c = peek (*at, end);
    if (c == MUGAI_UTF8_BAD || !IN (pictographs, c))
        return false;
    mugai_utf8_next (at, end);
    c = peek (*at, end);
    if (c == 0xFE0E || c == 0xFE0F || (c >= 0x1F3FB && c <= 0x1F3FF))
        mugai_utf8_next (at, end);
    return true;
}

/* The three flags made of tags: England, Scotland, Wales. */
static size_t
flag (const uint8_t *at, const uint8_t *end)
{
    static const char *const names[] = { "gbeng", "gbsct", "gbwls" };
    const uint8_t *start = at;
    if (!take (&at, end, 0x1F3F4))
        return 0;
    for (size_t i = 0; i < COUNT (names); i++) {
        const uint8_t *tag = at;
        const char *name = names[i];
        while (*name != '\0' && take (&tag, end, 0xE0000u + (uint32_t)*name))
            name++;
        if (*name == '\0' && take (&tag, end, 0xE007F))
            return (size_t)(tag - start);
    }
    return 0;
}

static size_t
emoji (const uint8_t *at, const uint8_t *end)
{
    const uint8_t *start = at;
    if (!take_emoji (&at, end))
        return 0;
    for (int joined = 0; joined < 9; joined++) {
        const uint8_t *next = at;
        if (!take (&next, end, 0x200D) || !take_emoji (&next, end))
            break;
        at = next;
    }
    return (size_t)(at - start);
}

size_t
mugai_char_sequence (const uint8_t *at, const uint8_t *end)
{
    const uint8_t *start = at;
    uint32_t c = mugai_utf8_next (&at, end);
    if ((c >= '0' && c <= '9') || c == '#' || c == '*')
        return take (&at, end, 0xFE0F) && take (&at, end, 0x20E3) ? (size_t)(at - start) : 0;
    if (c < 0x80)
        return 0;
    uint32_t next = peek (at, end);
    bool selector = (next >= 0xFE00 && next <= 0xFE02) || (next >= 0xE0100 && next <= 0xE01EF);
    if ((selector && IN (ideographs, c)) ||
        ((next == 0xFE00 || next == 0xFE01) && IN (punctuation, c))) {
        mugai_utf8_next (&at, end);
        return (size_t)(at - start);
    }
    if (!IN (pictographs, c))
        return 0;
    size_t size = flag (start, end);
    return size > 0 ? size : emoji (start, end);
}

unsigned
mugai_char_width (uint32_t c, bool east_asian)
{
    if (c < 0xA1)
        return 1;
    if (IN (wide, c))
        return 2;
    if (IN (marks, c) || mugai_char_class (c) == MUGAI_CHAR_INVISIBLE)
        return 0;
    return east_asian && IN (ambiguous, c) ? 2 : 1;
}

size_t
mugai_text_width (const void *utf8, size_t size, bool east_asian)
{
    const uint8_t *at = utf8, *end = at + size;
    size_t width = 0;
    while (at < end)
        width += mugai_char_width (mugai_utf8_next (&at, end), east_asian);
    return width;
}

bool
mugai_char_is_cjk (uint32_t c)
{
    return (c >= 0x3001 && c <= 0x30FF) || IN (ideographs, c) || (c >= 0xFF01 && c <= 0xFF60);
}
