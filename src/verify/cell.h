/* SPDX-License-Identifier: Apache-2.0
 *
 * cell: what holds of the cells of a sheet beyond its model (PROFILE.md, O-19). Process: verify.
 * Input is hostile. libc only.
 */
#pragma once

#include "verify/model.h"

typedef struct MugaiCells {
    MugaiCheck *check;
    MugaiModelUse *use;
    uint32_t row, column; /* of the cell before; 0: none */
    char type;            /* of the open cell: s, b, n (or without), t for others */
} MugaiCells;

/* An element begins: a row, a cell, or another one, which is nothing to it. */
bool mugai_cells_start (MugaiCells *cells, const char *name, const char *const *atts, uint64_t at);
/* The text of element @name. */
bool mugai_cells_text (MugaiCells *cells, const char *name, const char *text, size_t size,
                       uint64_t at);
