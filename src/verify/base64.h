/* SPDX-License-Identifier: Apache-2.0
 *
 * base64: strict decoding (PROFILE.md, section B and H-9). Process: verify. Input is hostile. libc
 * only.
 */
#pragma once

#include "verify/check.h"

/* mugai_base64_group:
 * Decode @size characters without line ends: not empty, a multiple of four, padded at the end only,
 * unused bits zero.
 * @out: room for size / 4 * 3 bytes. Returns: bytes written, 0 when it is anything else;
 * *ret_clause says which of B-1, B-2, B-3.
 */
size_t mugai_base64_group (const uint8_t *d, size_t size, uint8_t *out, const char **ret_clause);

/* mugai_base64_lines:
 * Decode the lines of a leaf from @at on, up to the first line that begins with '-' or the end of
 * the input.
 * @out: room for size / 4 * 3 bytes. @ret_at: the byte after the last line. Refuses B-1 to B-3 and
 * an empty leaf (M-5.3).
 */
bool mugai_base64_lines (MugaiCheck *check, const uint8_t *d, size_t size, size_t at, uint8_t *out,
                         size_t *ret_size, size_t *ret_at);

/* Lenient: the bytes of as many whole groups of @d as there are, invalid characters as 0. Returns:
 * bytes written. */
size_t mugai_base64_peek (const uint8_t *d, size_t size, uint8_t *out);
