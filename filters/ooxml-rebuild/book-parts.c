/* SPDX-License-Identifier: Apache-2.0
 *
 * The smaller parts of a workbook: shared strings (ISO/IEC 29500-1, 18.4), styles (18.8), tables
 * (18.5).
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/reference.h"

#include <stdlib.h>
#include <string.h>

bool
mugai_book_strings (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root;

    if (book->strings != NULL)
        return false;
    for (MugaiNode *at = root->first; at != NULL; at = at->next)
        book->n_strings += at->name == MUGAI_N_s_si;
    book->string =
        mugai_arena_take (&book->doc->arena, (book->n_strings + 1) * sizeof (MugaiNode *));
    if (book->string == NULL)
        return false;
    size_t i = 0;
    for (MugaiNode *at = root->first; at != NULL; at = at->next)
        if (at->name == MUGAI_N_s_si)
            book->string[i++] = at;
    book->strings = root;
    return true;
}

/* The strict form calls left and right of a border start and end (18.8.37, 18.8.15). */
bool
mugai_book_styles (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root;

    (void)book;
    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, false)) {
        if (at->name == MUGAI_N_s_start)
            at->name = MUGAI_N_s_left;
        else if (at->name == MUGAI_N_s_end)
            at->name = MUGAI_N_s_right;
    }
    return true;
}

/* As many columns as the table is wide, or a program offers to repair the workbook (18.5.1.2). */
bool
mugai_book_table (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root, *columns = mugai_node_child (root, MUGAI_N_s_tableColumns);
    const char *ref = mugai_node_attr (root, MUGAI_N_ref);
    uint32_t count = 0;
    MugaiArea area;

    if (ref == NULL || !mugai_area_read (ref, &area))
        return false;
    for (MugaiNode *at = mugai_node_child (columns, MUGAI_N_s_tableColumn); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_tableColumn), count++) {
        static const uint16_t formulas[] = { MUGAI_N_s_calculatedColumnFormula,
                                             MUGAI_N_s_totalsRowFormula };
        for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
            MugaiNode *formula = mugai_node_child (at, formulas[i]);
            if (formula == NULL || mugai_book_formula_node (book, formula))
                continue;
            formula->gone = 1;
            if (formulas[i] == MUGAI_N_s_totalsRowFormula)
                mugai_node_unset (at, MUGAI_N_totalsRowFunction);
        }
    }
    return count == area.last_column - area.column + 1;
}
