/* SPDX-License-Identifier: Apache-2.0
 *
 * Source: user_namespaces(7) "User and group ID mappings", pivot_root(2) "pivot_root(".", ".")",
 * mount_setattr(2), Documentation/filesystems/overlayfs.rst of Linux.
 */
#include "sandbox/namespace.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
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

/* A tmpfs at /proc, which exists: the maps were written through it. */
static int
begin_root (const char *options, unsigned long flags, const char **ret_call)
{
    if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return failed ("mount(private)", ret_call);
    if (mount ("mugai-empty", "/proc", "tmpfs", flags, options) < 0)
        return failed ("mount(tmpfs)", ret_call);
    return 0;
}

/* What is at /proc becomes the root, read-only. */
static int
end_root (unsigned long flags, const char **ret_call)
{
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

static const unsigned long root_flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

int
mugai_namespace_empty_root (const char **ret_call)
{
    int r = begin_root ("size=4k,nr_inodes=1,mode=0555", root_flags, ret_call);

    return r < 0 ? r : end_root (root_flags, ret_call);
}

/* ---- a room */

static const char new_root[] = "/proc"; /* until it is the root */

/* Make all folders above @path, and @path itself when @whole. */
static int
make_folders (const char *path, bool whole)
{
    char part[MUGAI_ROOM_PATH];
    size_t size = strlen (path);

    if (size >= sizeof part)
        return -ENAMETOOLONG;
    for (size_t i = 1; i <= size; i++) {
        if (path[i] != '/' && !(whole && path[i] == '\0'))
            continue;
        memcpy (part, path, i);
        part[i] = '\0';
        if (mkdir (part, 0755) < 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

static int
make_file (const char *path, const char *text)
{
    int r = make_folders (path, false);
    mugai_autofd fd = r < 0 ? -1 : open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

    if (r < 0)
        return r;
    if (fd < 0)
        return -errno;
    return write (fd, text, strlen (text)) == (ssize_t)strlen (text) ? 0 : -EIO;
}

/* Where @path will stand in the room. */
static int
room_path (const char *folder, const char *path, char *ret)
{
    int n = snprintf (ret, MUGAI_ROOM_PATH, "%s%s%s", new_root, folder, path);

    return n > 0 && n < MUGAI_ROOM_PATH ? 0 : -ENAMETOOLONG;
}

static int
set_attributes (const char *path, uint64_t attributes)
{
    struct {
        uint64_t set, clear, propagation, userns_fd;
    } attr = { .set = attributes };

    return syscall (SYS_mount_setattr, AT_FDCWD, path, AT_RECURSIVE, &attr, sizeof attr) < 0
               ? -errno
               : 0;
}

/* A view of @path of the host, which cannot be written through. */
static int
show (const char *path, uint64_t attributes)
{
    char at[MUGAI_ROOM_PATH];
    struct stat st;

    if (stat (path, &st) < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? 0 : -errno;
    int r = room_path ("", path, at);
    if (r == 0)
        r = S_ISDIR (st.st_mode) ? make_folders (at, true) : make_file (at, "");
    if (r < 0)
        return r;
    if (mount (path, at, NULL, MS_BIND | MS_REC, NULL) < 0)
        return -errno;
    return set_attributes (at, attributes);
}

/* /lib and its like, where they lead to /usr. */
static int
copy_links (void)
{
    static const char *const links[] = { "/lib", "/lib64", "/bin", "/sbin" };
    char at[MUGAI_ROOM_PATH], to[MUGAI_ROOM_PATH];

    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        ssize_t n = readlink (links[i], to, sizeof to - 1);
        if (n <= 0 || room_path ("", links[i], at) < 0)
            continue;
        to[n] = '\0';
        if (symlink (to, at) < 0 && errno != EEXIST)
            return -errno;
    }
    return 0;
}

/* A file that the host lacks: its folder is shown once more with ours above it. */
static int
add_file (const MugaiRoomFile *file, size_t index)
{
    char ours[MUGAI_ROOM_PATH], at[MUGAI_ROOM_PATH], there[MUGAI_ROOM_PATH];
    char options[3 * MUGAI_ROOM_PATH];
    struct stat st;

    snprintf (there, sizeof there, "%s/%s", file->folder, file->name);
    if (stat (there, &st) == 0 || stat (file->folder, &st) < 0)
        return 0;
    snprintf (options, sizeof options, "/.added/%zu/", index);
    int r = room_path (options, file->name, ours);
    if (r == 0)
        r = make_file (ours, file->text);
    if (r == 0)
        r = room_path ("", file->folder, at);
    if (r < 0)
        return r;
    snprintf (options, sizeof options, "lowerdir=%s/.added/%zu:%s", new_root, index, at);
    return mount ("mugai-room", at, "overlay", MS_RDONLY | MS_NOSUID | MS_NODEV, options) < 0
               ? -errno
               : 0;
}

static int
mount_work (const MugaiRoom *room, const char *at)
{
    char options[64];

    snprintf (options, sizeof options, "size=%llu,nr_inodes=4096,mode=0700",
              (unsigned long long)room->work_size);
    return mount ("mugai-work", at, "tmpfs", root_flags, options) < 0 ? -errno : 0;
}

static int
furnish (const MugaiRoom *room, const char **ret_call)
{
    const uint64_t read_only = 1 | 2 | 4; /* MOUNT_ATTR_RDONLY, _NOSUID, _NODEV */
    char at[MUGAI_ROOM_PATH];
    int r = 0;

    *ret_call = "mount(room)";
    for (const char *const *path = room->read; r == 0 && path != NULL && *path != NULL; path++)
        r = show (*path, read_only);
    if (r == 0)
        r = show ("/dev/null", 2 | 8 /* _NOSUID, _NOEXEC */);
    if (r == 0)
        r = show ("/dev/urandom", 1 | 2 | 8);
    if (r == 0)
        r = copy_links();
    *ret_call = r == 0 ? "mount(overlay)" : *ret_call;
    for (size_t i = 0; r == 0 && i < room->n_files; i++)
        r = add_file (&room->files[i], i);
    if (r == 0)
        r = room_path ("", room->work, at);
    if (r == 0)
        r = make_folders (at, true);
    return r < 0 ? r : mount_work (room, at);
}

int
mugai_namespace_room (const MugaiRoom *room, const char **ret_call)
{
    int r = begin_root ("size=1m,nr_inodes=1k,mode=0755", root_flags, ret_call);

    if (r == 0)
        r = furnish (room, ret_call);
    return r < 0 ? r : end_root (root_flags, ret_call);
}

int
mugai_namespace_work (const MugaiRoom *room)
{
    if (unshare (CLONE_NEWNS) < 0)
        return -errno;
    int r = mount_work (room, room->work);
    return r < 0 ? r : chdir (room->work) < 0 ? -errno : 0;
}
