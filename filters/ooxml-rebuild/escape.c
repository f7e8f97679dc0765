/* SPDX-License-Identifier: Apache-2.0
 *
 * _xHHHH_ stands for a character in texts of a workbook (ISO/IEC 29500-1, 22.9.2.19 ST_Xstring).
 * What may not stand in a text may not stand there in this form, either.
 */
#include "ooxml-rebuild/book.h"

#include "common/unicode.h"

#include <string.h>

enum { ESCAPE = 7 /* bytes of _xHHHH_ */ };

static int
digit (char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Is at @text an escape that must go? */
static bool
is_bad (const char *text, size_t left)
{
    uint32_t c = 0;

    if (left < ESCAPE || text[0] != '_' || text[1] != 'x' || text[6] != '_')
        return false;
    for (unsigned i = 2; i < 6; i++) {
        if (digit (text[i]) < 0)
            return false;
        c = c << 4 | (uint32_t)digit (text[i]);
    }
    if (c == '\t' || c == '\n' || c == '\r')
        return false;
    if (c >= 0xD800 && c <= 0xDFFF)
        return true;
    MugaiCharClass class = mugai_char_class (c);
    return class != MUGAI_CHAR_TEXT && class != MUGAI_CHAR_PRIVATE;
}

/* Take such escapes out. Returns: @text, or a text in the arena; what is left when one goes is
 * looked at again. */
static const char *
clean (MugaiArena *arena, const char *text, uint32_t *size)
{
    uint32_t out = 0;
    char *copy = NULL;

    if (*size < ESCAPE || memmem (text, *size, "_x", 2) == NULL)
        return text;
    copy = mugai_arena_copy (arena, text, *size);
    if (copy == NULL)
        return text;
    for (uint32_t i = 0; i < *size; i++) {
        copy[out++] = text[i];
        while (out >= ESCAPE && is_bad (copy + out - ESCAPE, ESCAPE))
            out -= ESCAPE;
    }
    copy[out] = '\0';
    *size = out;
    return copy;
}

void
mugai_book_escapes (MugaiBook *book, MugaiNode *root)
{
    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, false)) {
        if (at->name == MUGAI_N_TEXT)
            at->text = clean (&book->doc->arena, at->text, &at->size);
        for (uint16_t i = 0; i < at->n_attrs; i++)
            if (at->attrs[i].value != NULL)
                at->attrs[i].value =
                    clean (&book->doc->arena, at->attrs[i].value, &at->attrs[i].size);
    }
}
