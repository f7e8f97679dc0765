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

typedef struct MugaiCallRule {
    int number;       /* of libseccomp: negative when this machine's architecture lacks the call */
    const char *call; /* its name */
    const char *who;  /* letters: z zygote, w walk, v verify, e encode, r render, s supervised */
    int error;        /* 0: allowed; else the call fails with this errno and nothing happens */
    int arg; /* -1: no condition; else the argument's index, and (argument & mask) == value */
    uint64_t mask;
    uint64_t value;
    const char *reason;
} MugaiCallRule;

/* @index: from 0. Returns: (borrowed, static) a row, or NULL past the end. */
const MugaiCallRule *mugai_profile_rule (size_t index);

bool mugai_profile_allows (const MugaiCallRule *rule, MugaiProfile profile);
bool mugai_profile_zygote (const MugaiCallRule *rule);
