/* SPDX-License-Identifier: Apache-2.0
 *
 * seccomp: from the profile table to the two filters, and loading them.
 * Process: every zygote and its children. Internal to src/sandbox. Functions return 0 or a negative
 * errno.
 */
#pragma once

#include "sandbox/sandbox.h"

#include <linux/filter.h>
#include <stddef.h>

enum { MUGAI_SECCOMP_ROOM = 1024 }; /* instructions; the kernel takes at most 4096 */

typedef struct MugaiSeccompFilter {
    struct sock_filter code[MUGAI_SECCOMP_ROOM];
    unsigned short size; /* instructions */
} MugaiSeccompFilter;

/* The allow-list of a zygote of @profile: its own rows and its children's. */
int mugai_seccomp_build_zygote (MugaiProfile profile, MugaiSeccompFilter *ret_filter);

/* What a child of @profile adds: kill whatever only the zygote may do. */
int mugai_seccomp_build_child (MugaiProfile profile, MugaiSeccompFilter *ret_filter);

/* One seccomp(2) call; async-signal-safe. no_new_privs must be set. Errors: those of seccomp(2). */
int mugai_seccomp_load (const MugaiSeccompFilter *filter);
