/* SPDX-License-Identifier: Apache-2.0
 *
 * Source: Intel SHA Extensions (2013): four rounds take one SHA256RNDS2 for each half of the state,
 * which lies in the order ABEF and CDGH.
 */
#include "base/sha256-x86.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

bool
mugai_sha256_x86_available (void)
{
    unsigned a, b, c, d;
    bool simd =
        __get_cpuid (1, &a, &b, &c, &d) != 0 && (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;

    return simd && __get_cpuid_count (7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

__attribute__ ((target ("sha,ssse3,sse4.1"))) void
mugai_sha256_x86_compress (uint32_t state[8], const uint32_t constant[64], const uint8_t *data,
                           size_t blocks)
{
    const __m128i swap = _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i low = _mm_shuffle_epi32 (_mm_loadu_si128 ((const __m128i *)state), 0xb1); /* CDAB */
    __m128i high =
        _mm_shuffle_epi32 (_mm_loadu_si128 ((const __m128i *)(state + 4)), 0x1b); /* EFGH */
    __m128i abef = _mm_alignr_epi8 (low, high, 8);
    __m128i cdgh = _mm_blend_epi16 (high, low, 0xf0);

    for (; blocks > 0; blocks--, data += 64) {
        __m128i w[4], abef_before = abef, cdgh_before = cdgh;
#pragma GCC unroll 16
        for (unsigned i = 0; i < 16; i++) { /* four rounds each; w[i % 4] holds their words */
            if (i < 4) {
                w[i] = _mm_shuffle_epi8 (_mm_loadu_si128 ((const __m128i *)(data + 16 * i)), swap);
            } else {
                __m128i sum = _mm_add_epi32 (_mm_sha256msg1_epu32 (w[i % 4], w[(i + 1) % 4]),
                                             _mm_alignr_epi8 (w[(i + 3) % 4], w[(i + 2) % 4], 4));
                w[i % 4] = _mm_sha256msg2_epu32 (sum, w[(i + 3) % 4]);
            }
            __m128i k =
                _mm_add_epi32 (w[i % 4], _mm_loadu_si128 ((const __m128i *)(constant + 4 * i)));
            cdgh = _mm_sha256rnds2_epu32 (cdgh, abef, k);
            abef = _mm_sha256rnds2_epu32 (abef, cdgh, _mm_shuffle_epi32 (k, 0x0e));
        }
        abef = _mm_add_epi32 (abef, abef_before);
        cdgh = _mm_add_epi32 (cdgh, cdgh_before);
    }
    low = _mm_shuffle_epi32 (abef, 0x1b);  /* FEBA */
    high = _mm_shuffle_epi32 (cdgh, 0xb1); /* DCHG */
    _mm_storeu_si128 ((__m128i *)state, _mm_blend_epi16 (low, high, 0xf0));
    _mm_storeu_si128 ((__m128i *)(state + 4), _mm_alignr_epi8 (high, low, 8));
}

#else

bool
mugai_sha256_x86_available (void)
{
    return false;
}

void
mugai_sha256_x86_compress (uint32_t state[8], const uint32_t constant[64], const uint8_t *data,
                           size_t blocks)
{
    (void)state;
    (void)constant;
    (void)data;
    (void)blocks;
}

#endif
