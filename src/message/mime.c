/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: lines that begin with "--" are compared with the boundaries that are open, the
 * innermost first. A delimiter ends the part that is open, closes the multiparts inside of its own,
 * and begins a part whose header is read at once. Deliberately not done: message/rfc822 is a leaf
 * here; whoever wants to look inside parses its bytes again.
 */
#include "message/mime.h"

#include "core/error.h"

#include <string.h>

typedef struct Level { /* an open multipart */
    uint32_t part;
    const char *boundary; /* owned by the part's value */
    size_t boundary_size;
    uint32_t children;
    size_t preamble_end; /* 0 while no delimiter was seen */
    bool closed;
    size_t closed_at; /* where the epilogue begins */
} Level;

typedef struct Scanner {
    MugaiMime *mime;
    const MugaiLimits *limits;
    GArray *stack; /* of Level */
} Scanner;

static void
part_clear (gpointer data)
{
    MugaiMimePart *part = data;

    mugai_mime_value_free (part->type);
    mugai_mime_value_free (part->disposition_value);
}

void
mugai_mime_free (MugaiMime *mime)
{
    if (mime == NULL)
        return;
    mugai_fields_clear (&mime->fields);
    g_array_unref (mime->parts);
    g_free (mime);
}

const MugaiMimePart *
mugai_mime_part (const MugaiMime *mime, uint32_t index)
{
    return &g_array_index (mime->parts, MugaiMimePart, index);
}

const char *
mugai_mime_note_code (MugaiMimeNote note)
{
    switch (note) {
    case MUGAI_MIME_NOTE_AMBIGUOUS_TYPE:
        return "mime.ambiguous-type";
    case MUGAI_MIME_NOTE_AMBIGUOUS_ENCODING:
        return "mime.ambiguous-encoding";
    case MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY:
        return "mime.ambiguous-boundary";
    case MUGAI_MIME_NOTE_NO_BOUNDARY:
        return "mime.boundary-missing";
    case MUGAI_MIME_NOTE_UNCLOSED:
        return "mime.unclosed";
    case MUGAI_MIME_NOTE_PREAMBLE:
        return "mime.preamble";
    case MUGAI_MIME_NOTE_EPILOGUE:
        return "mime.epilogue";
    case MUGAI_MIME_NOTE_AFTER_CLOSE:
        return "mime.after-close";
    case MUGAI_MIME_NOTE_NEAR:
        return "mime.near-boundary";
    case MUGAI_MIME_NOTE_HEADER_BROKEN:
        return "header.malformed";
    case MUGAI_MIME_NOTE_ENCODED_MULTIPART:
        return "mime.encoded-container";
    case MUGAI_MIME_NOTE_DISPUTED:
        return "mime.readers-differ";
    case MUGAI_MIME_NOTE_UNKNOWN_ENCODING:
        return "mime.bad-encoding";
    }
    g_assert_not_reached();
}

static MugaiMimePart *
part_at (Scanner *s, uint32_t index)
{
    return &g_array_index (s->mime->parts, MugaiMimePart, index);
}

static size_t
line_end (const MugaiMime *mime, size_t at)
{
    const uint8_t *lf = memchr (mime->data + at, '\n', mime->size - at);
    return lf != NULL ? (size_t)(lf - mime->data) + 1 : mime->size;
}

typedef enum Delimiter { NO_DELIMITER, NEAR_DELIMITER, OPEN_DELIMITER, CLOSE_DELIMITER } Delimiter;

/* Is the line from @at to @end a delimiter of @level? White space may follow it (RFC 2046 5.1.1).
 */
static Delimiter
match (const MugaiMime *mime, const Level *level, size_t at, size_t end)
{
    const uint8_t *line = mime->data + at + 2;
    size_t left = end - at - 2;
    Delimiter found = OPEN_DELIMITER;

    if (left < level->boundary_size || memcmp (line, level->boundary, level->boundary_size) != 0)
        return NO_DELIMITER;
    line += level->boundary_size;
    left -= level->boundary_size;
    if (left >= 2 && line[0] == '-' && line[1] == '-') {
        found = CLOSE_DELIMITER;
        line += 2;
        left -= 2;
    }
    for (; left > 0; line++, left--)
        if (*line != ' ' && *line != '\t' && *line != '\r' && *line != '\n')
            return NEAR_DELIMITER;
    return found;
}

static bool
is_dash_line (const MugaiMime *mime, size_t at, size_t end)
{
    return end - at > 2 && mime->data[at] == '-' && mime->data[at + 1] == '-';
}

/* The innermost open level whose delimiter this line is. Returns: its index in the stack, or -1;
 * notes near misses. */
static int
find_level (Scanner *s, size_t at, size_t end, Delimiter *ret, bool note)
{
    int near = -1;

    for (guint i = s->stack->len; i-- > 0;) {
        *ret = match (s->mime, &g_array_index (s->stack, Level, i), at, end);
        if (*ret == OPEN_DELIMITER || *ret == CLOSE_DELIMITER)
            return (int)i;
        if (*ret == NEAR_DELIMITER)
            near = (int)i;
    }
    if (near >= 0 && note)
        part_at (s, g_array_index (s->stack, Level, near).part)->notes |= MUGAI_MIME_NOTE_NEAR;
    return -1;
}

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

static MugaiMimeValue *
default_type (const Scanner *s, const MugaiMimePart *part, bool root)
{
    bool digest = !root && mugai_mime_part (s->mime, part->parent)->kind == MUGAI_MIME_DIGEST;
    return mugai_mime_value_parse (digest ? "message/rfc822" : "text/plain");
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

    if (boundary != NULL && mentions == 1)
        odd = (boundary->odd & before) != 0 || (type->odd & MUGAI_MIME_ODD_UNCLOSED) != 0;
    return !odd && !mugai_mime_value_conflict (type, "boundary");
}

static void
read_type (Scanner *s, const MugaiFields *fields, MugaiMimePart *part, bool root)
{
    const uint32_t any = MUGAI_MIME_ODD_TOKEN | MUGAI_MIME_ODD_CONTROL | MUGAI_MIME_ODD_MANY;
    const MugaiField *field = mugai_fields_find (fields, "Content-Type", NULL);
    bool clear;

    part->type = read_value (fields, "Content-Type", &clear);
    if (part->type == NULL)
        part->type = default_type (s, part, root);
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
        if ((uint8_t)boundary[i] < 0x20 || (uint8_t)boundary[i] > 0x7e)
            return false;
    return true;
}

/* A multipart becomes an open level, or an opaque leaf when it cannot be split in one way only. */
static bool
open_multipart (Scanner *s, uint32_t index, GError **error)
{
    MugaiMimePart *part = part_at (s, index);
    const MugaiMimeParam *boundary = mugai_mime_value_param (part->type, "boundary");

    if (part->encoding != MUGAI_ENCODING_IDENTITY)
        part->notes |= MUGAI_MIME_NOTE_ENCODED_MULTIPART;
    if (boundary == NULL)
        part->notes |= MUGAI_MIME_NOTE_NO_BOUNDARY;
    else if (!usable_boundary (boundary->value))
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY;
    if (boundary == NULL || (part->notes & MUGAI_MIME_NOTES_AMBIGUOUS) != 0) {
        part->kind = MUGAI_MIME_LEAF;
        return true;
    }
    if (s->stack->len + 1 > s->limits->depth) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.depth: %u > %" G_GUINT64_FORMAT,
                     s->stack->len + 1, s->limits->depth);
        return false;
    }
    Level level = { .part = index,
                    .boundary = boundary->value,
                    .boundary_size = strlen (boundary->value) };
    g_array_append_val (s->stack, level);
    return true;
}

/* The header of a part ends at the latest before a delimiter. */
static size_t
header_room (Scanner *s, size_t at)
{
    for (size_t next = at; next < s->mime->size;) {
        size_t end = line_end (s->mime, next);
        Delimiter found;

        if (is_dash_line (s->mime, next, end) && find_level (s, next, end, &found, false) >= 0)
            return next - at;
        if (end - next <= 2 && (s->mime->data[next] == '\n' || s->mime->data[next] == '\r'))
            return end - at;
        next = end;
    }
    return s->mime->size - at;
}

/* Begin a part whose header stands at @at. Returns: false with @error. */
static bool
begin_part (Scanner *s, uint32_t parent, uint32_t number, uint32_t depth, size_t at, GError **error)
{
    MugaiMime *mime = s->mime;
    uint32_t index = mime->parts->len;
    MugaiMimePart part = {
        .parent = parent, .number = number, .depth = depth, .header = at, .end = mime->size
    };
    mugai_autofields fields = { 0 };
    bool root = index == 0;

    if (index >= s->limits->parts) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.parts: %u > %" G_GUINT64_FORMAT,
                     index + 1, s->limits->parts);
        return false;
    }
    if (!mugai_fields_parse (mime->data + at, root ? mime->size : header_room (s, at), s->limits,
                             &fields, error))
        return false;
    part.body = at + fields.size;
    if (fields.broken)
        part.notes |= MUGAI_MIME_NOTE_HEADER_BROKEN;
    read_type (s, &fields, &part, root);
    read_encoding (&fields, &part);
    read_disposition (&fields, &part);
    g_array_append_val (mime->parts, part);
    if (root) {
        mime->fields = fields;
        fields = (MugaiFields){ 0 };
    }
    return part.kind == MUGAI_MIME_LEAF || open_multipart (s, index, error);
}

/* The line end before a delimiter belongs to it. Returns: at least @least. */
static size_t
before_delimiter (const MugaiMime *mime, size_t at, size_t least)
{
    at = MAX (at, least);
    if (at > least && mime->data[at - 1] == '\n')
        at--;
    if (at > least && mime->data[at - 1] == '\r')
        at--;
    return at;
}

static bool
blank (const MugaiMime *mime, size_t from, size_t to)
{
    for (; from < to; from++)
        if (memchr (" \t\r\n", mime->data[from], 4) == NULL)
            return false;
    return true;
}

/* Programs write one sentence for readers without MIME; fields or more than a few lines are
 * something else. */
static bool
unusual_preamble (const MugaiMime *mime, size_t from, size_t to)
{
    return to - from > 1024 || memmem (mime->data + from, to - from, "Content-", 8) != NULL ||
           memmem (mime->data + from, to - from, "content-", 8) != NULL;
}

/* The level on top of the stack ends at @at: at a delimiter, or with the mail. */
static void
close_level (Scanner *s, size_t at)
{
    Level *level = &g_array_index (s->stack, Level, s->stack->len - 1);
    MugaiMimePart *part = part_at (s, level->part);

    part->end = at < s->mime->size ? before_delimiter (s->mime, at, part->body) : at;
    if (level->children == 0) {
        part->notes |= MUGAI_MIME_NOTE_NO_BOUNDARY;
        part->kind = MUGAI_MIME_LEAF;
    } else if (!level->closed)
        part->notes |= MUGAI_MIME_NOTE_UNCLOSED;
    else if (!blank (s->mime, MIN (level->closed_at, part->end), part->end))
        part->notes |= MUGAI_MIME_NOTE_EPILOGUE;
    g_array_set_size (s->stack, s->stack->len - 1);
}

/* The leaf that is open, if any, ends at @at. */
static void
close_leaf (Scanner *s, size_t at)
{
    MugaiMimePart *last = part_at (s, s->mime->parts->len - 1);

    if (last->kind == MUGAI_MIME_LEAF && last->end == s->mime->size)
        last->end = before_delimiter (s->mime, at, last->body);
}

/* A delimiter line of level @at_level from @at to @end. */
static bool
take_delimiter (Scanner *s, guint at_level, Delimiter kind, size_t at, size_t end, GError **error)
{
    close_leaf (s, at);
    while (s->stack->len > at_level + 1)
        close_level (s, at);
    Level *level = &g_array_index (s->stack, Level, at_level);
    MugaiMimePart *part = part_at (s, level->part);

    if (level->closed) {
        part->notes |= MUGAI_MIME_NOTE_AFTER_CLOSE;
        return true;
    }
    if (level->children == 0 && unusual_preamble (s->mime, part->body, at))
        part->notes |= MUGAI_MIME_NOTE_PREAMBLE;
    if (kind == CLOSE_DELIMITER) {
        level->closed = true;
        level->closed_at = end;
        return true;
    }
    return begin_part (s, level->part, ++level->children, at_level + 1, end, error);
}

static bool
scan (Scanner *s, GError **error)
{
    MugaiMime *mime = s->mime;
    size_t at = part_at (s, 0)->body;

    while (at < mime->size && s->stack->len > 0) {
        size_t end = line_end (mime, at);
        Delimiter kind;
        int level = is_dash_line (mime, at, end) ? find_level (s, at, end, &kind, true) : -1;

        if (level >= 0) {
            guint parts = mime->parts->len;

            if (!take_delimiter (s, (guint)level, kind, at, end, error))
                return false;
            at = mime->parts->len > parts ? part_at (s, parts)->body : end;
        } else
            at = end;
    }
    while (s->stack->len > 0)
        close_level (s, mime->size);
    return true;
}

MugaiMime *
mugai_mime_parse (const uint8_t *data, size_t size, const MugaiLimits *limits, GError **error)
{
    g_autoptr (MugaiMime) mime = g_new0 (MugaiMime, 1);
    g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Level));
    Scanner scanner = { .mime = mime, .limits = limits, .stack = stack };

    mime->data = data;
    mime->size = size;
    mime->parts = g_array_new (FALSE, FALSE, sizeof (MugaiMimePart));
    g_array_set_clear_func (mime->parts, part_clear);
    if (!begin_part (&scanner, 0, 1, 0, 0, error) || !scan (&scanner, error))
        return NULL;
    return g_steal_pointer (&mime);
}
