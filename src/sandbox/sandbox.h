/* SPDX-License-Identifier: Apache-2.0
 *
 * sandbox: what a process gives up before it may see hostile bytes. Two steps: the zygote locks
 * itself down once and every child inherits it; each child then adds its own limits and a small
 * filter that takes the fork away.
 *
 * Order: exec, load modules and tables, warm up (one thread, no content) -> mugai_sandbox_zygote()
 * -> fork -> mugai_sandbox_child() in the child, before it reads its first job. All or nothing:
 * after a failure of either call the process is half locked and must _exit at once. Process: every
 * zygote and its children; `mugai doctor` for the probe. Trust: sees no content. libc and
 * libseccomp. Files: profile (the table), seccomp, landlock, namespace, lockdown (the order). Read
 * README.md here for the kernel.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef enum MugaiProfile {
    MUGAI_PROFILE_WALK,       /* parses a mail, decides, assembles */
    MUGAI_PROFILE_VERIFY,     /* recognises output; the shortest list */
    MUGAI_PROFILE_ENCODE,     /* typed frames to PNG, JPEG, PDF */
    MUGAI_PROFILE_RENDER,     /* one document, one decoder */
    MUGAI_PROFILE_SUPERVISED, /* speaks over one socket that was connected for it before the
                                 lock-down */
    MUGAI_PROFILE_OFFICE,     /* LibreOffice: threads, a room of files (room.h), a private folder */
} MugaiProfile;

#define MUGAI_PROFILE_COUNT (MUGAI_PROFILE_OFFICE + 1)

/* Steps of the lock-down, in their order; bits of MugaiLockdownStatus. */
typedef enum MugaiLockStep {
    MUGAI_LOCK_THREADS = 1u << 0, /* exactly one thread */
    MUGAI_LOCK_RLIMITS =
        1u << 1, /* core 0, open files, file size, no locked memory, no message queues */
    MUGAI_LOCK_USER = 1u << 2, /* no process of ours runs as root */
    MUGAI_LOCK_NO_NEW_PRIVS = 1u << 3,
    MUGAI_LOCK_USER_NS = 1u << 4,    /* user namespace with its maps; may miss when partial */
    MUGAI_LOCK_NAMESPACES = 1u << 5, /* net, ipc, uts, mount; may miss when partial */
    MUGAI_LOCK_EMPTY_ROOT = 1u << 6, /* an empty read-only directory as /; may miss when partial */
    MUGAI_LOCK_CAPABILITIES = 1u << 7,
    MUGAI_LOCK_NOT_DUMPABLE = 1u << 8, /* no core, no ptrace, /proc/PID belongs to root */
    MUGAI_LOCK_PARENT_DEATH = 1u << 9, /* SIGKILL when the supervisor ends */
    MUGAI_LOCK_LANDLOCK = 1u << 10,    /* may miss when partial */
    MUGAI_LOCK_SECCOMP = 1u << 11,
} MugaiLockStep;

enum {
    MUGAI_LOCK_ALL = (1u << 12) - 1,
    MUGAI_LOCK_MAY_MISS =
        MUGAI_LOCK_USER_NS | MUGAI_LOCK_NAMESPACES | MUGAI_LOCK_EMPTY_ROOT | MUGAI_LOCK_LANDLOCK,
};

typedef struct MugaiLockdownStatus {
    uint32_t done;    /* MugaiLockStep bits */
    uint32_t missing; /* MugaiLockStep bits; with a return of 0 only such as `partial` tolerates */
    int landlock_abi; /* 0: none */
    char text[512];   /* one line a missing step: step, call, errno, remedy; empty when nothing is
                         missing */
} MugaiLockdownStatus;

/* Zero in a field means the default that stands beside it. */
typedef struct MugaiSandboxOptions {
    bool partial; /* `sandbox: partial`: go on without MUGAI_LOCK_MAY_MISS steps and say so */
    uint64_t
        memory; /* bytes of address space of a child (512 MiB); no limit under AddressSanitizer */
    uint64_t file; /* bytes of the largest memfd a child may fill (1 GiB); always none for verify.
                      Past it: EFBIG */
    uint32_t cpu_seconds; /* CPU time of a child (60); past it SIGXCPU, one second later SIGKILL */
    uint32_t files;       /* open descriptors (256) */
    uid_t uid;    /* who to become when started as root (65534, nobody); not used otherwise */
    gid_t gid;    /* (65534, nogroup) */
    pid_t parent; /* the supervisor: the lock-down fails when it is gone already (0: not checked) */
    const struct MugaiRoom *room; /* of profile office: what it may see (room.h); NULL: nothing */
} MugaiSandboxOptions;

/* mugai_sandbox_zygote:
 * Lock this process and all its future children down. Call once, with one thread, after everything
 * is loaded; from then on no file can be opened, no library loaded and no socket made, but
 * descriptors may still come over a channel.
 * @options: borrowed; NULL for all defaults.
 * @status: filled in every case. Returns: 0, or the negative errno of the first step that may not
 * miss (-ESRCH: the supervisor is gone; -EBUSY: more than one thread). After a failure only _exit
 * may follow.
 */
int mugai_sandbox_zygote (MugaiProfile profile, const MugaiSandboxOptions *options,
                          MugaiLockdownStatus *status);

/* mugai_sandbox_child:
 * In the child after fork, before any content: death with the zygote, CPU, memory and process
 * limits, and the filter that takes away what only the zygote needs. Async-signal-safe, allocates
 * nothing.
 * @profile: the one given to mugai_sandbox_zygote() (-EINVAL otherwise, and when that was never
 * called).
 * @options: borrowed; only memory and cpu_seconds are used. NULL for all defaults.
 * Returns: 0 or a negative errno; after a failure only _exit may follow.
 */
int mugai_sandbox_child (MugaiProfile profile, const MugaiSandboxOptions *options);

/* Returns: (static) "walk", "verify"...; NULL for a number that is no profile. */
const char *mugai_sandbox_name (MugaiProfile profile);

/* Returns: (static) the short name of one step bit ("user-namespace"); NULL for anything else. */
const char *mugai_sandbox_step_name (MugaiLockStep step);

/* mugai_sandbox_describe:
 * Returns: (static, per profile; not thread-safe) one line a row of the table: call, answer,
 * condition, reason, separated by tabs. For people: `mugai doctor`, `mugai worker --describe`.
 */
const char *mugai_sandbox_describe (MugaiProfile profile);

/* mugai_sandbox_probe:
 * Try the whole lock-down in a forked child and report what this host can do. The caller stays as
 * it is. Returns: 0 when nothing is missing; otherwise a negative errno, and @status says what and
 * the remedy.
 */
int mugai_sandbox_probe (MugaiLockdownStatus *status);
