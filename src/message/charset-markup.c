/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset-markup.h"

#include "message/charset-names.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { LOOK = 4096 /* bytes; browsers look at 1024 */ };

/* The name after @key and "=" in @tag, quoted or not. Returns: (transfer full) or NULL. */
static char *
value_of (const char *tag, const char *key)
{
    for (const char *at = strstr (tag, key); at != NULL; at = strstr (at, key)) {
        at += strlen (key);
        const char *sign = at + strspn (at, " \t\r\n");
        if (*sign != '=')
            continue;
        sign++;
        sign += strspn (sign, " \t\r\n\"'");
        size_t size = strspn (sign, "abcdefghijklmnopqrstuvwxyz0123456789-_:.");
        if (size > 0)
            return g_strndup (sign, size);
    }
    return NULL;
}

/* Bytes of a comment, script or style at @at, its end tag too; 0 when none begins there. */
static size_t
hidden (const char *at)
{
    static const char *const spans[][2] = {
        { "<!--", "-->" },
        { "<script", "</script" },
        { "<style", "</style" },
        { "<title", "</title" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (spans); i++) {
        if (!g_str_has_prefix (at, spans[i][0]))
            continue;
        const char *end = strstr (at + 4, spans[i][1]);
        return end != NULL ? (size_t)(end - at) + strlen (spans[i][1]) : strlen (at);
    }
    return 0;
}

static char *
in_meta (const char *head)
{
    for (const char *at = strchr (head, '<'); at != NULL; at = strchr (at, '<')) {
        size_t skip = hidden (at);
        bool meta = skip == 0 && g_str_has_prefix (at, "<meta") && strchr (" \t\r\n/", at[5]);
        if (!meta) {
            at += skip > 0 ? skip : 1;
            continue;
        }
        g_autofree char *tag = g_strndup (at, strcspn (at, ">"));
        char *name = value_of (tag, "charset");
        if (name != NULL)
            return name;
        at++;
    }
    return NULL;
}

char *
mugai_charset_in_markup (const char *data, size_t size)
{
    if (size > 0 && (memchr (data, '\0', MIN (size, LOOK)) != NULL))
        return NULL; /* UTF-16 says itself what it is */
    g_autofree char *head = size > 0 ? g_ascii_strdown (data, (gssize)MIN (size, LOOK)) : NULL;
    char *name = NULL;
    if (head == NULL)
        return NULL;
    const char *start = head + (g_str_has_prefix (head, "\xEF\xBB\xBF") ? 3 : 0);
    start += strspn (start, " \t\r\n");
    if (g_str_has_prefix (start, "<?xml")) {
        g_autofree char *tag = g_strndup (start, strcspn (start, ">"));
        name = value_of (tag, "encoding");
    }
    name = name != NULL ? name : in_meta (head);
    MugaiCharsetId id = mugai_charset_lookup (name);
    if (id >= MUGAI_CHARSET_UTF_16 && id <= MUGAI_CHARSET_UTF_32BE) {
        g_free (name);
        name = g_strdup ("utf-8");
    }
    return name;
}

const char *
mugai_charset_of_markup (const char *outer, const char *inner)
{
    bool nobody = mugai_charset_lookup (outer) <= MUGAI_CHARSET_ASCII;

    if (inner != NULL && nobody && mugai_charset_lookup (inner) != MUGAI_CHARSET_UNKNOWN)
        return inner;
    return outer[0] != '\0' ? outer : inner;
}
