/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pack.h"

#include <string.h>

MugaiPack
mugai_pack (void *buffer, size_t room)
{
    return (MugaiPack){ .data = buffer, .room = room, .size = 0, .failed = false };
}

void
mugai_pack_bytes (MugaiPack *p, const void *data, size_t size)
{
    if (p->failed || size > p->room - p->size) {
        p->failed = true;
        return;
    }
    if (size > 0)
        memcpy (p->data + p->size, data, size);
    p->size += size;
}

static void
little_endian (MugaiPack *p, uint64_t value, size_t width)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    mugai_pack_bytes (p, bytes, width);
}

void
mugai_pack_u8 (MugaiPack *p, uint8_t value)
{
    little_endian (p, value, 1);
}

void
mugai_pack_u16 (MugaiPack *p, uint16_t value)
{
    little_endian (p, value, 2);
}

void
mugai_pack_u32 (MugaiPack *p, uint32_t value)
{
    little_endian (p, value, 4);
}

void
mugai_pack_u64 (MugaiPack *p, uint64_t value)
{
    little_endian (p, value, 8);
}

void
mugai_pack_blob (MugaiPack *p, const void *data, size_t size)
{
    if (size > UINT32_MAX) {
        p->failed = true;
        return;
    }
    mugai_pack_u32 (p, (uint32_t)size);
    mugai_pack_bytes (p, data, size);
}
