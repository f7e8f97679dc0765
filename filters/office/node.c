/* SPDX-License-Identifier: Apache-2.0 */
#include "office/tree.h"

#include <string.h>

MugaiNode *
mugai_node_after (const MugaiNode *top, MugaiNode *at, bool skip)
{
    if (!skip && at->first != NULL)
        return at->first;
    while (at != top && at->next == NULL)
        at = at->parent;
    return at == top ? NULL : at->next;
}

static MugaiNode *
named (MugaiNode *at, uint16_t name)
{
    while (at != NULL && (at->name != name || at->gone))
        at = at->next;
    return at;
}

MugaiNode *
mugai_node_child (const MugaiNode *node, uint16_t name)
{
    return node != NULL ? named (node->first, name) : NULL;
}

MugaiNode *
mugai_node_next (const MugaiNode *at, uint16_t name)
{
    return named (at->next, name);
}

static MugaiAttr *
find_attr (const MugaiNode *node, uint16_t name)
{
    for (uint16_t i = 0; i < node->n_attrs; i++)
        if (node->attrs[i].name == name)
            return &node->attrs[i];
    return NULL;
}

const char *
mugai_node_attr (const MugaiNode *node, uint16_t name)
{
    const MugaiAttr *attr = node != NULL ? find_attr (node, name) : NULL;

    return attr != NULL ? attr->value : NULL;
}

bool
mugai_node_set (MugaiArena *arena, MugaiNode *node, uint16_t name, const char *value)
{
    size_t size = strlen (value);
    char *copy = mugai_arena_copy (arena, value, size);
    MugaiAttr *attr = find_attr (node, name);

    if (copy == NULL || size > UINT32_MAX)
        return false;
    if (attr == NULL) {
        MugaiAttr *list = mugai_arena_take (arena, (node->n_attrs + 1u) * sizeof *list);
        if (list == NULL || node->n_attrs == UINT16_MAX)
            return false;
        if (node->n_attrs > 0)
            memcpy (list, node->attrs, node->n_attrs * sizeof *list);
        node->attrs = list;
        attr = &list[node->n_attrs++];
    }
    *attr = (MugaiAttr){ .value = copy, .size = (uint32_t)size, .name = name };
    return true;
}

void
mugai_node_unset (MugaiNode *node, uint16_t name)
{
    MugaiAttr *attr = find_attr (node, name);

    if (attr != NULL)
        attr->value = NULL;
}

MugaiNode *
mugai_node_new (MugaiArena *arena, uint16_t name)
{
    MugaiNode *node = mugai_arena_take (arena, sizeof *node);

    if (node != NULL)
        node->name = name;
    return node;
}

MugaiNode *
mugai_node_text (MugaiArena *arena, const char *text, size_t size)
{
    MugaiNode *node = size <= UINT32_MAX ? mugai_node_new (arena, MUGAI_N_TEXT) : NULL;
    char *copy = node != NULL ? mugai_arena_copy (arena, text, size) : NULL;

    if (copy == NULL)
        return NULL;
    node->text = copy;
    node->size = (uint32_t)size;
    return node;
}

void
mugai_node_append (MugaiNode *parent, MugaiNode *node)
{
    if (parent == NULL || node == NULL)
        return;
    node->parent = parent;
    node->next = NULL;
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
}

void
mugai_node_insert (MugaiNode *at, MugaiNode *node)
{
    if (at == NULL || node == NULL)
        return;
    node->parent = at->parent;
    node->next = at->next;
    at->next = node;
    if (at->parent != NULL && at->parent->last == at)
        at->parent->last = node;
}

void
mugai_node_unwrap (MugaiNode *node)
{
    MugaiNode *first = node->first, *last = node->last;

    node->gone = 1;
    node->first = node->last = NULL;
    if (first == NULL)
        return;
    for (MugaiNode *at = first; at != NULL; at = at->next)
        at->parent = node->parent;
    last->next = node->next;
    node->next = first;
    if (node->parent->last == node)
        node->parent->last = last;
}

size_t
mugai_node_words (const MugaiNode *node, char *out, size_t room)
{
    size_t size = 0;

    for (MugaiNode *at = node->first; at != NULL; at = mugai_node_after (node, at, at->gone)) {
        if (at->name != MUGAI_N_TEXT || at->gone)
            continue;
        size_t n = at->size < room - 1 - size ? at->size : room - 1 - size;
        memcpy (out + size, at->text, n);
        size += n;
    }
    out[size] = '\0';
    return size;
}
