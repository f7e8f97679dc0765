/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/peer.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

static bool
in_groups (int socket, gid_t group)
{
    gid_t groups[256];
    socklen_t size = sizeof groups;

    if (getsockopt (socket, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
        return false;
    for (size_t i = 0; i < size / sizeof groups[0]; i++)
        if (groups[i] == group)
            return true;
    return false;
}

int
mugai_peer_read (int socket, gid_t group, MugaiPeer *ret)
{
    struct ucred cred;
    socklen_t size = sizeof cred;
    struct passwd entry, *found = NULL;
    char buffer[4096];

    if (getsockopt (socket, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0)
        return -errno;
    *ret = (MugaiPeer){ .uid = cred.uid, .pid = cred.pid };
    if (getpwuid_r (cred.uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
        snprintf (ret->user, sizeof ret->user, "%s", entry.pw_name);
    else
        snprintf (ret->user, sizeof ret->user, "#%u", (unsigned)cred.uid);
    ret->same = cred.uid == geteuid();
    ret->member = cred.uid == 0 || cred.gid == group || in_groups (socket, group);
    return 0;
}
