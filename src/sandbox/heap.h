/* SPDX-License-Identifier: Apache-2.0
 *
 * heap: what a child pays for memory. A page that the zygote has written must be copied before a
 * child may write it (3 us), a fresh one must be cleared (2 us), several asked for at once cost
 * half of that. So the zygote takes all free pieces that start-up and dummy items left all over its
 * heap, for good, and a child gets its memory from the untouched end, in one row.
 *
 * Process: zygotes and their children. libc only. Nothing in builds with AddressSanitizer, whose
 * allocator is another.
 */
#pragma once

#include <stddef.h>

/* In the zygote, when nothing more is allocated or freed. */
void mugai_heap_settle (void);

/* In a child: @size bytes of the untouched end will be written. At most 1 MiB of them; a hint, an
 * old kernel ignores it. */
void mugai_heap_expect (size_t size);
