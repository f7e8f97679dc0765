/* SPDX-License-Identifier: Apache-2.0
 *
 * sha256: FIPS 180-4 SHA-256. Own code because the verifier and the sandboxed children may link
 * libc only; the test compares it with the published vectors.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { MUGAI_SHA256_SIZE = 32, MUGAI_SHA256_HEX_SIZE = 65 };

typedef struct MugaiSha256 {
    uint32_t state[8];
    uint64_t size; /* bytes hashed so far */
    uint8_t block[64];
} MugaiSha256;

void mugai_sha256_init (MugaiSha256 *h);
void mugai_sha256_update (MugaiSha256 *h, const void *data, size_t size);
void mugai_sha256_final (MugaiSha256 *h, uint8_t digest[MUGAI_SHA256_SIZE]);
void mugai_sha256 (const void *data, size_t size, uint8_t digest[MUGAI_SHA256_SIZE]);
/* Lower-case hexadecimal with a NUL. */
void mugai_sha256_hex (const uint8_t digest[MUGAI_SHA256_SIZE], char hex[MUGAI_SHA256_HEX_SIZE]);

/* One block of 64 bytes without the help of the processor; for the test that compares both ways. */
void mugai_sha256_portable_compress (uint32_t state[8], const uint8_t *block);
