/* SPDX-License-Identifier: Apache-2.0
 *
 * reference: cells and areas as attributes name them: "B3", "A1:C5" (ISO/IEC 29500-1, 18.18.7,
 * 18.18.62). Process: render. Input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_REFERENCE_SIZE = 16 /* bytes of a cell's name with its NUL */ };

typedef struct MugaiArea { /* both ends belong to it; counted from 0 */
    uint32_t row, column, last_row, last_column;
} MugaiArea;

/* Read @text to its end: a cell or two parted by a colon, $ allowed. Returns: false when it is
 * none.
 */
bool mugai_area_read (const char *text, MugaiArea *ret);
/* "B3" into @out. */
void mugai_area_cell (uint32_t row, uint32_t column, char out[MUGAI_REFERENCE_SIZE]);
