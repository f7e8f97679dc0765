/* SPDX-License-Identifier: Apache-2.0
 *
 * profile: the table of system calls. One row: call, who may make it, answer, condition on one
 * argument, reason. A call without a row, or whose rows' conditions do not hold, kills the process
 * (SIGSYS). Process: every zygote. Internal to src/sandbox and its tests. libc only, but for
 * libseccomp's numbers.
 */
#pragma once

#include "sandbox/sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_CALL_KILLS = -1 };

typedef struct MugaiCallRule {
    int number;       /* of libseccomp: negative when this machine's architecture lacks the call */
    const char *call; /* its name */
    const char *who;  /* letters: z zygote, w walk, v verify, e encode, r render, s supervised,
                         o office, O its zygote alone */
    int error; /* 0: allowed; MUGAI_CALL_KILLS; else the call fails with this errno and nothing
                  happens */
    int arg;   /* -1: no condition; else the argument's index, and (argument & mask) == value */
    uint64_t mask;
    uint64_t value;
    const char *reason;
} MugaiCallRule;

/* @index: from 0. Returns: (borrowed, static) a row, or NULL past the end. */
const MugaiCallRule *mugai_profile_rule (size_t index);

bool mugai_profile_allows (const MugaiCallRule *rule, MugaiProfile profile);
/* May the zygote of @profile make it? */
bool mugai_profile_zygote (const MugaiCallRule *rule, MugaiProfile profile);

/* Is it a step of preparing a child, and death once the child is prepared? */
bool mugai_profile_prepares (const MugaiCallRule *rule, MugaiProfile profile);

/* What becomes of a call without a row: MUGAI_CALL_KILLS or an errno. */
int mugai_profile_fallback (MugaiProfile profile);
