/* SPDX-License-Identifier: Apache-2.0
 *
 * squeeze: gzip of a usual mail in one go, with libdeflate: half of zlib's time, and smaller.
 * Larger contents are streamed (vault.c). Process: mugai-keep only. Trust: the content is opaque.
 */
#pragma once

#include "keep/vault-format.h"
#include "keep/vault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_SQUEEZE_MAX = 65536 }; /* bytes of all parts together */

typedef struct MugaiSqueeze MugaiSqueeze;

/* Returns: (transfer full), or NULL without memory. */
MugaiSqueeze *mugai_squeeze_new (void);

/* NULL is allowed. */
void mugai_squeeze_free (MugaiSqueeze *squeeze);

/* mugai_squeeze:
 * One gzip member (RFC 1952) of @parts in their order. @ret: @room bytes. Returns: its size; 0 when
 * the parts are larger than MUGAI_SQUEEZE_MAX or it does not fit.
 */
size_t mugai_squeeze (MugaiSqueeze *squeeze, const MugaiVaultBytes *parts, size_t n, uint8_t *ret,
                      size_t room);
