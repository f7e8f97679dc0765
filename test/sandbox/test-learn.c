/* SPDX-License-Identifier: Apache-2.0
 *
 * The learning library: a denied call is named on stderr and fails with EPERM, and the process goes
 * on.
 */
#include "base/memfd.h"
#include "locked.h"
#include "unit/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int words; /* a memfd that stands for stderr */

static int
redirect (void *unused)
{
    (void)unused;
    return dup2 (words, STDERR_FILENO) < 0 ? -errno : 0;
}

static int
call_uname (void *unused)
{
    (void)unused;
    return syscall (SYS_uname, NULL) == -1 && errno == EPERM ? 0 : -EINVAL;
}

/* Allowed to the zygote, denied by the child's own filter. */
static int
call_getppid (void *unused)
{
    (void)unused;
    return syscall (SYS_getppid) == -1 && errno == EPERM ? 0 : -EINVAL;
}

int
main (void)
{
    MugaiLockdownStatus host;
    MugaiSandboxOptions options = { .partial = !locked_host_has_all (&host) };
    LockedTry *tries = locked_shared (2 * sizeof *tries);
    char text[256] = "";

    words = mugai_memfd_new ("stderr");
    tries[0].function = call_uname;
    tries[1].function = call_getppid;
    LockedRun run = locked_run (MUGAI_PROFILE_WALK, &options, LOCKED_CHILD, redirect, tries, 2);
    CHECK (run.done && locked_worked (&tries[0]) && locked_worked (&tries[1]));
    CHECK (pread (words, text, sizeof text - 1, 0) > 0);
    CHECK (strcmp (text, "sandbox-learn: uname\nsandbox-learn: getppid\n") == 0);
    return tap_done();
}
