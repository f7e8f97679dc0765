/* SPDX-License-Identifier: Apache-2.0
 *
 * shape: hands for hooks that turn one kind of shape into another, on the tree of a slide. What
 * they make is judged by the model like all else. NULL arguments do nothing, memory that ends shows
 * in the arena. Process: render. Input is hostile. Linear in time.
 */
#pragma once

#include "office/tree.h"

/* New nodes as last child of @parent. Return: (borrowed) it, or NULL. */
MugaiNode *mugai_shape_add (MugaiArena *arena, MugaiNode *parent, uint16_t name);
MugaiNode *mugai_shape_add_words (MugaiArena *arena, MugaiNode *parent, const char *text);

/* All children of @from become the last ones of @to. */
void mugai_shape_adopt (MugaiNode *to, MugaiNode *from);
/* A new last child @name of @parent with the attributes and the children of @from, which is gone.
 */
MugaiNode *mugai_shape_move (MugaiArena *arena, MugaiNode *parent, uint16_t name, MugaiNode *from);
/* A copy of @from and all below it, of no parent. */
MugaiNode *mugai_shape_copy (MugaiArena *arena, const MugaiNode *from);

/* A rectangle: a:prstGeom into @properties (p:spPr). */
void mugai_shape_rectangle (MugaiArena *arena, MugaiNode *properties);

/* mugai_shape_become:
 * A p:graphicFrame becomes, where it stands, a p:pic, p:sp or p:grpSp (@name) with its name and
 * place; what it held is gone. Returns: (borrowed) p:spPr or p:grpSpPr, with a:xfrm; or NULL.
 */
MugaiNode *mugai_shape_become (MugaiArena *arena, MugaiNode *frame, uint16_t name);
