/* SPDX-License-Identifier: Apache-2.0
 *
 * crypt: the keys of the keep, and one sealed stream under one of them.
 *
 * Key file: text, one line a key, "mugai-keep-key-1 <64 hexadecimal digits>"; the last line is the key for new
 * originals, all others still open old ones. A key's id is the first 8 bytes of SHA-256 ("mugai-keep-key-1" + key).
 * Stream: libsodium's crypto_secretstream_xchacha20poly1305, chunks of MUGAI_CRYPT_CHUNK bytes of plain text, the last
 * one tagged FINAL, so that a cut stream never opens whole. What binds a stream to its place is authenticated with the
 * first chunk as additional data.
 * Process: mugai-keep only. Trust: the file system may have been changed behind us; nothing that fails to open is used.
 */
#pragma once

#include "base/sha256.h"

#include <glib.h>
#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_CRYPT_KEY_ID_SIZE = 8,
    MUGAI_CRYPT_CHUNK = 65536, /* bytes of plain text in every chunk but the last */
    MUGAI_CRYPT_SEALED = MUGAI_CRYPT_CHUNK + (int) crypto_secretstream_xchacha20poly1305_ABYTES,
    MUGAI_CRYPT_HEADER = (int) crypto_secretstream_xchacha20poly1305_HEADERBYTES,
};

typedef struct MugaiCryptKeys MugaiCryptKeys;

/* mugai_crypt_keys_open:
 * Read DIR/key, or make it (0600, durable) when @may_create and there is none.
 * Errors: USAGE: no key and not @may_create, file readable by others, not a key file. RESOURCE: I/O.
 */
MugaiCryptKeys *mugai_crypt_keys_open (int dir, bool may_create, GError **error);
void mugai_crypt_keys_free (MugaiCryptKeys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiCryptKeys, mugai_crypt_keys_free)

/* The id of the key for new streams. */
const uint8_t *mugai_crypt_keys_current (const MugaiCryptKeys *keys);

typedef struct MugaiCryptStream {
    crypto_secretstream_xchacha20poly1305_state state;
} MugaiCryptStream;

/* Begin to seal under the current key. @ret_header: MUGAI_CRYPT_HEADER bytes to store in front. */
void mugai_crypt_seal_begin (MugaiCryptStream *stream, const MugaiCryptKeys *keys, uint8_t *ret_header);

/* @out: @size + 17 bytes. @ad: authenticated too, may be NULL. Returns: bytes written. */
size_t mugai_crypt_seal (MugaiCryptStream *stream, uint8_t *out, const void *plain, size_t size, const void *ad,
                         size_t ad_size, bool last);

/* False when no key has this id. */
bool mugai_crypt_open_begin (MugaiCryptStream *stream, const MugaiCryptKeys *keys, const uint8_t *key_id,
                             const uint8_t *header);

/* @out: @size - 17 bytes. Returns: false on anything that does not authenticate. */
bool mugai_crypt_open (MugaiCryptStream *stream, uint8_t *out, const void *sealed, size_t size, const void *ad,
                       size_t ad_size, bool *ret_last);
