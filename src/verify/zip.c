/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/zip.h"

#include "verify/archive.h"
#include "verify/grammar.h"
#include "verify/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FOLDERS = 16, /* names in a path */
    PATH = 1024,  /* bytes of a path */
    DEPTH = 8,    /* archives in archives */
};

/* Z-4: a path of safe names; the last has the extension of its grammar. Returns: its row or NULL.
 */
static const MugaiGrammarRow *
check_name (MugaiCheck *check, const MugaiMember *m)
{
    const uint8_t *name = m->name, *end = m->name + m->name_size;
    const uint8_t *last = memrchr (name, '/', m->name_size);
    const MugaiGrammarRow *row = mugai_grammar_named (
        last != NULL ? last + 1 : name, (size_t)(end - (last != NULL ? last + 1 : name)));
    unsigned folders = 0;

    if (m->name_size > PATH || row == NULL) {
        mugai_refuse (check, "Z-4", m->entry, "path too long, or extension that the profile lacks");
        return NULL;
    }
    for (const uint8_t *part = name; part != NULL; folders++) {
        const uint8_t *slash = memchr (part, '/', (size_t)(end - part));
        size_t size = (size_t)((slash != NULL ? slash : end) - part);
        const char *clause = mugai_name_fault (part, size, slash != NULL ? "" : row->extension);
        if (clause != NULL || folders == FOLDERS) {
            mugai_refuse (check, clause != NULL ? clause : "Z-4", m->entry, "name of a member");
            return NULL;
        }
        part = slash != NULL ? slash + 1 : NULL;
    }
    return row;
}

/* Z-6, Z-7 */
static bool
check_content (MugaiCheck *check, const MugaiMember *m, const MugaiGrammarRow *row)
{
    uint8_t *own;
    const uint8_t *data = mugai_archive_unpack (check, m, &own);
    bool ok = data != NULL && row->check (check, data, m->size);

    free (own);
    return ok;
}

static bool
check_members (MugaiCheck *check, const MugaiArchive *archive)
{
    for (unsigned i = 0; i < archive->count; i++) {
        const MugaiGrammarRow *row = check_name (check, &archive->member[i]);
        char step[16];
        snprintf (step, sizeof step, "/%u", i + 1);
        size_t outer = mugai_check_enter (check, step);
        if (row == NULL || !check_content (check, &archive->member[i], row))
            return false;
        mugai_check_leave (check, outer);
    }
    return true;
}

bool
mugai_zip_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    MugaiArchive archive;

    if (check->depth == DEPTH)
        return mugai_refuse (check, "Z-8", 0, "too many archives in archives");
    check->depth++;
    bool ok = mugai_archive_read (check, d, size, check->limits->parts, &archive) &&
              check_members (check, &archive) && mugai_archive_unique (check, &archive);
    check->depth--;
    mugai_archive_clear (&archive);
    return ok;
}
