/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pass over the line with a small state: the phrase, the comment and the text in
 * angle brackets seen since the last separator. At a separator they become one address.
 */
#include "message/address.h"

#include "message/imitation.h"
#include "message/line.h"
#include "message/rfc2047.h"

#include <string.h>

enum {
    DISPLAY_MAX = 512 /* bytes */,
    QUOTED_MAX = 64,
};

typedef struct Reader {
    const char *at;
    const char *charset;
    const MugaiLimits *limits;
    MugaiAddresses *result;
    GString *phrase;  /* raw, quotes taken off */
    GString *comment; /* raw, the last one */
    GString *angle;   /* raw */
    bool angle_seen;
    GString *phrase_raw; /* as written */
} Reader;

static void
address_free (gpointer data)
{
    MugaiAddress *address = data;

    g_free (address->display);
    g_free (address->imitated);
    g_free (address->addr);
    g_free (address->raw);
    g_free (address);
}

void
mugai_addresses_free (MugaiAddresses *addresses)
{
    if (addresses == NULL)
        return;
    g_ptr_array_unref (addresses->list);
    g_free (addresses);
}

/* Clean one-line UTF-8 of at most DISPLAY_MAX bytes; @decode: encoded-words too. NULL when nothing
 * is left. */
static char *
visible (const Reader *r, const char *raw, bool decode)
{
    g_autofree char *decoded =
        decode ? mugai_rfc2047_decode (raw, strlen (raw), r->charset, r->limits, NULL) : NULL;
    const char *text = decode ? decoded : raw;
    g_autofree char *clean = mugai_line_clean (text, strlen (text), DISPLAY_MAX);

    return clean[0] != '\0' ? g_steal_pointer (&clean) : NULL;
}

static void
neutralise (MugaiAddress *address)
{
    const char *spec = address->addr != NULL ? address->addr : address->raw;
    const char *sign = spec != NULL ? strrchr (spec, '@') : NULL;

    if (address->display == NULL)
        return;
    address->imitated = mugai_imitation_shown (address->display, sign != NULL ? sign + 1 : NULL);
    if (address->imitated == NULL)
        return;
    char *was = address->display;
    address->display = address->imitated;
    address->imitated = was;
}

static void
add_address (Reader *r, const char *spec, const char *phrase, bool phrase_encoded)
{
    MugaiAddress *address;

    if (r->result->list->len >= r->limits->addresses) {
        r->result->cut = true;
        return;
    }
    address = g_new0 (MugaiAddress, 1);
    address->addr = mugai_address_spec (spec);
    address->readable = address->addr != NULL;
    address->raw = visible (r, spec, false);
    if (phrase != NULL)
        address->display = visible (r, phrase, phrase_encoded);
    neutralise (address);
    if (!address->readable) {
        g_autofree char *shown = g_strconcat (address->display != NULL ? address->display : "",
                                              address->display != NULL ? " " : "",
                                              address->raw != NULL ? address->raw : "", NULL);
        address->addr = g_strdup ("unknown@invalid");
        g_free (address->display);
        address->display = mugai_line_clean (shown, strlen (shown), DISPLAY_MAX);
    }
    g_ptr_array_add (r->result->list, address);
}

static void
reset (Reader *r)
{
    g_string_truncate (r->phrase, 0);
    g_string_truncate (r->phrase_raw, 0);
    g_string_truncate (r->comment, 0);
    g_string_truncate (r->angle, 0);
    r->angle_seen = false;
}

static bool
is_blank_text (const char *text)
{
    return text[strspn (text, " \t")] == '\0';
}

/* What was gathered since the last separator. */
static void
finish (Reader *r)
{
    const char *phrase = !is_blank_text (r->phrase->str) ? r->phrase->str
                         : r->comment->len > 0           ? r->comment->str
                                                         : NULL;

    if (r->angle_seen) {
        if (!is_blank_text (r->angle->str))
            add_address (r, r->angle->str, phrase, true);
        else if (phrase != NULL) {
            r->result->bad++;
            add_address (r, "", phrase, true);
        }
    } else if (strchr (r->phrase_raw->str, '@') != NULL)
        add_address (r, r->phrase_raw->str, r->comment->len > 0 ? r->comment->str : NULL, true);
    else if (!is_blank_text (r->phrase->str)) {
        r->result->bad++;
        add_address (r, "", r->phrase->str, true);
    }
    reset (r);
}

static void
read_quoted (Reader *r)
{
    g_string_append_c (r->phrase_raw, '"');
    for (r->at++; *r->at != '\0' && *r->at != '"'; r->at++) {
        if (*r->at == '\\' && r->at[1] != '\0') {
            g_string_append_c (r->phrase_raw, '\\');
            r->at++;
        }
        g_string_append_c (r->phrase, *r->at);
        g_string_append_c (r->phrase_raw, *r->at);
    }
    g_string_append_c (r->phrase_raw, '"');
    if (*r->at == '"')
        r->at++;
}

static void
read_comment (Reader *r)
{
    size_t depth = 0;

    g_string_truncate (r->comment, 0);
    for (; *r->at != '\0'; r->at++) {
        if (*r->at == '\\' && r->at[1] != '\0')
            r->at++;
        else if (*r->at == '(' && depth++ == 0)
            continue;
        else if (*r->at == ')' && --depth == 0) {
            r->at++;
            break;
        }
        g_string_append_c (r->comment, *r->at);
    }
    if (r->phrase->len > 0)
        g_string_append_c (r->phrase, ' ');
}

static void
read_angle (Reader *r)
{
    bool quoted = false;

    g_string_truncate (r->angle, 0);
    for (r->at++; *r->at != '\0' && (quoted || *r->at != '>'); r->at++) {
        if (*r->at == '"')
            quoted = !quoted;
        if (*r->at == '\\' && quoted && r->at[1] != '\0')
            g_string_append_c (r->angle, *r->at++);
        g_string_append_c (r->angle, *r->at);
    }
    if (*r->at == '>')
        r->at++;
    r->angle_seen = true;
}

/* ISO-2022-JP without encoded-words: the bytes between its escapes are no separators. */
static void
read_escaped (Reader *r)
{
    const char *end = strstr (r->at, "\033(");
    size_t size = end != NULL ? (size_t)(end - r->at) + (end[2] != '\0' ? 3 : 2) : strlen (r->at);

    g_string_append_len (r->phrase, r->at, (gssize)size);
    g_string_append_len (r->phrase_raw, r->at, (gssize)size);
    r->at += size;
}

/* Bytes of an encoded-word at @at (RFC 2047), 0 when there is none: what looks like a separator
 * inside of it is none. */
static size_t
encoded_word (const char *at)
{
    const char *end = at + 2;

    for (int mark = 0; mark < 2; mark++) { /* charset, encoding */
        end += strcspn (end, "? \t");
        if (*end++ != '?')
            return 0;
    }
    end += strcspn (end, "? \t");
    return end[0] == '?' && end[1] == '=' ? (size_t)(end + 2 - at) : 0;
}

static void
read_list (Reader *r)
{
    size_t size;

    while (*r->at != '\0') {
        char c = *r->at;

        if (c == '"')
            read_quoted (r);
        else if (c == '(')
            read_comment (r);
        else if (c == '<' && !r->angle_seen)
            read_angle (r);
        else if (c == '\033' && r->at[1] == '$')
            read_escaped (r);
        else if (c == '=' && r->at[1] == '?' && (size = encoded_word (r->at)) > 0) {
            g_string_append_len (r->phrase, r->at, (gssize)size);
            g_string_append_len (r->phrase_raw, r->at, (gssize)size);
            r->at += size;
        } else if (c == ',' || c == ';') {
            finish (r);
            r->at++;
        } else if (c == ':' && !r->angle_seen && strchr (r->phrase_raw->str, '@') == NULL) {
            r->result->groups += r->phrase->len > 0;
            reset (r);
            r->at++;
        } else {
            g_string_append_c (r->phrase, c);
            g_string_append_c (r->phrase_raw, c);
            r->at++;
        }
    }
    finish (r);
}

MugaiAddresses *
mugai_addresses_parse (const char *line, const char *charset, const MugaiLimits *limits)
{
    MugaiAddresses *addresses = g_new0 (MugaiAddresses, 1);
    Reader reader = { .at = line, .charset = charset, .limits = limits, .result = addresses };

    addresses->list = g_ptr_array_new_with_free_func (address_free);
    reader.phrase = g_string_sized_new (64);
    reader.phrase_raw = g_string_sized_new (64);
    reader.comment = g_string_sized_new (64);
    reader.angle = g_string_sized_new (64);
    read_list (&reader);
    g_string_free (reader.phrase, TRUE);
    g_string_free (reader.phrase_raw, TRUE);
    g_string_free (reader.comment, TRUE);
    g_string_free (reader.angle, TRUE);
    return addresses;
}

/* May the display name stand in quotes (PROFILE.md H-8)? */
static bool
quotable (const char *display)
{
    size_t size = strlen (display);

    if (size == 0 || size > QUOTED_MAX || display[0] == ' ' || display[size - 1] == ' ' ||
        mugai_fold_resembles_encoded (display))
        return false;
    for (size_t i = 0; i < size; i++)
        if (display[i] < 0x20 || display[i] > 0x7e || strchr ("\"\\<>", display[i]) != NULL)
            return false;
    return true;
}

void
mugai_address_emit (const char *display, const char *addr, bool more, MugaiFold *out)
{
    const char *comma = more ? "," : "";

    if (display == NULL || display[0] == '\0') {
        g_autofree char *word = g_strconcat (addr, comma, NULL);
        mugai_fold_word (out, word);
        return;
    }
    if (quotable (display)) {
        g_autofree char *quoted = g_strconcat ("\"", display, "\"", NULL);
        mugai_fold_word (out, quoted);
    } else
        mugai_fold_encoded (out, display);
    g_autofree char *word = g_strconcat ("<", addr, ">", comma, NULL);
    mugai_fold_word (out, word);
}

void
mugai_addresses_emit (const MugaiAddresses *addresses, const char *name, size_t max, MugaiFold *out)
{
    size_t count = MIN (addresses->list->len, max);

    if (count == 0)
        return;
    mugai_fold_begin (out, name);
    for (size_t i = 0; i < count; i++) {
        const MugaiAddress *address = g_ptr_array_index (addresses->list, i);
        mugai_address_emit (address->display, address->addr, i + 1 < count, out);
    }
    mugai_fold_end (out);
}
