/* SPDX-License-Identifier: Apache-2.0
 *
 * Structure and bits are defined here: Debian 12's <linux/landlock.h> is that of Linux 6.1 (ABI 2).
 * Source: Documentation/userspace-api/landlock.rst of Linux; the ABI history of
 * landlock_create_ruleset(2).
 */
#include "sandbox/landlock.h"

#include "base/fd.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
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

int
mugai_landlock_deny_all (int *ret_abi)
{
    *ret_abi = 0;
    long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, ASK_ABI);
    if (abi < 1)
        return abi < 0 ? -errno : -EOPNOTSUPP;
    *ret_abi = (int)abi;

    Ruleset rules = {
        .fs = fs_bits ((int)abi),
        .net = abi >= 4 ? NET_BIND_CONNECT_TCP : 0,
        .scoped = abi >= 6 ? SCOPE_ABSTRACT_AND_SIGNAL : 0,
    };
    size_t size = abi >= 6   ? sizeof rules
                  : abi >= 4 ? offsetof (Ruleset, scoped)
                             : offsetof (Ruleset, net);
    mugai_autofd fd = (int)syscall (SYS_landlock_create_ruleset, &rules, size, 0);
    if (fd < 0)
        return -errno;
    return syscall (SYS_landlock_restrict_self, fd, 0) < 0 ? -errno : 0;
}
