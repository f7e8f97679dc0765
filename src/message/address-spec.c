/* SPDX-License-Identifier: Apache-2.0 */
#include "message/address-spec.h"

#include "message/fold.h"

#include <stdbool.h>
#include <string.h>

enum { LOCAL_MAX = 64, DOMAIN_MAX = 253, LABEL_MAX = 63 /* characters */ };

static bool
is_atom_char (char c)
{
    return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool
is_dot_atom (const char *text, size_t size)
{
    bool dot = true;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && dot)
            return false;
        dot = text[i] == '.';
        if (!dot && !is_atom_char (text[i]))
            return false;
    }
    return size > 0 && !dot;
}

static bool
is_domain (const char *domain)
{
    size_t size = strlen (domain), label = 0;

    if (size == 0 || size > DOMAIN_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (domain[i] == '.') {
            if (label == 0 || domain[i - 1] == '-')
                return false;
            label = 0;
            continue;
        }
        if (!g_ascii_isalnum (domain[i]) && (domain[i] != '-' || label == 0))
            return false;
        if (++label > LABEL_MAX)
            return false;
    }
    return label > 0 && domain[size - 1] != '-';
}

/* Local part as the profile writes it, or NULL. */
static char *
canonical_local (const char *local, size_t size)
{
    g_autoptr (GString) text = g_string_new (NULL);

    if (size >= 2 && local[0] == '"' && local[size - 1] == '"') {
        for (size_t i = 1; i + 1 < size; i++) {
            if (local[i] == '\\' && i + 2 < size)
                i++;
            g_string_append_c (text, local[i]);
        }
    } else {
        g_string_append_len (text, local, (gssize)size);
        if (strpbrk (text->str, "()[]:;,") != NULL)
            return NULL; /* another reader would end it there */
    }
    if (mugai_fold_resembles_encoded (text->str))
        return NULL;
    if (is_dot_atom (text->str, text->len))
        return text->len <= LOCAL_MAX ? g_strdup (text->str) : NULL;
    if (text->len == 0 || text->len > LOCAL_MAX - 2 || strlen (text->str) != text->len)
        return NULL;
    for (size_t i = 0; i < text->len; i++)
        if (text->str[i] <= 0x20 || text->str[i] > 0x7e || strchr ("\"\\<>", text->str[i]) != NULL)
            return NULL;
    return g_strdup_printf ("\"%s\"", text->str);
}

/* Domain in its ASCII form, or NULL. */
static char *
canonical_domain (const char *domain)
{
    if (is_domain (domain))
        return g_strdup (domain);
    if (strlen (domain) > DOMAIN_MAX || !g_utf8_validate (domain, -1, NULL))
        return NULL;
    g_autofree char *ascii = g_hostname_to_ascii (domain);
    return ascii != NULL && is_domain (ascii) ? g_steal_pointer (&ascii) : NULL;
}

/* Past the comment at @at (RFC 5322 3.2.2), or to the end. */
static const char *
past_comment (const char *at)
{
    size_t depth = 0;

    for (; *at != '\0'; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && --depth == 0)
            return at + 1;
    }
    return at;
}

/* White space at both ends and around dots and the at sign is the obsolete syntax, and so is a
 * comment there; elsewhere they stay and fail. */
static char *
squeeze (const char *raw)
{
    GString *out = g_string_new (NULL);
    bool quoted = false;

    for (const char *at = raw; *at != '\0'; at++) {
        if (*at == '"')
            quoted = !quoted;
        if (!quoted && (*at == ' ' || *at == '\t' || *at == '(')) {
            const char *next = at;
            while (*next == ' ' || *next == '\t' || *next == '(')
                next = *next == '(' ? past_comment (next) : next + 1;
            bool joint = out->len == 0 || *next == '\0' || *next == '.' || *next == '@' ||
                         out->str[out->len - 1] == '.' || out->str[out->len - 1] == '@';
            if (joint) {
                at = next - 1;
                continue;
            }
            if (*at == '(') { /* this is no address; do not look for the end again and again */
                g_string_append (out, at);
                break;
            }
        }
        g_string_append_c (out, *at);
    }
    return g_string_free (out, FALSE);
}

char *
mugai_address_spec (const char *raw)
{
    g_autofree char *spec = squeeze (raw);
    const char *from = spec, *at = strrchr (spec, '@');

    if (spec[0] == '@' && strchr (spec, ':') != NULL) { /* a source route */
        from = strrchr (spec, ':') + 1;
        at = strrchr (from, '@');
    }
    if (at == NULL || at == from ||
        (from[0] != '"' && memchr (from, '@', (size_t)(at - from)) != NULL))
        return NULL;
    g_autofree char *local = canonical_local (from, (size_t)(at - from));
    g_autofree char *domain = canonical_domain (at + 1);
    return local != NULL && domain != NULL ? g_strconcat (local, "@", domain, NULL) : NULL;
}
