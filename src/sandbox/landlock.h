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

/* mugai_landlock_allow:
 * The same, but for reading below each of @read (NULL-terminated absolute paths; what does not
 * exist is left out), reading and writing below the folder @work, writing to /dev/null and reading
 * /dev/urandom. NULL: none. */
int mugai_landlock_allow (const char *const *read, const char *work, int *ret_abi);

/* Returns: the kernel's ABI number, or a negative errno as above. */
int mugai_landlock_abi (void);
