/* SPDX-License-Identifier: Apache-2.0
 *
 * zygote: the loop of a program that was loaded once, is warm, locked down and single-threaded, sees no content, and
 * only forks. Each child gets one end of a socket pair as its channel, does one job and exits.
 * Process: worker, render, encode, verify. libc only.
 */
#pragma once

#include "base/frame.h"
#include "sandbox/sandbox.h"

enum { MUGAI_ZYGOTE_FD = 3 /* where a supervisor puts the control socket before exec */ };

/* The one job of a child. @channel: SOCK_SEQPACKET to the supervisor, frames only. Returns: exit status. */
typedef int (*MugaiZygoteChild) (void *data, int channel);

/* mugai_zygote_run:
 * Lock down, say HELLO (payload: program version as text, then NUL, then the lock-down status text), then fork a child for
 * every FORK frame until the control socket closes. FORK: frame.job names the child, descriptor 0 is its channel. FORKED:
 * same job, payload pid (u32), descriptor 0 its pidfd. EXITED: same job, payload wait status (u32).
 * Returns: exit status of the zygote; a lock-down failure is reported in HELLO's place (kind HELLO, part = errno) first.
 */
int mugai_zygote_run (int control, MugaiProfile profile, const MugaiSandboxOptions *options, MugaiZygoteChild child,
                      void *data);
