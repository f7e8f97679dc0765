/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include "base/sha256-x86.h"

#include <string.h>

/* FIPS 180-4, 4.2.2 */
static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t
rotr (uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

/* One round; the names of the state turn instead of its values. */
#define ROUND(a, b, c, d, e, f, g, h, i)                                                           \
    do {                                                                                           \
        uint32_t t = h + (rotr (e, 6) ^ rotr (e, 11) ^ rotr (e, 25)) + (g ^ (e & (f ^ g))) +       \
                     round_constant[i] + w[i];                                                     \
        d += t;                                                                                    \
        h = t + (rotr (a, 2) ^ rotr (a, 13) ^ rotr (a, 22)) + ((a & b) | (c & (a | b)));           \
    } while (0)

void
mugai_sha256_portable_compress (uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | (uint32_t)block[4 * i + 3];
    for (size_t i = 16; i < 64; i++) {
        uint32_t s0 = rotr (w[i - 15], 7) ^ rotr (w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotr (w[i - 2], 17) ^ rotr (w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    for (size_t i = 0; i < 64; i += 8) {
        ROUND (a, b, c, d, e, f, g, h, i);
        ROUND (h, a, b, c, d, e, f, g, i + 1);
        ROUND (g, h, a, b, c, d, e, f, i + 2);
        ROUND (f, g, h, a, b, c, d, e, i + 3);
        ROUND (e, f, g, h, a, b, c, d, i + 4);
        ROUND (d, e, f, g, h, a, b, c, i + 5);
        ROUND (c, d, e, f, g, h, a, b, i + 6);
        ROUND (b, c, d, e, f, g, h, a, i + 7);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
}

/* What the processor can do, asked once in a process: 0 not asked, 1 portable, 2 own instructions.
 * Asking traps in a virtual machine, and the answer never changes, so that this one mutable static
 * is worth it. */
static _Atomic int processor;

static void
compress (uint32_t state[8], const uint8_t *data, size_t blocks)
{
    if (processor == 0)
        processor = mugai_sha256_x86_available() ? 2 : 1;
    if (processor == 2) {
        mugai_sha256_x86_compress (state, round_constant, data, blocks);
        return;
    }
    for (; blocks > 0; blocks--, data += 64)
        mugai_sha256_portable_compress (state, data);
}

void
mugai_sha256_init (MugaiSha256 *h)
{
    static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
    memcpy (h->state, start, sizeof start);
    h->size = 0;
}

void
mugai_sha256_update (MugaiSha256 *h, const void *data, size_t size)
{
    const uint8_t *at = data;
    size_t filled = h->size % 64;

    h->size += size;
    if (filled > 0) {
        size_t take = size < 64 - filled ? size : 64 - filled;
        if (take > 0)
            memcpy (h->block + filled, at, take);
        if (filled + take < 64)
            return;
        compress (h->state, h->block, 1);
        at += take;
        size -= take;
    }
    if (size >= 64)
        compress (h->state, at, size / 64);
    at += size / 64 * 64;
    size %= 64;
    if (size > 0)
        memcpy (h->block, at, size);
}

void
mugai_sha256_final (MugaiSha256 *h, uint8_t digest[MUGAI_SHA256_SIZE])
{
    uint64_t bits = h->size * 8;
    size_t filled = h->size % 64;
    uint8_t pad[72] = { 0x80 };
    size_t pad_size = (filled < 56 ? 56 : 120) - filled;

    for (size_t i = 0; i < 8; i++)
        pad[pad_size + i] = (uint8_t)(bits >> (56 - 8 * i));
    mugai_sha256_update (h, pad, pad_size + 8);
    for (size_t i = 0; i < MUGAI_SHA256_SIZE; i++)
        digest[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}

void
mugai_sha256 (const void *data, size_t size, uint8_t digest[MUGAI_SHA256_SIZE])
{
    MugaiSha256 h;

    mugai_sha256_init (&h);
    mugai_sha256_update (&h, data, size);
    mugai_sha256_final (&h, digest);
}

void
mugai_sha256_hex (const uint8_t digest[MUGAI_SHA256_SIZE], char hex[MUGAI_SHA256_HEX_SIZE])
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < MUGAI_SHA256_SIZE; i++) {
        hex[2 * i] = digit[digest[i] >> 4];
        hex[2 * i + 1] = digit[digest[i] & 15];
    }
    hex[2 * MUGAI_SHA256_SIZE] = '\0';
}
