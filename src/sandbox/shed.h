/* SPDX-License-Identifier: Apache-2.0
 *
 * shed: libraries that came along as dependencies of others and that no child ever calls are left
 * out of the fork (madvise(2), MADV_DONTFORK). A child then has less to copy (each mapping costs a
 * fork about 1.5 us) and less code to be abused. A call into one all the same is a segmentation
 * fault: the child dies and its item is withheld.
 *
 * Symbols must all be bound (LD_BIND_NOW, which the pool sets): binding one later looks through the
 * tables of every library. Without it nothing is shed.
 *
 * Process: zygotes, before lock-down. libc only.
 */
#pragma once

#include <stddef.h>

/* mugai_sandbox_shed:
 * @libraries: NULL-terminated; beginnings of file names: "libgpgme.so". Returns: mappings left out;
 * 0 when /proc/self/maps cannot be read, which changes nothing but the cost.
 */
size_t mugai_sandbox_shed (const char *const *libraries);

/* mugai_sandbox_shed_orphans:
 * Leave out every library that neither the program nor one of @modules needs, directly or through
 * another: what a module that was closed again has left behind (a C++ library is never unloaded).
 * @modules: handles of dlopen() that are still open. Returns: libraries left out.
 */
size_t mugai_sandbox_shed_orphans (void *const *modules, size_t n_modules);
