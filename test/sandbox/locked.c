/* SPDX-License-Identifier: Apache-2.0 */
#include "locked.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, EXIT_BEFORE = 99 };

static void
die (const char *what)
{
    perror (what);
    exit (EXIT_FAILURE);
}

static int
wait_for (pid_t pid)
{
    int status = 0;

    while (waitpid (pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return status;
}

void *
locked_shared (size_t size)
{
    void *p = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        die ("mmap");
    return p;
}

bool
locked_must_work (void)
{
    const char *value = getenv ("MUGAI_SANDBOX_MUST_WORK");

    return value != NULL && strcmp (value, "1") == 0;
}

bool
locked_host_has_all (MugaiLockdownStatus *ret_status)
{
    return mugai_sandbox_probe (ret_status) == 0;
}

void
locked_explain (const MugaiLockdownStatus *status)
{
    printf ("# ");
    for (const char *at = status->text; *at != '\0'; at++)
        if (*at == '\n')
            printf ("\n# ");
        else
            putchar (*at);
    printf ("\n");
}

static void
child (MugaiProfile profile, const MugaiSandboxOptions *options, LockedWhere where, LockedTry *try)
{
    if (where == LOCKED_CHILD) {
        int r = mugai_sandbox_child (profile, options);
        if (r < 0) {
            try->result = r;
            _exit (EXIT_BEFORE);
        }
    }
    try->result = try->function (try->data);
    try->came_back = true;
    _exit (0);
}

typedef struct {
    LockedRun run;
    int before; /* result of the function before the lock-down */
} Shared;

static void
zygote (MugaiProfile profile, const MugaiSandboxOptions *options, LockedWhere where,
        LockedTry *tries, size_t count, Shared *shared)
{
    shared->run.error = mugai_sandbox_zygote (profile, options, &shared->run.status);
    if (shared->run.error < 0)
        _exit (0);
    for (size_t i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid == 0)
            child (profile, options, where, &tries[i]);
        tries[i].wait_status = pid < 0 ? -1 : wait_for (pid);
    }
    shared->run.done = true;
    _exit (0);
}

LockedRun
locked_run (MugaiProfile profile, const MugaiSandboxOptions *options, LockedWhere where,
            LockedFunction before, LockedTry *tries, size_t count)
{
    Shared *shared = locked_shared (sizeof *shared);

    fflush (NULL);
    pid_t pid = fork();
    if (pid < 0)
        die ("fork");
    if (pid == 0) {
        if (before != NULL && before (NULL) < 0)
            _exit (EXIT_BEFORE);
        zygote (profile, options, where, tries, count, shared);
    }
    int status = wait_for (pid);
    if (WIFEXITED (status) && WEXITSTATUS (status) == EXIT_BEFORE)
        shared->run.error = -ECANCELED;
    LockedRun run = shared->run;
    munmap (shared, sizeof *shared);
    return run;
}

LockedTry
locked_one (MugaiProfile profile, const MugaiSandboxOptions *options, LockedFunction function,
            void *data)
{
    LockedTry *try = locked_shared (sizeof *try);

    *try = (LockedTry){ .function = function, .data = data };
    LockedRun run = locked_run (profile, options, LOCKED_CHILD, NULL, try, 1);
    LockedTry result = *try;
    munmap (try, sizeof *try);
    if (run.error < 0)
        result.result = run.error;
    return result;
}

int
locked_fork (LockedFunction function, void *data)
{
    fflush (NULL);
    pid_t pid = fork();
    if (pid < 0)
        die ("fork");
    if (pid == 0)
        _exit (function (data));
    int status = wait_for (pid);
    return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

int
locked_be_nobody (void *unused)
{
    (void)unused;
    if (geteuid() != 0)
        return 0;
    if (setgroups (0, NULL) < 0 || setresgid (NOBODY, NOBODY, NOBODY) < 0 ||
        setresuid (NOBODY, NOBODY, NOBODY) < 0)
        return -errno;
    return 0;
}

bool
locked_killed (const LockedTry *try, int signal)
{
    return !try->came_back && WIFSIGNALED (try->wait_status) &&
           WTERMSIG (try->wait_status) == signal;
}

bool
locked_worked (const LockedTry *try)
{
    return try->came_back && try->wait_status == 0 && try->result >= 0;
}
