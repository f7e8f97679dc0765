/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments of a worksheet: the shapes without which Excel does not show them (a VML drawing,
 * ISO/IEC 29500-4 clause 14; [MS-OI29500]) are made anew, each beside its cell and as large as its
 * text needs.
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/reference.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 26, /* narrow characters of a line in a shape three columns wide */
    LINES_MIN = 4,
    LINES_MAX = 24,
    TEXT = 2048 /* bytes that are measured */
};

/* Rows of a sheet that the comment's text takes. */
static uint32_t
measure (const MugaiNode *comment)
{
    char text[TEXT];
    size_t size = mugai_node_words (comment, text, sizeof text);
    uint32_t lines = 1, width = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c & 0xC0) == 0x80)
            continue;
        width += c < 0xE0 ? 1 : 2;
        if (c == '\n' || width > WIDTH) {
            lines++;
            width = 0;
        }
    }
    lines += 1;
    return lines < LINES_MIN ? LINES_MIN : lines > LINES_MAX ? LINES_MAX : lines;
}

static void
add_value (MugaiArena *arena, MugaiNode *parent, uint16_t name, const char *text)
{
    mugai_shape_add_words (arena, mugai_shape_add (arena, parent, name), text);
}

static void
add_number (MugaiArena *arena, MugaiNode *parent, uint16_t name, uint32_t number)
{
    char text[16];

    snprintf (text, sizeof text, "%u", number);
    add_value (arena, parent, name, text);
}

static void
add_shape (MugaiArena *arena, MugaiNode *drawing, const MugaiNode *comment, const MugaiArea *cell,
           unsigned number)
{
    MugaiNode *shape = mugai_shape_add (arena, drawing, MUGAI_N_v_shape);
    MugaiNode *data = mugai_shape_add (arena, shape, MUGAI_N_x_ClientData);
    uint32_t top = cell->row > 0 ? cell->row - 1 : 0;
    char anchor[96];

    if (data == NULL)
        return;
    snprintf (anchor, sizeof anchor, "_x0000_s%u", number);
    mugai_node_set (arena, shape, MUGAI_N_id, anchor);
    mugai_node_set (arena, shape, MUGAI_N_type, "#_x0000_t202");
    mugai_node_set (arena, shape, MUGAI_N_fillcolor, "#ffffe1");
    mugai_shape_add (arena, data, MUGAI_N_x_MoveWithCells);
    mugai_shape_add (arena, data, MUGAI_N_x_SizeWithCells);
    snprintf (anchor, sizeof anchor, "%u, 15, %u, 2, %u, 15, %u, 4", cell->column + 1, top,
              cell->column + 4, top + measure (comment));
    add_value (arena, data, MUGAI_N_x_Anchor, anchor);
    add_value (arena, data, MUGAI_N_x_AutoFill, "False");
    add_number (arena, data, MUGAI_N_x_Row, cell->row);
    add_number (arena, data, MUGAI_N_x_Column, cell->column);
}

static void
add_shapes (MugaiArena *arena, MugaiNode *drawing, const MugaiOfficePart *comments)
{
    MugaiNode *list = mugai_node_child (comments->tree.root, MUGAI_N_s_commentList);
    unsigned number = 1025; /* where ids of a sheet's shapes begin */

    mugai_shape_add (arena, drawing, MUGAI_N_v_shapetype);
    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_comment); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_comment)) {
        const char *reference = mugai_node_attr (at, MUGAI_N_ref);
        MugaiArea cell;
        if (reference != NULL && mugai_area_read (reference, &cell))
            add_shape (arena, drawing, at, &cell, number++);
    }
}

void
mugai_sheet_comments (MugaiBook *book, MugaiOfficePart *part)
{
    static const char id[] = "mugai-comments"; /* of no relation of the input: they have no such */
    MugaiArena *arena = &book->doc->arena;
    MugaiNode *root = part->tree.root, *old = mugai_node_child (root, MUGAI_N_s_legacyDrawing);
    MugaiOfficePart *comments = mugai_document_related (book->doc, part, MUGAI_PART_sheet_comments);

    if (old != NULL)
        old->gone = 1;
    if (comments == NULL)
        return;
    MugaiNode *drawing = mugai_document_make (book->doc, part, MUGAI_PART_comment_shapes, id);
    MugaiNode *reference = mugai_shape_add (arena, root, MUGAI_N_s_legacyDrawing);
    if (drawing == NULL || reference == NULL)
        return;
    mugai_node_set (arena, reference, MUGAI_N_r_id, id);
    add_shapes (arena, drawing, comments);
}

/* An author's number that does not exist becomes the first's; without authors there is one. */
bool
mugai_book_comments (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiArena *arena = &book->doc->arena;
    MugaiNode *root = part->tree.root, *authors = mugai_node_child (root, MUGAI_N_s_authors);
    MugaiNode *list = mugai_node_child (root, MUGAI_N_s_commentList);
    unsigned long count = 0;

    if (authors == NULL)
        authors = mugai_shape_add (arena, root, MUGAI_N_s_authors);
    for (const MugaiNode *at = mugai_node_child (authors, MUGAI_N_s_author); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_author))
        count++;
    if (count == 0)
        mugai_shape_add (arena, authors, MUGAI_N_s_author);
    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_comment); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_comment)) {
        const char *author = mugai_node_attr (at, MUGAI_N_authorId);
        if (author == NULL || strlen (author) > 9 || strtoul (author, NULL, 10) >= count)
            mugai_node_set (arena, at, MUGAI_N_authorId, "0");
    }
    return list != NULL;
}
