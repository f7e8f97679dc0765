/* SPDX-License-Identifier: Apache-2.0
 *
 * Structure and bits are defined here: Debian 12's <linux/landlock.h> is that of Linux 6.1 (ABI 2).
 * Source: Documentation/userspace-api/landlock.rst of Linux; the ABI history of
 * landlock_create_ruleset(2).
 */
#include "sandbox/landlock.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
    uint64_t fs;
    uint64_t net;    /* ABI 4 */
    uint64_t scoped; /* ABI 6 */
} Ruleset;

enum {
    ASK_ABI = 1u << 0, /* LANDLOCK_CREATE_RULESET_VERSION */
    FS_ABI_1 = (1u << 13) - 1,
    FS_ABI_2 = (1u << 14) - 1, /* + REFER */
    FS_ABI_3 = (1u << 15) - 1, /* + TRUNCATE */
    FS_ABI_5 = (1u << 16) - 1, /* + IOCTL_DEV */
    NET_BIND_CONNECT_TCP = 3,
    SCOPE_ABSTRACT_AND_SIGNAL = 3,
    PATH_BENEATH = 1, /* LANDLOCK_RULE_PATH_BENEATH */
    FS_EXECUTE = 1u << 0,
    FS_WRITE_FILE = 1u << 1,
    FS_READ_FILE = 1u << 2,
    FS_READ_DIR = 1u << 3,
    FS_READ = FS_READ_FILE | FS_READ_DIR,
    FS_FILE = FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | 1u << 14, /* what a plain file can have */
    /* REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, REFER (within the folder), TRUNCATE; nothing
     * that is a device, socket, pipe or link, nothing to execute */
    FS_WORK = FS_READ | FS_WRITE_FILE | 1u << 4 | 1u << 5 | 1u << 7 | 1u << 8 | 1u << 13 | 1u << 14,
};

static uint64_t
fs_bits (int abi)
{
    if (abi >= 5)
        return FS_ABI_5;
    if (abi >= 3)
        return FS_ABI_3;
    return abi >= 2 ? FS_ABI_2 : FS_ABI_1;
}

/* What @path and everything below it may be used for, @access or less. */
static int
allow (int ruleset, const char *path, uint64_t access, uint64_t handled)
{
    struct {
        uint64_t access;
        int32_t fd;
    } __attribute__ ((packed)) rule = { .access = access & handled };
    mugai_autofd fd = open (path, O_PATH | O_CLOEXEC);
    struct stat st;

    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    if (fstat (fd, &st) < 0)
        return -errno;
    if (!S_ISDIR (st.st_mode))
        rule.access &= FS_FILE;
    rule.fd = fd;
    return syscall (SYS_landlock_add_rule, ruleset, PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

static int
allow_all (int ruleset, const char *const *read, const char *work, uint64_t handled)
{
    int r = 0;

    for (; r == 0 && read != NULL && *read != NULL; read++)
        r = allow (ruleset, *read, FS_READ, handled);
    if (r == 0 && work != NULL)
        r = allow (ruleset, work, FS_WORK, handled);
    if (r == 0 && work != NULL)
        r = allow (ruleset, "/dev/null", FS_FILE & ~FS_EXECUTE, handled);
    return r == 0 && work != NULL ? allow (ruleset, "/dev/urandom", FS_READ_FILE, handled) : r;
}

int
mugai_landlock_deny_all (int *ret_abi)
{
    return mugai_landlock_allow (NULL, NULL, ret_abi);
}

int
mugai_landlock_abi (void)
{
    long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, ASK_ABI);

    if (abi < 1)
        return abi < 0 ? -errno : -EOPNOTSUPP;
    return (int)abi;
}

int
mugai_landlock_allow (const char *const *read, const char *work, int *ret_abi)
{
    int abi = mugai_landlock_abi();
    *ret_abi = abi > 0 ? abi : 0;
    if (abi < 0)
        return abi;

    Ruleset rules = {
        .fs = fs_bits (abi),
        .net = abi >= 4 ? NET_BIND_CONNECT_TCP : 0,
        .scoped = abi >= 6 ? SCOPE_ABSTRACT_AND_SIGNAL : 0,
    };
    size_t size = abi >= 6   ? sizeof rules
                  : abi >= 4 ? offsetof (Ruleset, scoped)
                             : offsetof (Ruleset, net);
    mugai_autofd fd = (int)syscall (SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        return -errno;
    int r = allow_all (fd, read, work, rules.fs);
    if (r < 0)
        return r;
    return syscall (SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}
