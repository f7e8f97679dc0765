/* SPDX-License-Identifier: Apache-2.0
 *
 * The workbook's part: which sheets go on, what refers to them by number, defined names (ISO/IEC
 * 29500-1, 18.2). Sheets of macros and dialogs go; numbers of the sheets behind them change.
 */
#include "ooxml-rebuild/book.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PASSES = 8 /* names that use names that went */, GONE = UINT32_MAX };

typedef struct Sheets { /* of the input */
    uint32_t *place;    /* in the output, or GONE */
    size_t count, kept;
    uint32_t shown; /* place of the first one that is visible, or GONE */
} Sheets;

/* --- sheets --- */

typedef enum SheetKind { NO_SHEET, MACRO_SHEET, WORKSHEET, CHARTSHEET } SheetKind;

static SheetKind
sheet_kind (const MugaiOfficePart *part, const MugaiNode *sheet, const MugaiRelation **ret_relation)
{
    const MugaiRelation *relation =
        mugai_document_relation (part, mugai_node_attr (sheet, MUGAI_N_r_id));

    *ret_relation = relation;
    if (relation == NULL || relation->external || mugai_node_attr (sheet, MUGAI_N_name) == NULL)
        return NO_SHEET;
    return strcmp (relation->type, "worksheet") == 0    ? WORKSHEET
           : strcmp (relation->type, "chartsheet") == 0 ? CHARTSHEET
                                                        : MACRO_SHEET;
}

/* Is the sheet visible? One that is very hidden becomes a hidden one. */
static bool
show_sheet (MugaiBook *book, MugaiNode *sheet, const char *name)
{
    const char *state = mugai_node_attr (sheet, MUGAI_N_state);

    if (state == NULL || strcmp (state, "visible") == 0)
        return true;
    mugai_book_count (book, MUGAI_LOSS_HIDDEN_SHEET, name, strlen (name));
    mugai_node_set (&book->doc->arena, sheet, MUGAI_N_state, "hidden");
    return false;
}

/* Returns: false when the sheet is none, or has the name of another. */
static bool
take_sheet (MugaiBook *book, const MugaiOfficePart *part, MugaiNode *sheet, Sheets *sheets,
            uint32_t *ret_place)
{
    const MugaiRelation *relation;
    const char *name = mugai_node_attr (sheet, MUGAI_N_name);
    SheetKind kind = sheet_kind (part, sheet, &relation);

    *ret_place = GONE;
    if (kind == NO_SHEET)
        return false;
    if (kind == MACRO_SHEET) {
        mugai_book_count (book, MUGAI_LOSS_MACRO_SHEET, name, strlen (name));
        sheet->gone = 1;
        return true;
    }
    char *key = mugai_book_fold (book, name, strlen (name));
    if (key == NULL || !mugai_table_add (&book->sheets, 0, key, (uint32_t)sheets->kept))
        return false;
    if (show_sheet (book, sheet, name) && sheets->shown == GONE)
        sheets->shown = (uint32_t)sheets->kept;
    *ret_place = (uint32_t)sheets->kept++;
    return true;
}

static bool
take_sheets (MugaiBook *book, const MugaiOfficePart *part, MugaiNode *list, Sheets *sheets)
{
    size_t i = 0;

    for (const MugaiNode *at = list->first; at != NULL; at = at->next)
        sheets->count += at->name == MUGAI_N_s_sheet;
    sheets->place =
        mugai_arena_take (&book->doc->arena, (sheets->count + 1) * sizeof *sheets->place);
    if (sheets->place == NULL)
        return false;
    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_sheet); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_sheet), i++)
        if (!take_sheet (book, part, at, sheets, &sheets->place[i]))
            return false;
    if (sheets->shown == GONE && sheets->kept > 0) { /* one at least must be */
        mugai_node_unset (mugai_node_child (list, MUGAI_N_s_sheet), MUGAI_N_state);
        sheets->shown = 0;
    }
    return sheets->kept > 0;
}

/* Now that all names are known: read the sheets themselves. One that cannot be read is no sheet
 * that may be left out without a word. */
static bool
read_sheets (MugaiBook *book, const MugaiOfficePart *part, const MugaiNode *list)
{
    for (const MugaiNode *at = mugai_node_child (list, MUGAI_N_s_sheet); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_sheet)) {
        const MugaiRelation *relation;
        SheetKind kind = sheet_kind (part, at, &relation);
        if (mugai_document_part (book->doc, relation->target,
                                 kind == WORKSHEET ? MUGAI_PART_worksheet
                                                   : MUGAI_PART_chartsheet) == NULL)
            return false;
    }
    return true;
}

static bool
set_number (MugaiBook *book, MugaiNode *node, uint16_t name, uint32_t number)
{
    char text[16];

    snprintf (text, sizeof text, "%u", number);
    return mugai_node_set (&book->doc->arena, node, name, text);
}

/* The number in attribute @name, of a sheet of the input, becomes that of the output, or goes. */
static bool
move_index (MugaiBook *book, MugaiNode *node, uint16_t name, const Sheets *sheets)
{
    const char *value = mugai_node_attr (node, name);

    if (value == NULL)
        return true;
    errno = 0;
    unsigned long index = strtoul (value, NULL, 10);
    if (errno != 0 || index >= sheets->count || sheets->place[index] == GONE) {
        mugai_node_unset (node, name);
        return false;
    }
    return set_number (book, node, name, sheets->place[index]);
}

/* Is the sheet that @view shows first a hidden one? A program cannot open such a workbook. */
static bool
is_hidden (const MugaiNode *root, const MugaiNode *view)
{
    const char *value = mugai_node_attr (view, MUGAI_N_activeTab);
    unsigned long index = value != NULL ? strtoul (value, NULL, 10) : 0;
    const MugaiNode *sheet =
        mugai_node_child (mugai_node_child (root, MUGAI_N_s_sheets), MUGAI_N_s_sheet);

    while (sheet != NULL && index-- > 0)
        sheet = mugai_node_next (sheet, MUGAI_N_s_sheet);
    return sheet != NULL && mugai_node_attr (sheet, MUGAI_N_state) != NULL &&
           strcmp (mugai_node_attr (sheet, MUGAI_N_state), "visible") != 0;
}

/* Each sheet view refers to a view of the book: there must be one (18.3.1.87). */
static void
take_views (MugaiBook *book, MugaiNode *root, const Sheets *sheets)
{
    MugaiArena *arena = &book->doc->arena;
    MugaiNode *views = mugai_node_child (root, MUGAI_N_s_bookViews);

    if (views == NULL) {
        views = mugai_node_new (arena, MUGAI_N_s_bookViews);
        mugai_node_append (root, views);
    }
    if (views != NULL && mugai_node_child (views, MUGAI_N_s_workbookView) == NULL)
        mugai_node_append (views, mugai_node_new (arena, MUGAI_N_s_workbookView));
    for (MugaiNode *at = mugai_node_child (views, MUGAI_N_s_workbookView); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_workbookView)) {
        move_index (book, at, MUGAI_N_firstSheet, sheets);
        if (!move_index (book, at, MUGAI_N_activeTab, sheets) || is_hidden (root, at))
            set_number (book, at, MUGAI_N_activeTab, sheets->shown);
    }
}

/* --- defined names --- */

static bool
is_set (const MugaiNode *node, uint16_t name)
{
    const char *value = mugai_node_attr (node, name);

    return value != NULL && strcmp (value, "0") != 0 && strcmp (value, "false") != 0;
}

/* Names that Excel runs, and those that are macros (18.2.5). */
static bool
is_macro (const MugaiNode *node, const char *name)
{
    static const char *const words[] = { "auto_open", "auto_close", "auto_activate",
                                         "auto_deactivate" };
    const char *bare = strncasecmp (name, "_xlnm.", 6) == 0 ? name + 6 : name;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncasecmp (bare, words[i], strlen (words[i])) == 0)
            return true;
    return is_set (node, MUGAI_N_function) || is_set (node, MUGAI_N_vbProcedure) ||
           is_set (node, MUGAI_N_xlm);
}

static void
lose_name (MugaiBook *book, MugaiNode *node, const char *name)
{
    char *key = mugai_book_fold (book, name, strlen (name));

    node->gone = 1;
    if (key != NULL)
        mugai_table_add (&book->lost, 0, key, 0);
}

/* Returns: true when a name went. */
static bool
judge_names (MugaiBook *book, MugaiNode *list)
{
    size_t before = book->lost.count;

    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_definedName); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_definedName)) {
        const char *name = mugai_node_attr (at, MUGAI_N_name);
        if (name == NULL || !mugai_book_formula_node (book, at))
            lose_name (book, at, name != NULL ? name : "");
    }
    return book->lost.count > before;
}

static void
take_names (MugaiBook *book, MugaiNode *list, const Sheets *sheets)
{
    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_definedName); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_definedName)) {
        const char *name = mugai_node_attr (at, MUGAI_N_name);
        bool macro = name != NULL && is_macro (at, name);
        if (macro)
            mugai_book_count (book, MUGAI_LOSS_MACRO_NAME, name, strlen (name));
        if (macro || !move_index (book, at, MUGAI_N_localSheetId, sheets))
            lose_name (book, at, name != NULL ? name : "");
    }
    for (unsigned i = 0; i < PASSES && judge_names (book, list); i++)
        ;
    if (mugai_node_child (list, MUGAI_N_s_definedName) == NULL)
        list->gone = 1;
}

bool
mugai_book_workbook (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root, *list = mugai_node_child (root, MUGAI_N_s_sheets);
    MugaiNode *names = mugai_node_child (root, MUGAI_N_s_definedNames);
    Sheets sheets = { .shown = GONE };

    if (list == NULL || !take_sheets (book, part, list, &sheets))
        return false;
    mugai_book_links (book, part);
    take_views (book, root, &sheets);
    if (names != NULL)
        take_names (book, names, &sheets);
    mugai_document_related (book->doc, part, MUGAI_PART_shared_strings); /* sheets refer to it */
    return read_sheets (book, part, list) && !book->sheets.failed && !book->lost.failed;
}
