/* SPDX-License-Identifier: Apache-2.0
 *
 * Hyperlinks of cells (ISO/IEC 29500-1, 18.3.1.47). One within the workbook stays. One that leads
 * out goes, and where it leads is shown behind the text of its cell, unless that says it already.
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/link.h"
#include "ooxml-rebuild/reference.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <string.h>

enum { TARGET = 2 * MUGAI_PACKAGE_PATH /* bytes of a target that is shown */ };

/* --- text of cells --- */

/* " <target>" behind what @rich (18.4.8) says. */
static void
add_words (MugaiArena *arena, MugaiNode *rich, const char *words)
{
    MugaiNode *run = mugai_node_child (rich, MUGAI_N_s_r), *text = NULL;

    if (run == NULL)
        text = mugai_node_child (rich, MUGAI_N_s_t);
    else
        rich = mugai_shape_add (arena, rich, MUGAI_N_s_r);
    if (text == NULL)
        text = mugai_shape_add (arena, rich, MUGAI_N_s_t);
    if (text == NULL)
        return;
    mugai_node_set (arena, text, MUGAI_N_xml_space, "preserve");
    mugai_shape_add_words (arena, text, words);
}

/* The string of @cell as one of its own, so that others that use it do not change. Returns: it, or
 * NULL. */
static MugaiNode *
own_string (MugaiBook *book, MugaiNode *value)
{
    char number[24];
    size_t size, index = 0;

    for (const char *at = mugai_book_text (book, value, &size); *at >= '0' && *at <= '9'; at++)
        index = index < book->n_strings ? 10 * index + (size_t)(*at - '0') : index;
    if (index >= book->n_strings)
        return NULL;
    MugaiNode *copy = mugai_shape_copy (&book->doc->arena, book->string[index]);
    if (copy == NULL)
        return NULL;
    mugai_node_append (book->strings, copy);
    snprintf (number, sizeof number, "%zu", book->n_strings + book->n_added++);
    value->first = value->last = NULL;
    mugai_shape_add_words (&book->doc->arena, value, number);
    return copy;
}

/* Where the text of @cell can grow, or NULL: numbers and results of formulas cannot. */
static MugaiNode *
rich_text (MugaiBook *book, MugaiNode *cell)
{
    const char *type = mugai_node_attr (cell, MUGAI_N_t);
    MugaiNode *value = mugai_node_child (cell, MUGAI_N_s_v);

    if (type == NULL || mugai_node_child (cell, MUGAI_N_s_f) != NULL)
        return NULL;
    if (strcmp (type, "inlineStr") == 0)
        return mugai_node_child (cell, MUGAI_N_s_is);
    return strcmp (type, "s") == 0 && value != NULL ? own_string (book, value) : NULL;
}

/* All that @rich says but its readings, cut. */
static void
say (const MugaiNode *rich, char *out, size_t room)
{
    size_t size = 0;

    out[0] = '\0';
    for (const MugaiNode *at = rich->first; at != NULL && size + 1 < room; at = at->next) {
        const MugaiNode *text = at->name == MUGAI_N_s_r ? mugai_node_child (at, MUGAI_N_s_t) : at;
        if (text != NULL && text->name == MUGAI_N_s_t)
            size += mugai_node_words (text, out + size, room - size);
    }
}

static void
show_target (MugaiBook *book, MugaiNode *cell, const char *target)
{
    char words[TARGET];
    MugaiNode *rich = rich_text (book, cell);

    if (rich == NULL)
        return;
    say (rich, words, sizeof words);
    const char *told = mugai_link_words (book->doc, target, words);
    if (told != NULL)
        add_words (&book->doc->arena, rich, told);
}

/* --- which cells --- */

/* "$A$1:B2" as "A1", in the arena. */
static char *
first_cell (MugaiBook *book, const char *reference)
{
    char name[MUGAI_REFERENCE_SIZE];
    MugaiArea area;

    if (!mugai_area_read (reference, &area))
        return NULL;
    mugai_area_cell (area.row, area.column, name);
    return mugai_arena_copy (&book->doc->arena, name, strlen (name));
}

/* Text of the target, as text rules want it. */
static const char *
safe_target (MugaiBook *book, const MugaiRelation *relation, const char *location)
{
    char words[TARGET];
    size_t size = 0;

    if (relation == NULL)
        return NULL;
    snprintf (words, sizeof words, "%s%s%.400s", relation->target, location != NULL ? "#" : "",
              location != NULL ? location : "");
    const char *safe = mugai_value_text (&book->doc->text, words, strlen (words), &size);
    return safe != NULL ? mugai_arena_copy (&book->doc->arena, safe, size) : NULL;
}

/* Takes the links that lead out. Returns: how many there are; @targets: their cells, @target: where
 * they lead. */
static uint32_t
take_links (MugaiBook *book, MugaiOfficePart *part, MugaiNode *list, MugaiTable *cells,
            const char **target)
{
    uint32_t count = 0;

    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_hyperlink); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_hyperlink)) {
        const char *id = mugai_node_attr (at, MUGAI_N_r_id);
        const char *location = mugai_node_attr (at, MUGAI_N_location);
        const char *reference = mugai_node_attr (at, MUGAI_N_ref);
        if (id == NULL) {
            at->gone = location == NULL || !mugai_book_formula (book, location, strlen (location));
            continue;
        }
        at->gone = 1;
        target[count] = safe_target (book, mugai_document_relation (part, id), location);
        char *cell = reference != NULL ? first_cell (book, reference) : NULL;
        if (target[count] == NULL)
            continue;
        mugai_book_count (book, MUGAI_LOSS_LINK, target[count], strlen (target[count]));
        if (cell != NULL)
            mugai_table_add (cells, 0, cell, count++);
    }
    return count;
}

/* The cell that has no name stands behind the one before it (18.3.1.4). */
static void
show_targets (MugaiBook *book, MugaiNode *data, const MugaiTable *cells, const char *const *target)
{
    uint32_t row_number = 0;

    for (MugaiNode *row = mugai_node_child (data, MUGAI_N_s_row); row != NULL;
         row = mugai_node_next (row, MUGAI_N_s_row), row_number++) {
        MugaiArea area = { .row = row_number };
        for (MugaiNode *cell = mugai_node_child (row, MUGAI_N_s_c); cell != NULL;
             cell = mugai_node_next (cell, MUGAI_N_s_c), area.column++) {
            const char *name = mugai_node_attr (cell, MUGAI_N_r);
            char key[MUGAI_REFERENCE_SIZE];
            if (name != NULL && mugai_area_read (name, &area))
                row_number = area.row;
            mugai_area_cell (row_number, area.column, key);
            uint32_t link = mugai_table_find (cells, 0, key);
            if (link != MUGAI_TABLE_NOTHING)
                show_target (book, cell, target[link]);
        }
    }
}

void
mugai_sheet_links (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root, *list = mugai_node_child (root, MUGAI_N_s_hyperlinks);
    MugaiTable cells = { 0 };
    size_t count = 0;

    if (list == NULL)
        return;
    for (MugaiNode *at = list->first; at != NULL; at = at->next)
        count++;
    const char **target = mugai_arena_take (&book->doc->arena, (count + 1) * sizeof (const char *));
    if (target != NULL && take_links (book, part, list, &cells, target) > 0)
        show_targets (book, mugai_node_child (root, MUGAI_N_s_sheetData), &cells, target);
    if (mugai_node_child (list, MUGAI_N_s_hyperlink) == NULL)
        list->gone = 1;
    book->doc->failed = book->doc->failed || cells.failed;
    mugai_table_clear (&cells);
}
