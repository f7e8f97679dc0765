/* SPDX-License-Identifier: Apache-2.0
 *
 * server: the loop of mugai-keep. One thread, one epoll; each connection has at most one open request.
 *
 * Group commit: all requests that are ready in one turn go into one batch, which is made durable once, and are then
 * answered. While the disk works the next ones gather by themselves, so a lone put never waits for company.
 * Who may: root, the user mugai-keep runs as, and members of the group of its folder; originals only to root and the group.
 * Process: mugai-keep only. Trust: clients are ours, but a taken-over one must not get more than its requests: unknown kinds,
 * second requests and malformed frames end the connection.
 */
#pragma once

#include "keep/depot.h"

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiKeepServer MugaiKeepServer;

/* @listen_fd: a listening SOCK_SEQPACKET Unix socket, becomes the server's. @depot, @version: borrowed. */
MugaiKeepServer *mugai_keep_server_new (MugaiDepot *depot, int listen_fd, const char *version, MugaiDepotNote note,
                                        void *note_data, GError **error);
void mugai_keep_server_free (MugaiKeepServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiKeepServer, mugai_keep_server_free)

/* Serve until @stop_fd (a signalfd or a pipe) is readable. Errors: RESOURCE. */
bool mugai_keep_server_run (MugaiKeepServer *server, int stop_fd, GError **error);

/* A listening socket at @path (0660); a stale one is replaced, one that answers is not. Returns: fd or -1. */
int mugai_keep_server_listen (const char *path, GError **error);
