/* SPDX-License-Identifier: Apache-2.0
 *
 * write-envelope: an envelope in its binary form on standard output, for the process tests.
 */
#include "core/envelope.h"

#include <stdio.h>

int
main (void)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    gsize size;

    envelope->kind = MUGAI_ITEM_MAIL;
    envelope->sender = g_strdup ("taro@example.jp");
    g_ptr_array_add (envelope->recipients, g_strdup ("hanako@city.example.lg.jp"));
    mugai_id_random (envelope->id);
    g_autoptr (GBytes) bytes = mugai_envelope_write (envelope);
    const void *data = g_bytes_get_data (bytes, &size);
    return fwrite (data, 1, size, stdout) == size && fflush (stdout) == 0 ? 0 : 1;
}
