/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/listen.h"

#include "base/fd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static bool
say (char *why, size_t room, const char *text, const char *what, const char *remedy)
{
    snprintf (why, room, "%s: %s; %s", text, what, remedy);
    return false;
}

static bool
port_ok (const char *text, const char *end)
{
    char *stop = NULL;
    unsigned long port = strtoul (text, &stop, 10);

    return stop == end && stop != text && *text != '+' && *text != '-' && port >= 1 &&
           port <= 65535;
}

bool
mugai_listen_parse (const char *text, MugaiListen *ret, char *why, size_t room)
{
    MugaiListen listen = { 0 };
    const char *colon = strchr (text, ':');
    const char *at = strchr (text, '@');

    if (colon == NULL || strlen (text) >= sizeof listen.spec)
        return say (why, room, text, "not an address", "use unix:PATH or inet:PORT@127.0.0.1");
    memcpy (listen.spec, text, strlen (text) + 1);
    if (strncmp (text, "unix:", 5) == 0 || strncmp (text, "local:", 6) == 0) {
        if (colon[1] != '/' || strlen (colon + 1) >= sizeof listen.path)
            return say (why, room, text, "not an absolute path of fewer than 108 bytes",
                        "use unix:/run/mugai/milter.sock");
        memcpy (listen.path, colon + 1, strlen (colon + 1) + 1);
    } else if (strncmp (text, "inet:", 5) == 0 || strncmp (text, "inet6:", 6) == 0) {
        if (at == NULL || !port_ok (colon + 1, at))
            return say (why, room, text, "no port", "use inet:PORT@127.0.0.1");
        if (strcmp (at + 1, "127.0.0.1") != 0 && strcmp (at + 1, "::1") != 0 &&
            strcmp (at + 1, "localhost") != 0)
            return say (why, room, text,
                        "not a loopback address, and the milter protocol knows no password",
                        "use inet:PORT@127.0.0.1");
    } else {
        return say (why, room, text, "not an address", "use unix:PATH or inet:PORT@127.0.0.1");
    }
    *ret = listen;
    return true;
}

bool
mugai_listen_clear_way (const MugaiListen *listen, char *why, size_t room)
{
    struct stat st;
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (listen->path[0] == '\0' || (lstat (listen->path, &st) < 0 && errno == ENOENT))
        return true;
    if (!S_ISSOCK (st.st_mode))
        return say (why, room, listen->path, "is there and is no socket",
                    "choose another path or move the file away");
    memcpy (address.sun_path, listen->path, sizeof listen->path);
    mugai_autofd fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return say (why, room, listen->path, strerror (errno), "raise the limit of open files");
    if (connect (fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return say (why, room, listen->path, "another milter is alive on this socket",
                    "stop it or choose another path");
    if (errno != ECONNREFUSED)
        return say (why, room, listen->path, strerror (errno),
                    "check the owner of the socket and of its folder");
    if (unlink (listen->path) < 0)
        return say (why, room, listen->path, strerror (errno), "remove the dead socket");
    return true;
}
