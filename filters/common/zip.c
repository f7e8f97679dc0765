/* SPDX-License-Identifier: Apache-2.0 */
#include "common/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    LOCAL_SIGN = 0x04034b50,
    CENTRAL_SIGN = 0x02014b50,
    END_SIGN = 0x06054b50,
    VERSION = 20,
    UTF8 = 1 << 11,
    DEFLATED = 8,
    DATE = 0x0021, /* 1980-01-01 */
    NAME = 1024,
    LEVEL = 6,
};

typedef struct Entry {
    const char *name;
    size_t name_size;
    uint16_t method;
    uint32_t crc, packed, size;
} Entry;

MugaiZip
mugai_zip (size_t max)
{
    size_t most = max < UINT32_MAX ? max : UINT32_MAX;

    return (MugaiZip){ .file = mugai_buffer (most), .directory = mugai_buffer (most) };
}

static void
put16 (MugaiBuffer *b, uint32_t value)
{
    uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };

    mugai_buffer_add_whole (b, bytes, sizeof bytes);
}

static void
put32 (MugaiBuffer *b, uint32_t value)
{
    put16 (b, value & 0xffff);
    put16 (b, value >> 16);
}

/* What both headers of a member say, in the same order (APPNOTE 4.3.7, 4.3.12). */
static void
put_common (MugaiBuffer *b, const Entry *e)
{
    put16 (b, VERSION);
    put16 (b, UTF8);
    put16 (b, e->method);
    put16 (b, 0);
    put16 (b, DATE);
    put32 (b, e->crc);
    put32 (b, e->packed);
    put32 (b, e->size);
    put16 (b, (uint32_t)e->name_size);
    put16 (b, 0); /* extra field */
}

static void
put_central (MugaiBuffer *b, const Entry *e, uint32_t offset)
{
    put32 (b, CENTRAL_SIGN);
    put16 (b, VERSION);
    put_common (b, e);
    put16 (b, 0); /* comment */
    put16 (b, 0); /* disk */
    put16 (b, 0); /* internal attributes */
    put32 (b, 0); /* external attributes */
    put32 (b, offset);
    mugai_buffer_add_whole (b, e->name, e->name_size);
}

static void
put_local (MugaiBuffer *b, const Entry *e, const void *data)
{
    put32 (b, LOCAL_SIGN);
    put_common (b, e);
    mugai_buffer_add_whole (b, e->name, e->name_size);
    mugai_buffer_add_whole (b, data, e->packed);
}

/* Returns: (transfer full) the deflated data (free()) when it is smaller than @size, else NULL. */
static uint8_t *
deflated (const void *data, size_t size, uint32_t *ret_size)
{
    z_stream z = { .next_in = (Bytef *)data, .avail_in = (uInt)size };
    uint8_t *out = size > 1 ? malloc (size - 1) : NULL;

    if (out == NULL ||
        deflateInit2 (&z, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        free (out);
        return NULL;
    }
    z.next_out = out;
    z.avail_out = (uInt)(size - 1);
    bool smaller = deflate (&z, Z_FINISH) == Z_STREAM_END;
    *ret_size = (uint32_t)z.total_out;
    deflateEnd (&z);
    if (smaller)
        return out;
    free (out);
    return NULL;
}

bool
mugai_zip_add (MugaiZip *zip, const char *name, const void *data, size_t size, bool deflate)
{
    Entry e = {
        .name = name, .name_size = strlen (name), .packed = (uint32_t)size, .size = (uint32_t)size
    };

    if (size >= UINT32_MAX || e.name_size > NAME || zip->count == MUGAI_ZIP_MEMBERS ||
        zip->file.size > UINT32_MAX - 1) {
        zip->file.cut = true;
        return false;
    }
    e.crc = (uint32_t)crc32_z (0, size > 0 ? data : (const void *)"", size);
    uint8_t *smaller = deflate ? deflated (data, size, &e.packed) : NULL;
    if (smaller != NULL)
        e.method = DEFLATED;
    else
        e.packed = e.size;
    put_central (&zip->directory, &e, (uint32_t)zip->file.size);
    put_local (&zip->file, &e, smaller != NULL ? smaller : data);
    free (smaller);
    zip->count++;
    return mugai_buffer_ok (&zip->file) && mugai_buffer_ok (&zip->directory);
}

bool
mugai_zip_end (MugaiZip *zip)
{
    MugaiBuffer *b = &zip->file;
    uint32_t offset = (uint32_t)b->size;

    mugai_buffer_add_whole (b, zip->directory.data, zip->directory.size);
    put32 (b, END_SIGN);
    put32 (b, 0); /* disks */
    put16 (b, zip->count);
    put16 (b, zip->count);
    put32 (b, (uint32_t)zip->directory.size);
    put32 (b, offset);
    put16 (b, 0); /* comment */
    return zip->count > 0 && mugai_buffer_ok (b) && mugai_buffer_ok (&zip->directory);
}

void
mugai_zip_clear (MugaiZip *zip)
{
    mugai_buffer_clear (&zip->file);
    mugai_buffer_clear (&zip->directory);
    zip->count = 0;
}
