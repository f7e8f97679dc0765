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

enum {
    TARGET = 2 * MUGAI_PACKAGE_PATH, /* bytes of a target that is shown */
    HEADS = 64                       /* tables of a sheet that are looked at */
};

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

typedef struct Links { /* of a sheet */
    MugaiBook *book;
    MugaiOfficePart *part;
    MugaiTable cells; /* names -> their link */
    const char **target;
    uint32_t count;
    MugaiArea heads[HEADS];
    size_t n_heads;
} Links;

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

/* Rows of column names of the sheet's tables: those must be what the tables say (18.5.1.2). */
static void
find_heads (Links *l)
{
    for (size_t i = 0; i < l->part->relations.count && l->n_heads < HEADS; i++) {
        const MugaiRelation *r = &l->part->relations.list[i];
        if (r->external || strcmp (r->type, "table") != 0)
            continue;
        const MugaiOfficePart *table =
            mugai_document_part (l->book->doc, r->target, MUGAI_PART_table);
        const char *area = table != NULL ? mugai_node_attr (table->tree.root, MUGAI_N_ref) : NULL;
        if (area != NULL && mugai_area_read (area, &l->heads[l->n_heads]))
            l->n_heads++;
    }
}

static bool
is_head (const Links *l, const MugaiArea *cell)
{
    for (size_t i = 0; i < l->n_heads; i++)
        if (cell->row == l->heads[i].row && cell->column >= l->heads[i].column &&
            cell->column <= l->heads[i].last_column)
            return true;
    return false;
}

/* @target is to be told in the first cell of @reference. */
static void
add_link (Links *l, const char *reference, const char *target)
{
    char name[MUGAI_REFERENCE_SIZE];
    MugaiArea cell;

    mugai_book_count (l->book, MUGAI_LOSS_LINK, target, strlen (target));
    if (reference == NULL || !mugai_area_read (reference, &cell) || is_head (l, &cell))
        return;
    mugai_area_cell (cell.row, cell.column, name);
    char *key = mugai_arena_copy (&l->book->doc->arena, name, strlen (name));
    if (key == NULL)
        return;
    l->target[l->count] = target;
    mugai_table_add (&l->cells, 0, key, l->count++);
}

/* Takes the links that lead out. */
static void
take_links (Links *l, MugaiNode *list)
{
    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_hyperlink); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_hyperlink)) {
        const char *id = mugai_node_attr (at, MUGAI_N_r_id);
        const char *location = mugai_node_attr (at, MUGAI_N_location);
        if (id == NULL) {
            at->gone =
                location == NULL || !mugai_book_formula (l->book, location, strlen (location));
            continue;
        }
        at->gone = 1;
        const char *target = safe_target (l->book, mugai_document_relation (l->part, id), location);
        if (target != NULL)
            add_link (l, mugai_node_attr (at, MUGAI_N_ref), target);
    }
}

/* The cell that has no name stands behind the one before it (18.3.1.4). */
static void
show_targets (const Links *l, MugaiNode *data)
{
    MugaiArea area = { 0 };

    for (MugaiNode *row = mugai_node_child (data, MUGAI_N_s_row); row != NULL;
         row = mugai_node_next (row, MUGAI_N_s_row), area.row++) {
        area.column = 0;
        for (MugaiNode *cell = mugai_node_child (row, MUGAI_N_s_c); cell != NULL;
             cell = mugai_node_next (cell, MUGAI_N_s_c), area.column++) {
            const char *name = mugai_node_attr (cell, MUGAI_N_r);
            char key[MUGAI_REFERENCE_SIZE];
            if (name != NULL)
                mugai_area_read (name, &area);
            mugai_area_cell (area.row, area.column, key);
            uint32_t link = mugai_table_find (&l->cells, 0, key);
            if (link != MUGAI_TABLE_NOTHING)
                show_target (l->book, cell, l->target[link]);
        }
    }
}

void
mugai_sheet_links (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root, *list = mugai_node_child (root, MUGAI_N_s_hyperlinks);
    Links l = { .book = book, .part = part };
    size_t count = 0;

    if (list == NULL)
        return;
    for (const MugaiNode *at = list->first; at != NULL; at = at->next)
        count++;
    l.target = mugai_arena_take (&book->doc->arena, (count + 1) * sizeof *l.target);
    if (l.target == NULL)
        return;
    find_heads (&l);
    take_links (&l, list);
    if (l.count > 0)
        show_targets (&l, mugai_node_child (root, MUGAI_N_s_sheetData));
    if (mugai_node_child (list, MUGAI_N_s_hyperlink) == NULL)
        list->gone = 1;
    book->doc->failed = book->doc->failed || l.cells.failed;
    mugai_table_clear (&l.cells);
}
