/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/cell.h"

#include "verify/lexical.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 1048576, COLUMNS = 16384 };

static const char *
attribute (const char *const *atts, const char *name)
{
    for (; atts[0] != NULL; atts += 2)
        if (strcmp (atts[0], name) == 0)
            return atts[1];
    return NULL;
}

static bool
start_row (MugaiCells *c, const char *const *atts, uint64_t at)
{
    const char *r = attribute (atts, "r");
    uint32_t row = r != NULL ? (uint32_t)strtoul (r, NULL, 10) : c->row + 1;

    if (row <= c->row || row > ROWS)
        return mugai_refuse (c->check, "O-19", at, "rows out of order");
    c->row = row;
    c->column = 0;
    return true;
}

/* The place of a cell that the model has accepted. */
static void
read_place (const char *cell, uint32_t *ret_row, uint32_t *ret_column)
{
    *ret_column = 0;
    for (cell += *cell == '$'; *cell >= 'A' && *cell <= 'Z'; cell++)
        *ret_column = 26 * *ret_column + (uint32_t)(*cell - 'A') + 1;
    cell += *cell == '$';
    *ret_row = (uint32_t)strtoul (cell, NULL, 10);
}

static bool
start_cell (MugaiCells *c, const char *const *atts, uint64_t at)
{
    const char *r = attribute (atts, "r"), *type = attribute (atts, "t");
    uint32_t row = c->row, column = c->column + 1;

    if (r != NULL)
        read_place (r, &row, &column);
    if (row != c->row || column <= c->column || column > COLUMNS)
        return mugai_refuse (c->check, "O-19", at, "cells out of order");
    c->column = column;
    c->type = type == NULL || strcmp (type, "n") == 0 ? 'n'
              : type[0] == 's' && type[1] == '\0'     ? 's'
              : strcmp (type, "b") == 0               ? 'b'
                                                      : 't';
    return true;
}

bool
mugai_cells_start (MugaiCells *c, const char *name, const char *const *atts, uint64_t at)
{
    if (strcmp (name, "s:c") == 0)
        return start_cell (c, atts, at);
    return strcmp (name, "s:row") != 0 || start_row (c, atts, at);
}

bool
mugai_cells_text (MugaiCells *c, const char *name, const char *text, size_t size, uint64_t at)
{
    int64_t index;
    bool ok = true;

    if (strcmp (name, "s:v") != 0)
        return true;
    if (c->type == 's') {
        uint16_t space = mugai_model_item ("string");
        ok = space != MUGAI_MODEL_NONE && mugai_lexical_int (text, size, 0, INT32_MAX, &index);
        if (ok)
            mugai_refers_index (c->use->refers, space, (uint32_t)index, c->use->part, at);
    } else if (c->type == 'b') {
        ok = size == 1 && (text[0] == '0' || text[0] == '1');
    } else if (c->type == 'n') {
        ok = mugai_lexical_double (text, size);
    }
    return ok || mugai_refuse (c->check, "O-19", at, "value of a cell of another type");
}
