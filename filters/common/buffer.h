/* SPDX-License-Identifier: Apache-2.0
 *
 * buffer: bytes that grow up to a bound. What would pass the bound is cut at a whole character and
 * `cut` is set; when memory ends, `failed` is set. Both stay set and later writes do nothing, so a
 * caller may ask once at the end. Process: the walk and every filter. Trust: ours; what it holds
 * may be hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiBuffer {
    char *data;  /* owned; NULL while nothing was written */
    size_t size; /* bytes */
    size_t room; /* bytes allocated */
    size_t max;  /* bytes it may hold */
    bool cut;
    bool failed;
} MugaiBuffer;

/* @max: bytes. Holds no memory yet. */
MugaiBuffer mugai_buffer (size_t max);

/* Append @size bytes of @data. UTF-8 that must be cut is cut between two characters. */
void mugai_buffer_add (MugaiBuffer *b, const void *data, size_t size);

/* As add, but all or nothing: a text that does not fit whole sets `cut` and is left out. */
void mugai_buffer_add_whole (MugaiBuffer *b, const void *data, size_t size);
void mugai_buffer_add_text (MugaiBuffer *b, const char *text);
void mugai_buffer_add_char (MugaiBuffer *b, uint32_t c); /* a scalar value; others are ignored */

/* Append as printf does; whole or not at all, at most 511 bytes. */
void mugai_buffer_printf (MugaiBuffer *b, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));

/* True while nothing was cut and memory sufficed. */
bool mugai_buffer_ok (const MugaiBuffer *b);

/* Free what it holds; it is then empty, with the same bound. Safe on an empty one. */
void mugai_buffer_clear (MugaiBuffer *b);
