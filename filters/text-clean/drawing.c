/* SPDX-License-Identifier: Apache-2.0 */
#include "text-clean/drawing.h"

#include "common/utf8.h"

enum {
    LINES_LEAST = 8,
    CHARACTERS_LEAST = 15,
    CHANGES_LEAST = 3,
};

static bool
is_stroke (uint32_t c)
{
    return c == '#' || c == ' ' || c == 0x3000 || (c >= 0x2580 && c <= 0x25A1) ||
           (c >= 0x2800 && c <= 0x28FF);
}

static bool
is_drawn (TextSpan line)
{
    const uint8_t *at = (const uint8_t *)line.data, *end = at + line.size;
    size_t count = 0, changes = 0;
    uint32_t before = 0;
    for (; at < end; count++) {
        uint32_t c = mugai_utf8_next (&at, end);
        if (!is_stroke (c))
            return false;
        changes += count > 0 && c != before;
        before = c;
    }
    return count >= CHARACTERS_LEAST && changes >= CHANGES_LEAST;
}

size_t
drawing_count (TextSpan text)
{
    size_t count = 0, lines = 0;
    while (text.size > 0) {
        lines = is_drawn (text_line (&text)) ? lines + 1 : 0;
        count += lines == LINES_LEAST;
    }
    return count;
}
