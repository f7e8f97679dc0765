/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-sample: a small writer of archives of section Z, for the tests of the verifier alone.
 */
#pragma once

#include "canonical.h"

typedef struct Entry {
    const char *name;
    const void *data;
    size_t size;
    bool deflate;
} Entry;

static inline void
zip_put16 (Buf *b, unsigned value)
{
    uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };

    buf_add (b, bytes, sizeof bytes);
}

static inline void
zip_put32 (Buf *b, uint32_t value)
{
    zip_put16 (b, value & 0xffff);
    zip_put16 (b, value >> 16);
}

static inline Buf
zip_packed (const Entry *e)
{
    Buf b = { 0 };

    if (!e->deflate) {
        buf_add (&b, e->data, e->size);
        return b;
    }
    struct libdeflate_compressor *deflater = libdeflate_alloc_compressor (6);
    uint8_t *room = malloc (e->size + 1024);

    buf_add (&b, room,
             libdeflate_deflate_compress (deflater, e->data, e->size, room, e->size + 1024));
    free (room);
    libdeflate_free_compressor (deflater);
    return b;
}

static inline void
zip_put_common (Buf *b, const Entry *e, size_t size)
{
    zip_put16 (b, 20);
    zip_put16 (b, 1 << 11);
    zip_put16 (b, e->deflate ? 8 : 0);
    zip_put16 (b, 0);
    zip_put16 (b, 0x21);
    zip_put32 (b, libdeflate_crc32 (0, e->data, e->size));
    zip_put32 (b, (uint32_t)size);
    zip_put32 (b, (uint32_t)e->size);
    zip_put16 (b, (unsigned)strlen (e->name));
    zip_put16 (b, 0);
}

static inline Buf
archive (const Entry *e, size_t count, size_t *ret_directory)
{
    Buf b = { 0 }, directory = { 0 };

    for (size_t i = 0; i < count; i++) {
        Buf data = zip_packed (&e[i]);
        zip_put32 (&directory, 0x02014b50);
        zip_put16 (&directory, 20);
        zip_put_common (&directory, &e[i], data.size);
        zip_put16 (&directory, 0);
        zip_put16 (&directory, 0);
        zip_put16 (&directory, 0);
        zip_put32 (&directory, 0);
        zip_put32 (&directory, (uint32_t)b.size);
        buf_text (&directory, e[i].name);
        zip_put32 (&b, 0x04034b50);
        zip_put_common (&b, &e[i], data.size);
        buf_text (&b, e[i].name);
        buf_add (&b, data.data, data.size);
        buf_clear (&data);
    }
    *ret_directory = b.size;
    uint32_t offset = (uint32_t)b.size, size = (uint32_t)directory.size;
    buf_add (&b, directory.data, directory.size);
    zip_put32 (&b, 0x06054b50);
    zip_put32 (&b, 0);
    zip_put16 (&b, (unsigned)count);
    zip_put16 (&b, (unsigned)count);
    zip_put32 (&b, size);
    zip_put32 (&b, offset);
    zip_put16 (&b, 0);
    buf_clear (&directory);
    return b;
}
