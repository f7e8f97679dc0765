/* SPDX-License-Identifier: Apache-2.0
 *
 * fd: descriptors that close themselves at the end of their scope. libc only.
 */
#pragma once

#include <unistd.h>

static inline void
mugai_fd_clear (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

/* Take the descriptor out of *fd, which becomes -1. */
static inline int
mugai_fd_steal (int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

#define mugai_autofd __attribute__ ((cleanup (mugai_fd_clear))) int
