/* SPDX-License-Identifier: Apache-2.0
 *
 * image: the program's code and constants in huge pages, so that a child takes one page fault for
 * all of them and has one page to give back, instead of 16 for every 64 KiB that it touches.
 *
 * Only for a program whose segments begin at multiples of 2 MiB (-z max-page-size=2097152, which
 * costs nine bits of the program's random address). The copy is a sealed memfd that is mapped
 * shared and read-only: nobody can write to it, and nothing that is writable ever becomes
 * executable. Process: zygotes, before the lock-down. libc only.
 */
#pragma once

#include <stddef.h>

/* mugai_sandbox_image:
 * Just speed: where the kernel or a policy refuses (before Linux 6.1, no huge page free, SELinux)
 * the program stays as it is. Returns: segments that are in huge pages now.
 */
size_t mugai_sandbox_image (void);
