/* SPDX-License-Identifier: Apache-2.0
 *
 * zygote: the loop of a program that was loaded once, is warm, locked down and single-threaded,
 * sees no content, and only forks. Each child gets one end of a socket pair as its channel, does
 * one job and exits.
 *
 * Messages on the control socket, with frame.job naming a child:
 *
 * | HELLO  | zygote, first | MugaiZygoteHello; frame.part is 0, or why the lock-down failed (errno)
 * | FORK   | supervisor    | MugaiZygoteFork; each descriptor is the channel of one child; these are
 * |        |               | named job, job + 1, ...: several at once, because waking a process costs
 * |        |               | more than a fork
 * | FORKED | zygote        | a u32 for each child, its pid or 0; descriptors are the pidfds of those
 * |        |               | that have a pid, in order; frame.part is 0, or why a fork failed (errno)
 * | REAP   | supervisor    | a child ended without a result: say why, now
 * | EXITED | zygote        | wait status (u32); neither for a child that exited with 0 nor for one
 * |        |               | that SIGKILL ended, which is what a supervisor does with lingering ones
 *
 * Dead children are waited for when there is something to do anyway, within a second of a fork, or
 * at a REAP.
 * Process: worker, render, encode, verify (zygote side); supervisor (reading). libc only.
 */
#pragma once

#include "base/frame.h"
#include "base/sha256.h"
#include "sandbox/sandbox.h"

enum { MUGAI_ZYGOTE_FD = 3 /* where a supervisor puts the control socket before exec */ };

typedef struct MugaiZygoteHello {
    char version[32];                  /* of the program */
    uint8_t engine[MUGAI_SHA256_SIZE]; /* base/engine.h */
    uint32_t missing;                  /* MugaiLockStep bits that `sandbox: partial` tolerated */
    char status[512];                  /* MugaiLockdownStatus.text */
} MugaiZygoteHello;

typedef struct MugaiZygoteFork { /* bounds of one child; 0: the zygote's own */
    uint64_t memory;             /* bytes of address space */
    uint32_t cpu_seconds;
} MugaiZygoteFork;

size_t mugai_zygote_hello_write (const MugaiZygoteHello *hello, void *buffer, size_t room);
bool mugai_zygote_hello_read (const void *data, size_t size, MugaiZygoteHello *ret);
size_t mugai_zygote_fork_write (const MugaiZygoteFork *fork, void *buffer, size_t room);
bool mugai_zygote_fork_read (const void *data, size_t size, MugaiZygoteFork *ret);

/* The one job of a child. @channel: SOCK_SEQPACKET to the supervisor, frames only. Returns: exit
 * status. */
typedef int (*MugaiZygoteChild) (void *data, int channel);

/* mugai_zygote_run:
 * Lock down, say HELLO, then fork a child for every FORK until the control socket closes.
 * Returns: exit status of the program: 0 after the socket closed, 70 when the lock-down failed or
 * the supervisor speaks nonsense.
 */
int mugai_zygote_run (int control, MugaiProfile profile, const MugaiSandboxOptions *options,
                      MugaiZygoteChild child, void *data);

/* Work between the lock-down and HELLO, with all powers of the zygote's filter: what needs threads
 * cannot be done before. @data as above. Returns: 0, or the zygote ends. */
typedef int (*MugaiZygoteWarm) (void *data);

/* The same for a program whose zygote has more to do once it is locked. */
int mugai_zygote_run_warm (int control, MugaiProfile profile, const MugaiSandboxOptions *options,
                           MugaiZygoteWarm warm, MugaiZygoteChild child, void *data);
