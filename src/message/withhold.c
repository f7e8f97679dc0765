/* SPDX-License-Identifier: Apache-2.0 */
#include "message/withhold.h"

#include <string.h>

typedef struct Row {
    const char *key; /* a type's id, or its family */
    const char *code;
} Row;

/* Single types first. */
static const Row rows[] = {
    { "office-encrypted", "withheld.encrypted" },
    { "pgp", "withheld.encrypted" },
    { "p7m", "withheld.encrypted" },
    { "attachecase", "withheld.encrypted" },
    { "ed", "withheld.encrypted" },
    { "age", "withheld.encrypted" },
    { "pgp-signature", "withheld.signature" },
    { "p7s", "withheld.signature" },
    { "one", "withheld.onenote" },
    { "chm", "withheld.help" },
    { "hlp", "withheld.help" },
    { "empty", "withheld.empty" },
    { "polyglot", "withheld.polyglot" },
    { "crypto", "withheld.key" },
    { "executable", "withheld.executable" },
    { "script", "withheld.script" },
    { "shortcut", "withheld.shortcut" },
    { "disk-image", "withheld.disk-image" },
    { "font", "withheld.font" },
    { "audio", "withheld.media" },
    { "video", "withheld.media" },
    { "unknown", "withheld.unknown" },
};

const char *
mugai_withhold_reason (const char *id)
{
    const MugaiType *type = mugai_type_by_id (id);

    for (size_t i = 0; type != NULL && i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp (rows[i].key, type->id) == 0 || strcmp (rows[i].key, type->family) == 0)
            return rows[i].code;
    return "withheld.kind";
}
