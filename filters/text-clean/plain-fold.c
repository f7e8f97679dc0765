/* SPDX-License-Identifier: Apache-2.0 */
#include "text-clean/plain-fold.h"

#include "common/text-fold.h"
#include "common/unicode.h"

#include <errno.h>
#include <string.h>

/* Bytes of the marks and blanks that the line begins with. */
static size_t
lead_size (const char *line, size_t size, size_t most)
{
    size_t n = 0;
    while (n < size && n < most && (line[n] == ' ' || line[n] == '>'))
        n++;
    return n < most ? n : 0;
}

static bool
is_table (const char *text, size_t size)
{
    return memchr (text, '\t', size) != NULL || memmem (text, size, "   ", 3) != NULL ||
           memmem (text, size, "　　　", 9) != NULL;
}

/* Returns: was it folded? */
static bool
put_line (const char *line, size_t size, size_t columns, bool wide, MugaiBuffer *out)
{
    size_t lead = lead_size (line, size, columns / 2), solid = size, pieces = 0;
    while (solid > lead && (line[solid - 1] == ' ' || line[solid - 1] == '\r'))
        solid--;
    /* no character is narrower than a byte is wide but those of no width */
    if (size <= columns || mugai_text_width (line, solid, wide) <= columns ||
        is_table (line + lead, solid - lead)) {
        mugai_buffer_add (out, line, size);
        return false;
    }
    for (size_t at = lead; at < solid; pieces++) {
        MugaiTextPiece piece = mugai_text_fold (line + at, solid - at, columns - lead, wide);
        if (pieces > 0)
            mugai_buffer_add (out, "\n", 1);
        mugai_buffer_add (out, line, lead);
        mugai_buffer_add (out, line + at, piece.size);
        at += piece.next;
    }
    return pieces > 1;
}

int
mugai_plain_fold (const void *utf8, size_t size, size_t columns, bool wide, MugaiBuffer *out,
                  uint64_t *ret_folded)
{
    const char *text = utf8;
    *ret_folded = 0;
    for (size_t at = 0; at < size && mugai_buffer_ok (out);) {
        const char *lf = memchr (text + at, '\n', size - at);
        size_t line = lf != NULL ? (size_t)(lf - text) - at : size - at;
        *ret_folded += put_line (text + at, line, columns, wide, out);
        if (lf != NULL)
            mugai_buffer_add (out, "\n", 1);
        at += line + (lf != NULL);
    }
    return out->failed ? -ENOMEM : 0;
}
