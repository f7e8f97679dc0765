/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the copy is mapped elsewhere, collapsed into huge pages there, and moved over the
 * segment by one call, so that the program may be replaced under itself.
 */
#include "sandbox/image.h"

#include "sandbox/asan.h"

#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

#ifdef MUGAI_ASAN /* which knows where globals end, and reports a reader of whole segments */

size_t
mugai_sandbox_image (void)
{
    return 0;
}

#else

enum {
    PAGE = 4096,
    HUGE = 2 << 20,
    WORTH = 256 << 10, /* bytes of a segment */
    SEALS = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL,
};

typedef struct Segment {
    uintptr_t at;
    size_t bytes;
    size_t size; /* rounded up to HUGE */
    int protection;
} Segment;

/* Without a way to write, so that a mapping of it can never be made writable; kernels before 6.7
 * also want that of what is sealed. */
static int
without_writing (int fd)
{
    char path[32];

    snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
    return open (path, O_RDONLY | O_CLOEXEC);
}

/* Returns: the segment's bytes as a sealed memfd, open for reading, or -1. */
static int
copy_of (const Segment *s)
{
    int fd = memfd_create ("mugai-image", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int copy = -1;

    if (fd < 0)
        return -1;
    if (ftruncate (fd, (off_t)s->size) == 0 &&
        pwrite (fd, (const void *)s->at, s->bytes, 0) == (ssize_t)s->bytes &&
        fcntl (fd, F_ADD_SEALS, SEALS) == 0)
        copy = without_writing (fd);
    close (fd);
    return copy;
}

static bool
replace (const Segment *s, int fd)
{
    size_t size = s->size + HUGE;
    uint8_t *room =
        mmap (NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (room == MAP_FAILED)
        return false;
    uint8_t *at = room + (HUGE - (uintptr_t)room % HUGE) % HUGE;
    bool good =
        mmap (at, s->size, s->protection, MAP_SHARED | MAP_FIXED, fd, 0) == at &&
        madvise (at, s->size, MADV_COLLAPSE) == 0 &&
        mremap (at, s->size, s->size, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)s->at) != MAP_FAILED;
    munmap (room, size);
    return good;
}

static bool
put_in_huge_pages (const Segment *s)
{
    int fd = copy_of (s);
    bool good = fd >= 0 && replace (s, fd);

    if (fd >= 0)
        close (fd);
    return good;
}

/* The program's segments from the last to the first: each may be rounded up as far as the one
 * behind it begins. */
static int
visit (struct dl_phdr_info *info, size_t size, void *data)
{
    size_t *count = data;
    uintptr_t next = 0;

    (void)size;
    for (size_t i = info->dlpi_phnum; i > 0; i--) {
        const ElfW (Phdr) *p = &info->dlpi_phdr[i - 1];
        if (p->p_type != PT_LOAD)
            continue;
        Segment s = { .at = info->dlpi_addr + p->p_vaddr,
                      .bytes = p->p_filesz,
                      .size = (p->p_filesz + HUGE - 1) / HUGE * HUGE,
                      .protection = PROT_READ | ((p->p_flags & PF_X) != 0 ? PROT_EXEC : 0) };
        if ((p->p_flags & PF_W) == 0 && s.at % HUGE == 0 && s.bytes >= WORTH &&
            s.at + s.size <= next)
            *count += put_in_huge_pages (&s) ? 1 : 0;
        next = s.at / PAGE * PAGE;
    }
    return 1; /* the program is the first object, and the only one */
}

size_t
mugai_sandbox_image (void)
{
    size_t count = 0;

    dl_iterate_phdr (visit, &count);
    return count;
}

#endif
