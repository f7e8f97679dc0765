/* SPDX-License-Identifier: Apache-2.0
 *
 * jis: a body in ISO-2022-JP (PROFILE.md, section K). Process: verify. Input is hostile. libc only.
 */
#pragma once

#include "verify/check.h"

/* Bytes of UTF-8 that @size bytes can become. */
#define MUGAI_JIS_ROOM(size) ((size) / 2 * 3 + 3)

/* mugai_jis_region:
 * Where the body of the mail @d would be, if it is in ISO-2022-JP: *ret_end - *ret_start bytes,
 * none when there is no such header. Only for M-1.1: nothing here is trusted.
 */
void mugai_jis_region (const uint8_t *d, size_t size, size_t *ret_start, size_t *ret_end);

/* mugai_jis_lines:
 * Decode lines from @at on, up to one that begins with "--=_mugai_" or the end of the input. @out:
 * MUGAI_JIS_ROOM (size) bytes of UTF-8 with LF. @ret_at: the byte after the last line. Refuses K-1
 * to K-3 and an empty leaf (M-5.3).
 */
bool mugai_jis_lines (MugaiCheck *check, const uint8_t *d, size_t size, size_t at, uint8_t *out,
                      size_t *ret_size, size_t *ret_at);
