/* SPDX-License-Identifier: Apache-2.0
 *
 * modules: all filters of one process, by name. Internal to src/chain; chain.h has the public half
 * (load, free, catalogue). Process: worker. Trust: as module.h.
 */
#pragma once

#include "chain/chain.h"
#include "chain/module.h"

typedef struct MugaiFilter {
    mugai_filter_info info; /* strings owned by the set; functions and params only when loaded */
    MugaiModule module;     /* loaded when it runs in the walk, zero otherwise */
    const char *lacks;      /* (owned by the set) why it cannot run on this host; NULL: it can */
} MugaiFilter;

/* Return: (borrowed) or NULL. Filters are sorted by name. */
const MugaiFilter *mugai_modules_find (const MugaiModules *modules, const char *name);
const MugaiFilter *mugai_modules_at (const MugaiModules *modules, size_t index);
