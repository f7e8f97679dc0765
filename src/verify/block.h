/* SPDX-License-Identifier: Apache-2.0
 *
 * block: files hidden in text: uuencode, yEnc, BinHex, base64 (PROFILE.md, T-3 to T-5). Process:
 * verify. Input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns: (static) the clause T-3, T-4 or T-5 that @d breaks, with the offset in *ret_at, or NULL.
 * Work is linear in @size. */
const char *mugai_block_fault (const uint8_t *d, size_t size, size_t *ret_at);
