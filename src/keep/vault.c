/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pack is open for appending. A record goes plain -> (deflate) -> chunk -> seal
 * -> pwrite through buffers that are made once; a usual mail is one chunk and so one write. `end`
 * is where the next record goes, `synced` where everything before is on disk. What it deliberately
 * does not do: read (vault-read.c), know what an item is.
 */
#include "keep/vault.h"

#include "base/fd.h"
#include "core/error.h"
#include "keep/vault-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    AHEAD = 1 << 20,    /* bytes of zeros written at once */
    PLAIN_BELOW = 4096, /* bytes: smaller contents are not worth the time of deflate */
};

static bool
fail (GError **error, const char *what)
{
    int number = errno;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "originals: %s: %s", what,
                 g_strerror (number));
    return false;
}

/* Forget what was written behind the end. */
static void
cut (MugaiVault *vault)
{
    if (ftruncate (vault->pack, (off_t)vault->end) == 0)
        vault->zeroed =
            vault->end; /* what stays otherwise is overwritten by the next record, or skipped */
}

MugaiVault *
mugai_vault_open (int dir, const MugaiCryptKeys *keys, uint64_t pack_max, GError **error)
{
    g_autoptr (MugaiVault) vault = g_new0 (MugaiVault, 1);

    vault->keys = keys;
    vault->pack_max = pack_max;
    vault->pack = vault->originals = -1;
    if ((mkdirat (dir, "originals", 0700) < 0 && errno != EEXIST) || fsync (dir) < 0 ||
        (vault->originals =
             openat (dir, "originals", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)) < 0) {
        fail (error, "open folder");
        return NULL;
    }
    /* 2^15 window, gzip frame, memory level 8 */
    if (deflateInit2 (&vault->z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        errno = ENOMEM;
        fail (error, "zlib");
        return NULL;
    }
    if ((vault->squeeze = mugai_squeeze_new()) == NULL) {
        errno = ENOMEM;
        fail (error, "libdeflate");
        return NULL;
    }
    return g_steal_pointer (&vault);
}

void
mugai_vault_free (MugaiVault *vault)
{
    if (vault == NULL)
        return;
    deflateEnd (&vault->z);
    mugai_squeeze_free (vault->squeeze);
    if (vault->pack >= 0)
        cut (vault);
    mugai_fd_clear (&vault->pack);
    mugai_fd_clear (&vault->originals);
    g_free (vault);
}

/* ---- which pack ---- */

/* Highest NNNN of the packs in @day, 0 when there is none. */
static unsigned
last_number (int day)
{
    unsigned last = 0;
    struct stat st;
    char name[16];

    for (;;) { /* numbers have no gaps above the last removed one, and expiry removes whole days in
                  the end */
        snprintf (name, sizeof name, "%04u.pack", last + 1);
        if (fstatat (day, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            return last;
        last++;
    }
}

/* Where the zeros begin that were written ahead; a record may itself end in some. */
static bool
find_end (int fd, uint64_t size, uint64_t *ret)
{
    uint8_t block[4096];
    uint64_t at = size;

    while (at > 0) {
        size_t n = (size_t)MIN (at, (uint64_t)sizeof block);
        if (pread (fd, block, n, (off_t)(at - n)) != (ssize_t)n)
            return false;
        while (n > 0 && block[n - 1] == 0) {
            n--;
            at--;
        }
        if (n > 0)
            break;
    }
    *ret = MIN (size, at + 32);
    return true;
}

static bool
open_number (MugaiVault *vault, int day, const char *day_name, unsigned number, bool create,
             GError **error)
{
    char name[16];
    struct stat st;
    int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0);

    snprintf (name, sizeof name, "%04u.pack", number);
    mugai_autofd fd = openat (day, name, flags, 0600);
    if (fd < 0 || fstat (fd, &st) < 0)
        return fail (error, "open pack");
    uint64_t end = 0;
    if (!find_end (fd, (uint64_t)st.st_size, &end))
        return fail (error, "read pack");
    if (create && (fsync (fd) < 0 || fsync (day) < 0 || fsync (vault->originals) < 0)) {
        unlinkat (day, name, 0);
        return fail (error, "make pack");
    }
    mugai_fd_clear (&vault->pack);
    vault->pack = mugai_fd_steal (&fd);
    vault->number = number;
    vault->end = vault->synced = end;
    vault->zeroed = (uint64_t)st.st_size;
    g_strlcpy (vault->day, day_name, sizeof vault->day);
    g_snprintf (vault->name, sizeof vault->name, "%s/%s", day_name, name);
    return true;
}

/* Have a pack of today open that is not full. Only called between syncs when nothing is pending in
 * the old one. */
static bool
choose_pack (MugaiVault *vault, const char *day_name, GError **error)
{
    if (mkdirat (vault->originals, day_name, 0700) < 0 && errno != EEXIST)
        return fail (error, "make folder of the day");
    mugai_autofd day =
        openat (vault->originals, day_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (day < 0)
        return fail (error, "open folder of the day");
    unsigned number = last_number (day);
    if (number > 0 && open_number (vault, day, day_name, number, false, NULL) &&
        vault->end < vault->pack_max)
        return true;
    return open_number (vault, day, day_name, number + 1, true, error);
}

static void
day_of (int64_t now_us, char out[16])
{
    time_t t = (time_t)(now_us / G_USEC_PER_SEC);
    struct tm tm;

    gmtime_r (&t, &tm);
    strftime (out, 16, "%Y-%m-%d", &tm);
}

static bool
ready (MugaiVault *vault, int64_t now_us, GError **error)
{
    char day[16];

    day_of (now_us, day);
    if (vault->pack >= 0 && vault->end < vault->pack_max && strcmp (day, vault->day) == 0)
        return true;
    if (vault->pack >= 0 &&
        !mugai_vault_sync (vault, error)) /* what is pending must not be forgotten */
        return false;
    return choose_pack (vault, day, error);
}

/* ---- one record ---- */

typedef struct Writer {
    MugaiVault *vault;
    MugaiVaultHeader header;
    MugaiCryptStream stream;
    uint64_t at; /* where the next bytes go */
    size_t
        pending; /* bytes at the start of vault->sealed that wait for the first chunk: the header */
    size_t filled; /* bytes in vault->chunk */
    bool first;
} Writer;

static bool
write_at (int fd, const uint8_t *data, size_t size, uint64_t at)
{
    while (size > 0) {
        ssize_t n = pwrite (fd, data, size, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return false;
        }
        data += n;
        size -= (size_t)n;
        at += (uint64_t)n;
    }
    return true;
}

/* Seal what is in the chunk and write it. */
static bool
emit (Writer *w, bool last)
{
    MugaiVault *vault = w->vault;
    uint8_t head[MUGAI_VAULT_HEADER];

    mugai_vault_header_write (&w->header, head);
    size_t n = mugai_crypt_seal (&w->stream, vault->sealed + w->pending, vault->chunk, w->filled,
                                 w->first ? head : NULL, w->first ? MUGAI_VAULT_AD : 0, last);
    w->header.sealed += n;
    w->filled = 0;
    if (w->first && last)
        mugai_vault_header_write (&w->header, vault->sealed);
    else if (w->first)
        memcpy (vault->sealed, head, sizeof head);
    w->first = false;
    if (!write_at (vault->pack, vault->sealed, w->pending + n, w->at))
        return false;
    w->at += w->pending + n;
    if (w->pending == 0 && last) { /* more than one chunk: the header gets its size now */
        mugai_vault_header_write (&w->header, head);
        return write_at (vault->pack, head, sizeof head, vault->end);
    }
    w->pending = 0;
    return true;
}

static bool
store_plain (Writer *w, const MugaiVaultBytes *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const uint8_t *at = parts[i].data;
        for (size_t left = parts[i].size; left > 0;) {
            size_t take = MIN (left, MUGAI_CRYPT_CHUNK - w->filled);
            if (take == 0) {
                if (!emit (w, false))
                    return false;
                continue;
            }
            memcpy (w->vault->chunk + w->filled, at, take);
            w->filled += take;
            at += take;
            left -= take;
        }
    }
    return emit (w, true);
}

/* One step of deflate into the chunk; emits when it is full. False on I/O failure; *ret_end at the
 * end of the stream. */
static bool
deflate_step (Writer *w, int flush, bool *ret_end)
{
    z_stream *z = &w->vault->z;

    if (w->filled == MUGAI_CRYPT_CHUNK && !emit (w, false))
        return false;
    z->next_out = w->vault->chunk + w->filled;
    z->avail_out = (uInt)(MUGAI_CRYPT_CHUNK - w->filled);
    int r = deflate (z, flush);
    w->filled = MUGAI_CRYPT_CHUNK - z->avail_out;
    *ret_end = r == Z_STREAM_END;
    return true;
}

static bool
store_gzip (Writer *w, const MugaiVaultBytes *parts, size_t n)
{
    z_stream *z = &w->vault->z;
    bool end = false;

    w->filled = mugai_squeeze (w->vault->squeeze, parts, n, w->vault->chunk, MUGAI_CRYPT_CHUNK);
    if (w->filled > 0)
        return emit (w, true);
    deflateReset (z);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *at = parts[i].data;
        size_t left = parts[i].size;
        while (left > 0) {
            uInt take = (uInt)MIN (left, (size_t)1 << 30);
            z->next_in = (Bytef *)at;
            z->avail_in = take;
            while (z->avail_in > 0)
                if (!deflate_step (w, Z_NO_FLUSH, &end))
                    return false;
            at += take;
            left -= take;
        }
    }
    while (!end)
        if (!deflate_step (w, Z_FINISH, &end))
            return false;
    return emit (w, true);
}

/* Does the beginning of the content shrink by a twentieth at least? Uses the chunk as scratch. */
static bool
worth_deflating (MugaiVault *vault, MugaiVaultBytes content)
{
    size_t probe = MIN (content.size, 16384);
    z_stream *z = &vault->z;

    if (content.size < PLAIN_BELOW)
        return false;
    if (content.size <= 32768) /* one chunk anyway: cheaper to try the real thing */
        return true;
    deflateReset (z);
    z->next_in = (Bytef *)content.data;
    z->avail_in = (uInt)probe;
    z->next_out = vault->chunk;
    z->avail_out = MUGAI_CRYPT_CHUNK;
    deflate (z, Z_FINISH);
    return z->total_out < probe - probe / 20;
}

/* Write zeros ahead and have them on disk, so that most syncs find blocks and size as they are and
 * need no commit of the file system's journal: only the data. Just speed: a failure is left to the
 * real write. */
static void
write_ahead (MugaiVault *vault, uint64_t size)
{
    uint64_t wanted = vault->end + size + MUGAI_VAULT_HEADER;

    if (wanted <= vault->zeroed || size > AHEAD / 8)
        return;
    uint64_t from = MAX (vault->zeroed, vault->end);
    g_autofree uint8_t *zero = g_malloc0 (AHEAD);
    if (write_at (vault->pack, zero, AHEAD, from) && fdatasync (vault->pack) == 0)
        vault->zeroed = from + AHEAD;
    else if (ftruncate (vault->pack, (off_t)from) == 0)
        vault->zeroed = from;
}

static bool
store (Writer *w, const MugaiVaultBytes *parts, size_t n, bool gzip)
{
    w->header.encoding = gzip ? 1 : 0;
    w->header.sealed = 0;
    w->at = w->vault->end;
    w->pending = MUGAI_VAULT_HEADER;
    w->filled = 0;
    w->first = true;
    mugai_crypt_seal_begin (&w->stream, w->vault->keys, w->header.stream);
    return gzip ? store_gzip (w, parts, n) : store_plain (w, parts, n);
}

bool
mugai_vault_append (MugaiVault *vault, MugaiVaultKind kind, const char *id, int64_t now_us,
                    MugaiVaultBytes meta, MugaiVaultBytes envelope, MugaiVaultBytes content,
                    MugaiVaultPlace *ret, GError **error)
{
    uint8_t prefix[MUGAI_VAULT_PREFIX];
    const MugaiVaultBytes parts[] = { { prefix, sizeof prefix }, meta, envelope, content };
    Writer w = { .vault = vault, .header.kind = kind };

    if (!ready (vault, now_us, error))
        return false;
    mugai_vault_prefix_write (meta.size, envelope.size, content.size, prefix);
    memcpy (w.header.key_id, mugai_crypt_keys_current (vault->keys), sizeof w.header.key_id);
    g_strlcpy (w.header.id, id, sizeof w.header.id);
    for (size_t i = 0; i < G_N_ELEMENTS (parts); i++)
        w.header.plain += parts[i].size;
    write_ahead (vault, w.header.plain);
    if (!store (&w, parts, G_N_ELEMENTS (parts), worth_deflating (vault, content))) {
        fail (error, "write");
        int number = errno;
        cut (vault);
        errno = number;
        return false;
    }
    g_strlcpy (ret->pack, vault->name, sizeof ret->pack);
    ret->offset = vault->end;
    ret->length = w.at - vault->end;
    vault->end = w.at;
    return true;
}

/* ---- durability ---- */

bool
mugai_vault_sync (MugaiVault *vault, GError **error)
{
    if (vault->pack < 0 || vault->end == vault->synced)
        return true;
    if (fdatasync (vault->pack) < 0)
        return fail (error, "fdatasync");
    vault->synced = vault->end;
    return true;
}

void
mugai_vault_rollback (MugaiVault *vault)
{
    if (vault->pack < 0 || vault->end == vault->synced)
        return;
    vault->end = vault->synced;
    cut (vault);
}

/* ---- removal ---- */

bool
mugai_vault_erase (MugaiVault *vault, const MugaiVaultPlace *place, GError **error)
{
    mugai_autofd fd = mugai_vault_pack_open (vault, place->pack, O_WRONLY);
    uint8_t zero[4096] = { 0 };

    if (fd < 0)
        return errno == ENOENT || fail (error, "open pack");
    if (fallocate (fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)place->offset,
                   (off_t)place->length) == 0)
        return true;
    if (errno != EOPNOTSUPP)
        return fail (error, "punch hole");
    for (uint64_t done = 0; done < place->length;) {
        size_t n = (size_t)MIN (place->length - done, sizeof zero);
        if (!write_at (fd, zero, n, place->offset + done))
            return fail (error, "overwrite");
        done += n;
    }
    return true;
}

bool
mugai_vault_remove_pack (MugaiVault *vault, const char *pack, GError **error)
{
    char day[16];

    if (!mugai_vault_pack_name_ok (pack) || (vault->pack >= 0 && strcmp (pack, vault->name) == 0))
        return true;
    if (unlinkat (vault->originals, pack, 0) < 0 && errno != ENOENT)
        return fail (error, "remove pack");
    g_strlcpy (day, pack, 11);
    unlinkat (vault->originals, day, AT_REMOVEDIR); /* fails while other packs are in it */
    return true;
}
