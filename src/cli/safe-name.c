/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/safe-name.h"

#include <stdbool.h>
#include <string.h>

char *
mugai_safe_name_readable (const char *name)
{
    char *text = g_utf8_validate (name, -1, NULL) ? g_strdup (name) : NULL;

    if (text == NULL) /* what unpacked archives from Japanese Windows leave behind */
        text = g_convert (name, -1, "UTF-8", "CP932", NULL, NULL, NULL);
    return text != NULL && g_utf8_validate (text, -1, NULL) ? text : g_utf8_make_valid (name, -1);
}

static bool
is_device_name (const char *name)
{
    static const char *const devices[] = {
        "con", "prn", "aux", "nul", "conin$", "conout$", "clock$"
    };
    size_t length = strcspn (name, ".");

    while (length > 0 && name[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < G_N_ELEMENTS (devices); i++)
        if (strlen (devices[i]) == length && g_ascii_strncasecmp (name, devices[i], length) == 0)
            return true;
    if (g_ascii_strncasecmp (name, "com", 3) != 0 && g_ascii_strncasecmp (name, "lpt", 3) != 0)
        return false;
    return (length == 4 && g_ascii_isdigit (name[3])) ||
           (length == 5 &&
            (strncmp (name + 3, "\u00b9", 2) == 0 || strncmp (name + 3, "\u00b2", 2) == 0 ||
             strncmp (name + 3, "\u00b3", 2) == 0)); /* Windows takes these for digits */
}

char *
mugai_safe_name (const char *name)
{
    g_autofree char *valid = mugai_safe_name_readable (name);
    g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
    g_autoptr (GString) safe = g_string_new (NULL);

    for (const char *at = normal; *at != '\0'; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        bool bad = c < 0x20 || c == 0x7f || (c < 0x80 && strchr ("\"*:<>?\\|/", (int)c) != NULL) ||
                   c == 0xfffd || !g_unichar_isdefined (c) ||
                   g_unichar_type (c) == G_UNICODE_FORMAT ||
                   g_unichar_type (c) == G_UNICODE_CONTROL ||
                   g_unichar_type (c) == G_UNICODE_PRIVATE_USE ||
                   g_unichar_type (c) == G_UNICODE_SURROGATE;
        if (safe->len + 6 > MUGAI_SAFE_NAME_MAX)
            break;
        g_string_append_unichar (safe, bad ? '_' : c);
    }
    while (safe->len > 0 && (safe->str[safe->len - 1] == '.' || safe->str[safe->len - 1] == ' '))
        g_string_truncate (safe, safe->len - 1);
    if (safe->len == 0 || is_device_name (safe->str) || safe->str[0] == ' ')
        g_string_prepend_c (safe, '_');
    return g_string_free (g_steal_pointer (&safe), FALSE);
}

char *
mugai_safe_path (const char *relative)
{
    g_auto (GStrv) parts = g_strsplit (relative, "/", -1);

    for (char **part = parts; *part != NULL; part++) {
        char *safe = mugai_safe_name (*part);
        g_free (*part);
        *part = safe;
    }
    return g_strjoinv ("/", parts);
}
