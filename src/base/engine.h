/* SPDX-License-Identifier: Apache-2.0
 *
 * engine: what code this process runs, as one digest: the SHA-256 over path-free names and build
 * ids (ELF note NT_GNU_BUILD_ID) of the program and every shared object mapped into it, sorted by
 * name. libc only.
 */
#pragma once

#include "base/sha256.h"

/* An object without a build id counts with its name and the bytes of its program headers. */
void mugai_engine_digest (uint8_t digest[MUGAI_SHA256_SIZE]);

/* The descriptor of a build id note among the notes of one PT_NOTE segment. Returns: (borrowed) or
 * NULL. */
const uint8_t *mugai_engine_build_id (const uint8_t *notes, size_t size, size_t *ret_size);
