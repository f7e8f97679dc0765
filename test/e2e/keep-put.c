/* SPDX-License-Identifier: Apache-2.0
 *
 * keep-put: hand one mail to a running mugai-keep and record it as held, as the milter would; for
 * test-keep-cli.py. Usage: keep-put SOCKET FILE SENDER RECIPIENT...; prints the id.
 */
#include "base/memfd.h"
#include "core/envelope.h"
#include "wire/keep.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

static int
sealed (const void *data, size_t size)
{
    int fd = mugai_memfd_new ("keep-put");

    return fd >= 0 && mugai_memfd_append (fd, data, size) == 0 && mugai_memfd_seal (fd) == 0 ? fd
                                                                                             : -1;
}

static bool
put (MugaiKeepClient *client, const MugaiEnvelope *envelope, const char *data, size_t size,
     GError **error)
{
    MugaiKeepPut put = { .kind = MUGAI_ITEM_MAIL, .auth = "dkim=pass" };
    g_autoptr (GBytes) wire = mugai_envelope_write (envelope);
    int fds[] = { sealed (data, size),
                  sealed (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire)) };

    memcpy (put.id, envelope->id, sizeof put.id);
    mugai_sha256 (data, size, put.content_sha256);
    return mugai_keep_put (client, &put, fds[0], fds[1], MUGAI_KEEP_TIMEOUT_US, error);
}

static bool
hold (MugaiKeepClient *client, const MugaiEnvelope *envelope, GError **error)
{
    MugaiKeepRecord record = { .state = MUGAI_KEEP_HOLDING,
                               .kind = MUGAI_ITEM_MAIL,
                               .durable = true,
                               .reason = "policy.hold" };

    memcpy (record.id, envelope->id, sizeof record.id);
    if (!mugai_keep_record (client, &record, -1, MUGAI_KEEP_TIMEOUT_US, error))
        return false;
    record.state = MUGAI_KEEP_HELD;
    return mugai_keep_record (client, &record, -1, MUGAI_KEEP_TIMEOUT_US, error);
}

int
main (int argc, char **argv)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    g_autoptr (GError) error = NULL;
    g_autofree char *data = NULL;
    gsize size = 0;

    if (argc < 5 || !g_file_get_contents (argv[2], &data, &size, &error)) {
        fprintf (stderr, "keep-put: %s\n", error != NULL ? error->message : "usage");
        return 2;
    }
    mugai_id_random (envelope->id);
    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->date_us = g_get_real_time();
    envelope->sender = g_strdup (argv[3]);
    for (int i = 4; i < argc; i++)
        g_ptr_array_add (envelope->recipients, g_strdup (argv[i]));
    g_autoptr (MugaiKeepClient) client =
        mugai_keep_connect (argv[1], MUGAI_VERSION, MUGAI_KEEP_TIMEOUT_US, &error);
    if (client == NULL || !put (client, envelope, data, size, &error) ||
        !hold (client, envelope, &error)) {
        fprintf (stderr, "keep-put: %s\n", error->message);
        return 1;
    }
    puts (envelope->id);
    return 0;
}
