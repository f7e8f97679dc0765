/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells of a worksheet (ISO/IEC 29500-1, 18.3.1.4): formulas that may stand. A formula that goes
 * leaves the value it had. One that is shared (18.3.1.40) goes with all that share it.
 */
#include "ooxml-rebuild/book.h"

#include <string.h>

static bool
is_shared (const MugaiNode *formula)
{
    const char *type = mugai_node_attr (formula, MUGAI_N_t);

    return type != NULL && strcmp (type, "shared") == 0;
}

static bool
is_data_table (const MugaiNode *formula)
{
    const char *type = mugai_node_attr (formula, MUGAI_N_t);

    return type != NULL && strcmp (type, "dataTable") == 0;
}

/* First look: a formula with a text. @shared: texts of `si` whose formula stays. */
static void
judge_formula (MugaiBook *book, MugaiNode *formula, MugaiTable *shared)
{
    const char *index = mugai_node_attr (formula, MUGAI_N_si);

    if (formula->first == NULL) {
        formula->gone = !is_shared (formula) && !is_data_table (formula);
        return;
    }
    if (!mugai_book_formula_node (book, formula))
        formula->gone = 1;
    else if (is_shared (formula) && index != NULL && mugai_node_attr (formula, MUGAI_N_ref) != NULL)
        mugai_table_add (shared, 0, index, 0);
}

/* Call @f for each cell. */
static void
each_cell (MugaiBook *book, MugaiNode *data, MugaiTable *shared,
           void (*f) (MugaiBook *, MugaiNode *, MugaiTable *))
{
    for (MugaiNode *row = mugai_node_child (data, MUGAI_N_s_row); row != NULL;
         row = mugai_node_next (row, MUGAI_N_s_row))
        for (MugaiNode *cell = mugai_node_child (row, MUGAI_N_s_c); cell != NULL;
             cell = mugai_node_next (cell, MUGAI_N_s_c))
            f (book, cell, shared);
}

static void
first_look (MugaiBook *book, MugaiNode *cell, MugaiTable *shared)
{
    MugaiNode *formula = mugai_node_child (cell, MUGAI_N_s_f);

    mugai_sheet_value (book, cell);
    if (formula != NULL)
        judge_formula (book, formula, shared);
}

/* Those that share a formula which went, or which none has. */
static void
second_look (MugaiBook *book, MugaiNode *cell, MugaiTable *shared)
{
    MugaiNode *formula = mugai_node_child (cell, MUGAI_N_s_f);
    const char *index = formula != NULL ? mugai_node_attr (formula, MUGAI_N_si) : NULL;

    if (formula == NULL || formula->first != NULL || !is_shared (formula))
        return;
    if (index != NULL && mugai_table_find (shared, 0, index) != MUGAI_TABLE_NOTHING)
        return;
    formula->gone = 1;
    mugai_book_count (book, MUGAI_LOSS_FORMULA, "", 0);
}

void
mugai_sheet_cells (MugaiBook *book, MugaiNode *sheet)
{
    MugaiNode *data = mugai_node_child (sheet, MUGAI_N_s_sheetData);
    MugaiTable shared = { 0 };

    if (data == NULL) {
        mugai_node_append (sheet, mugai_node_new (&book->doc->arena, MUGAI_N_s_sheetData));
        return;
    }
    mugai_sheet_grid (book, data);
    each_cell (book, data, &shared, first_look);
    each_cell (book, data, &shared, second_look);
    book->doc->failed = book->doc->failed || shared.failed;
    mugai_table_clear (&shared);
}
