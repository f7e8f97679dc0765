/* SPDX-License-Identifier: Apache-2.0
 *
 * table: numbers by text. Process: render. Texts are hostile; the hash begins with a number that
 * they cannot know. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiTableRow {
    const char *text; /* borrowed; NULL: free */
    uint32_t space, number;
    uint64_t hash;
} MugaiTableRow;

typedef struct MugaiTable {
    MugaiTableRow *row; /* owned */
    size_t count, room; /* room: a power of two or 0 */
    bool failed;        /* memory ended */
} MugaiTable;

#define MUGAI_TABLE_NOTHING UINT32_MAX

/* The number of (@space, @text), or MUGAI_TABLE_NOTHING. */
uint32_t mugai_table_find (const MugaiTable *table, uint32_t space, const char *text);
/* Add (@space, @text) unless it is there. @text: must outlive the table. Returns: true when it is
 * new. */
bool mugai_table_add (MugaiTable *table, uint32_t space, const char *text, uint32_t number);
void mugai_table_clear (MugaiTable *table);
