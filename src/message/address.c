/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pass over the line with a small state: the phrase, the comment and the text in
 * angle brackets seen since the last separator. At a separator they become one address.
 */
#include "message/address.h"

#include "message/idn.h"
#include "message/line.h"
#include "message/rfc2047.h"

#include <string.h>

enum {
    DISPLAY_MAX = 512 /* bytes */,
    QUOTED_MAX = 64,
    LOCAL_MAX = 64,
    DOMAIN_MAX = 253,
    LABEL_MAX = 63
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

/* A display name that shows an address of another domain than @domain gets "[@]" in it.
 * Returns: (transfer full), NULL when it shows none. */
static char *
without_imitation (const char *display, const char *domain)
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

static void
neutralise (MugaiAddress *address)
{
    const char *spec = address->addr != NULL ? address->addr : address->raw;
    const char *sign = spec != NULL ? strrchr (spec, '@') : NULL;

    if (address->display == NULL)
        return;
    address->imitated = without_imitation (address->display, sign != NULL ? sign + 1 : NULL);
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
