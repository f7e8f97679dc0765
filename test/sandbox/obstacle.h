/* SPDX-License-Identifier: Apache-2.0
 *
 * obstacle: hosts that lack a step, made on this one: by a filter that fails one call, as a
 * container's does, and by the kernel's own means where a process may set them for itself.
 */
#pragma once

#include "locked.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct SandboxObstacle {
    const char *name;
    LockedFunction put;      /* before the lock-down */
    MugaiLockStep step;      /* what is missing then */
    int error;               /* its errno */
    LockedFunction harmless; /* what a child may still do under partial */
    LockedFunction prepare;  /* tried in a fork first: a result other than 0 skips; may be NULL */
} SandboxObstacle;

/* Returns: (static) the table. */
const SandboxObstacle *sandbox_obstacles (size_t *ret_count);
