/* SPDX-License-Identifier: Apache-2.0
 *
 * namespace: user, net, ipc, uts and mount namespaces without privilege, and an empty directory as
 * root. Process: every zygote, once. Internal to src/sandbox. libc only. Functions return 0 or a
 * negative errno, and name in
 * @ret_call (static) the call that failed.
 */
#pragma once

#include "sandbox/room.h"

/* A new user namespace in which uid and gid are the same numbers as outside. The process must be
 * dumpable. */
int mugai_namespace_user (const char **ret_call);

/* New net, ipc, uts and mount namespaces; needs the capabilities the new user namespace gives. */
int mugai_namespace_others (const char **ret_call);

/* Make an empty, read-only, noexec tmpfs the root and forget the old one. Needs the new mount
 * namespace. */
int mugai_namespace_empty_root (const char **ret_call);

/* Instead: a read-only tmpfs with read-only views of the folders of @room becomes the root. Needs
 * Linux 5.12. */
int mugai_namespace_room (const MugaiRoom *room, const char **ret_call);

/* In a child: mounts of its own, and an empty folder where the work folder of @room is.
 * Async-signal-safe. */
int mugai_namespace_work (const MugaiRoom *room);
