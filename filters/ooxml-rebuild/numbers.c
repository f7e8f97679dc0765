/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/numbers.h"

#include <stdio.h>
#include <string.h>

enum { AXES = 64, AXIS = 24 /* bytes of an id */ };

void
mugai_number_fields (MugaiArena *arena, MugaiNode *root)
{
    unsigned number = 0;
    char text[48];

    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, at->gone)) {
        if (at->name != MUGAI_N_a_fld || at->gone || mugai_node_attr (at, MUGAI_N_id) == NULL)
            continue;
        snprintf (text, sizeof text, "{00000000-0000-0000-0000-%012X}", ++number);
        mugai_node_set (arena, at, MUGAI_N_id, text);
    }
}

typedef struct Axes {
    char ids[AXES][AXIS];
    unsigned count;
} Axes;

/* Returns: the axis' number from 1; 0: too many, or too long. */
static unsigned
number_of (Axes *axes, const char *id)
{
    for (unsigned i = 0; i < axes->count; i++)
        if (strcmp (axes->ids[i], id) == 0)
            return i + 1;
    if (axes->count == AXES || strlen (id) >= AXIS)
        return 0;
    memcpy (axes->ids[axes->count], id, strlen (id) + 1);
    return ++axes->count;
}

static bool
names_axis (const MugaiNode *node)
{
    return node->name == MUGAI_N_c_axId || node->name == MUGAI_N_c_crossAx;
}

void
mugai_number_axes (MugaiArena *arena, MugaiNode *root)
{
    Axes axes = { .count = 0 };
    char text[16];

    for (MugaiNode *at = root; at != NULL; at = mugai_node_after (root, at, at->gone)) {
        const char *id = names_axis (at) && !at->gone ? mugai_node_attr (at, MUGAI_N_val) : NULL;
        unsigned number = id != NULL ? number_of (&axes, id) : 0;
        if (id == NULL)
            continue;
        /* Past the bound an id stays, out of the way of those that were counted. */
        snprintf (text, sizeof text, "%u", number);
        if (number > 0)
            mugai_node_set (arena, at, MUGAI_N_val, text);
    }
}
