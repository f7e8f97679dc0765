/* SPDX-License-Identifier: Apache-2.0
 *
 * numbers: names that programs draw by lot, counted instead: the same document gives the same
 * bytes, even where LibreOffice has just written it, and nothing tells who made it. Process:
 * render.
 */
#pragma once

#include "office/document.h"

/* The ids of text fields (a:fld, 21.1.2.2.4) below @root: GUIDs that count from 1. */
void mugai_number_fields (MugaiArena *arena, MugaiNode *root);
/* The ids of axes (c:axId, 21.2.2.9) and what refers to them (c:crossAx), in order of appearance.
 */
void mugai_number_axes (MugaiArena *arena, MugaiNode *root);
