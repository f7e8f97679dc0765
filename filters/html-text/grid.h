/* SPDX-License-Identifier: Apache-2.0
 *
 * grid: cells of text to lines in columns. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"

enum {
    GRID_COLUMNS_MAX = 32,
    GRID_CELLS_MAX = 20000,
    GRID_LINES_MAX = 12,     /* lines of one cell; a longer one is no data */
    GRID_BYTES_MAX = 262144, /* of all cells */
};

typedef struct GridCell {
    size_t start, end; /* of its text in the bytes given to grid_lay() */
    unsigned row, column, columns;
    bool heading;
} GridCell;

/* grid_lay:
 * @text: the bytes the cells' offsets point into. @prefix: bytes that stand before each line of a
 * cell but its first and do not belong to it. @cells: in order of rows and columns.
 * @out: gets the lines, each ended by LF.
 * Returns: false, with nothing written, when the table is no grid: one column only, a cell too
 * long, or wider than @width; a wide one whose cells are single lines becomes one line a row, cells
 * parted by " | ".
 */
bool grid_lay (const char *text, const char *prefix, size_t prefix_size, const GridCell *cells,
               size_t n_cells, size_t width, bool wide, MugaiBuffer *out);
