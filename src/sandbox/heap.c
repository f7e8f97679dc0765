/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/heap.h"

#include "sandbox/asan.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

enum {
    PAD = 512 << 10, /* bytes that a child may take from the heap without asking the kernel */
    TRIM = 64 << 20,
    PIECE = 256 << 10, /* largest free piece that is looked for */
    EXPECT_MAX = 1 << 20,
    PAGE = 4096,
};

#ifdef MUGAI_ASAN

void
mugai_heap_settle (void)
{
}

void
mugai_heap_expect (size_t size)
{
    (void)size;
}

#else

static uintptr_t fresh; /* where the untouched end begins; in the zygote only written once */

void
mugai_heap_settle (void)
{
    mallopt (M_TOP_PAD, PAD);
    mallopt (M_TRIM_THRESHOLD, TRIM);
    mallopt (M_MMAP_THRESHOLD, PAD);
    malloc_trim (PAD);
    uintptr_t end = (uintptr_t)sbrk (0) - mallinfo2().keepcost; /* above it, nothing was used yet */
    for (size_t size = PIECE; size >= 16; size -= size > 1024 ? size / 4 / 16 * 16 : 16)
        for (;;) {
            void *piece = malloc (size);
            if (piece == NULL || (uintptr_t)piece >= end) {
                free (piece);
                break;
            }
        }
    fresh = ((uintptr_t)sbrk (0) - mallinfo2().keepcost) / PAGE * PAGE;
    /* What lies behind the head of the top chunk was used and is free: a child that writes there
     * would copy it first. */
    uintptr_t unused = fresh + 2 * PAGE, top = (uintptr_t)sbrk (0) / PAGE * PAGE;
    if (unused < top)
        madvise ((void *)unused, top - unused, MADV_DONTNEED);
}

void
mugai_heap_expect (size_t size)
{
    uintptr_t end = (uintptr_t)sbrk (0) / PAGE * PAGE;

    size = size < EXPECT_MAX ? size : EXPECT_MAX;
    if (fresh == 0 || fresh >= end)
        return;
    if (size > end - fresh)
        size = end - fresh;
    madvise ((void *)fresh, size, MADV_POPULATE_WRITE);
}

#endif
