/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ALL_SEALS = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL,
    SMALL = 64 << 10, /* bytes that are copied rather than mapped */
};

int
mugai_memfd_new (const char *name)
{
    int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd < 0 ? -errno : fd;
}

int
mugai_memfd_append (int fd, const void *data, size_t size)
{
    const uint8_t *at = data;

    while (size > 0) {
        ssize_t n = write (fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

int
mugai_memfd_seal (int fd)
{
    if (fcntl (fd, F_ADD_SEALS, ALL_SEALS) == 0)
        return 0;
    int failure = -errno; /* -EPERM: sealed against more seals, perhaps because it has all */
    int seals = failure == -EPERM ? fcntl (fd, F_GET_SEALS) : -1;
    return seals >= 0 && (seals & ALL_SEALS) == ALL_SEALS ? 0 : failure;
}

int
mugai_memfd_check (int fd, uint64_t max, uint64_t *ret_size)
{
    struct stat st;
    int seals = fcntl (fd, F_GET_SEALS);

    if (seals < 0)
        return -errno;
    if ((seals & ALL_SEALS) != ALL_SEALS)
        return -EPERM;
    if (fstat (fd, &st) < 0)
        return -errno;
    if (st.st_size < 0 || (uint64_t)st.st_size > max || (uint64_t)st.st_size > SIZE_MAX)
        return -EFBIG;
    if (ret_size != NULL)
        *ret_size = (uint64_t)st.st_size;
    return 0;
}

int64_t
mugai_memfd_read (int fd, uint32_t max, void **ret_data)
{
    uint64_t size = 0, done = 0;
    int r = mugai_memfd_check (fd, max, &size);
    uint8_t *data = r < 0 ? NULL : malloc (size + 1);

    if (data == NULL)
        return r < 0 ? r : -ENOMEM;
    while (done < size) {
        ssize_t n = pread (fd, data + done, size - done, (off_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            int64_t failed = n < 0 ? -errno : -EIO;
            free (data);
            return failed;
        }
        done += (uint64_t)n;
    }
    data[size] = 0;
    *ret_data = data;
    return (int64_t)size;
}

int
mugai_memfd_map (int fd, uint64_t max, MugaiMap *ret_map)
{
    uint64_t size = 0;
    int r = mugai_memfd_check (fd, max, &size);

    if (r < 0)
        return r;
    MugaiMap map = { .data = NULL, .size = (size_t)size };
    if (size > 0) {
        void *p = mmap (NULL, map.size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p == MAP_FAILED)
            return -errno;
        map.data = p;
    }
    *ret_map = map;
    return 0;
}

int
mugai_memfd_view (int fd, uint64_t max, MugaiMap *ret_map)
{
    void *data = NULL;
    int64_t size = mugai_memfd_read (fd, max < SMALL ? (uint32_t)max : SMALL, &data);

    if (size == -EFBIG && max > SMALL)
        return mugai_memfd_map (fd, max, ret_map);
    if (size < 0)
        return (int)size;
    *ret_map = (MugaiMap){ .data = data, .size = (size_t)size, .copied = true };
    return 0;
}

void
mugai_map_clear (MugaiMap *map)
{
    if (map->copied)
        free ((void *)map->data);
    else if (map->data != NULL)
        munmap ((void *)map->data, map->size);
    *map = (MugaiMap){ 0 };
}
