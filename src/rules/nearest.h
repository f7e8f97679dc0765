/* SPDX-License-Identifier: Apache-2.0
 *
 * nearest: "did you mean": the most similar of a list of words. libc only.
 */
#pragma once

#include <stddef.h>

typedef struct MugaiNearest {
    const char *word; /* what was written; borrowed */
    char best[64];    /* "" while none is near enough */
    size_t distance;  /* of @best, letters to change, put in, take out or swap */
} MugaiNearest;

MugaiNearest mugai_nearest (const char *word);
/* Try one more word; ASCII case is ignored, and "_" counts as "-". */
void mugai_nearest_try (MugaiNearest *nearest, const char *candidate);
