/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/shape.h"

#include "office-model.h"

#include <string.h>

MugaiNode *
mugai_shape_add (MugaiArena *arena, MugaiNode *parent, uint16_t name)
{
    MugaiNode *node = parent != NULL ? mugai_node_new (arena, name) : NULL;

    mugai_node_append (parent, node);
    return node;
}

MugaiNode *
mugai_shape_add_words (MugaiArena *arena, MugaiNode *parent, const char *text)
{
    MugaiNode *node = parent != NULL ? mugai_node_text (arena, text, strlen (text)) : NULL;

    mugai_node_append (parent, node);
    return node;
}

void
mugai_shape_adopt (MugaiNode *to, MugaiNode *from)
{
    if (to == NULL || from == NULL || from->first == NULL)
        return;
    for (MugaiNode *at = from->first; at != NULL; at = at->next)
        at->parent = to;
    if (to->last != NULL)
        to->last->next = from->first;
    else
        to->first = from->first;
    to->last = from->last;
    from->first = from->last = NULL;
}

MugaiNode *
mugai_shape_move (MugaiArena *arena, MugaiNode *parent, uint16_t name, MugaiNode *from)
{
    MugaiNode *node = from != NULL ? mugai_shape_add (arena, parent, name) : NULL;

    if (node == NULL)
        return NULL;
    node->attrs = from->attrs;
    node->n_attrs = from->n_attrs;
    mugai_shape_adopt (node, from);
    from->gone = 1;
    return node;
}

static MugaiNode *
copy_one (MugaiArena *arena, const MugaiNode *from)
{
    MugaiNode *node = mugai_node_new (arena, from->name);

    if (node == NULL)
        return NULL;
    node->text = from->text;
    node->size = from->size;
    if (from->n_attrs > 0)
        node->attrs = mugai_arena_take (arena, from->n_attrs * sizeof *node->attrs);
    if (node->attrs == NULL)
        return node;
    memcpy (node->attrs, from->attrs, from->n_attrs * sizeof *node->attrs);
    node->n_attrs = from->n_attrs;
    return node;
}

MugaiNode *
mugai_shape_copy (MugaiArena *arena, const MugaiNode *from)
{
    MugaiNode *copy = from != NULL ? copy_one (arena, from) : NULL, *into = copy;
    const MugaiNode *at = from;

    while (into != NULL) {
        if (at->first != NULL) {
            at = at->first;
        } else {
            while (at != from && at->next == NULL) {
                at = at->parent;
                into = into->parent;
            }
            if (at == from)
                return copy;
            at = at->next;
            into = into->parent;
        }
        MugaiNode *node = copy_one (arena, at);
        mugai_node_append (into, node);
        into = node;
    }
    return copy;
}

void
mugai_shape_rectangle (MugaiArena *arena, MugaiNode *properties)
{
    MugaiNode *geometry = mugai_shape_add (arena, properties, MUGAI_N_a_prstGeom);

    if (geometry != NULL)
        mugai_node_set (arena, geometry, MUGAI_N_prst, "rect");
    mugai_shape_add (arena, geometry, MUGAI_N_a_avLst);
}

MugaiNode *
mugai_shape_become (MugaiArena *arena, MugaiNode *frame, uint16_t name)
{
    static const struct {
        uint16_t shape, seen, unseen, properties;
    } forms[] = {
        { MUGAI_N_p_pic, MUGAI_N_p_nvPicPr, MUGAI_N_p_cNvPicPr, MUGAI_N_p_spPr },
        { MUGAI_N_p_sp, MUGAI_N_p_nvSpPr, MUGAI_N_p_cNvSpPr, MUGAI_N_p_spPr },
        { MUGAI_N_p_grpSp, MUGAI_N_p_nvGrpSpPr, MUGAI_N_p_cNvGrpSpPr, MUGAI_N_p_grpSpPr },
    };
    size_t i = 0;

    while (forms[i].shape != name)
        i++;
    MugaiNode *names = mugai_node_child (frame, MUGAI_N_p_nvGraphicFramePr),
              *place = mugai_node_child (frame, MUGAI_N_p_xfrm),
              *unseen = mugai_node_child (names, MUGAI_N_p_cNvGraphicFramePr),
              *content = mugai_node_child (frame, MUGAI_N_a_graphic);
    frame->name = name;
    frame->n_attrs = 0;
    if (content != NULL)
        content->gone = 1;
    if (unseen != NULL)
        unseen->gone = 1;
    if (names != NULL)
        names->name = forms[i].seen;
    mugai_shape_add (arena, names, forms[i].unseen);
    MugaiNode *properties = mugai_shape_add (arena, frame, forms[i].properties);
    mugai_shape_move (arena, properties, MUGAI_N_a_xfrm, place);
    return properties;
}
