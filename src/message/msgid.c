/* SPDX-License-Identifier: Apache-2.0 */
#include "message/msgid.h"

#include "base/sha256.h"
#include "message/fold.h"

#include <stdbool.h>
#include <string.h>

static bool
is_dot_atom (const char *at, const char *end)
{
    bool dot = true;

    for (; at < end; at++) {
        if (*at == '.' && dot)
            return false;
        dot = *at == '.';
        if (!dot && !g_ascii_isalnum (*at) && strchr ("!#$%&'*+-/=?^_`{|}~", *at) == NULL)
            return false;
    }
    return !dot;
}

static bool
is_literal (const char *at, const char *end)
{
    size_t size = (size_t)(end - at);

    if (size < 3 || size > 66 || at[0] != '[' || end[-1] != ']')
        return false;
    for (at++; at < end - 1; at++)
        if (!g_ascii_isalnum (*at) && *at != '.' && *at != ':' && *at != '-')
            return false;
    return true;
}

/* The identifier between @at and @end (without brackets), or NULL. */
static char *
canonical (const char *at, const char *end)
{
    g_autofree char *text = g_strstrip (g_strndup (at, (gsize)(end - at)));
    size_t size = strlen (text);
    const char *sign = strrchr (text, '@');

    if (sign == NULL || size + 2 > MUGAI_MSGID_MAX || mugai_fold_resembles_encoded (text) ||
        !is_dot_atom (text, sign) ||
        !(is_dot_atom (sign + 1, text + size) || is_literal (sign + 1, text + size)))
        return NULL;
    return g_strconcat ("<", text, ">", NULL);
}

/* An identifier that the grammar lacks becomes one made of it, always the same, so that threads
 * hold together. */
static char *
replacement (const char *at, const char *end)
{
    char hex[MUGAI_SHA256_HEX_SIZE];
    uint8_t digest[MUGAI_SHA256_SIZE];
    g_autofree char *text = g_strstrip (g_strndup (at, (gsize)(end - at)));

    if (text[0] == '\0')
        return NULL;
    mugai_sha256 (text, strlen (text), digest);
    mugai_sha256_hex (digest, hex);
    return g_strdup_printf ("<%.32s@replaced.invalid>", hex);
}

/* Without any brackets: a word that is an identifier all the same. */
static void
add_bare (GPtrArray *ids, const char *line)
{
    const char *from = line + strspn (line, " \t");
    char *id = canonical (from, from + strcspn (from, " \t"));

    if (id != NULL)
        g_ptr_array_add (ids, id);
}

GPtrArray *
mugai_msgids_parse (const char *line, size_t max, size_t *ret_bad)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

    for (const char *at = line; (at = strchr (at, '<')) != NULL;) {
        const char *end = strchr (at, '>');
        char *id = end != NULL ? canonical (at + 1, end) : NULL;

        if (id == NULL && ret_bad != NULL)
            ++*ret_bad;
        if (id == NULL && end != NULL)
            id = replacement (at + 1, end);
        if (id != NULL) {
            if (ids->len == max && max > 1)
                g_ptr_array_remove_index (ids, 1);
            if (ids->len < max)
                g_ptr_array_add (ids, id);
            else
                g_free (id);
        }
        at = end != NULL ? end : at + 1;
    }
    if (strchr (line, '<') == NULL)
        add_bare (ids, line);
    return ids;
}
