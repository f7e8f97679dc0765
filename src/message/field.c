/* SPDX-License-Identifier: Apache-2.0 */
#include "message/field.h"

#include "core/error.h"

#include <string.h>

enum { FIRST_ROOM = 32 };

void
mugai_fields_clear (MugaiFields *fields)
{
    g_free (fields->list);
    *fields = (MugaiFields){ 0 };
}

/* Bytes of the line at @at with its LF. */
static size_t
line_size (const uint8_t *at, size_t left)
{
    const uint8_t *lf = memchr (at, '\n', left);
    return lf != NULL ? (size_t)(lf - at) + 1 : left;
}

/* @size without LF or CRLF at its end. */
static size_t
without_end (const uint8_t *at, size_t size)
{
    if (size > 0 && at[size - 1] == '\n')
        size--;
    if (size > 0 && at[size - 1] == '\r')
        size--;
    return size;
}

/* Split "Name: value" into @field; false for anything else. */
static bool
split_line (const uint8_t *at, size_t size, MugaiField *field)
{
    size_t name = 0, colon;

    while (name < size && at[name] > 0x20 && at[name] < 0x7f && at[name] != ':')
        name++;
    for (colon = name; colon < size && (at[colon] == ' ' || at[colon] == '\t'); colon++)
        ;
    if (name == 0 || colon == size || at[colon] != ':')
        return false;
    *field = (MugaiField){ .name = (const char *)at,
                           .name_size = name,
                           .value = (const char *)at + colon + 1,
                           .value_size = size - colon - 1,
                           .odd = colon > name };
    return true;
}

static bool
too_much (const char *limit, uint64_t max, size_t number, GError **error)
{
    if (number <= max)
        return false;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT,
                 "limits.%s: %" G_GSIZE_FORMAT " > %" G_GUINT64_FORMAT, limit, number, max);
    return true;
}

/* The value may span lines: note what another reader might see as a line end. */
static void
finish_field (MugaiField *field, size_t value_size)
{
    field->value_size = without_end ((const uint8_t *)field->value, value_size);
    for (const char *cr = field->value;
         (cr = memchr (cr, '\r', field->value_size - (size_t)(cr - field->value))); cr++)
        if (cr + 1 >= field->value + field->value_size || cr[1] != '\n')
            field->odd = true;
    if (memchr (field->value, '\0', field->value_size) != NULL)
        field->odd = true;
}

static void
append (MugaiFields *fields, const MugaiField *field)
{
    if (fields->count == 0)
        fields->list = g_new (MugaiField, FIRST_ROOM);
    else if (fields->count >= FIRST_ROOM && (fields->count & (fields->count - 1)) == 0)
        fields->list = g_renew (MugaiField, fields->list, fields->count * 2);
    fields->list[fields->count++] = *field;
}

bool
mugai_fields_parse (const uint8_t *data, size_t size, const MugaiLimits *limits, MugaiFields *ret,
                    GError **error)
{
    mugai_autofields fields = { 0 };
    size_t at = 0;

    if (size > 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
        at = 3; /* editors put a byte order mark before a mail that is a file */
    if (size > 5 &&
        (memcmp (data, "From ", 5) == 0 || (size > 6 && memcmp (data, ">From ", 6) == 0))) {
        fields.from_line = true;
        at = line_size (data, size);
    }
    fields.unfinished = true;
    while (at < size) {
        MugaiField field;
        size_t line = line_size (data + at, size - at), end = at + line;
        size_t bare = without_end (data + at, line);

        if (bare == 0) {
            fields.unfinished = false;
            at = end;
            break;
        }
        if (!split_line (data + at, bare, &field)) {
            fields.unfinished = false;
            fields.broken = true;
            break;
        }
        while (end < size && (data[end] == ' ' || data[end] == '\t'))
            end += line_size (data + end, size - end);
        if (too_much ("header-line", limits->header_line, end - at, error) ||
            too_much ("header", limits->header, end, error) ||
            too_much ("headers", limits->headers, fields.count + 1, error))
            return false;
        finish_field (&field, (size_t)((const char *)data + end - field.value));
        append (&fields, &field);
        at = end;
    }
    fields.size = at;
    *ret = fields;
    fields = (MugaiFields){ 0 };
    return true;
}

bool
mugai_field_is (const MugaiField *field, const char *name)
{
    return strlen (name) == field->name_size &&
           g_ascii_strncasecmp (field->name, name, field->name_size) == 0;
}

const MugaiField *
mugai_fields_find (const MugaiFields *fields, const char *name, size_t *from)
{
    for (size_t i = from != NULL ? *from : 0; i < fields->count; i++)
        if (mugai_field_is (&fields->list[i], name)) {
            if (from != NULL)
                *from = i + 1;
            return &fields->list[i];
        }
    return NULL;
}

static bool
is_space (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

char *
mugai_field_unfold (const MugaiField *field)
{
    const char *value = field->value;
    size_t size = field->value_size, used = 0;

    while (size > 0 && is_space (value[0]))
        value++, size--;
    while (size > 0 && is_space (value[size - 1]))
        size--;
    char *line = g_malloc (size + 1);
    for (size_t i = 0; i < size; i++) {
        bool crlf = value[i] == '\r' && value[i + 1] == '\n';

        if (crlf || (value[i] == '\n' && (value[i + 1] == ' ' || value[i + 1] == '\t')))
            continue; /* the LF that follows is looked at next; @size ends on no white space, so i +
                         1 is inside */
        line[used++] = value[i] == '\r' || value[i] == '\n' || value[i] == '\0' ? ' ' : value[i];
    }
    line[used] = '\0';
    return line;
}
