/* SPDX-License-Identifier: Apache-2.0
 *
 * Falling order of deletion is right on both servers: Postfix counts what is left, Sendmail what
 * was there. Names and values are checked here because libmilter takes CR, LF and blanks in them,
 * and Postfix stores a lone CR.
 *
 * Fields are inserted behind the last one: Sendmail's addheader puts a Received above its own and
 * fills the places of deleted fields, so that the order would not be the verified one. Postfix does
 * the same for both calls, but looks for the end of the header in its queue file before it inserts,
 * field by field through pointers: 90 system calls a mail; so there they are added.
 */
#include "milter/apply.h"

#include "core/error.h"

#include <stdint.h>
#include <string.h>

enum {
    ESC = 0x1b,
    LAST_INDEX = 0x3fffffff, /* past every field: both servers append */
    CHUNK_SIZE = 65535,      /* MILTER_CHUNK_SIZE */
    LINE_MAX_SIZE = 996,     /* bytes without line end; RFC 5321 4.5.3.1.6 less some room */
    FIELD_MAX_SIZE = 65000,  /* Sendmail takes 64 KiB a packet */
    FIELDS_MAX = 4096,       /* the profile allows 50 trace fields and a few dozen others */
};

typedef struct Field {
    char *name;
    GString *value; /* with the blank after the colon; lines divided by LF */
} Field;

struct MugaiEdit {
    GArray *fields; /* of Field */
    const uint8_t *body;
    size_t body_size;
};

static void
field_clear (void *data)
{
    Field *field = data;

    g_free (field->name);
    g_string_free (field->value, TRUE);
}

void
mugai_edit_free (MugaiEdit *edit)
{
    if (edit == NULL)
        return;
    g_array_unref (edit->fields);
    g_free (edit);
}

static bool
refuse (size_t offset, const char *what, GError **error)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL, "verified mail, offset %zu: %s", offset,
                 what);
    return false;
}

static bool
name_ok (const uint8_t *name, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!g_ascii_isalnum (name[i]) && name[i] != '-')
            return false;
    return size > 0 && size <= 64;
}

static bool
text_ok (const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    return size <= LINE_MAX_SIZE;
}

static bool
take_line (MugaiEdit *edit, const uint8_t *line, size_t size, size_t offset, GError **error)
{
    if (!text_ok (line, size))
        return refuse (offset, "a header line is too long or not printable ASCII", error);
    if (line[0] == ' ') {
        if (edit->fields->len == 0)
            return refuse (offset, "the header begins with a continuation line", error);
        Field *last = &g_array_index (edit->fields, Field, edit->fields->len - 1);
        g_string_append_c (last->value, '\n');
        g_string_append_len (last->value, (const char *)line, (gssize)size);
        if (last->value->len > FIELD_MAX_SIZE)
            return refuse (offset, "a header field is longer than a packet of the milter protocol",
                           error);
        return true;
    }
    const uint8_t *colon = memchr (line, ':', size);
    size_t name = colon == NULL ? 0 : (size_t)(colon - line);
    if (!name_ok (line, name))
        return refuse (offset, "a header line has no valid name", error);
    if (edit->fields->len == FIELDS_MAX)
        return refuse (offset, "too many header fields", error);
    Field field = { .name = g_strndup ((const char *)line, name),
                    .value = g_string_new_len ((const char *)line + name + 1,
                                               (gssize)(size - name - 1)) };
    g_array_append_val (edit->fields, field);
    return true;
}

/* Nothing but TAB, ESC (ISO-2022-JP) and printable ASCII, looked at without branches: bodies may be
 * large. */
static bool
plain (const uint8_t *text, size_t size)
{
    bool good = true;

    for (size_t i = 0; i < size; i++)
        good = good & ((text[i] >= 0x20 && text[i] <= 0x7e) | (text[i] == '\t') | (text[i] == ESC));
    return good;
}

/* Offset of the line that is not 7-bit text with CRLF; @size when there is none. */
static size_t
bad_line (const uint8_t *body, size_t size)
{
    size_t at = 0;

    while (at < size) {
        const uint8_t *cr = memchr (body + at, '\r', size - at);
        size_t end = cr != NULL ? (size_t)(cr - body) : size;
        if (!plain (body + at, end - at) ||
            (cr != NULL && (end + 1 == size || body[end + 1] != '\n')))
            return at;
        at = cr != NULL ? end + 2 : size;
    }
    return size;
}

static bool
split (MugaiEdit *edit, MugaiMap mail, GError **error)
{
    size_t at = 0;

    for (;;) {
        const uint8_t *line = mail.data + at;
        const uint8_t *lf = at < mail.size ? memchr (line, '\n', mail.size - at) : NULL;
        if (lf == NULL)
            return refuse (at, "the header has no end", error);
        size_t size = (size_t)(lf - line);
        if (size == 0 || line[size - 1] != '\r')
            return refuse (at, "a line ends without CR", error);
        if (size == 1) {
            edit->body = line + 2;
            edit->body_size = mail.size - at - 2;
            break;
        }
        if (!take_line (edit, line, size - 1, at, error))
            return false;
        at += size + 1;
    }
    size_t bad = bad_line (edit->body, edit->body_size);
    return bad == edit->body_size || refuse ((size_t)(edit->body - mail.data) + bad,
                                             "the body is not 7-bit text with CRLF", error);
}

MugaiEdit *
mugai_edit_new (MugaiMap mail, GError **error)
{
    g_autoptr (MugaiEdit) edit = g_new0 (MugaiEdit, 1);

    edit->fields = g_array_new (FALSE, FALSE, sizeof (Field));
    g_array_set_clear_func (edit->fields, field_clear);
    if (!split (edit, mail, error))
        return NULL;
    return g_steal_pointer (&edit);
}

static bool
delete_all (SMFICTX *ctx, const MugaiOriginal *original)
{
    for (size_t i = mugai_original_fields (original); i > 0; i--) {
        unsigned occurrence = 0;
        const char *name = mugai_original_field (original, i - 1, &occurrence);
        if (smfi_chgheader (ctx, (char *)name, (int)occurrence, NULL) != MI_SUCCESS)
            return false;
    }
    return true;
}

/* Sendmail makes From, Date and Message-Id itself where a mail lacks them, does not show them to a
 * milter, and puts them out beside or before ours unless they are deleted like the others. Postfix
 * ignores the deletion of what is not there. */
static bool
delete_made (SMFICTX *ctx, const MugaiOriginal *original)
{
    static const char *const made[] = { "From", "Date", "Message-Id" };

    for (size_t i = 0; i < G_N_ELEMENTS (made); i++)
        if (mugai_original_count (original, made[i]) == 0 &&
            smfi_chgheader (ctx, (char *)made[i], 1, NULL) != MI_SUCCESS)
            return false;
    return true;
}

static bool
add_all (const MugaiEdit *edit, SMFICTX *ctx, const MugaiMta *mta)
{
    for (guint i = 0; i < edit->fields->len; i++) {
        const Field *field = &g_array_index (edit->fields, Field, i);
        char *value = field->value->str;
        char *sent = mta->space && *value == ' ' ? value + 1 : value;
        int r = mta->appends ? smfi_addheader (ctx, field->name, sent)
                             : smfi_insheader (ctx, LAST_INDEX, field->name, sent);
        if (r != MI_SUCCESS)
            return false;
    }
    return true;
}

static bool
replace_body (const MugaiEdit *edit, SMFICTX *ctx)
{
    if (edit->body_size == 0)
        return smfi_replacebody (ctx, NULL, 0) == MI_SUCCESS;
    for (size_t at = 0; at < edit->body_size; at += CHUNK_SIZE) {
        size_t size = MIN (edit->body_size - at, (size_t)CHUNK_SIZE);
        if (smfi_replacebody (ctx, (unsigned char *)edit->body + at, (int)size) != MI_SUCCESS)
            return false;
    }
    return true;
}

bool
mugai_edit_send (const MugaiEdit *edit, SMFICTX *ctx, const MugaiOriginal *original,
                 const MugaiMta *mta)
{
    return delete_all (ctx, original) && delete_made (ctx, original) && add_all (edit, ctx, mta) &&
           replace_body (edit, ctx);
}
