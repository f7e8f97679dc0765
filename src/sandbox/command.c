/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the new root is a tmpfs; what the view lists is bound into it and made read-only
 * with all that is mounted below. Then the old root goes, and the new one becomes read-only too.
 *
 * What it deliberately does not do: give /proc, /sys, /etc as a whole, or a device besides null,
 * zero and urandom.
 */
#include "sandbox/command.h"

#include "base/fd.h"
#include "sandbox/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534, PATH = 4096 };
#define NEW_ROOT "/proc" /* a mount point that every system has and that no command is in */

/* Links stay links; what a system lacks is left out. */
static const char *const system_paths[] = {
    "/usr",           "/bin",
    "/sbin",          "/lib",
    "/lib32",         "/lib64",
    "/libx32",        "/etc/ld.so.cache",
    "/etc/localtime", "/etc/alternatives",
};
static const char *const devices[] = { "/dev/null", "/dev/zero", "/dev/urandom" };

static int
failed (const char *call, const char **ret_call)
{
    *ret_call = call;
    return -errno;
}

/* The folders above @path, below the root that is being made. */
static int
make_parents (char *path)
{
    for (char *at = path + sizeof NEW_ROOT; (at = strchr (at, '/')) != NULL; at++) {
        *at = '\0';
        int r = mkdir (path, 0755);
        *at = '/';
        if (r < 0 && errno != EEXIST)
            return -1;
    }
    return 0;
}

static int
copy_link (const char *from, const char *to)
{
    char target[PATH];
    ssize_t n = readlink (from, target, sizeof target - 1);

    if (n < 0)
        return -1;
    target[n] = '\0';
    return symlink (target, to) < 0 && errno != EEXIST ? -1 : 0;
}

static int
make_point (const char *path, bool folder)
{
    if (folder)
        return mkdir (path, 0755) < 0 && errno != EEXIST ? -1 : 0;
    mugai_autofd fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    return fd < 0 ? -1 : 0;
}

static int
bind_path (const char *from, const char *to, bool device)
{
    struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID };

    if (mount (from, to, NULL, MS_BIND | MS_REC, NULL) < 0)
        return -1;
    if (device) /* writing to a device is no writing to its file system */
        return 0;
    return mount_setattr (AT_FDCWD, to, AT_RECURSIVE, &attributes, sizeof attributes);
}

static int
show (const char *path, bool device)
{
    char to[PATH];
    struct stat st;

    if (path[0] != '/' || strstr (path, "/../") != NULL) {
        errno = EINVAL;
        return -1;
    }
    if (lstat (path, &st) < 0)
        return -1;
    int n = snprintf (to, sizeof to, "%s%s", NEW_ROOT, path);
    if (n < 0 || (size_t)n >= sizeof to) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (make_parents (to) < 0)
        return -1;
    if (S_ISLNK (st.st_mode) && !device)
        return copy_link (path, to);
    return make_point (to, S_ISDIR (st.st_mode)) < 0 ? -1 : bind_path (path, to, device);
}

static bool
below_usr (const char *path)
{
    static const char *const usual[] = { "/usr/", "/bin/", "/sbin/" };

    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (strncmp (path, usual[i], strlen (usual[i])) == 0)
            return true;
    return false;
}

static int
fill_root (const MugaiCommandView *view, const char **ret_call)
{
    for (size_t i = 0; i < sizeof system_paths / sizeof system_paths[0]; i++)
        if (show (system_paths[i], false) < 0 && errno != ENOENT)
            return failed (system_paths[i], ret_call);
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (show (devices[i], true) < 0)
            return failed (devices[i], ret_call);
    if (!below_usr (view->program) && show (view->program, false) < 0)
        return failed ("the command", ret_call);
    for (size_t i = 0; view->read != NULL && view->read[i] != NULL; i++)
        if (show (view->read[i], false) < 0)
            return failed ("a path of read:", ret_call);
    return 0;
}

static int
make_scratch (uint64_t size, const char **ret_call)
{
    char options[96];

    snprintf (options, sizeof options, "size=%llu,nr_inodes=4096,mode=0700",
              (unsigned long long)size);
    if (mkdir (NEW_ROOT "/tmp", 0700) < 0)
        return failed ("mkdir(/tmp)", ret_call);
    if (mount ("mugai-scratch", NEW_ROOT "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
        return failed ("mount(/tmp)", ret_call);
    return 0;
}

static int
enter_root (const char **ret_call)
{
    if (chdir (NEW_ROOT) < 0)
        return failed ("chdir", ret_call);
    if (syscall (SYS_pivot_root, ".", ".") < 0)
        return failed ("pivot_root", ret_call);
    if (umount2 (".", MNT_DETACH) < 0)
        return failed ("umount(old root)", ret_call);
    if (mount (NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
        return failed ("mount(read-only)", ret_call);
    return chdir ("/tmp") < 0 ? failed ("chdir(/tmp)", ret_call) : 0;
}

static int
make_root (const MugaiCommandView *view, const char **ret_call)
{
    if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return failed ("mount(private)", ret_call);
    if (mount ("mugai-view", NEW_ROOT, "tmpfs", MS_NOSUID | MS_NODEV, "size=256k,mode=0755") < 0)
        return failed ("mount(tmpfs)", ret_call);
    /* The scratch first: what the view lists may stand below /tmp. */
    int r = make_scratch (view->scratch, ret_call);
    if (r == 0)
        r = fill_root (view, ret_call);
    return r == 0 ? enter_root (ret_call) : r;
}

static int
leave_root (const char **ret_call)
{
    if (geteuid() != 0 && getuid() != 0)
        return 0;
    if (setgroups (0, NULL) < 0 || setresgid (NOBODY, NOBODY, NOBODY) < 0 ||
        setresuid (NOBODY, NOBODY, NOBODY) < 0)
        return failed ("setresuid", ret_call);
    if (setuid (0) == 0) {
        errno = EPERM;
        return failed ("setuid(0) is still allowed", ret_call);
    }
    return 0;
}

int
mugai_command_lock (const MugaiCommandView *view, const char **ret_call)
{
    int r = leave_root (ret_call);

    if (r < 0)
        return r;
    if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
        return failed ("prctl", ret_call);
    if ((r = mugai_namespace_user (ret_call)) < 0 || (r = mugai_namespace_others (ret_call)) < 0)
        return r;
    if (unshare (CLONE_NEWPID) < 0)
        return failed ("unshare(CLONE_NEWPID)", ret_call);
    return make_root (view, ret_call);
}

/* ---- seccomp */

/* clang-format off */
static const char *const allowed[] = {
    /* files, which the mounts bound */
    "access", "chdir", "chmod", "close", "close_range", "copy_file_range", "creat", "dup",
    "dup2", "dup3", "faccessat", "faccessat2", "fadvise64", "fallocate", "fchdir", "fchmod",
    "fchmodat", "fcntl", "fdatasync", "flock", "fstat", "fstatfs", "fsync", "ftruncate",
    "getcwd", "getdents", "getdents64", "getxattr", "lgetxattr", "fgetxattr", "link", "linkat",
    "lseek", "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat", "openat2", "pread64",
    "preadv", "pwrite64", "pwritev", "read", "readahead", "readlink", "readlinkat", "readv",
    "rename", "renameat", "renameat2", "rmdir", "sendfile", "splice", "stat", "statfs",
    "statx", "symlink", "symlinkat", "sync_file_range", "tee", "truncate", "umask", "unlink",
    "unlinkat", "utimensat", "utime", "utimes", "write", "writev", "inotify_init1",
    "inotify_add_watch", "inotify_rm_watch",
    /* memory */
    "brk", "madvise", "mincore", "mlock", "mlock2", "mmap", "mprotect", "mremap", "msync",
    "munlock", "munmap", "membarrier", "get_mempolicy",
    /* waiting */
    "clock_getres", "clock_gettime", "clock_nanosleep", "epoll_create", "epoll_create1",
    "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "futex",
    "getitimer", "gettimeofday", "nanosleep", "pause", "pipe", "pipe2", "poll", "ppoll",
    "pselect6", "select", "setitimer", "alarm", "time", "timer_create", "timer_delete",
    "timer_getoverrun", "timer_gettime", "timer_settime", "timerfd_create", "timerfd_gettime",
    "timerfd_settime", "times", "restart_syscall",
    /* processes, which the PID namespace bounds */
    "arch_prctl", "capget", "execve", "execveat", "exit", "exit_group", "fork", "vfork",
    "get_robust_list", "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getpgid",
    "getpgrp", "getpid", "getppid", "getpriority", "getrandom", "getresgid", "getresuid",
    "getrlimit", "getrusage", "getsid", "gettid", "getuid", "kill", "pidfd_open",
    "pidfd_send_signal", "prctl", "prlimit64", "rseq", "rt_sigaction", "rt_sigpending",
    "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
    "sched_get_priority_max", "sched_get_priority_min", "sched_getaffinity", "sched_getparam",
    "sched_getscheduler", "sched_setaffinity", "sched_yield", "set_robust_list",
    "set_tid_address", "setpgid", "setpriority", "setrlimit", "setsid", "sigaltstack",
    "signalfd", "signalfd4", "sysinfo", "tgkill", "tkill", "uname", "wait4", "waitid",
    /* over descriptors that it has or makes in pairs; no socket() */
    "recvfrom", "recvmsg", "sendmsg", "sendto", "shutdown", "socketpair",
};
/* clang-format on */

static int
add_names (scmp_filter_ctx context)
{
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        int number = seccomp_syscall_resolve_name (allowed[i]);
        if (number < 0) /* another architecture */
            continue;
        int r = seccomp_rule_add (context, SCMP_ACT_ALLOW, number, 0);
        if (r < 0)
            return r;
    }
    return 0;
}

static int
fill_filter (scmp_filter_ctx context)
{
    const uint64_t namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                                CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    int r = add_names (context);

    if (r == 0)
        r = seccomp_rule_add (context, SCMP_ACT_ALLOW, SCMP_SYS (clone), 1,
                              SCMP_A0 (SCMP_CMP_MASKED_EQ, namespaces, 0));
    if (r == 0) /* its flags stand in memory; the C library then uses clone */
        r = seccomp_rule_add (context, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
    if (r == 0) /* is this a terminal? */
        r = seccomp_rule_add (context, SCMP_ACT_ERRNO (ENOTTY), SCMP_SYS (ioctl), 0);
    return r == 0 ? seccomp_load (context) : r;
}

int
mugai_command_seccomp (const char **ret_call)
{
    struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

    if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
        syscall (SYS_capset, &head, none) < 0)
        return failed ("capset", ret_call);
    *ret_call = "seccomp";
    scmp_filter_ctx context = seccomp_init (SCMP_ACT_ERRNO (EPERM));
    if (context == NULL)
        return -ENOMEM;
    int r = fill_filter (context);
    seccomp_release (context);
    return r;
}
