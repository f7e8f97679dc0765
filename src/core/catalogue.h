/* SPDX-License-Identifier: Apache-2.0
 *
 * catalogue: descriptions of all installed filters as plain values, so that rules, command line and
 * supervisor know them without loading a module. Made by `mugai-worker --describe` (which loads the
 * modules), read from its output.
 */
#pragma once

#include <glib.h>
#include <mugai/filter.h>
#include <stdbool.h>

typedef struct MugaiCatalogueFilter { /* a copy of mugai_filter_info without its functions; owned
                                         strings */
    char *name, *summary, *summary_ja, *takes;
    char *gives; /* "": it only judges */
    char *file;  /* path of the module */
    mugai_runs runs;
    bool container, deterministic, inspects;
    bool room; /* it runs in mugai-office */
    char *socket_param;
    char *command_param;
    char *lacks, *lacks_ja; /* what the host must have for it to run, in both languages; NULL:
                               nothing is missing */
    GPtrArray *params;      /* of mugai_param *, owned deep copies; value NULL: must be given */
    GPtrArray *codes;       /* of mugai_code *, owned deep copies: findings of its own */
} MugaiCatalogueFilter;

typedef struct MugaiCatalogue {
    GPtrArray *filters; /* of MugaiCatalogueFilter *, sorted by name */
} MugaiCatalogue;

MugaiCatalogue *mugai_catalogue_new (void);
void mugai_catalogue_free (MugaiCatalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiCatalogue, mugai_catalogue_free)

/* Takes a copy of @info; one of the same name is replaced. */
void mugai_catalogue_add (MugaiCatalogue *catalogue, const mugai_filter_info *info,
                          const char *file);
const MugaiCatalogueFilter *mugai_catalogue_find (const MugaiCatalogue *catalogue,
                                                  const char *name);

/* Is it installed, and has the host what it needs? */
bool mugai_catalogue_can_run (const MugaiCatalogue *catalogue, const char *name);

/* Errors: MUGAI_ERROR_INTERNAL on anything but one whole catalogue. */
GBytes *mugai_catalogue_write (const MugaiCatalogue *catalogue);
MugaiCatalogue *mugai_catalogue_read (const void *data, size_t size, GError **error);
