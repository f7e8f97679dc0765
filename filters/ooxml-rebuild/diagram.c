/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the frame names the data of its diagram (dgm:relIds); the data name, in an
 * extension, the relationship of the slide that leads to the drawing its last editor made (dsp).
 * The drawing's nodes are moved to the slide under names of PresentationML. A text that has a place
 * of its own (dsp:txXfrm) becomes a shape of its own, over the one it belongs to.
 */
#include "ooxml-rebuild/diagram.h"

#include "ooxml-rebuild/part.h"
#include "ooxml-rebuild/shape.h"

#include <string.h>

typedef struct Rename {
    uint16_t from, to;
} Rename;

static const Rename renames[] = {
    { MUGAI_N_dsp_sp, MUGAI_N_p_sp },
    { MUGAI_N_dsp_nvSpPr, MUGAI_N_p_nvSpPr },
    { MUGAI_N_dsp_cNvPr, MUGAI_N_p_cNvPr },
    { MUGAI_N_dsp_cNvSpPr, MUGAI_N_p_cNvSpPr },
    { MUGAI_N_dsp_spPr, MUGAI_N_p_spPr },
    { MUGAI_N_dsp_style, MUGAI_N_p_style },
    { MUGAI_N_dsp_txBody, MUGAI_N_p_txBody },
    { MUGAI_N_dsp_grpSp, MUGAI_N_p_grpSp },
    { MUGAI_N_dsp_grpSpPr, MUGAI_N_p_grpSpPr },
    { MUGAI_N_dsp_nvGrpSpPr, MUGAI_N_p_nvGrpSpPr },
    { MUGAI_N_dsp_cNvGrpSpPr, MUGAI_N_p_cNvGrpSpPr },
};

/* --- the drawing --- */

static bool
same_place (const MugaiNode *a, const MugaiNode *b)
{
    static const struct {
        uint16_t part, value[2];
    } places[] = { { MUGAI_N_a_off, { MUGAI_N_x, MUGAI_N_y } },
                   { MUGAI_N_a_ext, { MUGAI_N_cx, MUGAI_N_cy } } };
    const char *turn[] = { mugai_node_attr (a, MUGAI_N_rot), mugai_node_attr (b, MUGAI_N_rot) };

    if (strcmp (turn[0] != NULL ? turn[0] : "0", turn[1] != NULL ? turn[1] : "0") != 0)
        return false;
    for (size_t i = 0; i < 4; i++) {
        uint16_t value = places[i / 2].value[i % 2];
        const char *one = mugai_node_attr (mugai_node_child (a, places[i / 2].part), value),
                   *other = mugai_node_attr (mugai_node_child (b, places[i / 2].part), value);
        if (one == NULL || other == NULL || strcmp (one, other) != 0)
            return false;
    }
    return true;
}

/* The text of @shape stands at @place, not where the shape is: it moves to a shape of its own. */
static void
part_text (MugaiArena *arena, MugaiNode *shape, MugaiNode *place)
{
    MugaiNode *body = mugai_node_child (shape, MUGAI_N_dsp_txBody),
              *around =
                  mugai_node_child (mugai_node_child (shape, MUGAI_N_dsp_spPr), MUGAI_N_a_xfrm);
    char word[8];

    place->gone = 1;
    if (body == NULL || mugai_node_words (body, word, sizeof word) == 0 ||
        same_place (place, around))
        return;
    MugaiNode *text = mugai_node_new (arena, MUGAI_N_p_sp);
    MugaiNode *names = mugai_shape_add (arena, text, MUGAI_N_p_nvSpPr);
    MugaiNode *name = mugai_shape_add (arena, names, MUGAI_N_p_cNvPr);
    if (name != NULL)
        mugai_node_set (arena, name, MUGAI_N_id, "0");
    mugai_shape_add (arena, names, MUGAI_N_p_cNvSpPr);
    mugai_shape_add (arena, names, MUGAI_N_p_nvPr);
    MugaiNode *properties = mugai_shape_add (arena, text, MUGAI_N_p_spPr);
    mugai_shape_move (arena, properties, MUGAI_N_a_xfrm, place);
    mugai_shape_rectangle (arena, properties);
    mugai_shape_add (arena, properties, MUGAI_N_a_noFill);
    mugai_shape_add (arena, mugai_shape_add (arena, properties, MUGAI_N_a_ln), MUGAI_N_a_noFill);
    mugai_node_append (text, mugai_shape_copy (arena, mugai_node_child (shape, MUGAI_N_dsp_style)));
    mugai_shape_move (arena, text, MUGAI_N_p_txBody, body);
    mugai_node_insert (shape, text);
}

static void
rename_node (MugaiArena *arena, MugaiNode *node)
{
    for (size_t i = 0; i < sizeof renames / sizeof renames[0]; i++)
        if (node->name == renames[i].from) {
            node->name = renames[i].to;
            if (node->name == MUGAI_N_p_nvSpPr || node->name == MUGAI_N_p_nvGrpSpPr)
                mugai_shape_add (arena, node, MUGAI_N_p_nvPr);
            return;
        }
}

/* @tree: a dsp:drawing with the relationships of @source. Its shapes go into @group. */
static void
take_drawing (MugaiDocument *doc, const MugaiRelations *source, MugaiNode *tree, MugaiNode *group)
{
    for (MugaiNode *at = tree; at != NULL; at = mugai_node_after (tree, at, at->gone)) {
        MugaiNode *place =
            at->name == MUGAI_N_dsp_sp ? mugai_node_child (at, MUGAI_N_dsp_txXfrm) : NULL;
        if (place != NULL)
            part_text (&doc->arena, at, place);
        if (at->name == MUGAI_N_a_blip)
            mugai_part_point (doc, at, MUGAI_N_r_embed, source);
    }
    for (MugaiNode *at = tree->first; at != NULL; at = mugai_node_after (tree, at, at->gone))
        rename_node (&doc->arena, at);
    mugai_shape_adopt (group, tree);
}

static void
copy_place (MugaiArena *arena, MugaiNode *place, uint16_t from, uint16_t to, bool zero)
{
    MugaiNode *given = mugai_node_child (place, from), *node = mugai_shape_copy (arena, given);

    if (node == NULL)
        return;
    node->name = to;
    if (zero) {
        mugai_node_set (arena, node, MUGAI_N_x, "0");
        mugai_node_set (arena, node, MUGAI_N_y, "0");
    }
    mugai_node_append (place, node);
}

static bool
take_group (MugaiDocument *doc, const char *path, MugaiNode *frame)
{
    MugaiRelations relations;
    MugaiTree tree;

    if (!mugai_part_read (doc, path, &tree) || tree.root->name != MUGAI_N_dsp_drawing)
        return false;
    MugaiNode *shapes = mugai_node_child (tree.root, MUGAI_N_dsp_spTree);
    if (mugai_node_child (shapes, MUGAI_N_dsp_sp) == NULL &&
        mugai_node_child (shapes, MUGAI_N_dsp_grpSp) == NULL)
        return false;
    MugaiNode *properties = mugai_shape_become (&doc->arena, frame, MUGAI_N_p_grpSp);
    MugaiNode *place = mugai_node_child (properties, MUGAI_N_a_xfrm);
    copy_place (&doc->arena, place, MUGAI_N_a_off, MUGAI_N_a_chOff, true);
    copy_place (&doc->arena, place, MUGAI_N_a_ext, MUGAI_N_a_chExt, false);
    static const uint16_t own[] = { MUGAI_N_dsp_nvGrpSpPr, MUGAI_N_dsp_grpSpPr };
    for (size_t i = 0; i < 2; i++) {
        MugaiNode *node = mugai_node_child (shapes, own[i]);
        if (node != NULL)
            node->gone = 1;
    }
    mugai_package_relations (&doc->package, path, &relations);
    take_drawing (doc, &relations, shapes, frame);
    mugai_relations_clear (&relations);
    return true;
}

/* --- its texts --- */

static bool
take_texts (MugaiDocument *doc, MugaiNode *data, MugaiNode *frame)
{
    MugaiNode *points = mugai_node_child (data, MUGAI_N_dgm_ptLst);
    MugaiNode *point = mugai_node_child (points, MUGAI_N_dgm_pt);

    if (point == NULL)
        return false;
    MugaiNode *properties = mugai_shape_become (&doc->arena, frame, MUGAI_N_p_sp);
    mugai_shape_rectangle (&doc->arena, properties);
    MugaiNode *body = mugai_shape_add (&doc->arena, frame, MUGAI_N_p_txBody);
    mugai_shape_add (&doc->arena, mugai_shape_add (&doc->arena, body, MUGAI_N_a_bodyPr),
                     MUGAI_N_a_normAutofit);
    for (; point != NULL; point = mugai_node_next (point, MUGAI_N_dgm_pt)) {
        MugaiNode *text = mugai_node_child (point, MUGAI_N_dgm_t);
        char word[8];
        if (text == NULL || mugai_node_words (text, word, sizeof word) == 0)
            continue;
        for (MugaiNode *at = text->first; at != NULL; at = at->next)
            at->gone |= at->name != MUGAI_N_a_p;
        mugai_shape_adopt (body, text);
    }
    return true;
}

/* --- */

/* The path of the drawing of the diagram with these data. */
static const char *
find_drawing (const MugaiOfficePart *part, MugaiNode *data)
{
    const MugaiRelation *relation = NULL;
    MugaiNode *extensions = mugai_node_child (data, MUGAI_N_dgm_extLst);

    for (MugaiNode *at = extensions; at != NULL; at = mugai_node_after (extensions, at, at->gone)) {
        const char *id =
            at->name == MUGAI_N_dsp_dataModelExt ? mugai_node_attr (at, MUGAI_N_relId) : NULL;
        if (id != NULL)
            relation = mugai_document_relation (part, id);
    }
    if (relation == NULL || strcmp (relation->type, "diagramDrawing") != 0)
        relation = mugai_relation_by_type (&part->relations, "diagramDrawing");
    return relation != NULL && !relation->external ? relation->target : NULL;
}

void
mugai_diagram (MugaiDocument *doc, MugaiOfficePart *part, MugaiNode *frame, MugaiNode *names)
{
    const char *id = mugai_node_attr (names, MUGAI_N_r_dm), *drawing;
    const MugaiRelation *relation = id != NULL ? mugai_document_relation (part, id) : NULL;
    MugaiTree data;

    if (relation == NULL || relation->external || !mugai_part_read (doc, relation->target, &data) ||
        data.root->name != MUGAI_N_dgm_dataModel)
        return;
    drawing = find_drawing (part, data.root);
    if ((drawing != NULL && take_group (doc, drawing, frame)) || take_texts (doc, data.root, frame))
        mugai_document_finding (doc, "office.diagram", 1, NULL);
}
