/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a "loose line" ends at CR, LF or NUL, whichever comes first, and begins behind its
 * blanks and controls. Loose lines that begin with the name of a MIME field are read roughly, and
 * what they say is compared with what the part was read as.
 *
 * What it deliberately does not flag: names of fields without a value of their kind behind them, as
 * the folded lists of signed fields in DKIM-Signature have.
 */
#include "message/mime-other.h"

#include <string.h>

enum { USUAL_MAX = 1024 /* bytes outside of the parts */, TOKEN_MAX = 80, PART_LINES = 32 };

typedef struct Line { /* a loose line without blanks before it */
    const uint8_t *at;
    size_t size;
} Line;

static bool
is_end (uint8_t c)
{
    return c == '\r' || c == '\n' || c == '\0';
}

/* Does a colon follow behind a few controls? Then the name before them may still be one. */
static bool
before_colon (const uint8_t *at, const uint8_t *end)
{
    const uint8_t *stop = end - at > 8 ? at + 8 : end;

    while (at < stop && *at <= 0x20)
        at++;
    return at < stop && *at == ':';
}

/* The next loose line of what is left; false at the end. */
static bool
next_line (const uint8_t **io_at, const uint8_t *end, Line *ret)
{
    const uint8_t *at = *io_at;

    while (at < end && *at <= 0x20 && *at != '\n')
        at++;
    if (at == end)
        return false;
    const uint8_t *from = at;
    while (at < end && (!is_end (*at) || before_colon (at, end)))
        at++;
    *ret = (Line){ .at = from, .size = (size_t)(at - from) };
    *io_at = at < end ? at + 1 : at;
    return true;
}

/* Does the line begin with the field @name? Returns: its first word in lower case in @token. */
static bool
take_field (const Line *line, const char *name, char token[TOKEN_MAX])
{
    size_t size = strlen (name), at = size, used = 0;

    if (line->size <= size || g_ascii_strncasecmp ((const char *)line->at, name, size) != 0)
        return false;
    while (at < line->size && line->at[at] <= 0x20)
        at++;
    if (at == line->size || line->at[at] != ':')
        return false;
    for (at++; at < line->size && (line->at[at] == ' ' || line->at[at] == '\t'); at++)
        ;
    for (; at < line->size && used + 1 < TOKEN_MAX && strchr (" \t;", line->at[at]) == NULL; at++)
        token[used++] = g_ascii_tolower ((char)line->at[at]);
    token[used] = '\0';
    return true;
}

/* Is the line the first half of the name of a MIME field? */
static bool
is_half_name (const Line *line)
{
    static const char *const halves[] = { "Content-", "Content-Transfer-" };
    size_t size = line->size;

    while (size > 0 && line->at[size - 1] <= 0x20)
        size--;
    for (size_t i = 0; i < G_N_ELEMENTS (halves); i++)
        if (strlen (halves[i]) == size &&
            g_ascii_strncasecmp ((const char *)line->at, halves[i], size) == 0)
            return true;
    return false;
}

/* Does the line say another type or encoding than the part has? */
static bool
says_other (const Line *line, const MugaiMimePart *part)
{
    static const char *const coded[] = { "base64", "quoted", "uu", "x-uu", "gzip", "yenc" };
    char token[TOKEN_MAX];

    if (take_field (line, "Content-Type", token))
        return strchr (token, '/') != NULL &&
               (strcmp (token, part->type->token) != 0 || g_str_has_prefix (token, "multipart"));
    if (take_field (line, "Content-Disposition", token))
        return strcmp (token, "attachment") == 0 &&
               part->disposition != MUGAI_MIME_DISPOSITION_ATTACHMENT;
    if (!take_field (line, "Content-Transfer-Encoding", token))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS (coded); i++)
        if (g_str_has_prefix (token, coded[i]))
            return part->encoding == MUGAI_ENCODING_IDENTITY;
    return false;
}

static bool
any_other (const uint8_t *at, size_t size, const MugaiMimePart *part)
{
    const uint8_t *end = at + size;
    Line line;

    while (next_line (&at, end, &line))
        if (is_half_name (&line) || says_other (&line, part))
            return true;
    return false;
}

bool
mugai_mime_other_fields (const MugaiMime *mime, const MugaiMimePart *part,
                         const MugaiFields *fields, size_t end)
{
    for (size_t i = 0; i < fields->count; i++) {
        const MugaiField *field = &fields->list[i];
        const uint8_t *value = (const uint8_t *)field->value, *stop = value + field->value_size;

        while (value < stop && !is_end (*value))
            value++;
        if (value < stop && any_other (value, (size_t)(stop - value), part))
            return true;
    }
    return any_other (mime->data + part->body, end - part->body, part);
}

static bool
begins (const uint8_t *line, size_t size, const char *boundary, size_t boundary_size)
{
    return size >= boundary_size + 2 && line[0] == '-' && line[1] == '-' &&
           g_ascii_strncasecmp ((const char *)line + 2, boundary, boundary_size) == 0;
}

bool
mugai_mime_other_delimiter (const uint8_t *line, size_t size, const char *boundary,
                            size_t boundary_size, size_t *ret_at)
{
    for (size_t at = 0; at < size;) {
        while (at < size && line[at] <= 0x20)
            at++;
        if (begins (line + at, size - at, boundary, boundary_size)) {
            *ret_at = at;
            return true;
        }
        const uint8_t *cr = memchr (line + at, '\r', size - at);
        if (cr == NULL)
            return false;
        at = (size_t)(cr - line) + 1;
    }
    return false;
}

bool
mugai_mime_other_part (const uint8_t *at, size_t size)
{
    const uint8_t *end = at + size;
    unsigned left = PART_LINES;
    Line line;

    while (left-- > 0 && at < end && *at != '\n' &&
           (*at != '\r' || at + 1 == end || at[1] != '\n')) {
        if (!next_line (&at, end, &line))
            return false;
        if (line.size > 8 && g_ascii_strncasecmp ((const char *)line.at, "content-", 8) == 0)
            return true;
        if (at < end && at[-1] == '\r' && *at == '\n')
            at++;
    }
    return false;
}

bool
mugai_mime_other_content (const uint8_t *at, size_t size)
{
    const uint8_t *end = at + size;
    Line line;

    if (size > USUAL_MAX)
        return true;
    while (next_line (&at, end, &line))
        if (line.size > 8 && (g_ascii_strncasecmp ((const char *)line.at, "content-", 8) == 0 ||
                              memcmp (line.at, "begin ", 6) == 0))
            return true;
    return false;
}

bool
mugai_mime_other_boundary (const uint8_t *at, size_t size, const char *boundary)
{
    const uint8_t *end = at + size;
    size_t boundary_size = strlen (boundary);
    Line line;

    while (boundary_size > 0 && next_line (&at, end, &line))
        if (begins (line.at, line.size, boundary, boundary_size))
            return true;
    return false;
}
