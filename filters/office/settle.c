/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: judging wrote down every attribute that defines or refers. A round finds the parts
 * that are reached, the names that they define and the items that they have, and drops what refers
 * to none of them. Dropping may take away what others refer to, so there is another round until
 * nothing was dropped.
 */
#include "office/document.h"

#include <stdlib.h>

enum { ROUNDS = 100 };

/* Is @node in what will be written? */
static bool
stands (const MugaiRecord *r)
{
    if (!r->part->alive || !r->part->reached)
        return false;
    for (const MugaiNode *at = r->node; at != NULL; at = at->parent)
        if (at->gone)
            return false;
    return r->attr >= r->node->n_attrs || r->node->attrs[r->attr].value != NULL;
}

static bool
must (uint8_t quantity)
{
    return quantity == MUGAI_ONE || quantity == MUGAI_SOME;
}

/* Does @node lack a child, after one that took the place of @slot went? */
static bool
lacks (const MugaiNode *node, const MugaiModelChild *slot)
{
    const MugaiModelType *type = &mugai_office_type[node->type];

    if (!must (slot->quantity) && !must (slot->rank_quantity))
        return false;
    for (const MugaiNode *at = node->first; at != NULL; at = at->next) {
        if (at->gone || at->name == MUGAI_N_TEXT)
            continue;
        const MugaiModelChild *other = &mugai_office_child[type->child + at->slot];
        if (other == slot || (!must (slot->quantity) && other->rank == slot->rank))
            return false;
    }
    return true;
}

/* Drop @node, and what cannot be without it. */
static void
drop (MugaiDocument *doc, MugaiOfficePart *part, MugaiNode *node)
{
    for (;;) {
        MugaiNode *parent = node->parent;
        mugai_document_drop (doc, node);
        if (parent == NULL) {
            part->alive = false;
            return;
        }
        const MugaiModelType *type = &mugai_office_type[parent->type];
        if (!lacks (parent, &mugai_office_child[type->child + node->slot]))
            return;
        node = parent;
    }
}

static void
fail_attribute (MugaiDocument *doc, const MugaiRecord *r)
{
    const MugaiModelAttr *attr = &mugai_office_attr[r->model];

    if (!attr->required)
        r->node->attrs[r->attr].value = NULL;
    else if (attr->otherwise != NULL)
        r->node->attrs[r->attr].value = attr->otherwise;
    else
        drop (doc, r->part, r->node);
}

/* --- a round --- */

static void
reach (MugaiDocument *doc)
{
    MugaiOfficePart **queue = calloc (doc->n_targets + 1, sizeof (MugaiOfficePart *));
    size_t n = 0;

    if (queue == NULL) {
        doc->failed = true;
        return;
    }
    for (size_t i = 0; i < doc->n_targets; i++)
        if (doc->targets[i].part != NULL)
            doc->targets[i].part->reached = false;
    queue[n++] = &doc->package_part;
    for (size_t i = 0; i < n; i++) {
        MugaiOfficePart *part = queue[i];
        uint32_t n_rels = part->end_rel - part->first_rel;
        for (uint32_t k = 0; k < n_rels + part->n_implied; k++) {
            const MugaiRecord *r = k < n_rels ? &doc->rels.list[part->first_rel + k] : NULL;
            if (r != NULL && !stands (r))
                continue;
            uint32_t target =
                r != NULL ? r->node->attrs[r->attr].target - 1u : part->implied[k - n_rels];
            MugaiOfficePart *to = doc->targets[target].part;
            if (to == NULL || !to->alive || to->reached)
                continue;
            to->reached = true;
            queue[n++] = to;
        }
    }
    free (queue);
}

static void
define (MugaiDocument *doc, MugaiTable *names, bool *changed)
{
    for (size_t i = 0; i < doc->ids.count; i++) {
        const MugaiRecord *r = &doc->ids.list[i];
        if (!stands (r) || mugai_table_add (names, r->space, r->node->attrs[r->attr].value, 0))
            continue;
        fail_attribute (doc, r);
        *changed = true;
    }
    doc->failed = doc->failed || names->failed;
}

static bool
leads (const MugaiDocument *doc, const MugaiRecord *r, const MugaiTable *names,
       const uint32_t *items)
{
    const MugaiAttr *attr = &r->node->attrs[r->attr];

    if (r->kind == MUGAI_VALUE_REL) {
        const MugaiTarget *to = &doc->targets[attr->target - 1u];
        return to->part == NULL ? to->child >= 0 : to->part->alive;
    }
    if (r->kind == MUGAI_VALUE_INDEX)
        return strtoul (attr->value, NULL, 10) < items[r->space];
    return mugai_table_find (names, r->space, attr->value) != MUGAI_TABLE_NOTHING;
}

static void
check (MugaiDocument *doc, const MugaiRecords *records, const MugaiTable *names,
       const uint32_t *items, bool *changed)
{
    for (size_t i = 0; i < records->count; i++) {
        const MugaiRecord *r = &records->list[i];
        if (stands (r) && !leads (doc, r, names, items)) {
            fail_attribute (doc, r);
            *changed = true;
        }
    }
}

static bool
has_part (const MugaiDocument *doc, const MugaiOfficePart *part, uint16_t spec)
{
    for (uint32_t i = 0; i < part->n_implied; i++) {
        const MugaiOfficePart *to = doc->targets[part->implied[i]].part;
        if (to != NULL && to->alive && to->spec == spec)
            return true;
    }
    return false;
}

/* Did a part go that @part cannot be without (a master's theme)? */
static bool
lacks_part (const MugaiDocument *doc, const MugaiOfficePart *part)
{
    for (uint16_t spec = 0; spec < mugai_office_parts; spec++)
        for (uint16_t i = 0; i < mugai_office_part[spec].n_sources; i++) {
            const MugaiModelSource *from = &mugai_office_source[mugai_office_part[spec].source + i];
            if (from->source == part->spec && !from->named && must (from->quantity) &&
                !has_part (doc, part, spec))
                return true;
        }
    return false;
}

static bool
drop_parts (MugaiDocument *doc)
{
    bool changed = false;

    for (size_t i = 0; i < doc->n_targets; i++) {
        MugaiOfficePart *part = doc->targets[i].part;
        if (part == NULL || !part->alive || !lacks_part (doc, part))
            continue;
        part->alive = false;
        changed = true;
    }
    return changed;
}

static bool
round_of (MugaiDocument *doc, uint32_t *items)
{
    MugaiTable names = { 0 };
    bool changed = drop_parts (doc);

    reach (doc);
    for (uint16_t i = 0; i < mugai_office_spaces; i++)
        items[i] = 0;
    for (size_t i = 0; i < doc->items.count && !doc->failed; i++)
        items[doc->items.list[i].space] += stands (&doc->items.list[i]);
    if (!doc->failed)
        define (doc, &names, &changed);
    if (!doc->failed) {
        check (doc, &doc->rels, &names, items, &changed);
        check (doc, &doc->refs, &names, items, &changed);
    }
    mugai_table_clear (&names);
    return changed;
}

bool
mugai_document_settle (MugaiDocument *doc)
{
    uint32_t *items = calloc ((size_t)mugai_office_spaces + 1, sizeof *items);
    unsigned rounds = 0;

    if (items == NULL)
        return false;
    while (!doc->failed && round_of (doc, items))
        if (++rounds == ROUNDS)
            doc->failed = true;
    free (items);
    return !doc->failed;
}
