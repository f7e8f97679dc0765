/* SPDX-License-Identifier: Apache-2.0 */
#include "message/imitation.h"

#include "message/idn.h"
#include "message/line.h"

#include <stdbool.h>
#include <string.h>

enum { DISPLAY_MAX = 512 /* bytes, as in address.c */ };

/* Bytes of the at sign at @at, or of a character that looks like one; 0 for anything else. */
static size_t
at_sign (const char *at)
{
    if (*at == '@')
        return 1;
    return strncmp (at, "＠", 3) == 0 || strncmp (at, "﹫", 3) == 0 ? 3 : 0;
}

/* Does the text at @at begin with a name that has a dot in it, other than @domain, or as it is
 * @shown? Both may be NULL. */
static bool
names_other (const char *at, const char *domain, const char *shown)
{
    const char *end = at;

    while (*end != '\0') {
        gunichar c = g_utf8_get_char (end);
        if (!g_unichar_isalnum (c) && strchr ("-.", (int)(c < 0x80 ? c : '?')) == NULL &&
            c != 0x3002 && c != 0xff0e)
            break;
        end = g_utf8_next_char (end);
    }
    if (end - at < 3)
        return false;
    g_autofree char *text = g_strndup (at, (gsize)(end - at));
    g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
    g_autofree char *name = g_utf8_casefold (normal != NULL ? normal : text, -1);
    size_t size = strlen (name);

    while (size > 0 && name[size - 1] == '.')
        name[--size] = '\0';
    if (strchr (name, '.') == NULL && strstr (name, "。") == NULL)
        return false;
    return domain == NULL ||
           (g_ascii_strcasecmp (name, domain) != 0 && (shown == NULL || strcmp (name, shown) != 0));
}

char *
mugai_imitation_shown (const char *display, const char *domain)
{
    g_autofree char *shown = domain != NULL ? mugai_idn_shown (domain) : NULL;
    g_autoptr (GString) out = g_string_new (NULL);
    bool found = false;

    for (const char *at = display; *at != '\0';) {
        size_t sign = at_sign (at);
        if (sign > 0 && names_other (at + sign, domain, shown)) {
            g_string_append (out, "[@]");
            found = true;
            at += sign;
        } else {
            const char *next = g_utf8_next_char (at);
            g_string_append_len (out, at, next - at);
            at = next;
        }
    }
    return found ? mugai_line_clean (out->str, out->len, DISPLAY_MAX) : NULL;
}
