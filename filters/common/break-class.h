/* SPDX-License-Identifier: Apache-2.0
 *
 * break-class: where a line of text may end: the classes of UAX #14 reduced to what Japanese needs
 * (行頭禁則、行末禁則、分離禁則). Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum MugaiBreak {
    MUGAI_BREAK_WORD,  /* AL, NU, HL, SA and the rest: not parted from each other */
    MUGAI_BREAK_IDEO,  /* ID, H2, H3, EB: parted from each other */
    MUGAI_BREAK_OPEN,  /* OP, PR: no line ends with it */
    MUGAI_BREAK_CLOSE, /* CL, CP, EX, IS, SY, NS, CJ, PO, IN: no line begins with it */
    MUGAI_BREAK_AFTER, /* BA, HY: no line begins with it, one may end with it */
    MUGAI_BREAK_DASH,  /* B2, U+2015, U+2500: not parted from its like */
    MUGAI_BREAK_GLUE,  /* GL, WJ, QU, ZWJ: not parted from what stands beside it */
    MUGAI_BREAK_MARK,  /* CM, EM, vowels and finals of Hangul: belongs to what stands before it */
    MUGAI_BREAK_SPACE, /* SP and U+3000: a line may end after it and does not begin with it */
} MugaiBreak;

typedef struct MugaiGlyph {
    MugaiBreak class;
    unsigned width; /* columns */
} MugaiGlyph;

/* mugai_glyph:
 * Class and width of @c. @wide: ambiguous characters take two columns. Source: UAX #14 table 1,
 * LineBreak.txt of Unicode 14 for the characters named in break-class.c; the others are words or,
 * where East_Asian_Width is W, ideographs.
 */
MugaiGlyph mugai_glyph (uint32_t c, bool wide);

/* mugai_break_between:
 * May a line end between @a and @b, which follow each other (marks left out)? @a, @b: their code
 * points; @ca, @cb: their classes.
 */
bool mugai_break_between (uint32_t a, MugaiBreak ca, uint32_t b, MugaiBreak cb);
