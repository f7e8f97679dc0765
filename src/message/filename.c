/* SPDX-License-Identifier: Apache-2.0 */
#include "message/filename.h"

#include "message/charset.h"
#include "message/line.h"
#include "message/rfc2047.h"

#include <string.h>

char *
mugai_filename_read (const MugaiMimeParam *param, const char *charset, const MugaiLimits *limits,
                     MugaiHeaderTextStats *stats)
{
    if (param == NULL)
        return g_strdup ("");
    if (!param->extended)
        return mugai_rfc2047_decode (param->value, strlen (param->value), charset, limits, stats);

    MugaiBuffer line = mugai_buffer ((size_t)limits->header_line);
    g_autoptr (MugaiCharsetResult) text = mugai_charset_decode (
        (const uint8_t *)param->value, strlen (param->value), param->charset, limits, NULL);
    if (text == NULL)
        return g_strdup ("");
    if (stats != NULL)
        stats->undecodable += text->undecodable;
    mugai_clean (g_bytes_get_data (text->text, NULL), g_bytes_get_size (text->text),
                 MUGAI_CLEAN_LINE, &line, stats != NULL ? &stats->clean : NULL);
    char *clean = mugai_line_clean (line.data != NULL ? line.data : "", line.size,
                                    (size_t)limits->header_line);
    mugai_buffer_clear (&line);
    return clean;
}

static bool
is_forbidden (gunichar c)
{
    return c < 0x20 || c == 0x7f || (c < 0x80 && strchr ("\"*:<>?\\|/", (int)c) != NULL);
}

/* The last component that is not empty. */
static const char *
last_component (const char *name, size_t *ret_size)
{
    const char *end = name + strlen (name), *from;

    while (end > name && (end[-1] == '/' || end[-1] == '\\'))
        end--;
    for (from = end; from > name && from[-1] != '/' && from[-1] != '\\';)
        from--;
    *ret_size = (size_t)(end - from);
    return from;
}

/* Forbidden characters become "_", a run of blanks one blank. */
static GString *
replace_forbidden (const char *text)
{
    GString *out = g_string_new (NULL);
    bool blank = false;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);

        if (mugai_line_is_blank (c)) {
            if (!blank)
                g_string_append_unichar (out, c < 0x20 ? ' ' : c);
            blank = true;
            continue;
        }
        blank = false;
        if (is_forbidden (c))
            g_string_append_c (out, '_');
        else
            g_string_append_unichar (out, c);
    }
    return out;
}

static void
trim (GString *name)
{
    for (bool more = true; more && name->len > 0;) {
        const char *last = g_utf8_find_prev_char (name->str, name->str + name->len);
        more = *last == '.' || mugai_line_is_blank (g_utf8_get_char (last));
        if (more)
            g_string_truncate (name, (gsize)(last - name->str));
    }
    for (bool more = true; more && name->len > 0;) {
        more = name->str[0] == '.' || mugai_line_is_blank (g_utf8_get_char (name->str));
        if (more)
            g_string_erase (name, 0, g_utf8_next_char (name->str) - name->str);
    }
}

bool
mugai_filename_is_device (const char *name)
{
    static const char *const devices[] = {
        "con", "prn", "aux", "nul", "conin$", "conout$", "clock$"
    };
    g_autofree char *folded = g_utf8_normalize (name, -1, G_NORMALIZE_NFKC);
    size_t size = strcspn (folded != NULL ? folded : "", ".");

    while (size > 0 && folded[size - 1] == ' ')
        size--;
    for (size_t i = 0; i < G_N_ELEMENTS (devices); i++)
        if (strlen (devices[i]) == size && g_ascii_strncasecmp (folded, devices[i], size) == 0)
            return true;
    return size == 4 &&
           (g_ascii_strncasecmp (folded, "com", 3) == 0 ||
            g_ascii_strncasecmp (folded, "lpt", 3) == 0) &&
           g_ascii_isdigit (folded[3]);
}

/* Where the extension begins (its dot), or the end. */
static const char *
extension_at (const char *name)
{
    const char *dot = strrchr (name, '.');
    return dot != NULL && dot > name && strlen (dot) <= 33 ? dot : name + strlen (name);
}

/* Cut the stem so that the whole has at most @max bytes. */
static void
shorten (GString *name, size_t max)
{
    if (name->len <= max)
        return;
    g_autofree char *extension = g_strdup (extension_at (name->str));
    size_t keep = strlen (extension) < max ? max - strlen (extension) : max;
    const char *end = name->str + keep;

    while (end > name->str && ((uint8_t)*end & 0xc0) == 0x80)
        end--;
    g_string_truncate (name, (gsize)(end - name->str));
    trim (name);
    if (strlen (extension) < max)
        g_string_append (name, extension);
}

char *
mugai_filename_safe (const char *name, size_t max)
{
    size_t size = 0;
    const char *last = last_component (name, &size);
    g_autofree char *text = mugai_line_clean (last, size, 8192);
    g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
    GString *safe = replace_forbidden (composed != NULL ? composed : "");
    trim (safe);
    shorten (safe, max);
    if (mugai_filename_is_device (safe->str)) {
        g_string_prepend_c (safe, '_');
        shorten (safe, max);
    }
    return g_string_free (safe, FALSE);
}

char *
mugai_filename_extension (const char *name)
{
    g_autofree char *folded = g_utf8_normalize (name, -1, G_NORMALIZE_NFKC);
    const char *dot = folded != NULL ? strrchr (folded, '.') : NULL;

    if (dot == NULL || dot[1] == '\0' || strlen (dot) > 33)
        return g_strdup ("");
    return g_strstrip (g_utf8_strdown (dot + 1, -1));
}

char *
mugai_filename_for (const char *name, const MugaiType *type, const char *fallback, bool keep)
{
    size_t size = strcspn (type->extensions, " ");
    g_autofree char *ending = g_strdup_printf (".%.*s", (int)size, type->extensions);
    g_autofree char *safe = mugai_filename_safe (name, MUGAI_FILENAME_MAX - strlen (ending) - 8);
    g_autofree char *extension = mugai_filename_extension (safe);
    GString *out = g_string_new (safe[0] != '\0' ? safe : fallback);

    const char *dot = strrchr (out->str, '.');
    if (dot != NULL && extension[0] != '\0' && mugai_type_by_extension (extension) != NULL &&
        (!keep || strcmp (extension, ending + 1) == 0)) {
        g_string_truncate (out, (gsize)(dot - out->str));
        trim (out);
    }
    if (out->len == 0)
        g_string_assign (out, fallback);
    if (mugai_filename_is_device (out->str))
        g_string_prepend_c (out, '_');
    g_string_append (out, ending);
    return g_string_free (out, FALSE);
}
