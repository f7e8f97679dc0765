/* SPDX-License-Identifier: Apache-2.0
 *
 * vault-private: what vault.c (writes) and vault-read.c (reads) share. Process: mugai-keep only.
 */
#pragma once

#include "keep/crypt.h"
#include "keep/squeeze.h"
#include "keep/vault-format.h"
#include "keep/vault.h"

#include <zlib.h>

struct MugaiVault {
    const MugaiCryptKeys *keys;
    uint64_t pack_max;
    int originals;             /* folder */
    int pack;                  /* the open pack, -1 before the first record */
    unsigned number;           /* of it, within its day */
    char day[16];
    char name[MUGAI_VAULT_PACK_NAME];
    uint64_t zeroed;      /* size of the pack: from end to here it is zeros on disk */
    uint64_t end, synced;      /* bytes */
    z_stream z;                /* deflate, kept for reuse: for what comes in pieces */
    MugaiSqueeze *squeeze;     /* for what fits into a chunk */
    uint8_t chunk[MUGAI_CRYPT_CHUNK];
    uint8_t sealed[MUGAI_VAULT_HEADER + MUGAI_CRYPT_SEALED];
};

/* "2026-11-20/0001.pack" and nothing else. */
bool mugai_vault_pack_name_ok (const char *pack);
/* Returns: descriptor, or -1 with errno (EINVAL for a name that is none). */
int mugai_vault_pack_open (const MugaiVault *vault, const char *pack, int flags);
