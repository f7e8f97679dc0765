/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: pack -> chunks that authenticate -> (inflate) -> a splitter that hands prefix,
 * meta, envelope and content to where they belong. Nothing is given out before the chunk tagged
 * FINAL was seen where the header says the stream ends and every size is met exactly.
 */
#include "base/fd.h"
#include "base/memfd.h"
#include "core/error.h"
#include "keep/vault-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Reader {
    int fd;
    uint64_t at, end; /* of the sealed stream in the pack */
    MugaiVaultHeader header;
    MugaiCryptStream stream;
    z_stream z;
    bool inflating, z_ended;
    uint8_t prefix[MUGAI_VAULT_PREFIX];
    uint64_t seen, meta, envelope,
        content; /* bytes of plain text so far; sizes out of the prefix */
    bool want_bytes;
    crypto_hash_sha256_state hash;
    MugaiVaultRecord *out;
} Reader;

static bool
damaged (GError **error, const char *what)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_MALFORMED, "originals: record is damaged: %s",
                 what);
    return false;
}

static bool
fail (GError **error, const char *what)
{
    int number = errno;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "originals: %s: %s", what,
                 g_strerror (number));
    return false;
}

bool
mugai_vault_pack_name_ok (const char *pack)
{
    static const char form[] = "dddd-dd-dd/dddd.pack";

    if (strlen (pack) != sizeof form - 1)
        return false;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (i < 15 && form[i] == 'd' ? !g_ascii_isdigit (pack[i]) : pack[i] != form[i])
            return false;
    return true;
}

int
mugai_vault_pack_open (const MugaiVault *vault, const char *pack, int flags)
{
    if (!mugai_vault_pack_name_ok (pack)) {
        errno = EINVAL;
        return -1;
    }
    return openat (vault->originals, pack, flags | O_CLOEXEC | O_NOFOLLOW);
}

void
mugai_vault_record_clear (MugaiVaultRecord *record)
{
    if (record->meta != NULL)
        g_byte_array_unref (record->meta);
    mugai_fd_clear (&record->envelope);
    mugai_fd_clear (&record->content);
    record->meta = NULL;
}

static bool
read_all (int fd, uint8_t *out, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t n = pread (fd, out, size, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        out += n;
        size -= (size_t)n;
        at += (uint64_t)n;
    }
    return true;
}

/* ---- the splitter ---- */

/* Bytes of [from, from + size) that @seen still leaves in front. */
static size_t
take (const Reader *r, uint64_t from, uint64_t size, size_t left)
{
    uint64_t rest = from + size - r->seen;

    return rest < left ? (size_t)rest : left;
}

static bool
split_some (Reader *r, const uint8_t *data, size_t size, size_t *ret_used, GError **error)
{
    uint64_t envelope_at = MUGAI_VAULT_PREFIX + r->meta, content_at = envelope_at + r->envelope;
    int number = 0;
    size_t n;

    if (r->seen < MUGAI_VAULT_PREFIX) {
        n = take (r, 0, MUGAI_VAULT_PREFIX, size);
        memcpy (r->prefix + r->seen, data, n);
        if (r->seen + n == MUGAI_VAULT_PREFIX &&
            !mugai_vault_prefix_read (r->prefix, r->header.plain, &r->meta, &r->envelope,
                                      &r->content))
            return damaged (error, "sizes do not add up");
    } else if (r->seen < envelope_at) {
        n = take (r, MUGAI_VAULT_PREFIX, r->meta, size);
        g_byte_array_append (r->out->meta, data, (guint)n);
    } else if (r->seen < content_at) {
        n = take (r, envelope_at, r->envelope, size);
        number = r->want_bytes ? mugai_memfd_append (r->out->envelope, data, n) : 0;
    } else {
        n = take (r, content_at, r->content, size);
        if (n == 0)
            return damaged (error, "longer than its header says");
        crypto_hash_sha256_update (&r->hash, data, n);
        number = r->want_bytes ? mugai_memfd_append (r->out->content, data, n) : 0;
    }
    if (number < 0) {
        errno = -number;
        return fail (error, "memory for an original");
    }
    r->seen += n;
    *ret_used = n;
    return true;
}

static bool
split (Reader *r, const uint8_t *data, size_t size, GError **error)
{
    while (size > 0) {
        size_t used = 0;
        if (!split_some (r, data, size, &used, error))
            return false;
        data += used;
        size -= used;
    }
    return true;
}

/* ---- the stream ---- */

static bool
inflate_chunk (Reader *r, uint8_t *chunk, size_t size, GError **error)
{
    g_autofree uint8_t *out = g_malloc (MUGAI_CRYPT_CHUNK);

    r->z.next_in = chunk;
    r->z.avail_in = (uInt)size;
    do {
        if (r->z_ended)
            return r->z.avail_in == 0 || damaged (error, "bytes after the compressed stream");
        r->z.next_out = out;
        r->z.avail_out = MUGAI_CRYPT_CHUNK;
        int z = inflate (&r->z, Z_NO_FLUSH);
        if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR)
            return damaged (error, "inflate");
        r->z_ended = z == Z_STREAM_END;
        if (!split (r, out, MUGAI_CRYPT_CHUNK - r->z.avail_out, error))
            return false;
    } while (r->z.avail_in > 0 || r->z.avail_out == 0);
    return true;
}

static bool
read_stream (Reader *r, GError **error)
{
    g_autofree uint8_t *sealed = g_malloc (MUGAI_CRYPT_SEALED),
                       *plain = g_malloc (MUGAI_CRYPT_CHUNK);
    uint8_t head[MUGAI_VAULT_HEADER];
    bool first = true, last = false;

    mugai_vault_header_write (&r->header, head);
    while (!last) {
        size_t n = (size_t)MIN (r->end - r->at, (uint64_t)MUGAI_CRYPT_SEALED);
        if (!read_all (r->fd, sealed, n, r->at))
            return damaged (error, "cut short");
        if (!mugai_crypt_open (&r->stream, plain, sealed, n, first ? head : NULL,
                               first ? MUGAI_VAULT_AD : 0, &last))
            return damaged (error, "does not authenticate");
        r->at += n;
        first = false;
        size_t size = n - crypto_secretstream_xchacha20poly1305_ABYTES;
        if (r->inflating ? !inflate_chunk (r, plain, size, error) : !split (r, plain, size, error))
            return false;
        if (!last && r->at == r->end)
            return damaged (error, "its last chunk is missing");
    }
    if (r->at != r->end || r->seen != r->header.plain || (r->inflating && !r->z_ended))
        return damaged (error, "sizes differ from its header");
    return true;
}

static bool
finish (Reader *r, GError **error)
{
    if (r->want_bytes &&
        (mugai_memfd_seal (r->out->envelope) < 0 || mugai_memfd_seal (r->out->content) < 0))
        return fail (error, "seal");
    crypto_hash_sha256_final (&r->hash, r->out->content_sha256);
    r->out->content_size = r->content;
    r->out->length = MUGAI_VAULT_HEADER + r->header.sealed;
    r->out->kind = r->header.kind;
    memcpy (r->out->id, r->header.id, sizeof r->out->id);
    return true;
}

static bool
begin (Reader *r, const MugaiVault *vault, const MugaiVaultPlace *place, MugaiVaultKind kind,
       const char *id, GError **error)
{
    uint8_t head[MUGAI_VAULT_HEADER];

    if (!read_all (r->fd, head, sizeof head, place->offset) ||
        !mugai_vault_header_read (head, &r->header))
        return damaged (error, "no record begins here");
    if (r->header.kind != kind || strcmp (r->header.id, id) != 0)
        return damaged (error, "it belongs to another item");
    if (!mugai_crypt_open_begin (&r->stream, vault->keys, r->header.key_id, r->header.stream))
        return damaged (error, "sealed under a key that is not in the key file");
    r->at = place->offset + MUGAI_VAULT_HEADER;
    r->end = r->at + r->header.sealed;
    r->inflating = r->header.encoding == 1;
    return true;
}

bool
mugai_vault_read (const MugaiVault *vault, const MugaiVaultPlace *place, MugaiVaultKind kind,
                  const char *id, bool want_bytes, MugaiVaultRecord *ret, GError **error)
{
    g_auto (MugaiVaultRecord) out = { .envelope = -1, .content = -1 };
    mugai_autofd fd = mugai_vault_pack_open (vault, place->pack, O_RDONLY);
    Reader r = { .fd = fd, .want_bytes = want_bytes, .out = &out };

    if (fd < 0)
        return errno == ENOENT ? damaged (error, "its pack is missing") : fail (error, "open pack");
    if (!begin (&r, vault, place, kind, id, error))
        return false;
    out.meta = g_byte_array_new();
    crypto_hash_sha256_init (&r.hash);
    if (want_bytes && ((out.envelope = mugai_memfd_new ("mugai-envelope")) < 0 ||
                       (out.content = mugai_memfd_new ("mugai-content")) < 0))
        return fail (error, "memory for an original");
    if (r.inflating && inflateInit2 (&r.z, 15 + 16) != Z_OK) {
        errno = ENOMEM;
        return fail (error, "zlib");
    }
    bool ok = read_stream (&r, error) && finish (&r, error);
    if (r.inflating)
        inflateEnd (&r.z);
    if (!ok)
        return false;
    *ret = out;
    out = (MugaiVaultRecord){ .envelope = -1, .content = -1 };
    return true;
}

bool
mugai_vault_probe (const MugaiVault *vault, const MugaiVaultPlace *place, MugaiVaultKind kind,
                   const char *id)
{
    mugai_autofd fd = mugai_vault_pack_open (vault, place->pack, O_RDONLY);
    uint8_t head[MUGAI_VAULT_HEADER];
    MugaiVaultHeader header;
    struct stat st;

    return fd >= 0 && fstat (fd, &st) == 0 && read_all (fd, head, sizeof head, place->offset) &&
           mugai_vault_header_read (head, &header) && header.kind == kind &&
           strcmp (header.id, id) == 0 && MUGAI_VAULT_HEADER + header.sealed == place->length &&
           place->offset + place->length <= (uint64_t)st.st_size;
}

/* ---- walk ---- */

/* Where the next record may begin at or after @at: its magic, found in steps of a buffer. */
static bool
next_magic (int fd, uint64_t *at, uint64_t end)
{
    uint8_t buffer[8192];

    while (*at + MUGAI_VAULT_HEADER <= end) {
        size_t n = (size_t)MIN (end - *at, (uint64_t)sizeof buffer);
        if (!read_all (fd, buffer, n, *at))
            return false;
        const uint8_t *hit = memmem (buffer, n, "MUGAIKP1", 8);
        if (hit != NULL) {
            *at += (uint64_t)(hit - buffer);
            return true;
        }
        *at += n - 7;
    }
    return false;
}

static bool
walk_pack (const MugaiVault *vault, const char *pack, MugaiVaultEach each, void *data)
{
    mugai_autofd fd = mugai_vault_pack_open (vault, pack, O_RDONLY);
    struct stat st;
    uint8_t head[MUGAI_VAULT_HEADER];
    MugaiVaultHeader header;

    if (fd < 0 || fstat (fd, &st) < 0)
        return true;
    uint64_t end = (uint64_t)st.st_size;
    for (uint64_t at = 0; next_magic (fd, &at, end);) {
        if (!read_all (fd, head, sizeof head, at))
            break;
        MugaiVaultPlace place = { .offset = at };
        g_strlcpy (place.pack, pack, sizeof place.pack);
        if (!mugai_vault_header_read (head, &header) || header.sealed == 0 ||
            header.sealed > end - at - MUGAI_VAULT_HEADER) {
            at += 8;
            continue;
        }
        place.length = MUGAI_VAULT_HEADER + header.sealed;
        if (!each (&place, header.kind, header.id, data))
            return false;
        at += place.length;
    }
    return true;
}

static int
by_name (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Names in @folder of exactly @length characters, sorted. */
static GPtrArray *
names_in (int folder, const char *name, size_t length)
{
    GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
    int fd = openat (folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *dir = fd < 0 ? NULL : fdopendir (fd);
    struct dirent *entry;

    if (dir == NULL) {
        mugai_fd_clear (&fd);
        return names;
    }
    while ((entry = readdir (dir)) != NULL)
        if (strlen (entry->d_name) == length)
            g_ptr_array_add (names, g_strdup (entry->d_name));
    closedir (dir);
    g_ptr_array_sort (names, by_name);
    return names;
}

/* Every pack, in order: @visit false stops. */
static bool
each_pack (int originals, bool (*visit) (const char *pack, void *data), void *data)
{
    g_autoptr (GPtrArray) days = names_in (originals, ".", 10);

    for (guint i = 0; i < days->len; i++) {
        g_autoptr (GPtrArray) packs = names_in (originals, g_ptr_array_index (days, i), 9);
        for (guint j = 0; j < packs->len; j++) {
            g_autofree char *name = g_strdup_printf ("%s/%s", (char *)g_ptr_array_index (days, i),
                                                     (char *)g_ptr_array_index (packs, j));
            if (mugai_vault_pack_name_ok (name) && !visit (name, data))
                return false;
        }
    }
    return true;
}

typedef struct Walk {
    const MugaiVault *vault;
    MugaiVaultEach each;
    void *data;
} Walk;

static bool
visit_pack (const char *pack, void *data)
{
    const Walk *walk = data;

    return walk_pack (walk->vault, pack, walk->each, walk->data);
}

bool
mugai_vault_walk (const MugaiVault *vault, MugaiVaultEach each, void *data, GError **error)
{
    Walk walk = { vault, each, data };

    if (faccessat (vault->originals, ".", R_OK | X_OK, 0) < 0)
        return fail (error, "read folder");
    each_pack (vault->originals, visit_pack, &walk);
    return true;
}

static bool
found_one (const char *pack, void *data)
{
    (void)pack;
    *(bool *)data = true;
    return false;
}

bool
mugai_vault_empty (int dir)
{
    mugai_autofd originals =
        openat (dir, "originals", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    bool found = false;

    if (originals >= 0)
        each_pack (originals, found_one, &found);
    return !found;
}

static bool
collect (const char *pack, void *data)
{
    g_ptr_array_add (data, g_strdup (pack));
    return true;
}

GPtrArray *
mugai_vault_packs (const MugaiVault *vault)
{
    GPtrArray *packs = g_ptr_array_new_with_free_func (g_free);

    each_pack (vault->originals, collect, packs);
    return packs;
}
