/* SPDX-License-Identifier: Apache-2.0
 *
 * programs: where the other programs of this Mugai and its filters are: beside this one (a build
 * folder), else where they were installed.
 */
#pragma once

#include "core/catalogue.h"

#include <glib.h>

typedef struct MugaiPrograms {
    char *folder;       /* of mugai-worker and its kin */
    char **filter_dirs; /* NULL-terminated */
} MugaiPrograms;

/* @extra_filters: further folders, NULL-terminated, may be NULL. Errors: MUGAI_ERROR_USAGE when
 * they are nowhere. */
MugaiPrograms *mugai_programs_find (const char *const *extra_filters, GError **error);
void mugai_programs_free (MugaiPrograms *programs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiPrograms, mugai_programs_free)

/* Run `mugai-worker --describe`. Errors: MUGAI_ERROR_USAGE: it cannot run, or a filter module is
 * broken. */
MugaiCatalogue *mugai_programs_describe (const MugaiPrograms *programs, GError **error);
