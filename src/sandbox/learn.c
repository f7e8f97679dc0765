/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/learn.h"

#ifndef MUGAI_SANDBOX_LEARN
#error "learn.c belongs to the test library only"
#endif

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

static char names[1024][24]; /* filled before the filter: resolving a name allocates */

static void
say (const char *text)
{
    ssize_t ignored = write (STDERR_FILENO, text, strlen (text));
    (void)ignored;
}

static void
on_sigsys (int signal, siginfo_t *info, void *context)
{
    ucontext_t *u = context;
    int number = info->si_syscall;

    (void)signal;
    say ("sandbox-learn: ");
    say (number >= 0 && number < 1024 && names[number][0] != '\0' ? names[number] : "(unknown)");
    say ("\n");
#if defined(__x86_64__)
    u->uc_mcontext.gregs[REG_RAX] = -EPERM;
#elif defined(__aarch64__)
    u->uc_mcontext.regs[0] = (unsigned long long)-EPERM;
#endif
}

int
mugai_learn_start (void)
{
    struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO | SA_NODEFER };

    for (int i = 0; i < 1024; i++) {
        char *name = seccomp_syscall_resolve_num_arch (SCMP_ARCH_NATIVE, i);
        if (name != NULL)
            strncpy (names[i], name, sizeof names[i] - 1);
        free (name);
    }
    return sigaction (SIGSYS, &action, NULL) < 0 ? -errno : 0;
}
