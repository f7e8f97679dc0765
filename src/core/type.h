/* SPDX-License-Identifier: Apache-2.0
 *
 * type: the one table of content types: id, family, media type, extensions, names for people.
 * Rules, notices, the sniffer and `mugai types` use it.
 */
#pragma once

#include "base/verdict.h"

#include <stddef.h>

typedef struct MugaiType {
    const char *id;         /* "xlsm" */
    const char *family;     /* text mail document spreadsheet presentation image audio video archive
                               executable script     shortcut disk-image font cad crypto data unknown */
    const char *media;      /* "application/pdf"; the first of several, others in @aliases */
    const char *aliases;    /* further media types, space-separated, "" when none */
    const char *extensions; /* lower case, space-separated, the first is the one we write */
    const char *en, *ja;    /* for people */
    MugaiGrammar grammar;   /* of PROFILE.md, when it may appear in output; 0: it may not */
} MugaiType;

const MugaiType *mugai_type_table (size_t *ret_count);
/* Return: (borrowed, static) or NULL. */
const MugaiType *mugai_type_by_id (const char *id);
const MugaiType *mugai_type_by_media (const char *media);
const MugaiType *mugai_type_by_extension (const char *extension);
/* The first of the table whose output has this grammar. */
const MugaiType *mugai_type_by_grammar (uint32_t grammar);
/* The first extension of that type. Returns: (transfer full) NULL when no type has the grammar. */
char *mugai_type_extension (uint32_t grammar);
