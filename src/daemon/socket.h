/* SPDX-License-Identifier: Apache-2.0
 *
 * socket: listen on a Unix socket in the file system, replacing a stale one, never a live one.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* Returns: a listening SOCK_SEQPACKET descriptor (close-on-exec, non-blocking), or -1.
 * Errors: MUGAI_ERROR_USAGE: somebody listens there, it is no socket, or the folder is missing or
 * not writable. */
int mugai_socket_listen (const char *path, mode_t mode, GError **error);
