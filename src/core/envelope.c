/* SPDX-License-Identifier: Apache-2.0
 *
 * Wire form: magic, id, kind, date, sender, recipients, then the optional values in the order of
 * the struct.
 */
#include "core/envelope.h"

#include "core/error.h"
#include "core/store.h"

#include <string.h>
#include <sys/random.h>

enum { MAGIC = 0x3145474d /* "MGE1" */ };

MugaiEnvelope *
mugai_envelope_new (void)
{
    MugaiEnvelope *envelope = g_new0 (MugaiEnvelope, 1);

    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->recipients = g_ptr_array_new_with_free_func (g_free);
    return envelope;
}

void
mugai_envelope_free (MugaiEnvelope *envelope)
{
    if (envelope == NULL)
        return;
    g_free (envelope->sender);
    g_ptr_array_unref (envelope->recipients);
    g_free (envelope->client_name);
    g_free (envelope->client_address);
    g_free (envelope->helo);
    g_free (envelope->queue_id);
    g_free (envelope->login);
    g_free (envelope->host);
    g_free (envelope->path);
    g_free (envelope);
}

GBytes *
mugai_envelope_write (const MugaiEnvelope *envelope)
{
    GByteArray *out = g_byte_array_new();

    mugai_store_u32 (out, MAGIC);
    mugai_store_bytes (out, envelope->id, MUGAI_ID_SIZE - 1);
    mugai_store_u8 (out, (uint8_t)envelope->kind);
    mugai_store_u64 (out, (uint64_t)envelope->date_us);
    /* Addresses and the path decide, so they are never cut: too long a one is refused by the
     * reader. */
    mugai_store_maybe (out, envelope->sender, G_MAXUINT32 / 2);
    mugai_store_u32 (out, envelope->recipients->len);
    for (guint i = 0; i < envelope->recipients->len; i++)
        mugai_store_text (out, g_ptr_array_index (envelope->recipients, i), G_MAXUINT32 / 2);
    mugai_store_maybe (out, envelope->client_name, MUGAI_ENVELOPE_TEXT);
    mugai_store_maybe (out, envelope->client_address, G_MAXUINT32 / 2);
    mugai_store_maybe (out, envelope->helo, MUGAI_ENVELOPE_TEXT);
    mugai_store_maybe (out, envelope->queue_id, MUGAI_ENVELOPE_TEXT);
    mugai_store_maybe (out, envelope->login, MUGAI_ENVELOPE_TEXT);
    mugai_store_maybe (out, envelope->host, MUGAI_ENVELOPE_TEXT);
    mugai_store_maybe (out, envelope->path, G_MAXUINT32 / 2);
    return g_byte_array_free_to_bytes (out);
}

static void
read_recipients (MugaiCursor *c, MugaiEnvelope *envelope)
{
    uint32_t count = mugai_store_read_count (c, sizeof (uint32_t));

    if (count > MUGAI_ENVELOPE_RECIPIENTS)
        c->failed = true;
    for (uint32_t i = 0; i < count && !c->failed; i++) {
        char *recipient = mugai_store_read_text (c, MUGAI_ENVELOPE_TEXT);
        if (recipient != NULL)
            g_ptr_array_add (envelope->recipients, recipient);
    }
}

static void
read_all (MugaiCursor *c, MugaiEnvelope *envelope)
{
    if (mugai_cursor_u32 (c) != MAGIC)
        c->failed = true;
    const uint8_t *id = mugai_cursor_bytes (c, MUGAI_ID_SIZE - 1);
    if (id != NULL)
        memcpy (envelope->id, id, MUGAI_ID_SIZE - 1);
    envelope->kind = (MugaiItemKind)mugai_cursor_u8 (c);
    envelope->date_us = (int64_t)mugai_cursor_u64 (c);
    envelope->sender = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    read_recipients (c, envelope);
    envelope->client_name = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    envelope->client_address = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    envelope->helo = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    envelope->queue_id = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    envelope->login = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    envelope->host = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
    envelope->path = mugai_store_read_maybe (c, MUGAI_ENVELOPE_TEXT);
}

MugaiEnvelope *
mugai_envelope_read (const void *data, size_t size, GError **error)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    MugaiCursor c = mugai_cursor (data, size);

    if (size > MUGAI_ENVELOPE_SIZE)
        c.failed = true;
    read_all (&c, envelope);
    if (!mugai_cursor_done (&c) || !mugai_id_valid (envelope->id) ||
        (envelope->kind != MUGAI_ITEM_MAIL && envelope->kind != MUGAI_ITEM_FILE)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL, "malformed envelope of %zu bytes",
                     size);
        return NULL;
    }
    return g_steal_pointer (&envelope);
}

bool
mugai_id_valid (const char *id)
{
    size_t i = 0;

    if (id == NULL)
        return false;
    while (i < MUGAI_ID_SIZE - 1 &&
           ((id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f')))
        i++;
    return i == MUGAI_ID_SIZE - 1 && id[i] == '\0';
}

void
mugai_id_random (char ret_id[MUGAI_ID_SIZE])
{
    uint8_t bytes[(MUGAI_ID_SIZE - 1) / 2];

    ssize_t got = getrandom (bytes, sizeof bytes, 0);
    g_assert (got == (ssize_t)sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        g_snprintf (ret_id + 2 * i, 3, "%02x", bytes[i]);
}

void
mugai_id_number (const char *id, char ret[15])
{
    g_snprintf (ret, 15, "%.4s-%.4s-%.4s", id, id + 4, id + 8);
}
