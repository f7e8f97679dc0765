/* SPDX-License-Identifier: Apache-2.0
 *
 * verify: decide whether bytes are in the output profile. PROFILE.md is the specification; every
 * refusal names its clause.
 *
 * Process: mugai-verify. Input is hostile: it comes from a process that parsed hostile mail. libc,
 * libdeflate and expat only, no code of the sanitizer (tested). Pure: no I/O, no state kept between
 * calls.
 */
#pragma once

#include "base/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiVerifyLimits {
    uint64_t output;   /* bytes of the item (L-1) */
    uint64_t parts;    /* parts of a mail (L-2) */
    uint64_t expanded; /* bytes of the pixels of one image (P-6) */
    uint64_t memory;   /* bytes of scratch memory at one time (L-3) */
    bool delivered;    /* mail: section D, after an MTA; the gateway never sets it */
} MugaiVerifyLimits;

typedef struct MugaiVerifyLeaf {
    uint8_t sha256[MUGAI_SHA256_SIZE]; /* of the decoded bytes */
    uint64_t size;
} MugaiVerifyLeaf;

typedef struct MugaiVerifyResult {
    MugaiVerdict
        verdict; /* complete, ready for mugai_verdict_write(); leaves and counts are 0 unless ok */
    MugaiVerifyLeaf *leaf; /* verdict.leaves of them; owned, see mugai_verify_result_clear() */
} MugaiVerifyResult;

/* Returns: the default limits of base/limits.h, and what follows from them. */
MugaiVerifyLimits mugai_verify_limits_default (void);

/* mugai_verify:
 * Decide. Work and memory are linear in @size; the pixels of an image are bounded by @limits.
 * @data: borrowed, @size bytes, hostile; must not change during the call.
 * @ret_result: any content on entry; clear it afterwards. ret_result->verdict.ok is the answer;
 * when false, clause, offset, path and why say the first fault (printable ASCII, nothing of the
 * input in it).
 */
void mugai_verify (MugaiGrammar grammar, const uint8_t *data, size_t size,
                   const MugaiVerifyLimits *limits, MugaiVerifyResult *ret_result);

void mugai_verify_result_clear (MugaiVerifyResult *result);
