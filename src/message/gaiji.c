/* SPDX-License-Identifier: Apache-2.0 */
#include "message/gaiji.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <stdlib.h>
#include <string.h>

static const char notation[] = "[外字 U+";

/* Returns: (borrowed) what stands for @c, NULL when the table has nothing. */
static const char *
find (const char *const *table, size_t size, uint32_t c)
{
    size_t low = 0, high = size;

    while (low < high) {
        size_t middle = (low + high) / 2;
        gunichar own = g_utf8_get_char (table[middle]);
        if (own == c)
            return g_utf8_next_char (table[middle]);
        if (own < c)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

GBytes *
mugai_gaiji_map (const char *const *table, GBytes *text, size_t *ret_count)
{
    size_t size, entries = table != NULL ? g_strv_length ((char **)table) : 0;
    const uint8_t *at = g_bytes_get_data (text, &size), *end = at + size, *done = at;

    *ret_count = 0;
    if (entries == 0)
        return g_bytes_ref (text);
    g_autoptr (GString) out = g_string_new (NULL);
    while (at < end) {
        const uint8_t *start = at;
        if (*at < 0xEE) { /* private use begins at EE 80 80 */
            at++;
            continue;
        }
        uint32_t c = mugai_utf8_next (&at, end);
        const char *instead =
            mugai_char_class (c) == MUGAI_CHAR_PRIVATE ? find (table, entries, c) : NULL;
        if (instead == NULL)
            continue;
        g_string_append_len (out, (const char *)done, start - done);
        g_string_append (out, instead);
        done = at;
        ++*ret_count;
    }
    if (*ret_count == 0)
        return g_bytes_ref (text);
    g_string_append_len (out, (const char *)done, end - done);
    return g_string_free_to_bytes (g_steal_pointer (&out));
}

char *
mugai_gaiji_notation (const char *const *table, const char *text)
{
    size_t entries = table != NULL ? g_strv_length ((char **)table) : 0;

    if (text == NULL || entries == 0 || strstr (text, notation) == NULL)
        return g_strdup (text);
    GString *out = g_string_new (NULL);
    for (const char *at = text, *next; *at != '\0'; at = next) {
        next = strstr (at, notation);
        size_t before = next != NULL ? (size_t)(next - at) : strlen (at);
        g_string_append_len (out, at, (gssize)before);
        if (next == NULL)
            break;
        const char *digits = next + sizeof notation - 1;
        size_t n = strspn (digits, "0123456789ABCDEF");
        const char *instead = n >= 4 && n <= 6 && digits[n] == ']'
                                  ? find (table, entries, (uint32_t)strtoul (digits, NULL, 16))
                                  : NULL;
        g_string_append (out, instead != NULL ? instead : notation);
        next = instead != NULL ? digits + n + 1 : digits;
    }
    return g_string_free (out, FALSE);
}
