/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/notice-template.h"

#include "core/error.h"

#include <string.h>

enum { CODE = 40 /* characters without a blank that are taken for encoded data */ };

static const struct {
    const char *name;
    bool alone; /* on its line */
} values[] = {
    [MUGAI_NOTICE_VALUE_NUMBER] = { "{number}", false },
    [MUGAI_NOTICE_VALUE_DELIVERED] = { "{delivered}", false },
    [MUGAI_NOTICE_VALUE_CONVERTED] = { "{converted}", false },
    [MUGAI_NOTICE_VALUE_WITHHELD] = { "{withheld}", false },
    [MUGAI_NOTICE_VALUE_AUTHENTICATION] = { "{authentication}", true },
    [MUGAI_NOTICE_VALUE_WITHHELD_LIST] = { "{withheld-list}", true },
    [MUGAI_NOTICE_VALUE_CONVERTED_LIST] = { "{converted-list}", true },
    [MUGAI_NOTICE_VALUE_FINDINGS] = { "{findings}", true },
    [MUGAI_NOTICE_VALUE_ORIGINAL] = { "{original}", true },
};

MugaiNoticeValue
mugai_notice_template_value (const char *at, size_t *ret_size)
{
    for (size_t i = MUGAI_NOTICE_VALUE_NUMBER; i < G_N_ELEMENTS (values); i++) {
        *ret_size = strlen (values[i].name);
        if (strncmp (at, values[i].name, *ret_size) == 0)
            return (MugaiNoticeValue)i;
    }
    return 0;
}

/* Why a line may not be written so, or NULL; *ret_at: where. Marks in @seen which placeholders it
 * has. */
static const char *
check_values (const char *line, const char **ret_at, bool seen[G_N_ELEMENTS (values)])
{
    for (const char *at = line; (at = strpbrk (at, "{}")) != NULL;) {
        size_t size;
        MugaiNoticeValue value = mugai_notice_template_value (at, &size);
        *ret_at = at;
        if (value == 0)
            return "no such placeholder; one of {number} {delivered} {converted} {withheld} "
                   "{authentication} {withheld-list} {converted-list} {findings} {original}";
        if (values[value].alone && strlen (line) != size)
            return "this placeholder stands alone on its line";
        if (seen[value])
            return "this placeholder stands there twice";
        seen[value] = true;
        at += size;
    }
    return NULL;
}

static bool
is_visible (gunichar c)
{
    GUnicodeType type = g_unichar_type (c);

    return type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT && type != G_UNICODE_PRIVATE_USE &&
           type != G_UNICODE_UNASSIGNED && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR && type != G_UNICODE_NON_SPACING_MARK;
}

static bool
is_code (char c)
{
    return g_ascii_isalnum (c) || c == '+' || c == '/' || c == '=';
}

/* Is the colon at @at of @line that of an address a program could act upon? */
static bool
is_active (const char *line, const char *at)
{
    static const char *const fine[] = { "http", "https", "mailto" };

    if (at == line || !g_ascii_isalnum (at[-1]) || !(g_ascii_isalpha (at[1]) || at[1] == '/'))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS (fine); i++) {
        size_t size = strlen (fine[i]);
        if ((size_t)(at - line) >= size && memcmp (at - size, fine[i], size) == 0)
            return false;
    }
    return true;
}

/* What the verifier would refuse in the body of a mail. */
static const char *
check_text (const char *line, const char **ret_at)
{
    unsigned run = 0;

    *ret_at = line;
    if (g_str_has_prefix (line, "begin") || g_str_has_prefix (line, "=ybegin") ||
        strstr (line, "must be converted with BinHex") != NULL)
        return "the line begins like an encoded file";
    for (const char *at = line; *at != '\0'; at = g_utf8_next_char (at)) {
        *ret_at = at;
        run = is_code (*at) ? run + 1 : 0;
        if (run >= CODE)
            return "the line holds what looks like encoded data";
        if (!is_visible (g_utf8_get_char (at)))
            return "a character that cannot be seen";
        if (*at == '\\' || (*at == ':' && is_active (line, at)))
            return "an address that is neither web (http, https) nor mail (mailto)";
    }
    return NULL;
}

static bool
is_title (const char *line)
{
    return strstr (line, "無害化の結果") != NULL || strstr (line, "Sanitization result") != NULL;
}

static const char *
check_line (const char *line, unsigned number, const char **ret_at,
            bool seen[G_N_ELEMENTS (values)])
{
    *ret_at = line;
    if (strlen (line) > MUGAI_NOTICE_TEMPLATE_LINE)
        return "the line is longer than 240 bytes";
    if (is_title (line) != (number == 1))
        return number == 1 ? "the first line must hold 無害化の結果 or \"Sanitization result\""
                           : "only the first line may hold 無害化の結果 or \"Sanitization result\"";
    const char *why = check_values (line, ret_at, seen);
    return why != NULL ? why : check_text (line, ret_at);
}

static char *
fail (const char *path, unsigned line, size_t column, const char *what, GError **error)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%zu: %s", path, line, column, what);
    return NULL;
}

char *
mugai_notice_template_check (const char *path, const char *text, size_t size, GError **error)
{
    bool seen[G_N_ELEMENTS (values)] = { false };
    const char *why = NULL, *at;

    if (size >= 3 && memcmp (text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (size > MUGAI_NOTICE_TEMPLATE_MAX)
        return fail (path, 1, 1, "the template is longer than 4096 bytes", error);
    if (!g_utf8_validate (text, (gssize)size, NULL))
        return fail (path, 1, 1, "this is no UTF-8", error);
    g_autoptr (GString) whole = g_string_new_len (text, (gssize)size);
    g_string_replace (whole, "\r\n", "\n", 0);
    while (whole->len > 0 && whole->str[whole->len - 1] == '\n')
        g_string_truncate (whole, whole->len - 1);
    g_auto (GStrv) lines = g_strsplit (whole->str, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++) {
        if (i == MUGAI_NOTICE_TEMPLATE_LINES)
            return fail (path, i + 1, 1, "the template has more than 40 lines", error);
        why = check_line (lines[i], i + 1, &at, seen);
        if (why != NULL)
            return fail (path, i + 1, (size_t)(at - lines[i]) + 1, why, error);
    }
    if (!seen[MUGAI_NOTICE_VALUE_NUMBER] || !seen[MUGAI_NOTICE_VALUE_WITHHELD_LIST])
        return fail (path, 1, 1, "the template needs {number} and {withheld-list}", error);
    g_string_append_c (whole, '\n');
    return g_strdup (whole->str);
}
