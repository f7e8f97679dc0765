/* SPDX-License-Identifier: Apache-2.0
 *
 * memfd: content between processes. Made by a supervisor or a front end, sealed against write,
 * grow, shrink and further seals, mapped read-only by whoever receives it. F_SEAL_WRITE is refused
 * by the kernel while a writable shared mapping exists, so a sealed memfd cannot change even while
 * its writer lives (fcntl(2), F_ADD_SEALS). Process: all. libc only. Functions return 0 or a
 * negative errno.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiMap {
    const uint8_t *data; /* NULL when size is 0 */
    size_t size;
    bool copied; /* malloc'ed, not mapped */
} MugaiMap;

/* Returns: (transfer full) a new empty memfd (close-on-exec, sealing allowed) or a negative errno.
 * @name: for /proc. */
int mugai_memfd_new (const char *name);

/* Write all of @data at the end. */
int mugai_memfd_append (int fd, const void *data, size_t size);

/* Add all four seals, or find them there. -EBUSY: somebody still has a writable mapping. -EINVAL: not a memfd. */
int mugai_memfd_seal (int fd);

/* 0 when @fd is a memfd with all four seals and at most @max bytes. -EPERM: unsealed; -EFBIG: too
 * large; -EINVAL: no memfd.
 * @ret_size: bytes, may be NULL. */
int mugai_memfd_check (int fd, uint64_t max, uint64_t *ret_size);

/* Check as above, then read all of it: for something small that is parsed once, cheaper than a
 * mapping. Returns: its size; *ret_data is malloc'ed (one NUL more behind it). */
int64_t mugai_memfd_read (int fd, uint32_t max, void **ret_data);

/* Check as above, then map read-only and private. */
int mugai_memfd_map (int fd, uint64_t max, MugaiMap *ret_map);
/* The same, but what is small is copied: cheaper in a process with threads, where the end of a
 * mapping is told to every processor. */
int mugai_memfd_view (int fd, uint64_t max, MugaiMap *ret_map);
void mugai_map_clear (MugaiMap *map);

#define mugai_automap __attribute__ ((cleanup (mugai_map_clear))) MugaiMap
