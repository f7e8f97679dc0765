/* SPDX-License-Identifier: Apache-2.0
 *
 * locked: run functions of a test where hostile bytes would be parsed: in a child of a locked
 * zygote, made as the product makes it. Results come back through shared memory, so that reporting
 * needs no system call. libc only. Every function here aborts the test program on a failure of its
 * own.
 */
#pragma once

#include "sandbox/sandbox.h"

#include <stdbool.h>
#include <stddef.h>

/* What a tried function gives back: >= 0 it worked; negative: errno. */
typedef int (*LockedFunction) (void *data);

typedef enum LockedWhere {
    LOCKED_CHILD,  /* after mugai_sandbox_child() */
    LOCKED_ZYGOTE, /* a fork of the zygote that has the zygote's filter only */
} LockedWhere;

typedef struct LockedTry {
    LockedFunction function;
    void *data;
    int result; /* of the function, when it came back */
    bool came_back;
    int wait_status; /* of its process */
} LockedTry;

typedef struct LockedRun {
    int error; /* of mugai_sandbox_zygote() */
    MugaiLockdownStatus status;
    bool done; /* the zygote lived until the last of the tries */
} LockedRun;

/* Probe this host. Returns: true when it has every step. @ret_status: filled. */
bool locked_host_has_all (MugaiLockdownStatus *ret_status);

/* Print the status as TAP comments. */
void locked_explain (const MugaiLockdownStatus *status);

/* MUGAI_SANDBOX_MUST_WORK=1: a host that lacks a step is a failure, not a skip. */
bool locked_must_work (void);

/* Zeroed memory that forks share; never freed. */
void *locked_shared (size_t size);

/* Fork a zygote that calls @before (may be NULL; exit status when it fails: 99), locks down and
 * runs each try in a child of its own. @tries: from locked_shared(). Returns when all is over. */
LockedRun locked_run (MugaiProfile profile, const MugaiSandboxOptions *options, LockedWhere where,
                      LockedFunction before, LockedTry *tries, size_t count);

/* As locked_run with one function in a child. */
LockedTry locked_one (MugaiProfile profile, const MugaiSandboxOptions *options,
                      LockedFunction function, void *data);

/* Run @function in a plain fork. Returns: its result (0..100), or -1 when the process died. */
int locked_fork (LockedFunction function, void *data);

/* Become 65534:65534 without groups when root; nothing otherwise. Fits as @before. */
int locked_be_nobody (void *unused);

bool locked_killed (const LockedTry *try, int signal);
bool locked_worked (const LockedTry *try);
