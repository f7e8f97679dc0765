/* SPDX-License-Identifier: Apache-2.0
 *
 * store: the growing counterpart of base/pack for values of unknown length, in the same format, and
 * the reading of strings from a cursor. Process: all but verify. Trust: what is read may be
 * hostile; bounded, and text holds no NUL.
 */
#pragma once

#include "base/cursor.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void mugai_store_u8 (GByteArray *out, uint8_t value);
void mugai_store_u16 (GByteArray *out, uint16_t value);
void mugai_store_u32 (GByteArray *out, uint32_t value);
void mugai_store_u64 (GByteArray *out, uint64_t value);
void mugai_store_bytes (GByteArray *out, const void *data, size_t size);

/* A u32 length and the bytes; NULL is written as "". More than @max bytes are cut, before the
 * character that would not fit, so that what we write can always be read again. */
void mugai_store_text (GByteArray *out, const char *text, size_t max);

/* As above with a byte in front that says whether there is a value: NULL stays NULL. */
void mugai_store_maybe (GByteArray *out, const char *text, size_t max);

/* Returns: (transfer full) a string of at most @max bytes without NUL; NULL with the cursor failed.
 */
char *mugai_store_read_text (MugaiCursor *c, size_t max);

/* Returns: (transfer full) or NULL: none, or the cursor failed. */
char *mugai_store_read_maybe (MugaiCursor *c, size_t max);

/* A byte that must be 0 or 1. */
bool mugai_store_read_bool (MugaiCursor *c);

/* A count of things that take at least @least bytes each: fails the cursor when they cannot be
 * there, so that nothing is allocated for a number alone. */
uint32_t mugai_store_read_count (MugaiCursor *c, size_t least);
