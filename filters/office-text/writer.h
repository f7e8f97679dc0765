/* SPDX-License-Identifier: Apache-2.0
 *
 * writer: the text of a document as it grows: paragraphs, cells, headings. Cells of a row are
 * parted by tabs; what is hidden or struck is not written. Process: render. libc only.
 */
#pragma once

#include "common/buffer.h"

typedef struct MugaiWriter {
    MugaiBuffer out;
    bool japanese;
    unsigned cells;  /* how many cells around this place */
    bool cell_begun; /* the cell in hand has text */
    unsigned empty;  /* empty cells and lines not yet written */
} MugaiWriter;

void mugai_writer_text (MugaiWriter *w, const char *text, size_t size);
void mugai_writer_words (MugaiWriter *w, const char *text);
/* End of a paragraph or line; in a cell, a space. */
void mugai_writer_line (MugaiWriter *w);
void mugai_writer_cell (MugaiWriter *w); /* begin */
void mugai_writer_cell_end (MugaiWriter *w);
void mugai_writer_row_end (MugaiWriter *w);
/* A line of its own: 【TEXT】, with an empty line before it. */
void mugai_writer_heading (MugaiWriter *w, const char *text);
