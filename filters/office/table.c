/* SPDX-License-Identifier: Apache-2.0 */
#include "office/table.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a with a finish, begun with an address, which the kernel chooses anew for each start. */
static uint64_t
hash_of (uint32_t space, const char *text)
{
    static const char here;
    uint64_t hash = UINT64_C (0xcbf29ce484222325) ^ (uint64_t)(uintptr_t)&here ^ space;

    for (const char *at = text; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * UINT64_C (0x100000001b3);
    hash ^= hash >> 32;
    hash *= UINT64_C (0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static MugaiTableRow *
place (MugaiTableRow *row, size_t room, uint64_t hash, uint32_t space, const char *text)
{
    size_t at = (size_t)hash & (room - 1);

    while (row[at].text != NULL &&
           (row[at].hash != hash || row[at].space != space || strcmp (row[at].text, text) != 0))
        at = (at + 1) & (room - 1);
    return &row[at];
}

uint32_t
mugai_table_find (const MugaiTable *table, uint32_t space, const char *text)
{
    if (table->room == 0)
        return MUGAI_TABLE_NOTHING;
    const MugaiTableRow *row = place (table->row, table->room, hash_of (space, text), space, text);
    return row->text != NULL ? row->number : MUGAI_TABLE_NOTHING;
}

static bool
widen (MugaiTable *table)
{
    size_t room = table->room == 0 ? 64 : 2 * table->room;
    MugaiTableRow *row = calloc (room, sizeof *row);

    if (row == NULL) {
        table->failed = true;
        return false;
    }
    for (size_t i = 0; i < table->room; i++) {
        const MugaiTableRow *old = &table->row[i];
        if (old->text != NULL)
            *place (row, room, old->hash, old->space, old->text) = *old;
    }
    free (table->row);
    table->row = row;
    table->room = room;
    return true;
}

bool
mugai_table_add (MugaiTable *table, uint32_t space, const char *text, uint32_t number)
{
    if (2 * (table->count + 1) > table->room && !widen (table))
        return false;
    uint64_t hash = hash_of (space, text);
    MugaiTableRow *row = place (table->row, table->room, hash, space, text);
    if (row->text != NULL)
        return false;
    *row = (MugaiTableRow){ .text = text, .space = space, .number = number, .hash = hash };
    table->count++;
    return true;
}

void
mugai_table_clear (MugaiTable *table)
{
    free (table->row);
    *table = (MugaiTable){ 0 };
}
