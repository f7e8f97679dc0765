/* SPDX-License-Identifier: Apache-2.0
 *
 * codepoint: UTF-8 and the code points of the profile (PROFILE.md, section U). Process: verify.
 * Input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the valid sequence (RFC 3629) at @d, of which @left > 0 bytes are there; 0 when there is
 * none. */
size_t mugai_utf8_decode (const uint8_t *d, size_t left, uint32_t *ret_cp);

/* mugai_codepoint_fault:
 * Returns: (static) the clause U-1, U-2 or U-3 that @d breaks first, with its offset in *ret_at;
 * NULL when it breaks none.
 * @cr: CR may stand too (CSV, which has looked at it already).
 */
const char *mugai_codepoint_fault (const uint8_t *d, size_t size, bool cr, size_t *ret_at);

/* U-4 */
bool mugai_codepoint_is_space (uint32_t cp);

/* Bytes of the white space character (U-4) at @d, 0 when there is another one or @left is 0. */
size_t mugai_space_size (const uint8_t *d, size_t left);

/* @d without white space at either end: moves *from and *to. */
void mugai_space_strip (const uint8_t *d, size_t *from, size_t *to);

/* U-5. @out: gets the lower-case ASCII form. Returns: its length, or 0 when @cp has no such form.
 */
size_t mugai_codepoint_fold (uint32_t cp, char out[4]);
