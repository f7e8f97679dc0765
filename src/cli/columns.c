/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/columns.h"

#include "cli/cli.h"
#include "common/unicode.h"

#include <stdio.h>
#include <string.h>

unsigned
mugai_columns (const char *text)
{
    return (unsigned)mugai_text_width (text, strlen (text), mugai_cli_japanese());
}

char *
mugai_columns_fit (const char *text, unsigned columns)
{
    size_t used = 0;
    const char *at = text;

    if (columns == 0 || mugai_columns (text) <= columns)
        return g_strdup (text);
    while (*at != '\0') {
        const char *next = g_utf8_next_char (at);
        used += mugai_text_width (at, (size_t)(next - at), mugai_cli_japanese());
        if (used + 3 > columns)
            break;
        at = next;
    }
    return g_strdup_printf ("%.*s...", (int)(at - text), text);
}

void
mugai_columns_bar (unsigned done, unsigned all)
{
    unsigned bar = (unsigned)(done * UINT64_C (30) / MAX (all, 1u));

    fprintf (stderr, "\r[%.*s%.*s] %u/%u%s", (int)bar, "##############################",
             (int)(30 - bar), "..............................", done, all, done == all ? "\n" : "");
    fflush (stderr);
}
