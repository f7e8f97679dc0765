/* SPDX-License-Identifier: Apache-2.0 */
#include "text-clean/signed.h"

#include <string.h>

static const char begin_text[] = "-----BEGIN PGP SIGNED MESSAGE-----";
static const char begin_signature[] = "-----BEGIN PGP SIGNATURE-----";

static bool
is_line (TextSpan line, const char *text)
{
    TextSpan s = text_strip (line);
    return s.size == strlen (text) && memcmp (s.data, text, s.size) == 0;
}

/* Is there a line @text in @rest? What is found is found for all before it: *io_until. */
static bool
comes (TextSpan rest, const char *text, const char **io_until)
{
    if (*io_until != NULL && rest.data <= *io_until)
        return true;
    while (rest.size > 0) {
        TextSpan line = text_line (&rest);
        if (is_line (line, text)) {
            *io_until = line.data;
            return true;
        }
    }
    return false;
}

/* Armour headers up to the empty line: "Hash: SHA256". */
static void
skip_headers (TextSpan *rest)
{
    while (rest->size > 0) {
        TextSpan after = *rest, line = text_line (&after);
        bool empty = text_strip (line).size == 0;
        if (!empty && memchr (line.data, ':', line.size) == NULL)
            return;
        *rest = after;
        if (empty)
            return;
    }
}

static void
put_signed (TextSpan line, MugaiBuffer *out)
{
    bool escaped = line.size >= 2 && memcmp (line.data, "- ", 2) == 0;
    bool armour = line.size >= 7 && memcmp (line.data + 2, "-----", 5) == 0;
    size_t skip = escaped && !armour ? 2 : 0;
    mugai_buffer_add (out, line.data + skip, line.size - skip);
    mugai_buffer_add (out, "\n", 1);
}

size_t
signed_text (TextSpan text, bool japanese, MugaiBuffer *out)
{
    const char *until = NULL;
    size_t count = 0;
    bool within = false, none = false;
    TextSpan look = text;
    if (!comes (look, begin_text, &until))
        return 0;
    until = NULL;
    while (text.size > 0) {
        TextSpan line = text_line (&text);
        within = within && !is_line (line, begin_signature);
        none = none || (is_line (line, begin_text) && !comes (text, begin_signature, &until));
        if (!none && is_line (line, begin_text)) {
            skip_headers (&text);
            mugai_buffer_add_text (
                out, japanese ? "[PGP署名つきの文です。署名は確かめていません]\n"
                              : "[text with a PGP signature, which was not checked]\n");
            within = true;
            count++;
        } else if (within) {
            put_signed (line, out);
        } else {
            mugai_buffer_add (out, line.data, line.size);
            mugai_buffer_add (out, "\n", 1);
        }
    }
    return count;
}
