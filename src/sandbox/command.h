/* SPDX-License-Identifier: Apache-2.0
 *
 * command: the lock-down under which an administrator's command works on one part: another view of
 * the file system (programs and libraries read-only, a /tmp of its own, nothing else), no network,
 * no other process to be seen, no capability, a seccomp allow-list. Wider than that of our own
 * processes, because nobody knows what the command will do; hence no `partial`: a host without user
 * namespaces runs no commands.
 *
 * Process: mugai-exec, once, before it forks. Trust: sees no content. libc and libseccomp.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

typedef struct MugaiCommandView {
    const char *program;     /* absolute path of the command; made readable when outside of /usr */
    const char *const *read; /* further paths it may read, NULL-terminated; may be NULL */
    uint64_t scratch;        /* bytes of its /tmp */
} MugaiCommandView;

/* mugai_command_lock:
 * Leave root, new namespaces, the new root. The next fork is process 1 of a new PID namespace: when
 * it ends, the kernel kills all that is left in there. @ret_call: (static) the step that failed.
 * Returns: 0 or a negative errno; after a failure only _exit may follow.
 */
int mugai_command_lock (const MugaiCommandView *view, const char **ret_call);

/* mugai_command_seccomp:
 * No capabilities, and the allow-list for this process and all it will start: what is not on it
 * fails with EPERM. Nothing on it makes namespaces, mounts, traces, sockets or keys.
 * Returns: 0 or a negative errno.
 */
int mugai_command_seccomp (const char **ret_call);
