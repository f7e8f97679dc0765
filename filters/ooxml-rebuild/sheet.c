/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/chart.h"
#include "ooxml-rebuild/hooks.h"

#include <string.h>

bool
mugai_book_worksheet (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root;

    mugai_sheet_cells (book, root);
    mugai_sheet_links (book, part);
    mugai_sheet_rules (book, root);
    mugai_sheet_shapes (book, part);
    mugai_sheet_comments (book, part);
    return true;
}

/* Shapes that show a cell (ISO/IEC 29500-1, 20.5.2.29). */
bool
mugai_book_drawing (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root;

    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, false)) {
        const char *link =
            at->name == MUGAI_N_xdr_sp ? mugai_node_attr (at, MUGAI_N_textlink) : NULL;
        if (link != NULL && (link[0] == '\0' || !mugai_book_formula (book, link, strlen (link))))
            mugai_node_unset (at, MUGAI_N_textlink);
    }
    return mugai_slide (book->doc, part, &book->shapes);
}

static bool
take_chart (MugaiBook *book, MugaiOfficePart *part)
{
    return mugai_chart (book->doc, part);
}

/* What stood in extensions and had a meaning is elsewhere by now; what is lost and would be seen is
 * counted. */
static void
drop_extensions (MugaiDocument *doc, MugaiNode *root)
{
    for (MugaiNode *at = root; at != NULL;
         at = mugai_node_after (root, at, at->gone || at->name == MUGAI_N_s_sheetData)) {
        if (at->name != MUGAI_N_s_ext)
            continue;
        static const uint16_t seen[] = { MUGAI_N_x14_conditionalFormattings, MUGAI_N_x14_slicerList,
                                         MUGAI_N_x14_sparklineGroups };
        for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
            if (mugai_node_child (at, seen[i]) != NULL)
                mugai_document_drop (doc, mugai_node_child (at, seen[i]));
        at->gone = 1;
        if (at->parent != NULL && at->parent->name == MUGAI_N_s_extLst)
            at->parent->gone = 1;
    }
}

static bool
take_part (MugaiDocument *doc, MugaiOfficePart *part)
{
    static const struct {
        uint16_t spec;
        bool (*take) (MugaiBook *book, MugaiOfficePart *part);
    } hooks[] = {
        { MUGAI_PART_workbook, mugai_book_workbook },
        { MUGAI_PART_worksheet, mugai_book_worksheet },
        { MUGAI_PART_shared_strings, mugai_book_strings },
        { MUGAI_PART_sheet_styles, mugai_book_styles },
        { MUGAI_PART_table, mugai_book_table },
        { MUGAI_PART_sheet_comments, mugai_book_comments },
        { MUGAI_PART_sheet_drawing, mugai_book_drawing },
        { MUGAI_PART_chart, take_chart },
    };
    MugaiBook *book = mugai_book (doc);
    bool ok = true;

    if (book == NULL || part->tree.root == NULL)
        return false;
    mugai_book_escapes (book, part->tree.root);
    for (size_t i = 0; i < sizeof hooks / sizeof hooks[0]; i++)
        if (hooks[i].spec == part->spec)
            ok = hooks[i].take (book, part);
    drop_extensions (doc, part->tree.root);
    return ok;
}

static const char *
formula_value (MugaiArena *arena, const char *text, size_t size)
{
    (void)arena;
    return mugai_formula_check (text, size, NULL).verdict == MUGAI_FORMULA_ALLOWED ? text : NULL;
}

const MugaiHooks mugai_sheet_hooks = {
    .kind = "xlsx",
    .rules = { .formula = formula_value },
    .part = take_part,
    .finish = mugai_book_finish,
    .clear = mugai_book_clear,
};
