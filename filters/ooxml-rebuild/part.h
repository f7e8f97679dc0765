/* SPDX-License-Identifier: Apache-2.0
 *
 * part: for hooks that look into parts which the model does not have. Process: render. Input is
 * hostile.
 */
#pragma once

#include "office/document.h"

/* The tree of the part at @path, of any kind. Returns: true with a root. */
bool mugai_part_read (MugaiDocument *doc, const char *path, MugaiTree *ret);

/* Attribute @name of @node is an id among @relations, those of another part than the node will
 * belong to: it leads to the same picture from there. It is unset when that is none. */
void mugai_part_point (MugaiDocument *doc, MugaiNode *node, uint16_t name,
                       const MugaiRelations *relations);
