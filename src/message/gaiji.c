/* SPDX-License-Identifier: Apache-2.0 */
#include "message/gaiji.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char notation[] = "[外字 U+";

typedef struct Found {
    const char *text; /* NULL: neither knows the character; borrowed from the table or @emoji */
    bool own;         /* of the site's table */
    char emoji[16];
} Found;

/* Returns: (borrowed) what stands for @c in the site's table, NULL when it has nothing. */
static const char *
find_own (const char *const *table, size_t size, uint32_t c)
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

static void
find (const MugaiGaiji *gaiji, size_t entries, uint32_t c, Found *found)
{
    found->text = find_own (gaiji->table, entries, c);
    found->own = found->text != NULL;
    if (!found->own && mugai_emoji_find (gaiji->carrier, gaiji->from, c, found->emoji) > 0)
        found->text = found->emoji;
}

static size_t
count_entries (const MugaiGaiji *gaiji)
{
    return gaiji->table != NULL ? g_strv_length ((char **)gaiji->table) : 0;
}

GBytes *
mugai_gaiji_map (const MugaiGaiji *gaiji, GBytes *text, size_t *ret_count, size_t *ret_emoji)
{
    size_t size, entries = count_entries (gaiji);
    const uint8_t *at = g_bytes_get_data (text, &size), *end = at + size, *done = at;

    *ret_count = *ret_emoji = 0;
    if (entries == 0 && gaiji->carrier == MUGAI_CARRIER_NONE)
        return g_bytes_ref (text);
    g_autoptr (GString) out = g_string_new (NULL);
    while (at < end) {
        const uint8_t *start = at;
        if (*at < 0xEE) { /* private use begins at EE 80 80 */
            at++;
            continue;
        }
        uint32_t c = mugai_utf8_next (&at, end);
        Found found = { 0 };
        if (mugai_char_class (c) == MUGAI_CHAR_PRIVATE)
            find (gaiji, entries, c, &found);
        if (found.text == NULL)
            continue;
        g_string_append_len (out, (const char *)done, start - done);
        g_string_append (out, found.text);
        done = at;
        ++*(found.own ? ret_count : ret_emoji);
    }
    if (*ret_count + *ret_emoji == 0)
        return g_bytes_ref (text);
    g_string_append_len (out, (const char *)done, end - done);
    return g_string_free_to_bytes (g_steal_pointer (&out));
}

char *
mugai_gaiji_notation (const MugaiGaiji *gaiji, const char *text)
{
    size_t entries = count_entries (gaiji);

    if (text == NULL || (entries == 0 && gaiji->carrier == MUGAI_CARRIER_NONE) ||
        strstr (text, notation) == NULL)
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
        Found found = { 0 };
        if (n >= 4 && n <= 6 && digits[n] == ']')
            find (gaiji, entries, (uint32_t)strtoul (digits, NULL, 16), &found);
        g_string_append (out, found.text != NULL ? found.text : notation);
        next = found.text != NULL ? digits + n + 1 : digits;
    }
    return g_string_free (out, FALSE);
}
