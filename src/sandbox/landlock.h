/* SPDX-License-Identifier: Apache-2.0
 *
 * landlock: deny every path, every TCP port, abstract sockets and signals that lead out of the
 * domain, as far as this kernel's Landlock ABI goes. Process: every zygote. Internal to
 * src/sandbox. libc only.
 */
#pragma once

/* mugai_landlock_deny_all:
 * @ret_abi: the kernel's ABI number (0 when it has none); always set.
 * Needs no_new_privs. Returns: 0; -ENOSYS: kernel without it; -EOPNOTSUPP: not switched on at boot;
 * other negative errno.
 */
int mugai_landlock_deny_all (int *ret_abi);
