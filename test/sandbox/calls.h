/* SPDX-License-Identifier: Apache-2.0
 *
 * calls: the system calls that the tests try, each with what must become of it in which profile.
 * Written from DESIGN and README, not from src/sandbox/profile.c: the two tables check each other.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct SandboxCall {
    const char *name;
    const char
        *works; /* letters of profile.h in whose processes it must work; elsewhere it must not */
    int error;  /* where it does not work: the errno it must give; 0: it must kill the process */
    int (*attempt) (void *unused);
    bool asan; /* ASan builds need it: how it is refused is not tested there */
} SandboxCall;

/* Open what the attempts use. Call once, before any fork. */
void sandbox_calls_prepare (void);

/* Returns: (static) the table. */
const SandboxCall *sandbox_calls (size_t *ret_count);

enum { SANDBOX_KILLS = -1 };

/* Returns: what must become of the call in a child of profile office: 0 it works, an errno, or
 * SANDBOX_KILLS. */
int sandbox_office (const SandboxCall *call);
