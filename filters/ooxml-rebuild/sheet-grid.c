/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows and cells in their order, each once (ISO/IEC 29500-1, 18.3.1.73, 18.3.1.4): a program offers
 * to repair a workbook in which they are not. What files of spreadsheet programs hold is in order;
 * then nothing changes.
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/reference.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1048576, COLUMNS = 16384 };

typedef struct Placed {
    MugaiNode *node;
    uint32_t place, turn; /* turn: in the input */
} Placed;

typedef struct Grid {
    MugaiBook *book;
    Placed *list; /* owned */
    size_t count, room;
    bool sorted;
} Grid;

static void
add (Grid *g, MugaiNode *node, uint32_t place)
{
    if (g->count == g->room) {
        size_t room = g->room == 0 ? 256 : 2 * g->room;
        Placed *list = reallocarray (g->list, room, sizeof *list);
        if (list == NULL) {
            g->book->doc->failed = true;
            return;
        }
        g->list = list;
        g->room = room;
    }
    if (g->count > 0 && g->list[g->count - 1].place >= place)
        g->sorted = false;
    g->list[g->count] = (Placed){ node, place, (uint32_t)g->count };
    g->count++;
}

static int
compare (const void *a, const void *b)
{
    const Placed *x = a, *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

/* The children of @parent become those of the list, in order; of several at one place the first
 * stays, and takes what the others hold when @merge. */
static void
arrange (Grid *g, MugaiNode *parent, bool merge)
{
    const Placed *last = NULL;

    qsort (g->list, g->count, sizeof *g->list, compare);
    parent->first = parent->last = NULL;
    for (size_t i = 0; i < g->count; i++) {
        Placed *p = &g->list[i];
        p->node->next = p->node->parent = NULL;
        if (last == NULL || last->place != p->place) {
            mugai_node_append (parent, p->node);
            last = p;
        } else if (merge) {
            mugai_shape_adopt (last->node, p->node);
        } else {
            mugai_document_drop (g->book->doc, p->node);
        }
    }
}

/* As the model has it: "A1". */
static void
spell (MugaiBook *book, MugaiNode *cell, const char *name, const MugaiArea *area)
{
    char plain[MUGAI_REFERENCE_SIZE];

    if (name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] == '\0' && name[0] != '0')
        return;
    mugai_area_cell (area->row, area->column, plain);
    mugai_node_set (&book->doc->arena, cell, MUGAI_N_r, plain);
}

static void
order_cells (Grid *g, MugaiNode *row, uint32_t number)
{
    MugaiArea area = { .column = UINT32_MAX };

    g->count = 0;
    g->sorted = true;
    for (MugaiNode *at = mugai_node_child (row, MUGAI_N_s_c); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_c)) {
        const char *name = mugai_node_attr (at, MUGAI_N_r);
        area.column++;
        area.row = number;
        if ((name != NULL && !mugai_area_read (name, &area)) || area.row != number ||
            area.column >= COLUMNS)
            mugai_document_drop (g->book->doc, at);
        else
            add (g, at, area.column);
        if (name != NULL)
            spell (g->book, at, name, &area);
    }
    if (g->sorted)
        return;
    for (size_t i = 0; i < g->count; i++) {
        char name[MUGAI_REFERENCE_SIZE];
        mugai_area_cell (number, g->list[i].place, name);
        mugai_node_set (&g->book->doc->arena, g->list[i].node, MUGAI_N_r, name);
    }
    arrange (g, row, false);
}

/* Each row its number. */
static void
order_rows (Grid *g, MugaiNode *data)
{
    uint32_t next = 1;

    for (MugaiNode *at = mugai_node_child (data, MUGAI_N_s_row); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_row)) {
        const char *r = mugai_node_attr (at, MUGAI_N_r);
        unsigned long number = r != NULL ? strtoul (r, NULL, 10) : next;
        if (number == 0 || number > ROWS) {
            mugai_document_drop (g->book->doc, at);
            continue;
        }
        add (g, at, (uint32_t)number);
        next = (uint32_t)number + 1;
    }
    if (g->sorted)
        return;
    for (size_t i = 0; i < g->count; i++) {
        char text[16];
        snprintf (text, sizeof text, "%u", g->list[i].place);
        mugai_node_set (&g->book->doc->arena, g->list[i].node, MUGAI_N_r, text);
    }
    arrange (g, data, true);
}

void
mugai_sheet_grid (MugaiBook *book, MugaiNode *data)
{
    Grid rows = { .book = book, .sorted = true }, cells = { .book = book };
    uint32_t next = 1;

    order_rows (&rows, data);
    for (MugaiNode *at = mugai_node_child (data, MUGAI_N_s_row); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_row)) {
        const char *r = mugai_node_attr (at, MUGAI_N_r);
        uint32_t number = r != NULL ? (uint32_t)strtoul (r, NULL, 10) : next;
        order_cells (&cells, at, number - 1);
        next = number + 1;
    }
    free (rows.list);
    free (cells.list);
}
