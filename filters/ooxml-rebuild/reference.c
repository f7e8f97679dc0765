/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/reference.h"

#include <stdio.h>

enum { ROWS = 1048576, COLUMNS = 16384 };

/* Returns: behind the cell, or NULL. */
static const char *
read_cell (const char *at, uint32_t *ret_row, uint32_t *ret_column)
{
    uint32_t row = 0, column = 0;

    at += *at == '$';
    for (; (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z' && column <= COLUMNS; at++)
        column = 26 * column + (uint32_t)((*at | 0x20) - 'a' + 1);
    at += *at == '$';
    for (; *at >= '0' && *at <= '9' && row <= ROWS; at++)
        row = 10 * row + (uint32_t)(*at - '0');
    if (row == 0 || row > ROWS || column == 0 || column > COLUMNS)
        return NULL;
    *ret_row = row - 1;
    *ret_column = column - 1;
    return at;
}

bool
mugai_area_read (const char *text, MugaiArea *ret)
{
    const char *at = read_cell (text, &ret->row, &ret->column);

    ret->last_row = ret->row;
    ret->last_column = ret->column;
    if (at != NULL && *at == ':')
        at = read_cell (at + 1, &ret->last_row, &ret->last_column);
    return at != NULL && *at == '\0' && ret->last_row >= ret->row &&
           ret->last_column >= ret->column;
}

void
mugai_area_cell (uint32_t row, uint32_t column, char out[MUGAI_REFERENCE_SIZE])
{
    char letters[4];
    size_t n = 0, at = 0;

    for (uint32_t left = column + 1; left > 0 && n < 3; left = (left - 1) / 26)
        letters[n++] = (char)('A' + (left - 1) % 26);
    while (n > 0)
        out[at++] = letters[--n];
    snprintf (out + at, MUGAI_REFERENCE_SIZE - at, "%u", row % ROWS + 1);
}
