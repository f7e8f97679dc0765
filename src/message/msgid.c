/* SPDX-License-Identifier: Apache-2.0 */
#include "message/msgid.h"

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

GPtrArray *
mugai_msgids_parse (const char *line, size_t max, size_t *ret_bad)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

    for (const char *at = line; (at = strchr (at, '<')) != NULL;) {
        const char *end = strchr (at, '>');
        char *id = end != NULL ? canonical (at + 1, end) : NULL;

        if (id == NULL) {
            if (ret_bad != NULL)
                ++*ret_bad;
        } else {
            if (ids->len == max && max > 1)
                g_ptr_array_remove_index (ids, 1);
            if (ids->len < max)
                g_ptr_array_add (ids, id);
            else
                g_free (id);
        }
        at = end != NULL ? end : at + 1;
    }
    return ids;
}
