/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: newer files have the picture within the object (p:pic), older ones name a shape of
 * a VML drawing (spid), whose v:imagedata leads to it from there.
 */
#include "ooxml-rebuild/object.h"

#include "ooxml-rebuild/part.h"
#include "ooxml-rebuild/shape.h"

#include <stdio.h>
#include <string.h>

/* --- what was embedded --- */

static const char *
file_name (const char *path)
{
    const char *slash = strrchr (path, '/');

    return slash != NULL ? slash + 1 : path;
}

static void
take_content (MugaiDocument *doc, const MugaiOfficePart *part, const MugaiNode *object)
{
    const char *id = mugai_node_attr (object, MUGAI_N_r_id),
               *program = mugai_node_attr (object, MUGAI_N_progId);
    const MugaiRelation *relation = id != NULL ? mugai_document_relation (part, id) : NULL;

    if (relation != NULL && relation->external)
        mugai_document_finding (doc, "office.external-link", 1, relation->target);
    else
        mugai_document_finding (doc, "office.ole-object", 1, program);
    if (relation != NULL && !relation->external)
        mugai_document_beside (doc, relation->target, file_name (relation->target));
}

/* --- its picture --- */

static bool
is (const char *text, const char *other)
{
    return text != NULL && strcmp (text, other) == 0;
}

/* The picture of the shape @id in the VML drawing at @path: the a:blip @blip leads to it. */
static bool
take_old (MugaiDocument *doc, const char *path, const char *id, MugaiNode *blip)
{
    MugaiNode *image = NULL;
    MugaiTree tree;

    if (!mugai_part_read (doc, path, &tree))
        return false;
    for (MugaiNode *at = tree.root; at != NULL && image == NULL;
         at = mugai_node_after (tree.root, at, at->gone)) {
        bool shape = at->name == MUGAI_N_v_shape || at->name == MUGAI_N_v_rect;
        if (shape && (is (mugai_node_attr (at, MUGAI_N_id), id) ||
                      is (mugai_node_attr (at, MUGAI_N_o_spid), id)))
            image = mugai_node_child (at, MUGAI_N_v_imagedata);
    }
    const char *picture = mugai_node_attr (image, MUGAI_N_o_relid);
    if (picture == NULL || !mugai_node_set (&doc->arena, blip, MUGAI_N_r_embed, picture))
        return false;
    MugaiRelations relations;
    mugai_package_relations (&doc->package, path, &relations);
    mugai_part_point (doc, blip, MUGAI_N_r_embed, &relations);
    mugai_relations_clear (&relations);
    return mugai_node_attr (blip, MUGAI_N_r_embed) != NULL;
}

/* Returns: (of no parent) a p:blipFill, or NULL. */
static MugaiNode *
take_picture (MugaiDocument *doc, const MugaiOfficePart *part, const MugaiNode *object)
{
    MugaiNode *given =
        mugai_node_child (mugai_node_child (object, MUGAI_N_p_pic), MUGAI_N_p_blipFill);
    const char *shape = mugai_node_attr (object, MUGAI_N_spid);
    char id[64];

    if (given != NULL)
        return mugai_shape_copy (&doc->arena, given);
    const MugaiRelation *drawing = mugai_relation_by_type (&part->relations, "vmlDrawing");
    if (shape == NULL || drawing == NULL)
        return NULL;
    /* Since 2007 the name of a shape is "_x0000_s1026", its object's number only "1026". */
    snprintf (id, sizeof id, "%s%s", strncmp (shape, "_x0000_s", 8) == 0 ? "" : "_x0000_s", shape);
    MugaiNode *fill = mugai_node_new (&doc->arena, MUGAI_N_p_blipFill);
    MugaiNode *blip = mugai_shape_add (&doc->arena, fill, MUGAI_N_a_blip);
    if (blip == NULL || !take_old (doc, drawing->target, id, blip))
        return NULL;
    mugai_shape_add (&doc->arena, mugai_shape_add (&doc->arena, fill, MUGAI_N_a_stretch),
                     MUGAI_N_a_fillRect);
    return fill;
}

/* What stands where no picture is: a box with the object's name. */
static void
take_name (MugaiDocument *doc, MugaiNode *shape, MugaiNode *properties, const char *name)
{
    MugaiArena *arena = &doc->arena;
    MugaiNode *line = mugai_shape_add (arena, properties, MUGAI_N_a_ln);
    MugaiNode *colour = mugai_shape_add (arena, mugai_shape_add (arena, line, MUGAI_N_a_solidFill),
                                         MUGAI_N_a_srgbClr);
    MugaiNode *body = mugai_shape_add (arena, shape, MUGAI_N_p_txBody);

    if (colour != NULL)
        mugai_node_set (arena, colour, MUGAI_N_val, "808080");
    mugai_shape_add (arena, body, MUGAI_N_a_bodyPr);
    MugaiNode *run =
        mugai_shape_add (arena, mugai_shape_add (arena, body, MUGAI_N_a_p), MUGAI_N_a_r);
    mugai_shape_add_words (arena, mugai_shape_add (arena, run, MUGAI_N_a_t),
                           name != NULL ? name : "");
}

void
mugai_object (MugaiDocument *doc, MugaiOfficePart *part, MugaiNode *frame, MugaiNode *object)
{
    take_content (doc, part, object);
    MugaiNode *fill = take_picture (doc, part, object);
    MugaiNode *properties =
        mugai_shape_become (&doc->arena, frame, fill != NULL ? MUGAI_N_p_pic : MUGAI_N_p_sp);
    mugai_shape_rectangle (&doc->arena, properties);
    if (fill != NULL)
        mugai_node_append (frame, fill);
    else
        take_name (doc, frame, properties, mugai_node_attr (object, MUGAI_N_name));
}
