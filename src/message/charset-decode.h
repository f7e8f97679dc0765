/* SPDX-License-Identifier: Apache-2.0
 *
 * charset-decode: bytes of one given charset to UTF-8. Which charset it is, is charset.h's
 * business.
 *
 * Multi-byte charsets are looked up in charset-multibyte.h; the stateful ones are small machines
 * here that feed those tables; single-byte charsets are tables of ours. Process: mugai-worker.
 * Trust: input is hostile.
 */
#pragma once

#include "common/buffer.h"
#include "message/charset-names.h"

/* mugai_charset_convert:
 * Append @data as UTF-8 to @out; bytes without meaning become [?E3]. MUGAI_CHARSET_UNKNOWN and
 * ASCII: bytes from 0x80 on are such. A byte order mark is left in.
 * @data: borrowed, @size bytes. Returns: undecodable bytes. Linear in @size.
 */
size_t mugai_charset_convert (MugaiCharsetId id, const uint8_t *data, size_t size,
                              MugaiBuffer *out);
