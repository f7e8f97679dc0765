/* SPDX-License-Identifier: Apache-2.0 */
#include "office-text/writer.h"

#include <string.h>

void
mugai_writer_text (MugaiWriter *w, const char *text, size_t size)
{
    if (size == 0)
        return;
    for (; w->empty > 0; w->empty--)
        mugai_buffer_add_text (&w->out, "\t");
    for (size_t i = 0; i < size;) { /* line ends of the markup are spaces */
        size_t n = 0;
        while (i + n < size && text[i + n] != '\n' && text[i + n] != '\r' && text[i + n] != '\t')
            n++;
        mugai_buffer_add (&w->out, text + i, n);
        i += n;
        if (i < size) {
            mugai_buffer_add_text (&w->out, " ");
            i++;
        }
    }
    w->cell_begun = true;
}

void
mugai_writer_words (MugaiWriter *w, const char *text)
{
    mugai_writer_text (w, text, strlen (text));
}

static char
last (const MugaiWriter *w)
{
    return w->out.size > 0 ? w->out.data[w->out.size - 1] : '\n';
}

void
mugai_writer_line (MugaiWriter *w)
{
    if (w->cells > 0) {
        if (w->cell_begun && last (w) != ' ')
            mugai_buffer_add_text (&w->out, " ");
        return;
    }
    w->empty = 0;
    if (w->out.size < 2 || last (w) != '\n' || w->out.data[w->out.size - 2] != '\n')
        mugai_buffer_add_text (&w->out, "\n"); /* at most one empty line */
}

static void
trim (MugaiWriter *w)
{
    while (w->out.size > 0 && (last (w) == ' ' || last (w) == '\t'))
        w->out.size--;
}

void
mugai_writer_cell (MugaiWriter *w)
{
    w->cells++;
    if (w->cells == 1)
        w->cell_begun = false;
}

void
mugai_writer_cell_end (MugaiWriter *w)
{
    if (w->cells > 0)
        w->cells--;
    if (w->cells > 0)
        return;
    while (w->cell_begun && last (w) == ' ')
        w->out.size--;
    w->empty++;
}

void
mugai_writer_row_end (MugaiWriter *w)
{
    if (w->cells > 0) { /* a table in a cell */
        mugai_writer_line (w);
        return;
    }
    w->empty = 0;
    trim (w);
    if (last (w) != '\n')
        mugai_buffer_add_text (&w->out, "\n");
}

void
mugai_writer_heading (MugaiWriter *w, const char *text)
{
    w->cells = 0;
    w->empty = 0;
    trim (w);
    if (last (w) != '\n')
        mugai_buffer_add_text (&w->out, "\n");
    if (w->out.size > 0)
        mugai_buffer_add_text (&w->out, "\n");
    mugai_buffer_add_text (&w->out, w->japanese ? "【" : "[");
    mugai_writer_words (w, text);
    mugai_buffer_add_text (&w->out, w->japanese ? "】\n" : "]\n");
}
