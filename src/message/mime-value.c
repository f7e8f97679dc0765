/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the line is cut at semicolons that stand outside of quotes and comments; each piece
 * is a parameter. Pieces with a section number are gathered and joined at the end. Unquoted values
 * may hold spaces, as many programs write them.
 */
#include "message/mime-value.h"

#include <string.h>

typedef struct Reader {
    const char *at;
    uint32_t odd;
} Reader;

typedef struct Piece { /* one parameter as it was written */
    char *name;        /* lower case, without the star parts */
    GString *value;
    int section;   /* -1: none */
    bool extended; /* name ended in a star */
    uint32_t odd;
} Piece;

static void
piece_clear (gpointer data)
{
    Piece *piece = data;

    g_free (piece->name);
    if (piece->value != NULL)
        g_string_free (piece->value, TRUE);
}

static void
param_clear (gpointer data)
{
    MugaiMimeParam *param = data;

    g_free (param->name);
    g_free (param->value);
    g_free (param->charset);
}

void
mugai_mime_value_free (MugaiMimeValue *value)
{
    if (value == NULL)
        return;
    g_free (value->token);
    g_array_unref (value->params);
    g_free (value);
}

static void
skip_space (Reader *r)
{
    while (*r->at == ' ' || *r->at == '\t')
        r->at++;
}

/* Past a comment, which may hold comments. */
static void
skip_comment (Reader *r)
{
    size_t depth = 0;

    for (; *r->at != '\0'; r->at++) {
        if (*r->at == '\\' && r->at[1] != '\0')
            r->at++;
        else if (*r->at == '(')
            depth++;
        else if (*r->at == ')' && --depth == 0) {
            r->at++;
            return;
        }
    }
    r->odd |= MUGAI_MIME_ODD_UNCLOSED;
}

/* White space and comments. Returns: true when there was a comment. */
static bool
skip_blank (Reader *r)
{
    bool comment = false;

    skip_space (r);
    while (*r->at == '(') {
        comment = true;
        skip_comment (r);
        skip_space (r);
    }
    return comment;
}

static bool
is_token_char (char c)
{
    return (uint8_t)c > 0x20 && (uint8_t)c != 0x7f && strchr ("()<>@,;:\\\"[]?=", c) == NULL;
}

/* The token before the first semicolon. */
static char *
read_token (Reader *r)
{
    g_autoptr (GString) token = g_string_new (NULL);

    if (skip_blank (r))
        r->odd |= MUGAI_MIME_ODD_COMMENT;
    for (; *r->at != '\0' && *r->at != ';'; r->at++) {
        if (*r->at == ' ' || *r->at == '\t' || *r->at == '(')
            break;
        if (!is_token_char (*r->at) || (uint8_t)*r->at > 0x7e)
            r->odd |= MUGAI_MIME_ODD_TOKEN;
        if ((uint8_t)*r->at < 0x20 || *r->at == 0x7f)
            r->odd |= MUGAI_MIME_ODD_CONTROL;
        g_string_append_c (token, g_ascii_tolower (*r->at));
    }
    bool touching = *r->at == '(';
    skip_blank (r);
    if (touching && *r->at != ';' && *r->at != '\0')
        r->odd |= MUGAI_MIME_ODD_COMMENT; /* multi(x)part */
    if (token->len == 0)
        r->odd |= MUGAI_MIME_ODD_TOKEN;
    return g_string_free (g_steal_pointer (&token), FALSE);
}

static void
read_quoted (Reader *r, GString *value)
{
    for (r->at++; *r->at != '\0' && *r->at != '"'; r->at++) {
        /* Windows paths in names: a backslash counts only before what needs it */
        if (*r->at == '\\' && (r->at[1] == '"' || r->at[1] == '\\'))
            r->at++;
        g_string_append_c (value, *r->at);
    }
    if (*r->at == '"')
        r->at++;
    else
        r->odd |= MUGAI_MIME_ODD_UNCLOSED;
}

/* An unquoted value, to the semicolon; spaces belong to it when no other parameter follows them. */
static void
read_bare (Reader *r, GString *value)
{
    while (*r->at != '\0' && *r->at != ';') {
        if (*r->at == '(') {
            const char *from = r->at;
            bool apart = value->len == 0 || from[-1] == ' ' || from[-1] == '\t';

            skip_comment (r);
            if (!apart || (*r->at != '\0' && *r->at != ';' && *r->at != ' ' && *r->at != '\t'))
                r->odd |= MUGAI_MIME_ODD_COMMENT;
            if (apart && (*r->at == '\0' || *r->at == ';'))
                continue;
            g_string_append_len (value, from, r->at - from); /* "file (1).txt" without quotes */
            continue;
        }
        if ((uint8_t)*r->at < 0x20 && *r->at != '\t')
            r->odd |= MUGAI_MIME_ODD_CONTROL;
        g_string_append_c (value, *r->at++);
    }
    while (value->len > 0 &&
           (value->str[value->len - 1] == ' ' || value->str[value->len - 1] == '\t'))
        g_string_truncate (value, value->len - 1);
    if (strstr (value->str, "=\"") != NULL ||
        (strchr (value->str, ' ') != NULL && strchr (value->str, '=') != NULL))
        r->odd |= MUGAI_MIME_ODD_SEPARATOR; /* a parameter without semicolon may hide here */
}

/* Past what stands between a quoted value and the next semicolon. */
static void
skip_rest (Reader *r)
{
    while (*r->at != '\0' && *r->at != ';') {
        if (*r->at == '(')
            skip_comment (r);
        else {
            if (*r->at != ' ' && *r->at != '\t')
                r->odd |= MUGAI_MIME_ODD_TRAILING;
            r->at++;
        }
    }
}

/* "name*0*" into name, section and star. */
static void
split_name (Piece *piece, char *written)
{
    size_t size = strlen (written);
    char *star;

    piece->section = -1;
    if (size > 0 && written[size - 1] == '*') {
        piece->extended = true;
        written[--size] = '\0';
    }
    star = strchr (written, '*');
    if (star != NULL && star[1] != '\0' && strspn (star + 1, "0123456789") == strlen (star + 1) &&
        strlen (star) <= 5) {
        piece->section = (int)g_ascii_strtoull (star + 1, NULL, 10);
        *star = '\0';
    }
    piece->name = g_ascii_strdown (written, -1);
}

/* One parameter at the reader. Returns: false when there is none. */
static bool
read_piece (Reader *r, Piece *piece)
{
    g_autoptr (GString) name = g_string_new (NULL);

    *piece = (Piece){ .section = -1 };
    if (skip_blank (r) && *r->at != '\0' && *r->at != ';')
        r->odd |= MUGAI_MIME_ODD_COMMENT;
    while (*r->at != '\0' && *r->at != '=' && *r->at != ';') {
        if (*r->at == '(') {
            r->odd |= MUGAI_MIME_ODD_COMMENT;
            skip_comment (r);
            continue;
        }
        if (*r->at != ' ' && *r->at != '\t') {
            if ((uint8_t)*r->at < 0x20)
                r->odd |= MUGAI_MIME_ODD_CONTROL;
            g_string_append_c (name, *r->at);
        }
        r->at++;
    }
    if (*r->at != '=') {
        if (name->len > 0)
            r->odd |= MUGAI_MIME_ODD_SEPARATOR;
        return false;
    }
    r->at++;
    if (skip_blank (r))
        r->odd |= MUGAI_MIME_ODD_COMMENT;
    split_name (piece, name->str);
    piece->value = g_string_new (NULL);
    if (*r->at == '"') {
        read_quoted (r, piece->value);
        skip_rest (r);
    } else
        read_bare (r, piece->value);
    return true;
}

static void
percent_decode (GString *text)
{
    size_t used = 0;

    for (size_t i = 0; i < text->len; i++) {
        int high =
            text->str[i] == '%' && i + 2 < text->len ? g_ascii_xdigit_value (text->str[i + 1]) : -1;
        int low = high >= 0 ? g_ascii_xdigit_value (text->str[i + 2]) : -1;

        if (low >= 0) {
            char byte = (char)(high << 4 | low);
            text->str[used++] = byte == '\0' ? ' ' : byte;
            i += 2;
        } else
            text->str[used++] = text->str[i];
    }
    g_string_truncate (text, used);
}

/* charset'language'text: take the first two off. Returns: (transfer full) the charset or NULL. */
static char *
take_charset (GString *value)
{
    const char *first = strchr (value->str, '\''),
               *second = first != NULL ? strchr (first + 1, '\'') : NULL;

    if (second == NULL)
        return NULL;
    char *charset = g_ascii_strdown (value->str, first - value->str);
    g_string_erase (value, 0, second + 1 - value->str);
    return charset;
}

static void
add_param (MugaiMimeValue *value, const Piece *piece, GString *text, char *charset, bool extended)
{
    MugaiMimeParam param = { .name = g_strdup (piece->name),
                             .value = g_strdup (text->str),
                             .charset = charset,
                             .extended = extended,
                             .joined = piece->section >= 0,
                             .odd = piece->odd };

    g_array_append_val (value->params, param);
}

/* All sections of one name, in their order. Sections must count up from 0; the first gap ends the
 * value. */
static void
join_sections (MugaiMimeValue *value, GArray *pieces, guint first)
{
    Piece *head = &g_array_index (pieces, Piece, first);
    g_autoptr (GString) text = g_string_new (NULL);
    char *charset = NULL;
    bool extended = false;

    for (int section = 0; section < MUGAI_MIME_PARAMS_MAX; section++) {
        Piece *found = NULL;

        for (guint i = first; i < pieces->len && found == NULL; i++) {
            Piece *piece = &g_array_index (pieces, Piece, i);
            if (piece->section == section && strcmp (piece->name, head->name) == 0)
                found = piece;
        }
        if (found == NULL)
            break;
        head->odd |= found->odd;
        if (found->extended) {
            if (section == 0)
                charset = take_charset (found->value);
            percent_decode (found->value);
            extended = true;
        }
        g_string_append_len (text, found->value->str, (gssize)found->value->len);
    }
    add_param (value, head, text, charset, extended);
}

static bool
joined_before (GArray *pieces, guint index)
{
    Piece *piece = &g_array_index (pieces, Piece, index);

    for (guint i = 0; i < index; i++) {
        Piece *other = &g_array_index (pieces, Piece, i);
        if (other->section >= 0 && strcmp (other->name, piece->name) == 0)
            return true;
    }
    return false;
}

static void
gather (MugaiMimeValue *value, GArray *pieces)
{
    for (guint i = 0; i < pieces->len; i++) {
        Piece *piece = &g_array_index (pieces, Piece, i);

        if (piece->section >= 0) {
            if (!joined_before (pieces, i))
                join_sections (value, pieces, i);
        } else if (piece->extended) {
            char *charset = take_charset (piece->value);
            percent_decode (piece->value);
            add_param (value, piece, piece->value, charset, true);
        } else
            add_param (value, piece, piece->value, NULL, false);
    }
}

MugaiMimeValue *
mugai_mime_value_parse (const char *line)
{
    MugaiMimeValue *value = g_new0 (MugaiMimeValue, 1);
    g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
    Reader r = { .at = line };

    g_array_set_clear_func (pieces, piece_clear);
    value->params = g_array_new (FALSE, FALSE, sizeof (MugaiMimeParam));
    g_array_set_clear_func (value->params, param_clear);
    value->token = read_token (&r);
    if (*r.at != ';' && *r.at != '\0')
        r.odd |= MUGAI_MIME_ODD_SEPARATOR;
    while (*r.at != '\0') {
        Piece piece;

        if (*r.at == ';') {
            r.at++;
            continue;
        }
        if (pieces->len == MUGAI_MIME_PARAMS_MAX) {
            r.odd |= MUGAI_MIME_ODD_MANY;
            break;
        }
        if (read_piece (&r, &piece)) {
            piece.odd = r.odd;
            g_array_append_val (pieces, piece);
        }
    }
    gather (value, pieces);
    value->odd = r.odd;
    return value;
}

const MugaiMimeParam *
mugai_mime_value_param (const MugaiMimeValue *value, const char *name)
{
    const MugaiMimeParam *first = NULL;

    for (guint i = 0; i < value->params->len; i++) {
        const MugaiMimeParam *param = &g_array_index (value->params, MugaiMimeParam, i);
        if (strcmp (param->name, name) == 0 &&
            (first == NULL || (param->extended && !first->extended)))
            first = param;
    }
    return first;
}

size_t
mugai_mime_value_mentions (const char *line, const char *word)
{
    g_autofree char *lower = g_ascii_strdown (line, -1);
    size_t count = 0;

    for (const char *at = lower; (at = strstr (at, word)) != NULL; at += strlen (word))
        count++;
    return count;
}

bool
mugai_mime_value_conflict (const MugaiMimeValue *value, const char *name)
{
    const MugaiMimeParam *first = NULL;

    for (guint i = 0; i < value->params->len; i++) {
        const MugaiMimeParam *param = &g_array_index (value->params, MugaiMimeParam, i);
        if (strcmp (param->name, name) != 0)
            continue;
        if (first != NULL && strcmp (first->value, param->value) != 0)
            return true;
        first = param;
    }
    return false;
}
