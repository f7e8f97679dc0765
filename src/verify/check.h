/* SPDX-License-Identifier: Apache-2.0
 *
 * check: what all recognisers of one run share: the limits, the first refusal, the path, the leaves
 * found so far. Process: verify. libc only.
 */
#pragma once

#include "verify/verify.h"

typedef struct MugaiCheck {
    const MugaiVerifyLimits *limits;
    MugaiVerifyResult *result;
    MugaiSha256 leaves; /* over the digests of the leaves */
    size_t leaf_room;   /* entries allocated in result->leaf */
    uint64_t expanded;  /* bytes that members of archives were unpacked to */
    unsigned depth;     /* archives around this place */
    bool refused;
    char path[64]; /* where we are: "", "header", "1", "2/word/document.xml", ... */
} MugaiCheck;

/* Note a refusal; the first one stands. @clause, @why: printable ASCII. Returns: false, for `return
 * mugai_refuse (...)`. */
bool mugai_refuse (MugaiCheck *check, const char *clause, uint64_t offset, const char *why);

/* Returns: (transfer full) @size bytes of scratch memory (free()), or NULL with L-3 refused. */
void *mugai_check_scratch (MugaiCheck *check, uint64_t size);

/* Add @step (printable ASCII) to the path, as much as it has room for. Returns: what
 * mugai_check_leave() needs. */
size_t mugai_check_enter (MugaiCheck *check, const char *step);
void mugai_check_leave (MugaiCheck *check, size_t outer);

/* Count a leaf with its decoded content. */
bool mugai_check_leaf (MugaiCheck *check, const uint8_t *data, size_t size);
