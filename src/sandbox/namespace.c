/* SPDX-License-Identifier: Apache-2.0
 *
 * Source: user_namespaces(7) "User and group ID mappings", pivot_root(2) "pivot_root(".", ".")".
 */
#include "sandbox/namespace.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
failed (const char *call, const char **ret_call)
{
    *ret_call = call;
    return -errno;
}

/* A map must be written by one write(2). */
static int
write_file (const char *path, const char *text)
{
    mugai_autofd fd = open (path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    return write (fd, text, strlen (text)) == (ssize_t)strlen (text) ? 0 : -1;
}

int
mugai_namespace_user (const char **ret_call)
{
    char uid_map[64], gid_map[64];

    snprintf (uid_map, sizeof uid_map, "%u %u 1\n", (unsigned)geteuid(), (unsigned)geteuid());
    snprintf (gid_map, sizeof gid_map, "%u %u 1\n", (unsigned)getegid(), (unsigned)getegid());
    if (unshare (CLONE_NEWUSER) < 0)
        return failed ("unshare(CLONE_NEWUSER)", ret_call);
    if (write_file ("/proc/self/setgroups", "deny") < 0)
        return failed ("write /proc/self/setgroups", ret_call);
    if (write_file ("/proc/self/gid_map", gid_map) < 0)
        return failed ("write /proc/self/gid_map", ret_call);
    if (write_file ("/proc/self/uid_map", uid_map) < 0)
        return failed ("write /proc/self/uid_map", ret_call);
    return 0;
}

int
mugai_namespace_others (const char **ret_call)
{
    if (unshare (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS) < 0)
        return failed ("unshare(net, ipc, uts, mount)", ret_call);
    return 0;
}

int
mugai_namespace_empty_root (const char **ret_call)
{
    const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

    if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return failed ("mount(private)", ret_call);
    /* /proc exists: the maps were written through it. */
    if (mount ("mugai-empty", "/proc", "tmpfs", flags, "size=4k,nr_inodes=1,mode=0555") < 0)
        return failed ("mount(tmpfs)", ret_call);
    if (chdir ("/proc") < 0)
        return failed ("chdir", ret_call);
    if (syscall (SYS_pivot_root, ".", ".") < 0)
        return failed ("pivot_root", ret_call);
    if (umount2 (".", MNT_DETACH) < 0)
        return failed ("umount(old root)", ret_call);
    if (chdir ("/") < 0)
        return failed ("chdir", ret_call);
    if (mount (NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL) < 0)
        return failed ("mount(read-only)", ret_call);
    return 0;
}
