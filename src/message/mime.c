/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: lines that begin with "--" are compared with the boundaries that are open, the
 * innermost first. A delimiter ends the part that is open, closes the multiparts inside of its own,
 * and begins a part whose header is read at once. What only another reader would take for content
 * (mime-other.h) is cut off and listed beside the parts. Deliberately not done: message/rfc822 is a
 * leaf here; whoever wants to look inside parses its bytes again.
 */
#include "message/mime.h"

#include "core/error.h"
#include "message/mime-other.h"
#include "message/mime-part.h"

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
    bool bare_cr;  /* the mail holds a CR without LF */
    bool cut;      /* the last of the others goes on to the end of the leaf that is open */
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
    g_array_unref (mime->others);
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
    case MUGAI_MIME_NOTE_AMBIGUOUS_HEADER:
        return "mime.ambiguous-header";
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

typedef enum Delimiter { NO_DELIMITER, OPEN_DELIMITER, CLOSE_DELIMITER } Delimiter;

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
            return NO_DELIMITER;
    return found;
}

static bool
is_dash_line (const MugaiMime *mime, size_t at, size_t end)
{
    return end - at > 2 && mime->data[at] == '-' && mime->data[at + 1] == '-';
}

/* The innermost open level whose delimiter this line is. Returns: its index in the stack, or -1. */
static int
find_level (Scanner *s, size_t at, size_t end, Delimiter *ret)
{
    for (guint i = s->stack->len; i-- > 0;) {
        *ret = match (s->mime, &g_array_index (s->stack, Level, i), at, end);
        if (*ret != NO_DELIMITER)
            return (int)i;
    }
    return -1;
}

static void
add_other (Scanner *s, uint32_t parent, uint32_t place, MugaiMimeNote note, size_t begin,
           size_t end)
{
    MugaiMimeOther other = {
        .parent = parent, .place = place, .note = note, .begin = begin, .end = end
    };
    g_array_append_val (s->mime->others, other);
}

/* A multipart becomes an open level, or an opaque leaf when it cannot be split in one way only. */
static bool
open_multipart (Scanner *s, uint32_t index, GError **error)
{
    MugaiMimePart *part = part_at (s, index);
    const char *boundary = mugai_mime_part_boundary (part);

    if (boundary == NULL) {
        part->kind = MUGAI_MIME_LEAF;
        return true;
    }
    if (s->stack->len + 1 > s->limits->depth) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT, "limits.depth: %u > %" G_GUINT64_FORMAT,
                     s->stack->len + 1, s->limits->depth);
        return false;
    }
    Level level = { .part = index, .boundary = boundary, .boundary_size = strlen (boundary) };
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

        if (is_dash_line (s->mime, next, end) && find_level (s, next, end, &found) >= 0)
            return next - at;
        if (end - next <= 2 && (s->mime->data[next] == '\n' || s->mime->data[next] == '\r'))
            return end - at;
        next = end;
    }
    return s->mime->size - at;
}

/* Another reader might find other fields in the header of @part. Text before the place where its
 * header would end is text for both; the rest is not. */
static void
read_otherwise (Scanner *s, MugaiMimePart *part, const MugaiFields *fields, uint32_t index)
{
    size_t end = part->body + (fields->broken ? header_room (s, part->body) : 0);

    if (!mugai_mime_other_fields (s->mime, part, fields, end))
        return;
    if (end > part->body && part->kind == MUGAI_MIME_LEAF &&
        strcmp (part->type->token, "text/plain") == 0 &&
        part->encoding == MUGAI_ENCODING_IDENTITY) {
        part->end = end;
        add_other (s, part->parent, MAX (index, 1), MUGAI_MIME_NOTE_AMBIGUOUS_HEADER, end,
                   s->mime->size);
        s->cut = true;
    } else
        part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_HEADER;
}

/* A mail of one text whose end was cut off: the text becomes part 1, and what was cut off can stand
 * beside it. */
static void
split_root (Scanner *s)
{
    MugaiMimePart *root = part_at (s, 0), child = *root;

    child.number = 1;
    child.depth = 1;
    child.type = mugai_mime_value_parse (root->type->token);
    child.disposition_value = NULL;
    for (guint i = 0; i < root->type->params->len; i++) {
        const MugaiMimeParam *from = &g_array_index (root->type->params, MugaiMimeParam, i);
        MugaiMimeParam param = *from;
        param.name = g_strdup (from->name);
        param.value = g_strdup (from->value);
        param.charset = g_strdup (from->charset);
        g_array_append_val (child.type->params, param);
    }
    root->kind = MUGAI_MIME_MIXED;
    root->end = s->mime->size;
    root->notes = 0;
    g_array_append_val (s->mime->parts, child);
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
    mugai_mime_part_read (&part, &fields, !root && part_at (s, parent)->kind == MUGAI_MIME_DIGEST);
    read_otherwise (s, &part, &fields, index);
    g_array_append_val (mime->parts, part);
    if (root) {
        mime->fields = fields;
        fields = (MugaiFields){ 0 };
    }
    if (s->cut) {
        if (root)
            split_root (s);
        part_at (s, root ? 0 : parent)->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_HEADER;
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

/* Nothing but lines that begin with dashes, and blanks? */
static bool
only_delimiters (const MugaiMime *mime, size_t from, size_t to)
{
    for (size_t end; from < to; from = end) {
        end = MIN (line_end (mime, from), to);
        if (!is_dash_line (mime, from, end) && !blank (mime, from, end))
            return false;
    }
    return true;
}

/* What stands behind the close-delimiter: blanks, a sentence, or something that a reader who does
 * not stop there would show. */
static void
close_epilogue (Scanner *s, const Level *level, MugaiMimePart *part)
{
    size_t from = MIN (level->closed_at, part->end), size = part->end - from;
    bool again = (part->notes & MUGAI_MIME_NOTE_AFTER_CLOSE) != 0;

    if (blank (s->mime, from, part->end))
        return;
    part->notes |= MUGAI_MIME_NOTE_EPILOGUE;
    part->epilogue = size;
    if (again ? !only_delimiters (s->mime, from, part->end)
              : mugai_mime_other_content (s->mime->data + from, size))
        add_other (s, level->part, level->part,
                   again ? MUGAI_MIME_NOTE_AFTER_CLOSE : MUGAI_MIME_NOTE_EPILOGUE, from, part->end);
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
    else
        close_epilogue (s, level, part);
    g_array_set_size (s->stack, s->stack->len - 1);
}

/* The leaf that is open, if any, ends at @at. */
static void
close_leaf (Scanner *s, size_t at)
{
    MugaiMimePart *last = part_at (s, s->mime->parts->len - 1);

    if (s->cut) {
        MugaiMimeOther *other =
            &g_array_index (s->mime->others, MugaiMimeOther, s->mime->others->len - 1);
        other->end = before_delimiter (s->mime, at, other->begin);
        s->cut = false;
    } else if (last->kind == MUGAI_MIME_LEAF && last->end == s->mime->size)
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
    if (level->children == 0 && kind == OPEN_DELIMITER &&
        mugai_mime_other_content (s->mime->data + part->body, at - part->body)) {
        part->notes |= MUGAI_MIME_NOTE_PREAMBLE;
        part->preamble = at - part->body;
        add_other (s, level->part, level->part, MUGAI_MIME_NOTE_PREAMBLE, part->body, at);
    }
    if (kind == CLOSE_DELIMITER) {
        level->closed = true;
        level->closed_at = end;
        return true;
    }
    return begin_part (s, level->part, ++level->children, at_level + 1, end, error);
}

/* A line that is no delimiter: may another reader take it for one, with a part behind it? Then the
 * leaf that is open ends before it. */
static void
look_at_line (Scanner *s, size_t at, size_t end)
{
    const MugaiMime *mime = s->mime;
    MugaiMimePart *last = part_at (s, mime->parts->len - 1);
    size_t dashes, size = end - at;
    bool dashed = mime->data[at] == '-' || mime->data[at] <= 0x20;

    if (s->cut || (!dashed && !s->bare_cr) || last->kind != MUGAI_MIME_LEAF ||
        last->end != mime->size || strncmp (last->type->token, "message/", 8) == 0)
        return;
    for (guint i = s->stack->len; i-- > 0;) {
        const Level *level = &g_array_index (s->stack, Level, i);
        if (!mugai_mime_other_delimiter (mime->data + at, size, level->boundary,
                                         level->boundary_size, &dashes))
            continue;
        const uint8_t *from = mime->data + at + dashes;
        const uint8_t *next = from;
        while (next < mime->data + mime->size && *next != '\n' && *next != '\r')
            next++;
        next += next < mime->data + mime->size;
        next += next < mime->data + mime->size && next[-1] == '\r' && *next == '\n';
        if (!mugai_mime_other_part (next, mime->size - (size_t)(next - mime->data)))
            continue;
        part_at (s, level->part)->notes |= MUGAI_MIME_NOTE_NEAR;
        last->end = before_delimiter (mime, at + dashes, last->body);
        add_other (s, last->parent, mime->parts->len - 1, MUGAI_MIME_NOTE_NEAR, at + dashes,
                   mime->size);
        s->cut = true;
        return;
    }
}

static bool
holds_bare_cr (const MugaiMime *mime)
{
    const uint8_t *at = mime->data, *end = mime->data + mime->size;

    while (at < end && (at = memchr (at, '\r', (size_t)(end - at))) != NULL)
        if (++at == end || *at != '\n')
            return true;
    return false;
}

static bool
scan (Scanner *s, GError **error)
{
    MugaiMime *mime = s->mime;
    size_t at = part_at (s, 0)->body;

    s->bare_cr = s->stack->len > 0 && holds_bare_cr (mime);
    while (at < mime->size && s->stack->len > 0) {
        size_t end = line_end (mime, at);
        Delimiter kind;
        int level = is_dash_line (mime, at, end) ? find_level (s, at, end, &kind) : -1;

        if (level >= 0) {
            guint parts = mime->parts->len;

            if (!take_delimiter (s, (guint)level, kind, at, end, error))
                return false;
            at = mime->parts->len > parts ? part_at (s, parts)->body : end;
        } else {
            look_at_line (s, at, end);
            at = end;
        }
    }
    while (s->stack->len > 0)
        close_level (s, mime->size);
    return true;
}

/* A type without parts whose value names a boundary that stands in its content. */
static void
look_at_leaves (MugaiMime *mime)
{
    for (uint32_t i = 0; i < mime->parts->len; i++) {
        MugaiMimePart *part = &g_array_index (mime->parts, MugaiMimePart, i);
        const MugaiMimeParam *boundary = mugai_mime_value_param (part->type, "boundary");

        if (part->kind == MUGAI_MIME_LEAF && boundary != NULL &&
            !g_str_has_prefix (part->type->token, "multipart/") &&
            mugai_mime_other_boundary (mime->data + part->body, part->end - part->body,
                                       boundary->value))
            part->notes |= MUGAI_MIME_NOTE_AMBIGUOUS_BOUNDARY;
    }
}

MugaiMime *
mugai_mime_parse (const uint8_t *data, size_t size, const MugaiLimits *limits, GError **error)
{
    g_autoptr (MugaiMime) mime = g_new0 (MugaiMime, 1);
    g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Level));
    Scanner scanner = { .mime = mime, .limits = limits, .stack = stack };

    mime->data = data;
    mime->size = size;
    mime->others = g_array_new (FALSE, FALSE, sizeof (MugaiMimeOther));
    mime->parts = g_array_new (FALSE, FALSE, sizeof (MugaiMimePart));
    g_array_set_clear_func (mime->parts, part_clear);
    if (!begin_part (&scanner, 0, 1, 0, 0, error) || !scan (&scanner, error))
        return NULL;
    look_at_leaves (mime);
    return g_steal_pointer (&mime);
}
