/* SPDX-License-Identifier: Apache-2.0
 *
 * vault: originals and reports, compressed and sealed, appended to pack files: DIR/originals/YYYY-MM-DD/NNNN.pack.
 *
 * A pack, not a file an item: making a file costs the file system two journal commits and an inode, appending to an
 * open one costs a fraction (measured: five to ten times less CPU), and all puts of one turn share one fdatasync.
 * A record is only referred to (by audit log and index) once it is whole; what a failed or cut write left behind is
 * truncated at once, or skipped after a crash.
 *
 * Record, little-endian: "MUGAIKP1", u16 version, u16 kind, u32 encoding (0 plain, 1 gzip), key id (8), item id (16), stream
 * header (24), u64 plain size, u64 sealed size; then the sealed stream. Everything before the sealed size is authenticated with
 * the first chunk. Plain text: u32 meta size, u32 envelope size, u64 content size, meta, envelope, content.
 * Process: mugai-keep only. Trust: content is hostile but opaque here; packs may have been changed behind us.
 */
#pragma once

#include "base/sha256.h"
#include "keep/crypt.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_VAULT_HEADER = 80,
    MUGAI_VAULT_PACK_NAME = 24, /* "2026-11-20/0001.pack" and a NUL */
    MUGAI_VAULT_META_MAX = 16384,
};

typedef enum MugaiVaultKind { MUGAI_VAULT_ORIGINAL = 1, MUGAI_VAULT_REPORT = 2 } MugaiVaultKind;

typedef struct MugaiVaultPlace { /* where a record lies; length 0: nowhere */
    char pack[MUGAI_VAULT_PACK_NAME];
    uint64_t offset, length; /* bytes, header and stream */
} MugaiVaultPlace;

typedef struct MugaiVaultBytes {
    const void *data;
    size_t size;
} MugaiVaultBytes;

typedef struct MugaiVault MugaiVault;

/* @dir: of the keep, borrowed; must outlive the vault, as @keys. @pack_max: bytes after which a new pack begins. */
MugaiVault *mugai_vault_open (int dir, const MugaiCryptKeys *keys, uint64_t pack_max, GError **error);
void mugai_vault_free (MugaiVault *vault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiVault, mugai_vault_free)

/* True when DIR/originals holds no pack at all. */
bool mugai_vault_empty (int dir);

/* mugai_vault_append:
 * Write one record at the end of the current pack; not durable before mugai_vault_sync().
 * @now_us: names the day. Errors: RESOURCE (message ends with the cause); the pack is then as before.
 */
bool mugai_vault_append (MugaiVault *vault, MugaiVaultKind kind, const char *id, int64_t now_us,
                         MugaiVaultBytes meta, MugaiVaultBytes envelope, MugaiVaultBytes content,
                         MugaiVaultPlace *ret, GError **error);

/* Errors: RESOURCE; nothing appended since the last sync may then be believed: call mugai_vault_rollback(). */
bool mugai_vault_sync (MugaiVault *vault, GError **error);
/* Cut off everything appended since the last sync. */
void mugai_vault_rollback (MugaiVault *vault);

typedef struct MugaiVaultRecord {
    MugaiVaultKind kind;
    char id[33];
    uint64_t length;       /* bytes in the pack */
    GByteArray *meta;      /* owned */
    int envelope, content; /* sealed memfds, owned; -1 when not wanted */
    uint64_t content_size;
    uint8_t content_sha256[MUGAI_SHA256_SIZE];
} MugaiVaultRecord;

void mugai_vault_record_clear (MugaiVaultRecord *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiVaultRecord, mugai_vault_record_clear)

/* mugai_vault_read:
 * @want_bytes: fill envelope and content. Errors: MALFORMED: cut, changed, another item's, a key that is not there;
 * RESOURCE: I/O, memory. Nothing is returned that did not authenticate to its end.
 */
bool mugai_vault_read (const MugaiVault *vault, const MugaiVaultPlace *place, MugaiVaultKind kind, const char *id,
                       bool want_bytes, MugaiVaultRecord *ret, GError **error);

/* True when a record of @id with this length begins at @place (its stream is not opened). */
bool mugai_vault_probe (const MugaiVault *vault, const MugaiVaultPlace *place, MugaiVaultKind kind, const char *id);

/* Overwrite a record: its blocks are given back where the file system can, zeroed where not. */
bool mugai_vault_erase (MugaiVault *vault, const MugaiVaultPlace *place, GError **error);
/* Remove a whole pack, unless it is the one being written (returns true, keeps it). */
bool mugai_vault_remove_pack (MugaiVault *vault, const char *pack, GError **error);

/* Called for each record whose header is sane. Return false to stop. */
typedef bool (*MugaiVaultEach) (const MugaiVaultPlace *place, MugaiVaultKind kind, const char *id, void *data);
/* Walk all packs in order of name; bytes that are no record are skipped. */
bool mugai_vault_walk (const MugaiVault *vault, MugaiVaultEach each, void *data, GError **error);

/* Returns: (transfer full) names of all packs in order, of char *. */
GPtrArray *mugai_vault_packs (const MugaiVault *vault);
