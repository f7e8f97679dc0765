/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/vault-format.h"

#include "base/cursor.h"
#include "base/pack.h"

#include <string.h>

static const char magic[8] = { 'M', 'U', 'G', 'A', 'I', 'K', 'P', '1' };

enum { FORMAT_VERSION = 1 };

static const uint64_t size_max =
    UINT64_C (1) << 40; /* no record is near it; keeps every sum far from overflow */

void
mugai_vault_header_write (const MugaiVaultHeader *h, uint8_t out[MUGAI_VAULT_HEADER])
{
    MugaiPack p = mugai_pack (out, MUGAI_VAULT_HEADER);
    uint8_t id[16];

    sodium_hex2bin (id, sizeof id, h->id, 32, NULL, NULL, NULL);
    mugai_pack_bytes (&p, magic, sizeof magic);
    mugai_pack_u16 (&p, FORMAT_VERSION);
    mugai_pack_u16 (&p, (uint16_t)h->kind);
    mugai_pack_u32 (&p, h->encoding);
    mugai_pack_bytes (&p, h->key_id, sizeof h->key_id);
    mugai_pack_bytes (&p, id, sizeof id);
    mugai_pack_bytes (&p, h->stream, sizeof h->stream);
    mugai_pack_u64 (&p, h->plain);
    mugai_pack_u64 (&p, h->sealed);
}

bool
mugai_vault_header_read (const uint8_t in[MUGAI_VAULT_HEADER], MugaiVaultHeader *ret)
{
    MugaiCursor c = mugai_cursor (in, MUGAI_VAULT_HEADER);
    MugaiVaultHeader h = { 0 };

    if (memcmp (mugai_cursor_bytes (&c, sizeof magic), magic, sizeof magic) != 0 ||
        mugai_cursor_u16 (&c) != FORMAT_VERSION)
        return false;
    uint16_t kind = mugai_cursor_u16 (&c);
    h.encoding = mugai_cursor_u32 (&c);
    memcpy (h.key_id, mugai_cursor_bytes (&c, sizeof h.key_id), sizeof h.key_id);
    sodium_bin2hex (h.id, sizeof h.id, mugai_cursor_bytes (&c, 16), 16);
    memcpy (h.stream, mugai_cursor_bytes (&c, sizeof h.stream), sizeof h.stream);
    h.plain = mugai_cursor_u64 (&c);
    h.sealed = mugai_cursor_u64 (&c);
    if ((kind != MUGAI_VAULT_ORIGINAL && kind != MUGAI_VAULT_REPORT) || h.encoding > 1 ||
        h.plain < MUGAI_VAULT_PREFIX || h.plain > size_max || h.sealed > size_max)
        return false;
    h.kind = (MugaiVaultKind)kind;
    *ret = h;
    return true;
}

void
mugai_vault_prefix_write (uint64_t meta, uint64_t envelope, uint64_t content,
                          uint8_t out[MUGAI_VAULT_PREFIX])
{
    MugaiPack p = mugai_pack (out, MUGAI_VAULT_PREFIX);

    mugai_pack_u32 (&p, (uint32_t)meta);
    mugai_pack_u32 (&p, (uint32_t)envelope);
    mugai_pack_u64 (&p, content);
}

bool
mugai_vault_prefix_read (const uint8_t in[MUGAI_VAULT_PREFIX], uint64_t plain, uint64_t *ret_meta,
                         uint64_t *ret_envelope, uint64_t *ret_content)
{
    MugaiCursor c = mugai_cursor (in, MUGAI_VAULT_PREFIX);
    uint64_t meta = mugai_cursor_u32 (&c);
    uint64_t envelope = mugai_cursor_u32 (&c);
    uint64_t content = mugai_cursor_u64 (&c);

    if (meta > MUGAI_VAULT_META_MAX || content > size_max ||
        MUGAI_VAULT_PREFIX + meta + envelope + content != plain)
        return false;
    *ret_meta = meta;
    *ret_envelope = envelope;
    *ret_content = content;
    return true;
}
