/* SPDX-License-Identifier: Apache-2.0 */
#include "common/buffer.h"

#include "common/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

MugaiBuffer
mugai_buffer (size_t max)
{
    return (MugaiBuffer){ .max = max };
}

bool
mugai_buffer_ok (const MugaiBuffer *b)
{
    return !b->cut && !b->failed;
}

/* Room for @size more bytes, which fit below the bound. */
static bool
reserve (MugaiBuffer *b, size_t size)
{
    if (size <= b->room - b->size)
        return true;
    size_t want = b->size + size; /* <= max, so it cannot wrap */
    size_t room = b->room < 256 ? 256 : b->room;
    while (room < want)
        room = room > b->max / 2 ? b->max : room * 2;
    char *data = realloc (b->data, room);
    if (data == NULL) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->room = room;
    return true;
}

static void
append (MugaiBuffer *b, const void *data, size_t size)
{
    if (size > 0 && reserve (b, size)) {
        memcpy (b->data + b->size, data, size);
        b->size += size;
    }
}

void
mugai_buffer_add (MugaiBuffer *b, const void *data, size_t size)
{
    if (!mugai_buffer_ok (b))
        return;
    size_t left = b->max - b->size;
    if (size > left) {
        const uint8_t *bytes = data;
        size = left;
        while (size > 0 && left - size < MUGAI_UTF8_MAX && (bytes[size] & 0xC0) == 0x80)
            size--;
        append (b, data, size);
        b->cut = true;
        return;
    }
    append (b, data, size);
}

void
mugai_buffer_add_whole (MugaiBuffer *b, const void *data, size_t size)
{
    if (!mugai_buffer_ok (b))
        return;
    if (size > b->max - b->size) {
        b->cut = true;
        return;
    }
    append (b, data, size);
}

void
mugai_buffer_add_text (MugaiBuffer *b, const char *text)
{
    mugai_buffer_add_whole (b, text, strlen (text));
}

void
mugai_buffer_add_char (MugaiBuffer *b, uint32_t c)
{
    char utf8[MUGAI_UTF8_MAX];
    mugai_buffer_add_whole (b, utf8, mugai_utf8_put (utf8, c));
}

void
mugai_buffer_printf (MugaiBuffer *b, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start (args, format);
    int n = vsnprintf (text, sizeof text, format, args);
    va_end (args);
    if (n > 0)
        mugai_buffer_add_whole (b, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void
mugai_buffer_clear (MugaiBuffer *b)
{
    free (b->data);
    *b = mugai_buffer (b->max);
}
