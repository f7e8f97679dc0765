/* SPDX-License-Identifier: Apache-2.0
 *
 * module: one filter module: load it, read its description with the size both sides know, check it.
 * Process: worker (all filters once, to read what they are), render (its one filter), before
 * lock-down. Trust: the administrator put the file there, so it is code of ours from here on; what
 * is checked catches mistakes, not malice. libc only.
 */
#pragma once

#include <mugai/filter.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    MUGAI_MODULE_WHY = 512, /* room for an error text */
    MUGAI_MODULE_NAME = 63, /* bytes of a filter's name */
    MUGAI_MODULE_CODE = 47, /* bytes of a finding code */
    MUGAI_MODULE_CODES = 64,
};

typedef struct MugaiModule {
    void *handle;           /* NULL: linked into the program (linked.h) */
    mugai_filter_info info; /* strings belong to the module; params and codes are owned copies */
} MugaiModule;

/* mugai_module_open:
 * @file: path with a slash in it. @why: MUGAI_MODULE_WHY bytes; on failure one line that begins
 * with the file. Returns: false, *ret untouched.
 */
bool mugai_module_open (const char *file, MugaiModule *ret, char *why);

/* Run its setup(), if it has one. Returns: false when that failed. */
bool mugai_module_setup (const MugaiModule *module);

/* Safe on a zeroed one. Nothing of the module may be used afterwards. */
void mugai_module_close (MugaiModule *module);

/* Is @type (of @family, "" unknown) in @list: ids, "family:NAME", "*", space-separated? NULL: no.
 */
bool mugai_module_lists (const char *list, const char *type, const char *family);

/* Is @code one of the filter's own? Returns: (borrowed) its row or NULL. */
const mugai_code *mugai_module_code (const mugai_filter_info *info, const char *code);
