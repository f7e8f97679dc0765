/* SPDX-License-Identifier: Apache-2.0 */
#include "message/line.h"

#include "common/clean.h"

#include <string.h>

bool
mugai_line_is_blank (gunichar c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x1f) || c == 0x85 ||
           c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

char *
mugai_line_trim (const char *text)
{
    const char *from = text, *end = text + strlen (text);

    while (from < end && mugai_line_is_blank (g_utf8_get_char (from)))
        from = g_utf8_next_char (from);
    while (end > from) {
        const char *last = g_utf8_find_prev_char (from, end);
        if (!mugai_line_is_blank (g_utf8_get_char (last)))
            break;
        end = last;
    }
    return g_strndup (from, (gsize)(end - from));
}

char *
mugai_line_clean (const char *raw, size_t size, size_t max)
{
    MugaiBuffer once = mugai_buffer (max), twice = mugai_buffer (max);

    mugai_clean (raw, size, MUGAI_CLEAN_LINE, &once, NULL);
    if (once.cut) { /* the cut may have split an emoji sequence: clean what is left of it */
        mugai_clean (once.data, once.size, MUGAI_CLEAN_LINE, &twice, NULL);
        mugai_buffer_clear (&once);
        once = twice;
    }
    g_autofree char *text = g_strndup (once.data != NULL ? once.data : "", once.size);
    mugai_buffer_clear (&once);
    return mugai_line_trim (text);
}

char *
mugai_line_evidence (const char *raw, size_t size, size_t max)
{
    char *text = mugai_line_clean (raw, size, max);

    g_strdelimit (text, ":\\", '_');
    return text;
}
