/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/crypt.h"

#include "base/fd.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum {
    KEYS_MAX = 64,
    KEY_SIZE = crypto_secretstream_xchacha20poly1305_KEYBYTES,
};

static const char magic[] = "mugai-keep-key-1";

typedef struct Key {
    uint8_t id[MUGAI_CRYPT_KEY_ID_SIZE];
    uint8_t key[KEY_SIZE];
} Key;

struct MugaiCryptKeys {
    Key key[KEYS_MAX];
    size_t n;
};

static bool
fail (GError **error, MugaiErrorCode code, const char *what)
{
    g_set_error (error, MUGAI_ERROR, code, "key file: %s", what);
    return false;
}

static bool
fail_errno (GError **error, const char *what)
{
    int number = errno;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "key file: %s: %s", what,
                 g_strerror (number));
    return false;
}

static void
key_identify (Key *key)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state h;

    crypto_hash_sha256_init (&h);
    crypto_hash_sha256_update (&h, (const uint8_t *)magic, sizeof magic - 1);
    crypto_hash_sha256_update (&h, key->key, KEY_SIZE);
    crypto_hash_sha256_final (&h, digest);
    memcpy (key->id, digest, sizeof key->id);
}

static bool
parse_line (MugaiCryptKeys *keys, const char *line, size_t length)
{
    size_t head = sizeof magic; /* with its blank */
    size_t got = 0;
    const char *end = NULL;

    if (keys->n == KEYS_MAX || length != head + 2 * KEY_SIZE ||
        memcmp (line, magic, sizeof magic - 1) != 0 || line[sizeof magic - 1] != ' ')
        return false;
    Key *key = &keys->key[keys->n];
    if (sodium_hex2bin (key->key, KEY_SIZE, line + head, 2 * KEY_SIZE, NULL, &got, &end) != 0 ||
        got != KEY_SIZE || end != line + length)
        return false;
    key_identify (key);
    keys->n++;
    return true;
}

static bool
parse (MugaiCryptKeys *keys, const char *text, size_t size, GError **error)
{
    for (const char *at = text; at < text + size;) {
        const char *end = memchr (at, '\n', (size_t)(text + size - at));
        if (end == NULL || !parse_line (keys, at, (size_t)(end - at)))
            return fail (
                error, MUGAI_ERROR_USAGE,
                "not \"mugai-keep-key-1 <64 hexadecimal digits>\" lines; restore it from a backup");
        at = end + 1;
    }
    return keys->n > 0 || fail (error, MUGAI_ERROR_USAGE, "empty; restore it from a backup");
}

static bool
create (int dir, GError **error)
{
    uint8_t key[KEY_SIZE];
    char hex[2 * KEY_SIZE + 1], line[sizeof magic + sizeof hex + 1];
    mugai_autofd fd =
        openat (dir, "key.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return fail_errno (error, "create");
    randombytes_buf (key, sizeof key);
    sodium_bin2hex (hex, sizeof hex, key, sizeof key);
    int n = snprintf (line, sizeof line, "%s %s\n", magic, hex);
    bool ok = write (fd, line, (size_t)n) == n && fsync (fd) == 0 &&
              renameat (dir, "key.new", dir, "key") == 0 && fsync (dir) == 0;
    if (!ok)
        fail_errno (error, "write");
    sodium_memzero (key, sizeof key);
    sodium_memzero (hex, sizeof hex);
    sodium_memzero (line, sizeof line);
    return ok;
}

static bool
load (MugaiCryptKeys *keys, int fd, GError **error)
{
    char text[KEYS_MAX * (sizeof magic + 2 * KEY_SIZE + 1)];
    struct stat st;

    if (fstat (fd, &st) < 0)
        return fail_errno (error, "stat");
    if ((st.st_mode & 077) != 0)
        return fail (error, MUGAI_ERROR_USAGE,
                     "others may read it; chmod 600 it, and think of a new key");
    ssize_t n = read (fd, text, sizeof text);
    if (n < 0)
        return fail_errno (error, "read");
    bool ok = parse (keys, text, (size_t)n, error);
    sodium_memzero (text, sizeof text);
    return ok;
}

MugaiCryptKeys *
mugai_crypt_keys_open (int dir, bool may_create, GError **error)
{
    g_autoptr (MugaiCryptKeys) keys = g_new0 (MugaiCryptKeys, 1);
    mugai_autofd fd = openat (dir, "key", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 && errno == ENOENT) {
        if (!may_create) {
            fail (error, MUGAI_ERROR_USAGE,
                  "missing, but there are originals; restore it from a backup");
            return NULL;
        }
        if (!create (dir, error))
            return NULL;
        fd = openat (dir, "key", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (fd < 0) {
        fail_errno (error, "open");
        return NULL;
    }
    if (!load (keys, fd, error))
        return NULL;
    return g_steal_pointer (&keys);
}

void
mugai_crypt_keys_free (MugaiCryptKeys *keys)
{
    if (keys == NULL)
        return;
    sodium_memzero (keys, sizeof *keys);
    g_free (keys);
}

const uint8_t *
mugai_crypt_keys_current (const MugaiCryptKeys *keys)
{
    return keys->key[keys->n - 1].id;
}

void
mugai_crypt_seal_begin (MugaiCryptStream *stream, const MugaiCryptKeys *keys, uint8_t *ret_header)
{
    crypto_secretstream_xchacha20poly1305_init_push (&stream->state, ret_header,
                                                     keys->key[keys->n - 1].key);
}

size_t
mugai_crypt_seal (MugaiCryptStream *stream, uint8_t *out, const void *plain, size_t size,
                  const void *ad, size_t ad_size, bool last)
{
    unsigned long long written = 0;

    crypto_secretstream_xchacha20poly1305_push (
        &stream->state, out, &written, plain, size, ad, ad_size,
        last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
             : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
    return (size_t)written;
}

bool
mugai_crypt_open_begin (MugaiCryptStream *stream, const MugaiCryptKeys *keys, const uint8_t *key_id,
                        const uint8_t *header)
{
    for (size_t i = keys->n; i > 0; i--)
        if (memcmp (keys->key[i - 1].id, key_id, MUGAI_CRYPT_KEY_ID_SIZE) == 0)
            return crypto_secretstream_xchacha20poly1305_init_pull (&stream->state, header,
                                                                    keys->key[i - 1].key) == 0;
    return false;
}

bool
mugai_crypt_open (MugaiCryptStream *stream, uint8_t *out, const void *sealed, size_t size,
                  const void *ad, size_t ad_size, bool *ret_last)
{
    unsigned char tag = 0;

    if (size < crypto_secretstream_xchacha20poly1305_ABYTES ||
        crypto_secretstream_xchacha20poly1305_pull (&stream->state, out, NULL, &tag, sealed, size,
                                                    ad, ad_size) != 0)
        return false;
    if (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL &&
        tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE)
        return false;
    *ret_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return true;
}
