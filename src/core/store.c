/* SPDX-License-Identifier: Apache-2.0 */
#include "core/store.h"

#include <string.h>

static void
little_endian (GByteArray *out, uint64_t value, size_t width)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    g_byte_array_append (out, bytes, (guint)width);
}

void
mugai_store_u8 (GByteArray *out, uint8_t value)
{
    little_endian (out, value, 1);
}

void
mugai_store_u16 (GByteArray *out, uint16_t value)
{
    little_endian (out, value, 2);
}

void
mugai_store_u32 (GByteArray *out, uint32_t value)
{
    little_endian (out, value, 4);
}

void
mugai_store_u64 (GByteArray *out, uint64_t value)
{
    little_endian (out, value, 8);
}

void
mugai_store_bytes (GByteArray *out, const void *data, size_t size)
{
    g_assert (size <= G_MAXUINT - out->len);
    if (size > 0)
        g_byte_array_append (out, data, (guint)size);
}

void
mugai_store_text (GByteArray *out, const char *text, size_t max)
{
    size_t size = text != NULL ? strnlen (text, max + 1) : 0;

    if (size > max) {
        size = max;
        for (int i = 0; i < 3 && size > 0 && ((uint8_t)text[size] & 0xc0) == 0x80; i++)
            size--;
    }
    mugai_store_u32 (out, (uint32_t)size);
    mugai_store_bytes (out, text, size);
}

void
mugai_store_maybe (GByteArray *out, const char *text, size_t max)
{
    mugai_store_u8 (out, text != NULL);
    if (text != NULL)
        mugai_store_text (out, text, max);
}

char *
mugai_store_read_text (MugaiCursor *c, size_t max)
{
    size_t size = 0;
    const uint8_t *bytes = mugai_cursor_blob (c, max, &size);

    if (bytes == NULL || memchr (bytes, '\0', size) != NULL) {
        c->failed = true;
        return NULL;
    }
    return g_strndup ((const char *)bytes, size);
}

bool
mugai_store_read_bool (MugaiCursor *c)
{
    uint8_t value = mugai_cursor_u8 (c);

    if (value > 1)
        c->failed = true;
    return value == 1 && !c->failed;
}

char *
mugai_store_read_maybe (MugaiCursor *c, size_t max)
{
    return mugai_store_read_bool (c) ? mugai_store_read_text (c, max) : NULL;
}

uint32_t
mugai_store_read_count (MugaiCursor *c, size_t least)
{
    uint32_t count = mugai_cursor_u32 (c);

    if (c->failed || count > mugai_cursor_left (c) / least) {
        c->failed = true;
        return 0;
    }
    return count;
}
