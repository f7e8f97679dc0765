/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/socket.h"

#include "base/fd.h"
#include "core/error.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
fail (GError **error, const char *path, const char *what, const char *remedy)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s: %s; %s", path, what, remedy);
    return -1;
}

/* A socket file is stale only when the kernel says that nobody listens; who may not connect, or has
 * to wait, has met a live one. */
static bool
is_live (const struct sockaddr_un *address)
{
    mugai_autofd probe = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    return probe < 0 || connect (probe, (const struct sockaddr *)address, sizeof *address) == 0 ||
           (errno != ECONNREFUSED && errno != ENOENT);
}

int
mugai_socket_listen (const char *path, mode_t mode, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct stat st;

    if (strlen (path) >= sizeof address.sun_path)
        return fail (error, path, "the path is too long for a Unix socket",
                     "choose a shorter one in the configuration");
    memcpy (address.sun_path, path, strlen (path) + 1);
    if (lstat (path, &st) == 0) {
        if (!S_ISSOCK (st.st_mode))
            return fail (error, path, "exists and is no socket",
                         "remove it or configure another path");
        if (is_live (&address))
            return fail (error, path, "another process listens there",
                         "stop it or configure another path");
        unlink (path);
    }
    mugai_autofd fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind (fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return fail (error, path, strerror (errno),
                     "create its folder and make it writable for the user mugaid runs as");
    if (chmod (path, mode) < 0 || listen (fd, 128) < 0)
        return fail (error, path, strerror (errno), "check the folder's permissions");
    return mugai_fd_steal (&fd);
}
