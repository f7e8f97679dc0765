/* SPDX-License-Identifier: Apache-2.0
 *
 * linked: filters that a program has linked. The worker forks for each mail, and each module that
 * is mapped makes that dearer; so of the modules that came with it, it runs copies of its own. The
 * files stay what counts: one that is missing is missing, and one that was replaced is loaded,
 * since its build id is another. Process: worker, before lock-down. libc only.
 */
#pragma once

#include <mugai/filter.h>

typedef const mugai_filter_info *(*MugaiFilterEntry) (void);

typedef struct MugaiLinked {
    const char *build_id; /* of the module, lower case hex */
    MugaiFilterEntry entry;
} MugaiLinked;

/* Ended by NULL; made by filters/table.sh. A program without linked filters has none. */
extern const MugaiLinked mugai_linked[] __attribute__ ((weak));

/* mugai_linked_find:
 * @file: path of a module. Returns: the mugai_filter() of its linked copy, or NULL.
 */
MugaiFilterEntry mugai_linked_find (const char *file);
