/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void
try_all (MugaiLockdownStatus *shared)
{
    const MugaiSandboxOptions options = { .partial = true };

    int r = mugai_sandbox_zygote (MUGAI_PROFILE_VERIFY, &options, shared);
    _exit (r == 0 ? 0 : 1);
}

int
mugai_sandbox_probe (MugaiLockdownStatus *status)
{
    int wait_status = 0;

    *status = (MugaiLockdownStatus){ 0 };
    MugaiLockdownStatus *shared =
        mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -errno;
    pid_t pid = fork();
    if (pid == 0)
        try_all (shared);
    int r = pid < 0 ? -errno : 0;
    while (pid > 0 && waitpid (pid, &wait_status, 0) < 0)
        if (errno != EINTR) {
            r = -errno;
            break;
        }
    *status = *shared;
    munmap (shared, sizeof *shared);
    if (r < 0)
        return r;
    return wait_status == 0 && status->done == MUGAI_LOCK_ALL ? 0 : -EOPNOTSUPP;
}
