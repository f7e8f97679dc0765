/* SPDX-License-Identifier: Apache-2.0
 *
 * Header fields are gathered in a small buffer, so that a mail costs a few writes instead of one
 * for each callback. After the first failure everything is ignored and the memory is given back at
 * once; the MTA goes on sending, and the end of the message answers 451.
 */
#include "milter/original.h"

#include "base/fd.h"
#include "base/memfd.h"

#include <errno.h>
#include <string.h>

enum { BUFFER_SIZE = 32768 };

typedef struct Field {
    const char *name; /* in names */
    unsigned occurrence;
} Field;

struct MugaiOriginal {
    MugaiBudget *budget;
    uint64_t taken; /* bytes of the budget */
    int fd;
    int failure; /* negative errno of the first failure */
    bool body;   /* the header is over */
    uint64_t size;
    MugaiSha256 hash;
    uint8_t digest[MUGAI_SHA256_SIZE];
    GStringChunk *names;
    GHashTable *counts; /* lower-case name in names -> how many */
    GArray *fields;     /* of Field */
    size_t filled;
    uint8_t buffer[BUFFER_SIZE];
};

MugaiOriginal *
mugai_original_new (MugaiBudget *budget)
{
    MugaiOriginal *original = g_malloc (sizeof *original);

    memset (original, 0, offsetof (MugaiOriginal, buffer));
    original->budget = budget;
    original->fd = mugai_memfd_new ("mugai-mail");
    original->failure = original->fd < 0 ? original->fd : 0;
    mugai_sha256_init (&original->hash);
    original->names = g_string_chunk_new (1024);
    original->counts = g_hash_table_new (g_str_hash, g_str_equal);
    original->fields = g_array_new (FALSE, FALSE, sizeof (Field));
    return original;
}

void
mugai_original_free (MugaiOriginal *original)
{
    if (original == NULL)
        return;
    if (original->fd >= 0)
        close (original->fd);
    atomic_fetch_sub (&original->budget->used, original->taken);
    g_array_unref (original->fields);
    g_hash_table_unref (original->counts);
    g_string_chunk_free (original->names);
    g_free (original);
}

static void
fail (MugaiOriginal *original, int failure)
{
    if (original->failure == 0)
        original->failure = failure;
    mugai_fd_clear (&original->fd);
    atomic_fetch_sub (&original->budget->used, original->taken);
    original->taken = 0;
}

static bool
take (MugaiOriginal *original, uint64_t size)
{
    uint64_t before = atomic_fetch_add (&original->budget->used, size);

    if (before > original->budget->max || size > original->budget->max - before) {
        atomic_fetch_sub (&original->budget->used, size);
        return false;
    }
    original->taken += size;
    return true;
}

static void
write_out (MugaiOriginal *original, const void *data, size_t size)
{
    if (original->failure != 0 || size == 0)
        return;
    if (!take (original, size)) {
        fail (original, -ENOMEM);
        return;
    }
    int r = mugai_memfd_append (original->fd, data, size);
    if (r < 0) {
        fail (original, r);
        return;
    }
    mugai_sha256_update (&original->hash, data, size);
    original->size += size;
}

static void
flush (MugaiOriginal *original)
{
    write_out (original, original->buffer, original->filled);
    original->filled = 0;
}

static void
add (MugaiOriginal *original, const void *data, size_t size)
{
    if (size > BUFFER_SIZE - original->filled)
        flush (original);
    if (size > BUFFER_SIZE) {
        write_out (original, data, size);
        return;
    }
    memcpy (original->buffer + original->filled, data, size);
    original->filled += size;
}

static unsigned
count (MugaiOriginal *original, const char *name)
{
    g_autofree char *lower = g_ascii_strdown (name, -1);
    gpointer key = NULL, value = NULL;

    if (!g_hash_table_lookup_extended (original->counts, lower, &key, &value))
        key = g_string_chunk_insert (original->names, lower);
    unsigned n = GPOINTER_TO_UINT (value) + 1;
    g_hash_table_insert (original->counts, key, GUINT_TO_POINTER (n));
    return n;
}

void
mugai_original_header (MugaiOriginal *original, const char *name, const char *value, bool space)
{
    if (original->failure != 0)
        return;
    Field field = { .name = g_string_chunk_insert_const (original->names, name),
                    .occurrence = count (original, name) };
    g_array_append_val (original->fields, field);

    add (original, name, strlen (name));
    add (original, ": ", space ? 2 : 1);
    for (const char *line = value; *line != '\0';) {
        const char *end = strchrnul (line, '\n');
        bool crlf = *end == '\n' && end > line && end[-1] == '\r';
        add (original, line, (size_t)(end - line) - (crlf ? 1 : 0));
        if (*end == '\n')
            add (original, "\r\n", 2);
        line = *end == '\n' ? end + 1 : end;
    }
    add (original, "\r\n", 2);
}

void
mugai_original_end_of_header (MugaiOriginal *original)
{
    if (original->body)
        return;
    original->body = true;
    add (original, "\r\n", 2);
}

void
mugai_original_body (MugaiOriginal *original, const void *data, size_t size)
{
    if (original->failure != 0)
        return;
    mugai_original_end_of_header (original);
    add (original, data, size);
}

int
mugai_original_seal (MugaiOriginal *original)
{
    mugai_original_end_of_header (original);
    flush (original);
    if (original->failure != 0)
        return original->failure;
    mugai_sha256_final (&original->hash, original->digest);
    int r = mugai_memfd_seal (original->fd);
    if (r < 0)
        fail (original, r);
    return r;
}

int
mugai_original_fd (const MugaiOriginal *original)
{
    return original->fd;
}

uint64_t
mugai_original_size (const MugaiOriginal *original)
{
    return original->size;
}

void
mugai_original_sha256 (const MugaiOriginal *original, uint8_t ret_digest[MUGAI_SHA256_SIZE])
{
    memcpy (ret_digest, original->digest, MUGAI_SHA256_SIZE);
}

size_t
mugai_original_fields (const MugaiOriginal *original)
{
    return original->fields->len;
}

const char *
mugai_original_field (const MugaiOriginal *original, size_t index, unsigned *ret_occurrence)
{
    const Field *field = &g_array_index (original->fields, Field, index);

    *ret_occurrence = field->occurrence;
    return field->name;
}

unsigned
mugai_original_count (const MugaiOriginal *original, const char *name)
{
    g_autofree char *lower = g_ascii_strdown (name, -1);

    return GPOINTER_TO_UINT (g_hash_table_lookup (original->counts, lower));
}
