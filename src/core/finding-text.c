/* SPDX-License-Identifier: Apache-2.0 */
#include "core/finding-text.h"

#include "base/escape.h"

#include <glib.h>
#include <string.h>

/* Bytes from @at that belong to an evidence that is not there: "（%s）", " (%s)", ": %s". 0: none
 * begin here. */
static size_t
around_evidence (const char *at)
{
    static const char *const forms[] = { "（%s）", " (%s)", ": %s", " %s" };

    for (size_t i = 0; i < G_N_ELEMENTS (forms); i++)
        if (g_str_has_prefix (at, forms[i]))
            return strlen (forms[i]);
    return 0;
}

char *
mugai_finding_text (const MugaiFindingInfo *info, bool japanese, uint64_t count, const char *shown)
{
    GString *out = g_string_new (NULL);

    for (const char *at = japanese ? info->ja : info->en; *at != '\0';) {
        size_t skip = shown[0] == '\0' ? around_evidence (at) : 0;
        if (skip > 0) {
            at += skip;
        } else if (at[0] == '%' && at[1] == 'n') {
            g_string_append_printf (out, "%" G_GUINT64_FORMAT, count);
            at += 2;
        } else if (at[0] == '%' && at[1] == 's') {
            g_string_append (out, shown);
            at += 2;
        } else {
            g_string_append_c (out, *at++);
        }
    }
    return g_string_free (out, FALSE);
}

static void
append_escaped (GString *out, const char *text, size_t size)
{
    size_t room = 10 * size + 8; /* "\u{10ffff}" is the longest */
    g_autofree char *escaped = g_malloc (room);

    g_string_append (out, mugai_escape (escaped, room, text, size));
}

char *
mugai_shown (const char *text, bool escaped)
{
    GString *out = g_string_new (NULL);

    if (text == NULL)
        text = "";
    while (*text != '\0') {
        size_t length = escaped ? strcspn (text, "\\") : strlen (text);
        append_escaped (out, text, length);
        text += length;
        if (*text == '\\')
            g_string_append_c (out, *text++);
    }
    return g_string_free (out, FALSE);
}
