/* SPDX-License-Identifier: Apache-2.0
 *
 * peer: who is at the other end of a Unix socket, by what the kernel says (SO_PEERCRED, SO_PEERGROUPS).
 * Process: mugai-keep only.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

typedef struct MugaiPeer {
    uid_t uid;
    pid_t pid;
    char user[64]; /* name, or "#uid" when there is none */
    bool member;   /* root, or in @group */
    bool same;     /* the same user as we are */
} MugaiPeer;

/* Returns: 0 or a negative errno. */
int mugai_peer_read (int socket, gid_t group, MugaiPeer *ret);
