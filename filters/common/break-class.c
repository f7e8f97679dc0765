/* SPDX-License-Identifier: Apache-2.0 */
#include "common/break-class.h"

#include "common/unicode.h"

#include <stddef.h>

typedef struct Range {
    uint32_t first, last;
    MugaiBreak is;
} Range;

/* Sorted. What is not here: MUGAI_BREAK_IDEO when it is wide, else MUGAI_BREAK_WORD. */
static const Range ranges[] = {
#define OPEN  MUGAI_BREAK_OPEN
#define CLOSE MUGAI_BREAK_CLOSE
#define AFTER MUGAI_BREAK_AFTER
#define DASH  MUGAI_BREAK_DASH
#define GLUE  MUGAI_BREAK_GLUE
#define MARK  MUGAI_BREAK_MARK
#define IDEO  MUGAI_BREAK_IDEO
#define WORD  MUGAI_BREAK_WORD
    { 0x00A0, 0x00A0, GLUE },   { 0x00A1, 0x00A1, OPEN },
    { 0x00A2, 0x00A2, CLOSE },  { 0x00A3, 0x00A5, OPEN },
    { 0x00AB, 0x00AB, OPEN },   { 0x00B0, 0x00B0, CLOSE },
    { 0x00B1, 0x00B1, OPEN },   { 0x00BB, 0x00BB, CLOSE },
    { 0x00BF, 0x00BF, OPEN },   { 0x0300, 0x036F, MARK },
    { 0x1160, 0x11FF, MARK },   { 0x2000, 0x2006, AFTER },
    { 0x2007, 0x2007, GLUE },   { 0x2008, 0x200A, AFTER },
    { 0x200C, 0x200C, MARK },   { 0x200D, 0x200D, GLUE },
    { 0x2010, 0x2010, AFTER },  { 0x2011, 0x2011, GLUE },
    { 0x2012, 0x2013, AFTER },  { 0x2014, 0x2015, DASH },
    { 0x2018, 0x2018, OPEN },   { 0x2019, 0x2019, CLOSE },
    { 0x201A, 0x201C, OPEN },   { 0x201D, 0x201D, CLOSE },
    { 0x201E, 0x201F, OPEN },   { 0x2024, 0x2026, CLOSE },
    { 0x202F, 0x202F, GLUE },   { 0x2030, 0x2037, CLOSE },
    { 0x2039, 0x2039, OPEN },   { 0x203A, 0x203A, CLOSE },
    { 0x203C, 0x203D, CLOSE },  { 0x2045, 0x2045, OPEN },
    { 0x2046, 0x2046, CLOSE },  { 0x2047, 0x2049, CLOSE },
    { 0x2060, 0x2060, GLUE },   { 0x207D, 0x207D, OPEN },
    { 0x207E, 0x207E, CLOSE },  { 0x208D, 0x208D, OPEN },
    { 0x208E, 0x208E, CLOSE },  { 0x20A0, 0x20A6, OPEN },
    { 0x20A7, 0x20A7, CLOSE },  { 0x20A8, 0x20BF, OPEN },
    { 0x20D0, 0x20F0, MARK },   { 0x2103, 0x2103, CLOSE },
    { 0x2109, 0x2109, CLOSE },  { 0x2116, 0x2116, OPEN },
    { 0x22EF, 0x22EF, CLOSE },  { 0x2500, 0x2501, DASH },
    { 0x2768, 0x2768, OPEN },   { 0x2769, 0x2769, CLOSE },
    { 0x27E8, 0x27E8, OPEN },   { 0x27E9, 0x27E9, CLOSE },
    { 0x27EA, 0x27EA, OPEN },   { 0x27EB, 0x27EB, CLOSE },
    { 0x2985, 0x2985, OPEN },   { 0x2986, 0x2986, CLOSE },
    { 0x2E80, 0x2FFB, IDEO },   { 0x3000, 0x3000, MUGAI_BREAK_SPACE },
    { 0x3001, 0x3002, CLOSE },  { 0x3003, 0x3004, IDEO },
    { 0x3005, 0x3005, CLOSE },  { 0x3006, 0x3007, IDEO },
    { 0x3008, 0x3008, OPEN },   { 0x3009, 0x3009, CLOSE },
    { 0x300A, 0x300A, OPEN },   { 0x300B, 0x300B, CLOSE },
    { 0x300C, 0x300C, OPEN },   { 0x300D, 0x300D, CLOSE },
    { 0x300E, 0x300E, OPEN },   { 0x300F, 0x300F, CLOSE },
    { 0x3010, 0x3010, OPEN },   { 0x3011, 0x3011, CLOSE },
    { 0x3012, 0x3013, IDEO },   { 0x3014, 0x3014, OPEN },
    { 0x3015, 0x3015, CLOSE },  { 0x3016, 0x3016, OPEN },
    { 0x3017, 0x3017, CLOSE },  { 0x3018, 0x3018, OPEN },
    { 0x3019, 0x3019, CLOSE },  { 0x301A, 0x301A, OPEN },
    { 0x301B, 0x301C, CLOSE },  { 0x301D, 0x301D, OPEN },
    { 0x301E, 0x301F, CLOSE },  { 0x3020, 0x3029, IDEO },
    { 0x302A, 0x302F, MARK },   { 0x3030, 0x3034, IDEO },
    { 0x3035, 0x3035, MARK },   { 0x303B, 0x303C, CLOSE },
    { 0x31F0, 0x31FF, CLOSE },  { 0xFE00, 0xFE0F, MARK },
    { 0xFEFF, 0xFEFF, GLUE },   { 0xFF01, 0xFF01, CLOSE },
    { 0xFF04, 0xFF04, OPEN },   { 0xFF05, 0xFF05, CLOSE },
    { 0xFF08, 0xFF08, OPEN },   { 0xFF09, 0xFF09, CLOSE },
    { 0xFF0C, 0xFF0C, CLOSE },  { 0xFF0E, 0xFF0E, CLOSE },
    { 0xFF10, 0xFF19, WORD },   { 0xFF1A, 0xFF1B, CLOSE },
    { 0xFF1F, 0xFF1F, CLOSE },  { 0xFF21, 0xFF3A, WORD },
    { 0xFF3B, 0xFF3B, OPEN },   { 0xFF3D, 0xFF3D, CLOSE },
    { 0xFF41, 0xFF5A, WORD },   { 0xFF5B, 0xFF5B, OPEN },
    { 0xFF5D, 0xFF5D, CLOSE },  { 0xFF5F, 0xFF5F, OPEN },
    { 0xFF60, 0xFF61, CLOSE },  { 0xFF62, 0xFF62, OPEN },
    { 0xFF63, 0xFF65, CLOSE },  { 0xFF66, 0xFF66, IDEO },
    { 0xFF67, 0xFF70, CLOSE },  { 0xFF71, 0xFF9D, IDEO },
    { 0xFF9E, 0xFF9F, CLOSE },  { 0xFFE0, 0xFFE0, CLOSE },
    { 0xFFE1, 0xFFE1, OPEN },   { 0xFFE5, 0xFFE6, OPEN },
    { 0x1F1E6, 0x1F1FF, GLUE }, { 0x1F3FB, 0x1F3FF, MARK },
    { 0xE0000, 0xE0FFF, MARK },
#undef OPEN
#undef CLOSE
#undef AFTER
#undef DASH
#undef GLUE
#undef MARK
#undef IDEO
#undef WORD
};

/* ASCII beside something else; between two of ASCII no line ends but at a space. */
static MugaiBreak
ascii (uint32_t c)
{
    switch (c) {
    case ' ':
    case '\t':
        return MUGAI_BREAK_SPACE;
    case '(':
    case '[':
    case '{':
    case '$':
    case '\\':
        return MUGAI_BREAK_OPEN;
    case ')':
    case ']':
    case '}':
    case ',':
    case '.':
    case '!':
    case '?':
    case ':':
    case ';':
    case '/':
    case '%':
        return MUGAI_BREAK_CLOSE;
    case '-':
        return MUGAI_BREAK_AFTER;
    case '"':
    case '\'':
        return MUGAI_BREAK_GLUE;
    default:
        return MUGAI_BREAK_WORD;
    }
}

/* What is neither ASCII nor an ideograph nor kana. */
static MugaiGlyph
other (uint32_t c, bool wide)
{
    unsigned width = mugai_char_width (c, wide);
    size_t low = 0, high = sizeof ranges / sizeof ranges[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < sizeof ranges / sizeof ranges[0] && c >= ranges[low].first)
        return (MugaiGlyph){ ranges[low].is, width };
    if (width == 0)
        return (MugaiGlyph){ MUGAI_BREAK_MARK, 0 };
    bool ideograph = c >= 0x1100 && width == 2 && mugai_char_width (c, false) == 2;
    return (MugaiGlyph){ ideograph ? MUGAI_BREAK_IDEO : MUGAI_BREAK_WORD, width };
}

/* U+3040 to U+30FF: small letters, marks of repetition and of length, ・ begin no line. */
static MugaiBreak
kana (uint32_t c)
{
    static const uint64_t close[3] = { UINT64_C (0x00000008000002AA), UINT64_C (0x000002AB786040A8),
                                       UINT64_C (0x786040A800000008) };
    if (c == 0x3099 || c == 0x309A)
        return MUGAI_BREAK_MARK;
    return close[(c - 0x3040) / 64] >> (c - 0x3040) % 64 & 1 ? MUGAI_BREAK_CLOSE : MUGAI_BREAK_IDEO;
}

MugaiGlyph
mugai_glyph (uint32_t c, bool wide)
{
    if (c < 0x80)
        return (MugaiGlyph){ ascii (c), 1 };
    if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
        (c >= 0xAC00 && c <= 0xD7A3))
        return (MugaiGlyph){ MUGAI_BREAK_IDEO, 2 };
    if (c >= 0x3041 && c <= 0x30FF)
        return (MugaiGlyph){ kana (c), 2 };
    return other (c, wide);
}

bool
mugai_break_between (uint32_t a, MugaiBreak ca, uint32_t b, MugaiBreak cb)
{
    if (ca == MUGAI_BREAK_SPACE) /* UAX #14 lets no closing mark begin a line even after a space */
        return cb != MUGAI_BREAK_SPACE && !(cb == MUGAI_BREAK_CLOSE && b >= 0x80);
    if (cb == MUGAI_BREAK_SPACE || (a < 0x80 && b < 0x80))
        return false;
    if (ca == MUGAI_BREAK_OPEN || ca == MUGAI_BREAK_GLUE || cb == MUGAI_BREAK_CLOSE ||
        cb == MUGAI_BREAK_AFTER || cb == MUGAI_BREAK_GLUE || cb == MUGAI_BREAK_MARK)
        return false;
    if (ca == cb && (ca == MUGAI_BREAK_WORD || ca == MUGAI_BREAK_DASH))
        return false;
    /* "abc.", "O’" before a word that is not of ASCII; １，２３４ */
    return !(ca == MUGAI_BREAK_CLOSE && cb == MUGAI_BREAK_WORD &&
             (a < 0x3000 || a == 0xFF0C || a == 0xFF0E));
}
