/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text-fold.h"

#include "common/break-class.h"
#include "common/unicode.h"
#include "common/utf8.h"

enum { TARGET_MAX = 8192 /* bytes of the target of a link that is kept whole */ };

/* A walk over the characters of a line. */
typedef struct Walk {
    const uint8_t *start, *at, *end;
    const uint8_t *whole; /* no line ends before it: it ends the target of a link */
    bool wide;
    uint32_t last;         /* the character before, marks left out; 0: none */
    MugaiBreak last_class; /* of one beyond ASCII */
} Walk;

typedef struct Step {
    size_t offset; /* of it */
    size_t width;
    bool blank;
    bool may_break; /* a line may end before it */
} Step;

static Walk
walk (const char *text, size_t size, bool wide)
{
    const uint8_t *start = (const uint8_t *)text;
    return (Walk){ start, start, start + size, start, wide, 0, MUGAI_BREAK_GLUE };
}

/* Bytes of "<", what says that a target begins, and the rest of it; 0: it is none. */
static size_t
target_size (const uint8_t *at, const uint8_t *end)
{
    const uint8_t *p = at + 1, *stop = end - at > TARGET_MAX ? at + TARGET_MAX : end;
    while (p < stop && (((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') || (*p >= '0' && *p <= '9') ||
                        *p == '+' || *p == '-' || *p == '.'))
        p++;
    bool scheme = p > at + 1 && p < stop && *p == ':';
    bool share = p == at + 1 && stop - p >= 2 && (*p == '\\' || *p == '/') && p[1] == *p;
    if (!scheme && !share)
        return 0;
    while (p < stop && *p != '>' && *p != '<' && *p != ' ')
        p++;
    return p < stop && *p == '>' ? (size_t)(p + 1 - at) : 0;
}

/* Printable ASCII but "<": between two of these no line ends. */
static bool
is_plain (uint32_t c)
{
    return c > ' ' && c < 0x7F && c != '<';
}

/* The next character, or all of a run of plain ones. */
static bool
next (Walk *w, Step *ret)
{
    if (w->at == w->end)
        return false;
    const uint8_t *at = w->at;
    uint32_t c = mugai_utf8_next (&w->at, w->end), last = w->last;
    MugaiGlyph glyph = mugai_glyph (c, w->wide);
    *ret = (Step){ .offset = (size_t)(at - w->start),
                   .width = glyph.width,
                   .blank = glyph.class == MUGAI_BREAK_SPACE };
    bool inside = at < w->whole; /* of a target */
    if (!inside && c == '<')
        w->whole = at + target_size (at, w->end);
    if (glyph.class == MUGAI_BREAK_MARK && last != 0)
        return true;
    MugaiBreak class = last < 0x80 ? mugai_glyph (last, false).class : w->last_class;
    ret->may_break = !inside && last != 0 && mugai_break_between (last, class, c, glyph.class);
    w->last = c;
    w->last_class = glyph.class;
    if (!is_plain (c))
        return true;
    while (w->at < w->end && is_plain (*w->at))
        w->last = *w->at++;
    ret->width = (size_t)(w->at - at);
    return true;
}

MugaiTextPiece
mugai_text_fold (const char *text, size_t size, size_t columns, bool wide)
{
    MugaiTextPiece ret = { .size = size, .next = size };
    Walk w = walk (text, size, wide);
    Step step;
    size_t width = 0, solid = 0, solid_width = 0; /* solid: up to the last character not blank */
    bool ends = false;                            /* ret is a piece that fits */
    while (next (&w, &step)) {
        if (step.may_break && solid > 0) {
            if (solid_width > columns) /* too long, and here is its first end */
                return (MugaiTextPiece){ solid, step.offset, solid_width };
            ret = (MugaiTextPiece){ solid, step.offset, solid_width };
            ends = true;
        }
        width += step.width;
        if (!step.blank) {
            solid = (size_t)(w.at - w.start);
            solid_width = width;
            if (width > columns && ends)
                return ret;
        }
    }
    return (MugaiTextPiece){ solid, size, solid_width };
}

size_t
mugai_text_measure (const char *text, size_t size, bool wide, size_t *ret_longest)
{
    Walk w = walk (text, size, wide);
    Step step;
    size_t width = 0, start = 0, solid = 0;
    while (next (&w, &step)) {
        if (step.may_break)
            start = width;
        width += step.width;
        if (!step.blank)
            solid = width;
        if (!step.blank && width - start > *ret_longest)
            *ret_longest = width - start;
    }
    return solid;
}
