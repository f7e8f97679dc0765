/* SPDX-License-Identifier: Apache-2.0 */
#include "core/type.h"

#include <glib.h>
#include <string.h>
#include <strings.h>

#define NO      0
#define YES(id) MUGAI_GRAMMAR_##id

static const MugaiType table[] = {
#include "core/type.inc"
};

const MugaiType *
mugai_type_table (size_t *ret_count)
{
    *ret_count = sizeof table / sizeof table[0];
    return table;
}

const MugaiType *
mugai_type_by_id (const char *id)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].id[0] == id[0] && strcmp (table[i].id, id) == 0)
            return &table[i];
    return NULL;
}

/* Is @word one of the space-separated @words? ASCII case is ignored. */
static bool
among (const char *words, const char *word)
{
    size_t size = strlen (word);

    if (size == 0 || strchr (word, ' ') != NULL)
        return false;
    for (const char *at = words; *at != '\0';) {
        size_t length = strcspn (at, " ");
        if (length == size && strncasecmp (at, word, size) == 0)
            return true;
        at += length;
        at += strspn (at, " ");
    }
    return false;
}

const MugaiType *
mugai_type_by_media (const char *media)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (among (table[i].media, media) || among (table[i].aliases, media))
            return &table[i];
    return NULL;
}

const MugaiType *
mugai_type_by_extension (const char *extension)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (among (table[i].extensions, extension))
            return &table[i];
    return NULL;
}

const MugaiType *
mugai_type_by_grammar (uint32_t grammar)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (grammar != 0 && table[i].grammar == grammar)
            return &table[i];
    return NULL;
}

char *
mugai_type_extension (uint32_t grammar)
{
    const MugaiType *type = mugai_type_by_grammar (grammar);

    return type != NULL ? g_strndup (type->extensions, strcspn (type->extensions, " ")) : NULL;
}
