/* SPDX-License-Identifier: Apache-2.0
 *
 * pack: write a typed binary value into a buffer of fixed size; the other half of cursor.
 *
 * A write past the end writes nothing and sets `failed`, which stays set. Integers are
 * little-endian. Process: all. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiPack {
    uint8_t *data;
    size_t room; /* bytes the buffer holds */
    size_t size; /* bytes written */
    bool failed;
} MugaiPack;

MugaiPack mugai_pack (void *buffer, size_t room);
void mugai_pack_u8 (MugaiPack *p, uint8_t value);
void mugai_pack_u16 (MugaiPack *p, uint16_t value);
void mugai_pack_u32 (MugaiPack *p, uint32_t value);
void mugai_pack_u64 (MugaiPack *p, uint64_t value);
void mugai_pack_bytes (MugaiPack *p, const void *data, size_t size);
/* A u32 length, then the bytes: what mugai_cursor_blob() reads. */
void mugai_pack_blob (MugaiPack *p, const void *data, size_t size);
