/* SPDX-License-Identifier: Apache-2.0 */
#include "message/idn.h"

#include <string.h>

enum { /* scripts that stand together in one label */
       LATIN = 1u << 0,
       EAST_ASIAN = 1u << 1,
       LOOKALIKE = 1u << 2,
       OTHER = 1u << 3,
};

static unsigned
group_of (gunichar c)
{
    static const struct {
        GUnicodeScript script;
        unsigned group;
    } rows[] = {
        { G_UNICODE_SCRIPT_COMMON, 0 },
        { G_UNICODE_SCRIPT_INHERITED, 0 },
        { G_UNICODE_SCRIPT_LATIN, LATIN },
        { G_UNICODE_SCRIPT_HAN, EAST_ASIAN },
        { G_UNICODE_SCRIPT_HIRAGANA, EAST_ASIAN },
        { G_UNICODE_SCRIPT_KATAKANA, EAST_ASIAN },
        { G_UNICODE_SCRIPT_HANGUL, EAST_ASIAN },
        { G_UNICODE_SCRIPT_BOPOMOFO, EAST_ASIAN },
        { G_UNICODE_SCRIPT_CYRILLIC, LOOKALIKE },
        { G_UNICODE_SCRIPT_GREEK, LOOKALIKE },
        { G_UNICODE_SCRIPT_ARMENIAN, LOOKALIKE },
        { G_UNICODE_SCRIPT_CHEROKEE, LOOKALIKE },
    };
    GUnicodeScript script = g_unichar_get_script (c);

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        if (rows[i].script == script)
            return rows[i].group;
    return OTHER;
}

char *
mugai_idn_shown (const char *domain)
{
    if (!g_hostname_is_ascii_encoded (domain))
        return NULL;
    char *shown = g_hostname_to_unicode (domain);
    if (shown != NULL && strcmp (shown, domain) != 0)
        return shown;
    g_free (shown);
    return NULL;
}

bool
mugai_idn_suspicious (const char *shown)
{
    const char *top = strrchr (shown, '.');
    bool latin_top = top != NULL && g_str_is_ascii (top);
    unsigned groups = 0;

    for (const char *at = shown;; at = g_utf8_next_char (at)) {
        if (*at != '\0' && *at != '.') {
            groups |= group_of (g_utf8_get_char (at));
            continue;
        }
        if ((groups & (groups - 1)) != 0 && groups != (LATIN | EAST_ASIAN))
            return true;
        if (groups == LOOKALIKE && latin_top)
            return true;
        if (*at == '\0')
            return false;
        groups = 0;
    }
}
