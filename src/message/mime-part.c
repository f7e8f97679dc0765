/* SPDX-License-Identifier: Apache-2.0 */
#include "message/mime-part.h"

#include <string.h>

/* Do two fields of the same name say the same? */
static bool
same_value (const MugaiField *a, const MugaiField *b)
{
    g_autofree char *one = mugai_field_unfold (a), *other = mugai_field_unfold (b);
    return g_ascii_strcasecmp (one, other) == 0;
}

/* The first field of @name, parsed; *ret_clear: false when there is another that says something
 * else, or it is written so that some readers would not see it. NULL when there is none. */
static MugaiMimeValue *
read_value (const MugaiFields *fields, const char *name, bool *ret_clear)
{
    size_t from = 0;
    const MugaiField *first = mugai_fields_find (fields, name, &from), *next = first;

    *ret_clear = first == NULL || !first->odd;
    while (next != NULL && (next = mugai_fields_find (fields, name, &from)) != NULL)
        if (!same_value (first, next))
            *ret_clear = false;
    if (first == NULL)
        return NULL;
    g_autofree char *line = mugai_field_unfold (first);
    return mugai_mime_value_parse (line);
}

/* A type that cannot be read as one: "text" and "multipart" are known, all else is opaque. */
static void
repair_token (MugaiMimeValue *type)
{
    const char *token = NULL, *slash = strchr (type->token, '/');

    if (strcmp (type->token, "multipart") == 0 || strcmp (type->token, "multipart/") == 0)
        token = "multipart/mixed";
    else if (type->token[0] == '\0' || strcmp (type->token, "text") == 0 ||
             strcmp (type->token, "plain") == 0)
        token = "text/plain";
    else if (strcmp (type->token, "html") == 0)
        token = "text/html";
    else if (slash == NULL || slash == type->token || slash[1] == '\0')
        token = "application/octet-stream";
    if (token == NULL)
        return;
    type->odd &= ~(uint32_t)(type->token[0] == '\0' ? MUGAI_MIME_ODD_TOKEN : 0);
    g_free (type->token);
    type->token = g_strdup (token);
}

static MugaiMimeKind
kind_of (const char *token)
{
    static const struct {
        const char *token;
        MugaiMimeKind kind;
    } kinds[] = {
        { "multipart/alternative", MUGAI_MIME_ALTERNATIVE },
        { "multipart/related", MUGAI_MIME_RELATED },
        { "multipart/digest", MUGAI_MIME_DIGEST },
        { "multipart/report", MUGAI_MIME_REPORT },
        { "multipart/signed", MUGAI_MIME_SIGNED },
        { "multipart/encrypted", MUGAI_MIME_ENCRYPTED },
    };

    if (strncmp (token, "multipart/", 10) != 0)
        return MUGAI_MIME_LEAF;
    for (size_t i = 0; i < G_N_ELEMENTS (kinds); i++)
        if (strcmp (kinds[i].token, token) == 0)
            return kinds[i].kind;
    return MUGAI_MIME_MIXED;
}

/* Can the boundary be cut out of the type's value in one way only? Oddities behind it do not
 * matter, unless the word stands there again or a quote that never ends could swallow it. */
static bool
clear_boundary (const MugaiMimeValue *type, size_t mentions)
{
    const uint32_t before = MUGAI_MIME_ODD_TOKEN | MUGAI_MIME_ODD_CONTROL | MUGAI_MIME_ODD_COMMENT |
                            MUGAI_MIME_ODD_UNCLOSED | MUGAI_MIME_ODD_TRAILING |
                            MUGAI_MIME_ODD_SEPARATOR;
    const MugaiMimeParam *boundary = mugai_mime_value_param (type, "boundary");
    bool odd = type->odd != 0;

    if (boundary != NULL && (boundary->extended || boundary->joined))
        return false; /* RFC 2231, which many readers do not look for here */
    if (boundary != NULL && mentions == 1)
        odd = (boundary->odd & before) != 0 || (type->odd & MUGAI_MIME_ODD_UNCLOSED) != 0;
    return !odd && !mugai_mime_value_conflict (type, "boundary");
}

static void
read_type (const MugaiFields *fields, MugaiMimePart *part, bool digest)
{
    const uint32_t any = MUGAI_MIME_ODD_TOKEN | MUGAI_MIME_ODD_CONTROL | MUGAI_MIME_ODD_MANY;
    const MugaiField *field = mugai_fields_find (fields, "Content-Type", NULL);
    bool clear;

    part->type = read_value (fields, "Content-Type", &clear);
    if (part->type == NULL)
        part->type = mugai_mime_value_parse (digest ? "message/rfc822" : "text/plain");
    if (!clear)
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_TYPE;
    repair_token (part->type);
    part->kind = kind_of (part->type->token);
    if ((part->type->odd & any) != 0)
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_TYPE;
    if (part->kind == MUGAI_MIME_LEAF || field == NULL)
        return;
    g_autofree char *line = mugai_field_unfold (field);
    if (!clear_boundary (part->type, mugai_mime_value_mentions (line, "boundary")))
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY;
}

/* Could a reader take the word for an encoding that it is not exactly? */
static bool
resembles_encoding (const char *word)
{
    static const char *const roots[] = { "base64", "quoted", "uu",  "x-uu", "yenc",
                                         "x-yenc", "binhex", "b64", "gzip" };

    for (size_t i = 0; i < G_N_ELEMENTS (roots); i++)
        if (strstr (word, roots[i]) != NULL)
            return true;
    return false;
}

static void
read_encoding (const MugaiFields *fields, MugaiMimePart *part)
{
    static const struct {
        const char *word;
        MugaiEncoding encoding;
    } words[] = {
        { "7bit", MUGAI_ENCODING_IDENTITY },   { "8bit", MUGAI_ENCODING_IDENTITY },
        { "binary", MUGAI_ENCODING_IDENTITY }, { "", MUGAI_ENCODING_IDENTITY },
        { "base64", MUGAI_ENCODING_BASE64 },   { "quoted-printable", MUGAI_ENCODING_QP },
        { "x-uuencode", MUGAI_ENCODING_UU },   { "uuencode", MUGAI_ENCODING_UU },
        { "x-uue", MUGAI_ENCODING_UU },
    };
    bool clear;
    g_autoptr (MugaiMimeValue) value = read_value (fields, "Content-Transfer-Encoding", &clear);

    part->encoding = MUGAI_ENCODING_IDENTITY;
    if (!clear)
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING;
    if (value == NULL)
        return;
    if (value->token[0] != '\0' && value->odd != 0 &&
        (value->odd & ~(uint32_t)MUGAI_MIME_ODD_SEPARATOR) != 0)
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING;
    if ((value->odd & MUGAI_MIME_ODD_SEPARATOR) != 0 && part->kind == MUGAI_MIME_LEAF)
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING;
    for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
        if (strcmp (words[i].word, value->token) == 0) {
            part->encoding = words[i].encoding;
            return;
        }
    part->notes |= resembles_encoding (value->token) ? MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING
                                                     : MUGAI_MIME_NOTE_UNKNOWN_ENCODING;
}

static void
read_disposition (const MugaiFields *fields, MugaiMimePart *part)
{
    bool clear;

    part->disposition_value = read_value (fields, "Content-Disposition", &clear);
    part->disposition = MUGAI_MIME_DISPOSITION_NONE;
    if (part->disposition_value != NULL && part->disposition_value->token[0] != '\0')
        part->disposition = strcmp (part->disposition_value->token, "inline") == 0 && clear
                                ? MUGAI_MIME_DISPOSITION_INLINE
                                : MUGAI_MIME_DISPOSITION_ATTACHMENT;
    part->has_id = mugai_fields_find (fields, "Content-ID", NULL) != NULL;
}

/* Some readers decode an encoded-word (RFC 2047) in the boundary, others do not. */
static bool
holds_encoded_word (const char *boundary)
{
    for (const char *at = boundary; (at = strstr (at, "=?")) != NULL; at += 2) {
        const char *encoding = strchr (at + 2, '?');
        if (encoding != NULL && encoding[1] != '\0' && strchr ("bBqQ", encoding[1]) != NULL &&
            encoding[2] == '?' && strstr (encoding + 3, "?=") != NULL)
            return true;
    }
    return false;
}

/* May this boundary be used? It must be one that everybody cuts out of the value in the same way.
 */
static bool
usable_boundary (const char *boundary)
{
    size_t size = strlen (boundary);

    if (size == 0 || size > MUGAI_MIME_BOUNDARY_MAX || boundary[0] == ' ' ||
        boundary[size - 1] == ' ')
        return false;
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)boundary[i] < 0x20 || (uint8_t)boundary[i] > 0x7e || boundary[i] == '\\' ||
            boundary[i] == '"')
            return false;
    return !holds_encoded_word (boundary);
}

const char *
mugai_mime_part_boundary (MugaiMimePart *part)
{
    const MugaiMimeParam *boundary = mugai_mime_value_param (part->type, "boundary");

    if (part->encoding != MUGAI_ENCODING_IDENTITY)
        part->notes |= MUGAI_MIME_NOTE_ENCODED_MULTIPART;
    if (boundary == NULL)
        part->notes |= MUGAI_MIME_NOTE_NO_BOUNDARY;
    else if (!usable_boundary (boundary->value))
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY;
    bool clear = boundary != NULL && (part->notes & MUGAI_MIME_NOTES_AMBIGUOUS) == 0;
    return clear ? boundary->value : NULL;
}

void
mugai_mime_part_read (MugaiMimePart *part, const MugaiFields *fields, bool digest)
{
    if (fields->broken)
        part->notes |= MUGAI_MIME_NOTE_HEADER_BROKEN;
    read_type (fields, part, digest);
    read_encoding (fields, part);
    read_disposition (fields, part);
}
