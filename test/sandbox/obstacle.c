/* SPDX-License-Identifier: Apache-2.0 */
#include "obstacle.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ANY = -1 };

/* From now on @call fails with @error; when @arg is not ANY, only if (argument & mask) == value. */
static int
fail (int call, int error, int arg, uint64_t mask, uint64_t value)
{
    struct scmp_arg_cmp condition = { (unsigned)(arg < 0 ? 0 : arg), SCMP_CMP_MASKED_EQ, mask,
                                      value };
    scmp_filter_ctx context = seccomp_init (SCMP_ACT_ALLOW);

    if (context == NULL)
        return -ENOMEM;
    /* Root may filter without no_new_privs, and the lock-down must be the one that sets it. */
    int r = seccomp_attr_set (context, SCMP_FLTATR_CTL_NNP, geteuid() != 0);
    if (r == 0)
        r = seccomp_rule_add_array (context, SCMP_ACT_ERRNO ((unsigned)error), call,
                                    arg < 0 ? 0 : 1, &condition);
    if (r == 0)
        r = seccomp_load (context);
    seccomp_release (context);
    return r;
}

#define OBSTACLE(name, ...)                                                                        \
    static int put_##name (void *unused)                                                           \
    {                                                                                              \
        (void)unused;                                                                              \
        return fail (__VA_ARGS__);                                                                 \
    }

/* clang-format off */
OBSTACLE (unshare, SCMP_SYS (unshare), EPERM, ANY, 0, 0)
OBSTACLE (unshare_user, SCMP_SYS (unshare), EPERM, 0, CLONE_NEWUSER, CLONE_NEWUSER)
OBSTACLE (unshare_net, SCMP_SYS (unshare), ENOSPC, 0, CLONE_NEWNET, CLONE_NEWNET)
OBSTACLE (mount, SCMP_SYS (mount), EPERM, ANY, 0, 0)
OBSTACLE (pivot_root, SCMP_SYS (pivot_root), EINVAL, ANY, 0, 0)
OBSTACLE (landlock, SCMP_SYS (landlock_create_ruleset), ENOSYS, ANY, 0, 0)
OBSTACLE (landlock_off, SCMP_SYS (landlock_create_ruleset), EOPNOTSUPP, ANY, 0, 0)
OBSTACLE (landlock_self, SCMP_SYS (landlock_restrict_self), E2BIG, ANY, 0, 0)
OBSTACLE (rlimit, SCMP_SYS (prlimit64), EPERM, ANY, 0, 0)
OBSTACLE (nnp, SCMP_SYS (prctl), EINVAL, 0, 0xffffffffu, PR_SET_NO_NEW_PRIVS)
OBSTACLE (pdeathsig, SCMP_SYS (prctl), EINVAL, 0, 0xffffffffu, PR_SET_PDEATHSIG)
OBSTACLE (capset, SCMP_SYS (capset), EPERM, ANY, 0, 0)
OBSTACLE (setuid, SCMP_SYS (setresuid), EPERM, ANY, 0, 0)
OBSTACLE (setgroups, SCMP_SYS (setgroups), EPERM, ANY, 0, 0)
OBSTACLE (seccomp_all, SCMP_SYS (seccomp), EPERM, ANY, 0, 0)
OBSTACLE (seccomp, SCMP_SYS (seccomp), EINVAL, 0, 0xffffffffu, SECCOMP_SET_MODE_FILTER)
/* clang-format on */

static int
write_file (const char *path, const char *text)
{
    int fd = open (path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    ssize_t n = write (fd, text, strlen (text));
    int error = errno;
    close (fd);
    return n == (ssize_t)strlen (text) ? 0 : -error;
}

/* A user namespace with this user alone (65534 when root), who has all capabilities in it. */
static int
own_namespace (int flags)
{
    char uid_map[64], gid_map[64];
    int r = locked_be_nobody (NULL);

    snprintf (uid_map, sizeof uid_map, "%u %u 1\n", (unsigned)getuid(), (unsigned)getuid());
    snprintf (gid_map, sizeof gid_map, "%u %u 1\n", (unsigned)getgid(), (unsigned)getgid());
    if (r == 0)
        r = prctl (PR_SET_DUMPABLE, 1, 0, 0, 0) < 0 || unshare (CLONE_NEWUSER | flags) < 0 ? -errno
                                                                                           : 0;
    if (r == 0)
        r = write_file ("/proc/self/setgroups", "deny");
    if (r == 0)
        r = write_file ("/proc/self/gid_map", gid_map);
    return r == 0 ? write_file ("/proc/self/uid_map", uid_map) : r;
}

/* As `sysctl user.max_user_namespaces=0`, for this namespace. */
static int
put_no_user_namespaces (void *unused)
{
    (void)unused;
    int r = own_namespace (0);
    return r < 0 ? r : write_file ("/proc/sys/user/max_user_namespaces", "0\n");
}

static int
put_no_net_namespaces (void *unused)
{
    (void)unused;
    int r = own_namespace (0);
    return r < 0 ? r : write_file ("/proc/sys/user/max_net_namespaces", "0\n");
}

/* In a chroot the kernel refuses CLONE_NEWUSER (user_namespaces(7)). */
static int
put_chroot (void *unused)
{
    (void)unused;
    int r = own_namespace (CLONE_NEWNS);
    if (r < 0)
        return r;
    if (mount ("none", "/tmp", "tmpfs", 0, NULL) < 0 || chdir ("/tmp") < 0 ||
        mkdir ("proc", 0755) < 0 || mount ("/proc", "proc", NULL, MS_BIND | MS_REC, NULL) < 0)
        return -errno;
    return chroot (".") < 0 || chdir ("/") < 0 ? -errno : 0;
}

static int
harmless (void *unused)
{
    (void)unused;
    return 0;
}

static int
only_root (void *unused)
{
    (void)unused;
    return geteuid() == 0 ? 0 : 1;
}

static int
can_own_namespace (void *unused)
{
    (void)unused;
    return own_namespace (CLONE_NEWNS) == 0 ? 0 : 1;
}

/* clang-format off */
static const SandboxObstacle obstacles[] = {
    { "unshare gives EPERM (container)", put_unshare, MUGAI_LOCK_USER_NS, EPERM, harmless, NULL },
    { "no user namespace (hardened kernel)", put_unshare_user, MUGAI_LOCK_USER_NS, EPERM, harmless, NULL },
    { "user.max_user_namespaces=0", put_no_user_namespaces, MUGAI_LOCK_USER_NS, ENOSPC, harmless, can_own_namespace },
    { "chroot", put_chroot, MUGAI_LOCK_USER_NS, EPERM, harmless, can_own_namespace },
    { "no net namespace", put_unshare_net, MUGAI_LOCK_NAMESPACES, ENOSPC, harmless, NULL },
    { "user.max_net_namespaces=0", put_no_net_namespaces, MUGAI_LOCK_NAMESPACES, ENOSPC, harmless, can_own_namespace },
    { "mount gives EPERM (AppArmor)", put_mount, MUGAI_LOCK_EMPTY_ROOT, EPERM, harmless, NULL },
    { "pivot_root gives EINVAL (initramfs)", put_pivot_root, MUGAI_LOCK_EMPTY_ROOT, EINVAL, harmless, NULL },
    { "kernel without Landlock", put_landlock, MUGAI_LOCK_LANDLOCK, ENOSYS, harmless, NULL },
    { "Landlock off at boot", put_landlock_off, MUGAI_LOCK_LANDLOCK, EOPNOTSUPP, harmless, NULL },
    { "Landlock fails at the last call", put_landlock_self, MUGAI_LOCK_LANDLOCK, E2BIG, harmless, NULL },
    { "setrlimit refused", put_rlimit, MUGAI_LOCK_RLIMITS, EPERM, harmless, NULL },
    { "no_new_privs refused", put_nnp, MUGAI_LOCK_NO_NEW_PRIVS, EINVAL, harmless, only_root },
    { "PDEATHSIG refused", put_pdeathsig, MUGAI_LOCK_PARENT_DEATH, EINVAL, harmless, NULL },
    { "capset refused", put_capset, MUGAI_LOCK_CAPABILITIES, EPERM, harmless, NULL },
    { "setresuid refused to root", put_setuid, MUGAI_LOCK_USER, EPERM, harmless, only_root },
    { "setgroups refused to root", put_setgroups, MUGAI_LOCK_USER, EPERM, harmless, only_root },
    { "seccomp denied by systemd or a container", put_seccomp_all, MUGAI_LOCK_SECCOMP, EPERM, harmless, NULL },
    { "seccomp refused", put_seccomp, MUGAI_LOCK_SECCOMP, EINVAL, harmless, NULL },
};
/* clang-format on */

const SandboxObstacle *
sandbox_obstacles (size_t *ret_count)
{
    *ret_count = sizeof obstacles / sizeof obstacles[0];
    return obstacles;
}
