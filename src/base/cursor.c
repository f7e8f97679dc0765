/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"

#include <string.h>

MugaiCursor
mugai_cursor (const void *data, size_t size)
{
    const uint8_t *at = data;
    return (MugaiCursor){ .at = at, .end = size > 0 ? at + size : at, .failed = false };
}

size_t
mugai_cursor_left (const MugaiCursor *c)
{
    return (size_t)(c->end - c->at);
}

const uint8_t *
mugai_cursor_bytes (MugaiCursor *c, size_t size)
{
    static const uint8_t nothing[1];

    if (c->failed || size > mugai_cursor_left (c)) {
        c->failed = true;
        return NULL;
    }
    if (size == 0)
        return nothing;
    const uint8_t *bytes = c->at;
    c->at += size;
    return bytes;
}

static uint64_t
little_endian (MugaiCursor *c, size_t width)
{
    const uint8_t *b = mugai_cursor_bytes (c, width);
    uint64_t value = 0;

    for (size_t i = 0; b != NULL && i < width; i++)
        value |= (uint64_t)b[i] << (8 * i);
    return value;
}

uint8_t
mugai_cursor_u8 (MugaiCursor *c)
{
    return (uint8_t)little_endian (c, 1);
}

uint16_t
mugai_cursor_u16 (MugaiCursor *c)
{
    return (uint16_t)little_endian (c, 2);
}

uint32_t
mugai_cursor_u32 (MugaiCursor *c)
{
    return (uint32_t)little_endian (c, 4);
}

uint64_t
mugai_cursor_u64 (MugaiCursor *c)
{
    return little_endian (c, 8);
}

const uint8_t *
mugai_cursor_blob (MugaiCursor *c, size_t max, size_t *ret_size)
{
    size_t size = mugai_cursor_u32 (c);

    if (c->failed || size > max) {
        c->failed = true;
        return NULL;
    }
    const uint8_t *bytes = mugai_cursor_bytes (c, size);
    if (bytes != NULL)
        *ret_size = size;
    return bytes;
}

bool
mugai_cursor_done (const MugaiCursor *c)
{
    return !c->failed && c->at == c->end;
}
