/* SPDX-License-Identifier: Apache-2.0 */
#include "message/flowed.h"

#include <string.h>

typedef struct Line {
    const char *text; /* quote marks and stuffing taken off */
    size_t size;
    size_t depth; /* of quoting */
    bool flowed;  /* the next line goes on with it */
} Line;

static bool
is_signature (const Line *line)
{
    return line->size == 3 && memcmp (line->text, "-- ", 3) == 0;
}

static Line
read_line (const char **at, const char *end, bool delsp)
{
    const char *lf = memchr (*at, '\n', (size_t)(end - *at)), *stop = lf != NULL ? lf : end;
    Line line = { .text = *at };

    *at = lf != NULL ? lf + 1 : end;
    if (stop > line.text && stop[-1] == '\r')
        stop--;
    for (; line.text < stop && *line.text == '>'; line.text++)
        line.depth++;
    if (line.text < stop && *line.text == ' ')
        line.text++;
    line.size = (size_t)(stop - line.text);
    line.flowed = line.size > 0 && stop[-1] == ' ' && !is_signature (&line);
    line.size -= line.flowed && delsp;
    return line;
}

GBytes *
mugai_flowed_join (GBytes *text, bool delsp)
{
    size_t size;
    const char *at = g_bytes_get_data (text, &size), *end = at + size;
    GString *out = g_string_sized_new (size + 1);
    Line before = { .flowed = false };
    bool first = true;

    while (at < end) {
        Line line = read_line (&at, end, delsp);
        bool joined = before.flowed && line.depth == before.depth && !is_signature (&line);

        if (!joined && !first)
            g_string_append_c (out, '\n');
        if (!joined && line.depth > 0) {
            for (size_t i = 0; i < line.depth; i++)
                g_string_append_c (out, '>');
            g_string_append_c (out, ' ');
        }
        g_string_append_len (out, line.text, (gssize)line.size);
        before = line;
        first = false;
    }
    if (!first)
        g_string_append_c (out, '\n');
    return g_string_free_to_bytes (out);
}
