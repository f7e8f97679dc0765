/* SPDX-License-Identifier: Apache-2.0
 *
 * cursor: a bounded reader over borrowed bytes, the only place with pointer arithmetic on input.
 *
 * A read past the end gives zero (or NULL), moves nothing and sets `failed`, which stays set: read
 * a whole structure first, then ask mugai_cursor_done() once. Integers are little-endian. Process:
 * all. Trust: input may be hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiCursor {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
} MugaiCursor;

/* @data: borrowed, @size bytes; must outlive the cursor. NULL is allowed when @size is 0. */
MugaiCursor mugai_cursor (const void *data, size_t size);

size_t mugai_cursor_left (const MugaiCursor *c);
uint8_t mugai_cursor_u8 (MugaiCursor *c);
uint16_t mugai_cursor_u16 (MugaiCursor *c);
uint32_t mugai_cursor_u32 (MugaiCursor *c);
uint64_t mugai_cursor_u64 (MugaiCursor *c);

/* Returns: (borrowed) the next @size bytes, or NULL with `failed` set. */
const uint8_t *mugai_cursor_bytes (MugaiCursor *c, size_t size);

/* A u32 length not above @max, then that many bytes. @ret_size: bytes. Returns: (borrowed) or NULL
 * with `failed` set. */
const uint8_t *mugai_cursor_blob (MugaiCursor *c, size_t max, size_t *ret_size);

/* Returns: true when nothing failed and every byte was consumed. */
bool mugai_cursor_done (const MugaiCursor *c);
