/* SPDX-License-Identifier: Apache-2.0
 *
 * sha256-x86: the compression function of SHA-256 in the processor's own instructions, where it has
 * them. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns: whether this processor has them. Asks the processor: slow within a virtual machine, so
 * ask once. */
bool mugai_sha256_x86_available (void);

/* Compress @blocks blocks of 64 bytes. Only where available. */
void mugai_sha256_x86_compress (uint32_t state[8], const uint32_t constant[64], const uint8_t *data,
                                size_t blocks);
