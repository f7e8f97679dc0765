/* SPDX-License-Identifier: Apache-2.0 */
#include "message/yenc.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SHIFT = 42, ESCAPED = 64, NAME_MAX_BYTES = 255 };

typedef struct Span {
    const uint8_t *at, *end;
} Span;

/* The next line without its LF or CRLF; *rest moves behind it. */
static Span
next_line (Span *rest)
{
    const uint8_t *lf = memchr (rest->at, '\n', (size_t)(rest->end - rest->at));
    Span line = { rest->at, lf != NULL ? lf : rest->end };

    rest->at = lf != NULL ? lf + 1 : rest->end;
    if (line.end > line.at && line.end[-1] == '\r')
        line.end--;
    return line;
}

static bool
begins (Span line, const char *text)
{
    size_t n = strlen (text);

    return (size_t)(line.end - line.at) >= n && memcmp (line.at, text, n) == 0;
}

static char *
name_of (Span line)
{
    static const char key[] = " name=";
    const uint8_t *at = memmem (line.at, (size_t)(line.end - line.at), key, sizeof key - 1);

    if (at == NULL)
        return g_strdup ("");
    at += sizeof key - 1;
    return g_strndup ((const char *)at, MIN ((size_t)(line.end - at), NAME_MAX_BYTES));
}

static void
decode_line (Span line, GByteArray *out)
{
    for (const uint8_t *at = line.at; at < line.end; at++) {
        bool escaped = *at == '=' && at + 1 < line.end;
        uint8_t byte = (uint8_t)(escaped ? *++at - ESCAPED - SHIFT : *at - SHIFT);
        g_byte_array_append (out, &byte, 1);
    }
}

/* The file that begins after a "=ybegin" line. Returns: NULL when it has no end, and @rest stays.
 */
static GBytes *
take_file (Span *rest)
{
    g_autoptr (GByteArray) out = g_byte_array_new();
    Span ahead = *rest;

    while (ahead.at < ahead.end) {
        Span line = next_line (&ahead);
        if (begins (line, "=yend")) {
            *rest = ahead;
            return g_byte_array_free_to_bytes (g_steal_pointer (&out));
        }
        if (!begins (line, "=ypart "))
            decode_line (line, out);
    }
    return NULL;
}

GBytes *
mugai_yenc_take (GBytes *text, MugaiYencFile file, void *data)
{
    static const char mark[] = "=ybegin ";
    size_t size;
    const uint8_t *bytes = g_bytes_get_data (text, &size);

    if (size == 0 || memmem (bytes, size, mark, sizeof mark - 1) == NULL)
        return g_bytes_ref (text);
    g_autoptr (GByteArray) out = g_byte_array_sized_new ((guint)MIN (size, G_MAXINT32));
    Span rest = { bytes, bytes + size };
    bool endless = false; /* no "=yend" comes any more */
    while (rest.at < rest.end) {
        const uint8_t *start = rest.at;
        Span line = next_line (&rest);
        g_autoptr (GBytes) found = !endless && begins (line, mark) ? take_file (&rest) : NULL;

        endless = endless || (begins (line, mark) && found == NULL);
        if (found == NULL) {
            g_byte_array_append (out, start, (guint)(rest.at - start));
            continue;
        }
        g_autofree char *name = name_of (line);
        file (data, name, found);
        g_byte_array_append (out, (const uint8_t *)"[yEnc]\n", 7);
    }
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
