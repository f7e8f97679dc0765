/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects and form controls of a worksheet, which it draws in VML (ISO/IEC 29500-4, 14.4.2.12): an
 * object's picture becomes a picture of the sheet's drawing, a control the words on it. A document
 * that was embedded goes on beside.
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/part.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXEL = 9525 /* EMU */, WORDS = 512, SHAPES = 2000, OBJECT_ID = 100000 };

typedef struct Shapes {
    MugaiBook *book;
    MugaiOfficePart *part;       /* the worksheet */
    const MugaiRelations *drawn; /* of its VML drawing */
    MugaiNode *drawing;          /* root of its drawing, or NULL: not asked for yet */
    unsigned count;
} Shapes;

/* --- the sheet's drawing --- */

static MugaiNode *
drawing_of (Shapes *s)
{
    static const char id[] = "mugai-drawing"; /* of no relation of the input */
    MugaiDocument *doc = s->book->doc;
    MugaiNode *root = s->part->tree.root;

    if (s->drawing != NULL)
        return s->drawing;
    MugaiOfficePart *given = mugai_document_related (doc, s->part, MUGAI_PART_sheet_drawing);
    if (given != NULL && mugai_node_child (root, MUGAI_N_s_drawing) != NULL)
        return s->drawing = given->tree.root;
    s->drawing = mugai_document_make (doc, s->part, MUGAI_PART_sheet_drawing, id);
    MugaiNode *reference = mugai_shape_add (&doc->arena, root, MUGAI_N_s_drawing);
    if (reference != NULL)
        mugai_node_set (&doc->arena, reference, MUGAI_N_r_id, id);
    return s->drawing;
}

static void
add_number (MugaiArena *arena, MugaiNode *parent, uint16_t name, long number)
{
    char text[24];

    snprintf (text, sizeof text, "%ld", number);
    mugai_shape_add_words (arena, mugai_shape_add (arena, parent, name), text);
}

static void
add_corner (MugaiArena *arena, MugaiNode *anchor, uint16_t name, const long *place)
{
    MugaiNode *corner = mugai_shape_add (arena, anchor, name);

    add_number (arena, corner, MUGAI_N_xdr_col, place[0]);
    add_number (arena, corner, MUGAI_N_xdr_colOff, place[1] * PIXEL);
    add_number (arena, corner, MUGAI_N_xdr_row, place[2]);
    add_number (arena, corner, MUGAI_N_xdr_rowOff, place[3] * PIXEL);
}

/* "left column, offset, top row, offset, right column, offset, bottom row, offset" in pixels. */
static bool
read_anchor (const MugaiNode *data, long *place)
{
    char text[128], *end;
    const char *at = text;
    const MugaiNode *anchor = mugai_node_child (data, MUGAI_N_x_Anchor);

    if (anchor == NULL)
        return false;
    mugai_node_words (anchor, text, sizeof text);
    for (unsigned i = 0; i < 8; i++) {
        place[i] = strtol (at, &end, 10);
        if (end == at || place[i] < 0 || place[i] > 1048575)
            return false;
        at = end + strspn (end, ", \t\n");
    }
    return place[0] <= 16383 && place[4] <= 16383;
}

/* An anchor at the place of @data with an object @name in it; @unseen its part without a shape of
 * its own (xdr:nvPicPr and what stands in it). Returns: the object, or NULL. */
static MugaiNode *
add_object (Shapes *s, const MugaiNode *data, uint16_t name, uint16_t unseen, uint16_t kind)
{
    MugaiArena *arena = &s->book->doc->arena;
    long place[8];
    char id[16];

    if (s->count >= SHAPES || !read_anchor (data, place))
        return NULL;
    MugaiNode *anchor = mugai_shape_add (arena, drawing_of (s), MUGAI_N_xdr_twoCellAnchor);
    add_corner (arena, anchor, MUGAI_N_xdr_from, place);
    add_corner (arena, anchor, MUGAI_N_xdr_to, place + 4);
    MugaiNode *object = mugai_shape_add (arena, anchor, name);
    mugai_shape_add (arena, anchor, MUGAI_N_xdr_clientData);
    MugaiNode *both = mugai_shape_add (arena, object, unseen);
    MugaiNode *common = mugai_shape_add (arena, both, MUGAI_N_xdr_cNvPr);
    if (common == NULL)
        return NULL;
    snprintf (id, sizeof id, "%u", OBJECT_ID + s->count++);
    mugai_node_set (arena, common, MUGAI_N_id, id);
    mugai_node_set (arena, common, MUGAI_N_name, "Object");
    mugai_shape_add (arena, both, kind);
    return object;
}

/* --- pictures --- */

static void
take_picture (Shapes *s, const MugaiNode *image, const MugaiNode *data)
{
    MugaiArena *arena = &s->book->doc->arena;
    const char *id = mugai_node_attr (image, MUGAI_N_o_relid);
    MugaiNode *blip = id != NULL ? mugai_node_new (arena, MUGAI_N_a_blip) : NULL;

    if (blip == NULL)
        return;
    mugai_node_set (arena, blip, MUGAI_N_r_embed, id);
    mugai_part_point (s->book->doc, blip, MUGAI_N_r_embed, s->drawn);
    if (mugai_node_attr (blip, MUGAI_N_r_embed) == NULL)
        return;
    MugaiNode *picture =
        add_object (s, data, MUGAI_N_xdr_pic, MUGAI_N_xdr_nvPicPr, MUGAI_N_xdr_cNvPicPr);
    MugaiNode *fill = mugai_shape_add (arena, picture, MUGAI_N_xdr_blipFill);
    mugai_node_append (fill, blip);
    mugai_shape_add (arena, mugai_shape_add (arena, fill, MUGAI_N_a_stretch), MUGAI_N_a_fillRect);
    mugai_shape_rectangle (arena, mugai_shape_add (arena, picture, MUGAI_N_xdr_spPr));
}

/* --- controls --- */

static bool
is_checked (const MugaiNode *data)
{
    const MugaiNode *checked = mugai_node_child (data, MUGAI_N_x_Checked);
    char text[8] = "";

    if (checked != NULL)
        mugai_node_words (checked, text, sizeof text);
    return strtol (text, NULL, 10) != 0;
}

/* What stands before the words of a control of this kind, or NULL: it has none that count. */
static const char *
sign_of (const char *type, bool checked)
{
    static const struct {
        const char *type, *off, *on;
    } signs[] = {
        { "Checkbox", "\xE2\x98\x90 ", "\xE2\x98\x91 " }, /* ☐ ☑ */
        { "Radio", "\xE2\x97\x8B ", "\xE2\x97\x8F " },    /* ○ ● */
        { "Button", "", "" },
        { "Label", "", "" },
        { "GBox", "", "" },
    };

    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strcmp (signs[i].type, type) == 0)
            return checked ? signs[i].on : signs[i].off;
    return NULL;
}

/* All words below @node, runs of white space as one. */
static void
words_of (const MugaiNode *node, char *out, size_t room)
{
    size_t size = 0;

    for (MugaiNode *at = (MugaiNode *)node; at != NULL; at = mugai_node_after (node, at, false))
        for (const char *c = at->name == MUGAI_N_TEXT ? at->text : ""; *c != '\0'; c++) {
            bool space = strchr (" \t\n", *c) != NULL;
            if (size + 1 < room && !(space && (size == 0 || out[size - 1] == ' ')))
                out[size++] = space ? ' ' : *c;
        }
    while (size > 0 && ((unsigned char)out[size - 1] & 0xC0) == 0x80 && size + 1 == room)
        size--; /* cut within a character */
    while (size > 0 && out[size - 1] == ' ')
        size--;
    out[size] = '\0';
}

static void
take_control (Shapes *s, const MugaiNode *shape, const MugaiNode *data, const char *type)
{
    MugaiArena *arena = &s->book->doc->arena;
    const char *sign = sign_of (type, is_checked (data));
    const MugaiNode *box = mugai_node_child (shape, MUGAI_N_v_textbox);
    char words[WORDS], text[WORDS + 8];

    s->book->controls++;
    if (sign == NULL)
        return;
    words[0] = '\0';
    if (box != NULL)
        words_of (box, words, sizeof words);
    snprintf (text, sizeof text, "%s%s", sign, words);
    if (text[0] == '\0')
        return;
    MugaiNode *object =
        add_object (s, data, MUGAI_N_xdr_sp, MUGAI_N_xdr_nvSpPr, MUGAI_N_xdr_cNvSpPr);
    mugai_shape_rectangle (arena, mugai_shape_add (arena, object, MUGAI_N_xdr_spPr));
    MugaiNode *body = mugai_shape_add (arena, object, MUGAI_N_xdr_txBody);
    MugaiNode *frame = mugai_shape_add (arena, body, MUGAI_N_a_bodyPr);
    if (frame == NULL)
        return;
    mugai_node_set (arena, frame, MUGAI_N_lIns, "0");
    mugai_node_set (arena, frame, MUGAI_N_tIns, "0");
    mugai_node_set (arena, frame, MUGAI_N_rIns, "0");
    mugai_node_set (arena, frame, MUGAI_N_bIns, "0");
    mugai_node_set (arena, frame, MUGAI_N_anchor, "ctr");
    MugaiNode *run =
        mugai_shape_add (arena, mugai_shape_add (arena, body, MUGAI_N_a_p), MUGAI_N_a_r);
    MugaiNode *look = mugai_shape_add (arena, run, MUGAI_N_a_rPr);
    if (look != NULL)
        mugai_node_set (arena, look, MUGAI_N_sz, "900");
    mugai_shape_add_words (arena, mugai_shape_add (arena, run, MUGAI_N_a_t), text);
}

/* --- */

static void
take_shape (Shapes *s, const MugaiNode *shape)
{
    const MugaiNode *data = mugai_node_child (shape, MUGAI_N_x_ClientData),
                    *image = mugai_node_child (shape, MUGAI_N_v_imagedata);
    const char *type = mugai_node_attr (data, MUGAI_N_ObjectType),
               *style = mugai_node_attr (shape, MUGAI_N_style);

    if (type == NULL || strcmp (type, "Note") == 0 ||
        (style != NULL && strstr (style, "visibility:hidden") != NULL))
        return;
    if (strcmp (type, "Pict") == 0 && image != NULL)
        take_picture (s, image, data);
    else if (strcmp (type, "Pict") != 0 && strcmp (type, "Shape") != 0 &&
             strcmp (type, "Rect") != 0 && strcmp (type, "Group") != 0)
        take_control (s, shape, data, type);
}

static void
take_drawing (MugaiBook *book, MugaiOfficePart *part, const char *path)
{
    MugaiRelations relations;
    MugaiTree tree;
    Shapes s = { .book = book, .part = part, .drawn = &relations };

    if (!mugai_part_read (book->doc, path, &tree))
        return;
    mugai_package_relations (&book->doc->package, path, &relations);
    for (MugaiNode *at = tree.root; at != NULL; at = mugai_node_after (tree.root, at, false))
        if (at->name == MUGAI_N_v_shape || at->name == MUGAI_N_v_rect)
            take_shape (&s, at);
    mugai_relations_clear (&relations);
}

/* Objects: what was embedded. */
static void
take_objects (MugaiBook *book, MugaiOfficePart *part, MugaiNode *list)
{
    MugaiDocument *doc = book->doc;

    for (MugaiNode *at = mugai_node_child (list, MUGAI_N_s_oleObject); at != NULL;
         at = mugai_node_next (at, MUGAI_N_s_oleObject)) {
        const MugaiRelation *r = mugai_document_relation (part, mugai_node_attr (at, MUGAI_N_r_id));
        mugai_document_finding (doc, "office.ole-object", 1, mugai_node_attr (at, MUGAI_N_progId));
        if (r != NULL && r->external)
            mugai_book_count (book, MUGAI_LOSS_EXTERNAL, r->target, strlen (r->target));
        else if (r != NULL)
            mugai_document_beside (doc, r->target, NULL);
    }
    list->gone = 1;
}

void
mugai_sheet_shapes (MugaiBook *book, MugaiOfficePart *part)
{
    MugaiNode *root = part->tree.root, *objects = mugai_node_child (root, MUGAI_N_s_oleObjects),
              *controls = mugai_node_child (root, MUGAI_N_s_controls),
              *shapes = mugai_node_child (root, MUGAI_N_s_legacyDrawing);
    const MugaiRelation *drawing =
        shapes != NULL ? mugai_document_relation (part, mugai_node_attr (shapes, MUGAI_N_r_id))
                       : NULL;

    if (controls != NULL)
        controls->gone = 1;
    if (drawing != NULL && !drawing->external)
        take_drawing (book, part, drawing->target);
    if (objects != NULL)
        take_objects (book, part, objects);
}
