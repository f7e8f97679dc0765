/* SPDX-License-Identifier: Apache-2.0 */
#include "message/authres.h"

#include <string.h>

enum { RESULTS_MAX = 64 /* of one field that are looked at */ };

/* @text without comments: each becomes one space. */
static void
drop_comments (char *text)
{
    size_t used = 0, depth = 0;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '(' && depth++ == 0)
            text[used++] = ' ';
        else if (*at == ')' && depth > 0)
            depth--;
        else if (depth == 0)
            text[used++] = *at;
    }
    text[used] = '\0';
}

/* "method = result" into @ret when @at begins with @method; a pass is not overwritten (several
 * signatures). */
static void
take (const char *at, const char *method, char *ret, size_t room)
{
    size_t size = strlen (method);

    at += strspn (at, " \t");
    if (g_ascii_strncasecmp (at, method, size) != 0 || strcmp (ret, "pass") == 0)
        return;
    at += size;
    at += strspn (at, " \t");
    if (*at == '/') /* a version */
        at += strcspn (at, "= \t;");
    at += strspn (at, " \t");
    if (*at != '=')
        return;
    at++;
    at += strspn (at, " \t");
    size_t length = 0;
    while (g_ascii_isalpha (at[length]))
        length++;
    if (length == 0 || length >= room)
        return;
    for (size_t i = 0; i < length; i++)
        ret[i] = g_ascii_tolower (at[i]);
    ret[length] = '\0';
}

/* Is the first token of @line the trusted server's name? */
static bool
is_ours (const char *line, const char *authserv_id)
{
    size_t size = strcspn (line, " \t;");
    return strlen (authserv_id) == size && g_ascii_strncasecmp (line, authserv_id, size) == 0;
}

MugaiAuthres
mugai_authres_read (const MugaiFields *fields, const char *authserv_id)
{
    MugaiAuthres result = { 0 };
    size_t from = 0;
    bool found = false;

    for (const MugaiField *field;
         (field = mugai_fields_find (fields, "Authentication-Results", &from)) != NULL;) {
        g_autofree char *line = mugai_field_unfold (field);

        drop_comments (line);
        g_strstrip (line);
        if (found || authserv_id[0] == '\0' || !is_ours (line, authserv_id)) {
            result.ignored++;
            continue;
        }
        found = true;
        const char *at = line;
        for (int i = 0; i < RESULTS_MAX && (at = strchr (at, ';')) != NULL; i++) {
            at++;
            take (at, "spf", result.spf, sizeof result.spf);
            take (at, "dkim", result.dkim, sizeof result.dkim);
            take (at, "dmarc", result.dmarc, sizeof result.dmarc);
        }
    }
    return result;
}
