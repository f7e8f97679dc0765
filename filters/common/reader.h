/* SPDX-License-Identifier: Apache-2.0
 *
 * reader: a bounded reader over borrowed bytes, for the parsers of filters. A read past the end
 * gives zero or NULL, moves nothing and sets `failed`, which stays set: read a whole structure,
 * then ask once. Process: filters. Trust: input may be hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiReader {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t at; /* <= size */
    bool failed;
} MugaiReader;

static inline MugaiReader
mugai_reader (const void *data, size_t size)
{
    return (MugaiReader){ .data = (const uint8_t *)data, .size = size };
}

static inline size_t
mugai_reader_left (const MugaiReader *r)
{
    return r->size - r->at;
}

/* Returns: (borrowed) the next @size bytes, or NULL. */
static inline const uint8_t *
mugai_reader_bytes (MugaiReader *r, size_t size)
{
    if (r->failed || size > r->size - r->at) {
        r->failed = true;
        return NULL;
    }
    r->at += size;
    return r->data + r->at - size;
}

static inline void
mugai_reader_skip (MugaiReader *r, size_t size)
{
    (void)mugai_reader_bytes (r, size);
}

/* To an offset from the beginning. */
static inline void
mugai_reader_seek (MugaiReader *r, size_t at)
{
    if (at > r->size)
        r->failed = true;
    else
        r->at = at;
}

/* @size bytes (1 to 8) as one number, the lowest or the highest byte first. */
static inline uint64_t
mugai_reader_le (MugaiReader *r, unsigned size)
{
    const uint8_t *b = mugai_reader_bytes (r, size);
    uint64_t value = 0;

    for (unsigned i = size; b != NULL && i > 0; i--)
        value = value << 8 | b[i - 1];
    return value;
}

static inline uint64_t
mugai_reader_be (MugaiReader *r, unsigned size)
{
    const uint8_t *b = mugai_reader_bytes (r, size);
    uint64_t value = 0;

    for (unsigned i = 0; b != NULL && i < size; i++)
        value = value << 8 | b[i];
    return value;
}

static inline uint8_t
mugai_reader_u8 (MugaiReader *r)
{
    return (uint8_t)mugai_reader_le (r, 1);
}

static inline uint16_t
mugai_reader_u16 (MugaiReader *r)
{
    return (uint16_t)mugai_reader_le (r, 2);
}

static inline uint32_t
mugai_reader_u32 (MugaiReader *r)
{
    return (uint32_t)mugai_reader_le (r, 4);
}
