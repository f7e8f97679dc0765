/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/gaiji.h"

#include "core/error.h"

#include <stdlib.h>
#include <string.h>

static bool
fail (const char *path, unsigned line, size_t column, const char *what, GError **error)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%zu: %s", path, line, column, what);
    return false;
}

static bool
is_private (gunichar c)
{
    return g_unichar_type (c) == G_UNICODE_PRIVATE_USE;
}

/* What a reader sees as it is, and nothing else. */
static bool
is_visible (const char *text, size_t size)
{
    bool any = false;

    for (const char *at = text; at < text + size; at = g_utf8_next_char (at)) {
        GUnicodeType type = g_unichar_type (g_utf8_get_char (at));
        if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
            type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_SURROGATE ||
            type == G_UNICODE_UNASSIGNED || type == G_UNICODE_LINE_SEPARATOR ||
            type == G_UNICODE_PARAGRAPH_SEPARATOR)
            return false;
        any = any || type != G_UNICODE_SPACE_SEPARATOR;
    }
    return any;
}

static bool
parse_line (const char *path, unsigned number, const char *line, GPtrArray *ret, GError **error)
{
    char *end = NULL, character[7] = "";

    if (line[0] == '\0' || line[0] == '#')
        return true;
    if (line[0] != 'U' || line[1] != '+' || !g_ascii_isxdigit (line[2]))
        return fail (path, number, 1, "a line is U+E000, a tab and what stands in its place",
                     error);
    unsigned long c = strtoul (line + 2, &end, 16);
    if (end - line < 6 || end - line > 8 || c > 0x10FFFF || !is_private ((gunichar)c))
        return fail (path, number, 1, "no private-use character: U+E000 to U+F8FF, or from U+F0000",
                     error);
    size_t column = (size_t)(end - line) + 1;
    if (*end != '\t')
        return fail (path, number, column, "a tab is missing after the character", error);
    const char *text = end + 1;
    size_t size = strcspn (text, "\t");
    if (size == 0 || size > MUGAI_GAIJI_TEXT)
        return fail (path, number, column + 1, "the replacement has from 1 to 15 bytes of UTF-8",
                     error);
    if (!is_visible (text, size))
        return fail (path, number, column + 1,
                     "the replacement must be characters that can be seen, none of private use",
                     error);
    if (ret->len == MUGAI_GAIJI_MAX)
        return fail (path, number, 1, "more than 10000 entries", error);
    g_unichar_to_utf8 ((gunichar)c, character);
    g_ptr_array_add (ret, g_strdup_printf ("%s%.*s", character, (int)size, text));
    return true;
}

static int
by_character (const void *a, const void *b)
{
    gunichar x = g_utf8_get_char (*(char *const *)a), y = g_utf8_get_char (*(char *const *)b);

    return x < y ? -1 : x > y;
}

bool
mugai_gaiji_parse (const char *path, const char *data, size_t size, GPtrArray *ret, GError **error)
{
    const char *bad = NULL;

    if (size >= 3 && memcmp (data, "\xEF\xBB\xBF", 3) == 0) {
        data += 3;
        size -= 3;
    }
    bool valid = size == 0 || g_utf8_validate (data, (gssize)size, &bad);
    g_autofree char *text = g_strndup (data, valid ? size : (size_t)(bad - data));
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    unsigned number = 0;
    for (char **line = lines; *line != NULL; line++) {
        number++;
        size_t length = strlen (*line);
        if (length > 0 && (*line)[length - 1] == '\r')
            (*line)[length - 1] = '\0';
        if (!valid && line[1] == NULL)
            return fail (path, number, strlen (*line) + 1, "this is no UTF-8", error);
        if (!parse_line (path, number, *line, ret, error))
            return false;
    }
    if (ret->len > 1)
        qsort (ret->pdata, ret->len, sizeof ret->pdata[0], by_character);
    for (guint i = 1; i < ret->len; i++) {
        const char *entry = g_ptr_array_index (ret, i);
        g_autofree char *what =
            g_strdup_printf ("U+%04X stands there twice", (unsigned)g_utf8_get_char (entry));
        if (by_character (&ret->pdata[i - 1], &ret->pdata[i]) == 0)
            return fail (path, 1, 1, what, error);
    }
    return true;
}
