/* SPDX-License-Identifier: Apache-2.0
 *
 * vault-format: the header of a record and the head of its plain text, written and read side by side.
 * Process: mugai-keep only. Trust: what is read may have been changed; lengths are checked.
 */
#pragma once

#include "keep/crypt.h"
#include "keep/vault.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MUGAI_VAULT_AD = 72,   /* bytes of the header that are authenticated: all but the sealed size */
    MUGAI_VAULT_PREFIX = 16, /* bytes in front of the plain text: three sizes */
};

typedef struct MugaiVaultHeader {
    MugaiVaultKind kind;
    uint32_t encoding;
    uint8_t key_id[MUGAI_CRYPT_KEY_ID_SIZE];
    char id[33];
    uint8_t stream[MUGAI_CRYPT_HEADER];
    uint64_t plain;  /* bytes */
    uint64_t sealed; /* bytes */
} MugaiVaultHeader;

/* The three sizes in front of the plain text. */
void mugai_vault_prefix_write (uint64_t meta, uint64_t envelope, uint64_t content, uint8_t out[MUGAI_VAULT_PREFIX]);
/* False when they do not add up to @plain. */
bool mugai_vault_prefix_read (const uint8_t in[MUGAI_VAULT_PREFIX], uint64_t plain, uint64_t *ret_meta,
                              uint64_t *ret_envelope, uint64_t *ret_content);

void mugai_vault_header_write (const MugaiVaultHeader *header, uint8_t out[MUGAI_VAULT_HEADER]);
/* False for another magic, version or kind, and for sizes that cannot be. */
bool mugai_vault_header_read (const uint8_t in[MUGAI_VAULT_HEADER], MugaiVaultHeader *ret);
