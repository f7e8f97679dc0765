/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one walk over the tree. When an element is entered, its attributes become those of
 * its type, in model order, and each child is given its type or goes; when it is left, its children
 * are counted and put in order, and it goes itself when one is missing. Counts of children stand in
 * one array that is never cleared: each element has a stamp of its own.
 */
#include "office/document.h"

#include <stdlib.h>
#include <string.h>

enum { STRING = 32767 /* bytes of an attribute */ };

typedef struct Judge {
    MugaiDocument *doc;
    MugaiOfficePart *part;
    uint64_t *stamps; /* of slots, then of ranks */
    uint64_t stamp;
} Judge;

void
mugai_document_drop (MugaiDocument *doc, MugaiNode *node)
{
    char name[64];
    const char *local =
        node->name == MUGAI_N_UNKNOWN ? node->text : mugai_office_name[node->name].local;

    node->gone = 1;
    if (node->name == MUGAI_N_TEXT || mugai_office_name[node->name].ignored ||
        mugai_office_namespace[mugai_office_name[node->name].ns].foreign)
        return;
    doc->dropped++;
    strncpy (name, local != NULL ? local : "", sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (unsigned i = 0; i < MUGAI_DOCUMENT_NAMES; i++) {
        if (strcmp (doc->dropped_names[i], name) == 0)
            return;
        if (doc->dropped_names[i][0] == '\0') {
            memcpy (doc->dropped_names[i], name, sizeof name);
            return;
        }
    }
}

MugaiRecord *
mugai_records_add (MugaiDocument *doc, MugaiRecords *records)
{
    if (records->count == records->room) {
        size_t room = records->room == 0 ? 256 : 2 * records->room;
        MugaiRecord *list = reallocarray (records->list, room, sizeof *list);
        if (list == NULL || room > UINT32_MAX / 2) {
            doc->failed = true;
            return NULL;
        }
        records->list = list;
        records->room = room;
    }
    MugaiRecord *record = &records->list[records->count++];
    *record = (MugaiRecord){ 0 };
    return record;
}

static void
record (Judge *j, MugaiRecords *records, MugaiNode *node, uint16_t attr, uint16_t model)
{
    MugaiRecord *r = mugai_records_add (j->doc, records);
    const MugaiModelValue *v = &mugai_office_value[mugai_office_attr[model].value];

    if (r != NULL)
        *r = (MugaiRecord){ .node = node,
                            .part = j->part,
                            .attr = attr,
                            .model = model,
                            .space = v->a,
                            .kind = records == &j->doc->rels ? MUGAI_VALUE_REL : v->kind };
}

/* --- attributes --- */

/* The relation that @id names becomes a target. Returns: its number plus one, or 0. */
static uint16_t
find_target (Judge *j, const char *id, uint16_t relation)
{
    const MugaiRelation *r = mugai_document_relation (j->part, id);
    const char *uri = mugai_office_relation[relation].uri, *slash = strrchr (uri, '/');
    uint16_t spec = MUGAI_MODEL_NONE;
    bool named;

    if (r == NULL || r->external || strcmp (r->type, slash != NULL ? slash + 1 : uri) != 0)
        return 0;
    if (relation != MUGAI_REL_image) {
        spec = mugai_office_find_part (j->part->spec, relation, &named);
        if (spec == MUGAI_MODEL_NONE || !named)
            return 0;
    }
    uint32_t target = mugai_document_target (j->doc, r->target, spec);
    return target < UINT16_MAX - 1 ? (uint16_t)(target + 1) : 0;
}

/* As find_target, for `rel:A` and `rel:A|rel:B`; @ret_target stays when a hook set it
 * (mugai_document_point). Returns: false when @value is neither. */
static bool
find_targets (Judge *j, const char *id, const MugaiModelValue *value, uint16_t *ret_target)
{
    const MugaiModelValue *one = value;
    unsigned count = 1;

    if (value->kind == MUGAI_VALUE_EITHER) {
        one = &mugai_office_value[mugai_office_either[value->a]];
        count = value->b;
    }
    if (one->kind != MUGAI_VALUE_REL)
        return false;
    for (unsigned i = 0; i < count && *ret_target == 0; i++) {
        one = count > 1 ? &mugai_office_value[mugai_office_either[value->a + i]] : value;
        if (one->kind == MUGAI_VALUE_REL)
            *ret_target = find_target (j, id, one->a);
    }
    return true;
}

/* Judge @from as attribute @model of @node, to stand at @at of its list. Returns: true when it may
 * stay. */
static bool
take_attribute (Judge *j, MugaiNode *node, MugaiAttr from, uint16_t model, uint16_t at)
{
    const MugaiModelAttr *attr = &mugai_office_attr[model];
    const MugaiModelValue *v = &mugai_office_value[attr->value];
    MugaiAttr *to = &node->attrs[at];

    *to = from;
    if (find_targets (j, from.value, v, &to->target)) {
        if (to->target == 0)
            return false;
        record (j, &j->doc->rels, node, at, model);
        return true;
    }
    size_t size = from.size > STRING ? STRING : from.size;
    while (size < from.size && size > 0 && ((unsigned char)from.value[size] & 0xC0) == 0x80)
        size--;
    const char *text =
        size == from.size ? from.value : mugai_arena_copy (&j->doc->arena, from.value, size);
    to->value = text != NULL ? mugai_value_make (&j->doc->arena, &j->doc->hooks->rules, attr->value,
                                                 text, size)
                             : NULL;
    if (to->value == NULL)
        return false;
    to->size = (uint32_t)strlen (to->value);
    if (v->kind == MUGAI_VALUE_ID)
        record (j, &j->doc->ids, node, at, model);
    else if (v->kind == MUGAI_VALUE_REF || v->kind == MUGAI_VALUE_INDEX)
        record (j, &j->doc->refs, node, at, model);
    return true;
}

static const MugaiAttr *
find_given (const MugaiAttr *list, uint16_t count, uint16_t name)
{
    for (uint16_t i = 0; i < count; i++)
        if (list[i].name == name && list[i].value != NULL)
            return &list[i];
    return NULL;
}

/* Returns: false when a required one is missing. */
static bool
take_attributes (Judge *j, MugaiNode *node, const MugaiModelType *type)
{
    const MugaiAttr *given = node->attrs;
    uint16_t n_given = node->n_attrs, kept = 0;
    uint64_t all = n_given;

    node->n_attrs = 0;
    if (type->n_attrs == 0) {
        j->doc->attributes_dropped += all;
        return true;
    }
    node->attrs = mugai_arena_take (&j->doc->arena, type->n_attrs * sizeof *node->attrs);
    if (node->attrs == NULL)
        return false;
    for (uint16_t i = 0; i < type->n_attrs; i++) {
        uint16_t model = (uint16_t)(type->attr + i);
        const MugaiModelAttr *attr = &mugai_office_attr[model];
        const MugaiAttr *from = find_given (given, n_given, attr->name);
        if (from != NULL && take_attribute (j, node, *from, model, kept)) {
            kept++;
            continue;
        }
        if (attr->required && attr->otherwise == NULL)
            return false;
        if (attr->required)
            node->attrs[kept++] = (MugaiAttr){ .value = attr->otherwise,
                                               .size = (uint32_t)strlen (attr->otherwise),
                                               .name = attr->name };
    }
    node->n_attrs = kept;
    j->doc->attributes_dropped += all > kept ? all - kept : 0;
    return true;
}

/* --- children --- */

static bool
unwraps (const MugaiModelType *type, uint16_t name)
{
    for (uint16_t i = 0; i < type->n_unwraps; i++)
        if (mugai_office_unwrap[type->unwrap + i] == name)
            return true;
    return false;
}

static void
sort_child (Judge *j, MugaiNode *child, const MugaiModelType *type)
{
    if (child->name == MUGAI_N_TEXT) {
        if (type->text == MUGAI_MODEL_NONE)
            child->gone = 1;
        return;
    }
    const MugaiModelChild *slot = mugai_office_find_child (type, child->name);
    if (slot != NULL) {
        child->type = slot->type;
        child->slot = (uint16_t)(slot - mugai_office_child - type->child);
    } else if (unwraps (type, child->name)) {
        mugai_node_unwrap (child);
    } else {
        mugai_document_drop (j->doc, child);
    }
}

/* All text of an element that has no children is one value. */
static bool
unite_text (Judge *j, MugaiNode *node, uint16_t value)
{
    MugaiNode *text = node->first;

    if (text == NULL || text->next != NULL) {
        size_t room = 1;
        for (MugaiNode *at = node->first; at != NULL; at = at->next)
            room += at->gone ? 0 : at->size;
        char *all = mugai_arena_take (&j->doc->arena, room);
        if (all == NULL)
            return false;
        mugai_node_words (node, all, room);
        text = mugai_node_new (&j->doc->arena, MUGAI_N_TEXT);
        if (text == NULL)
            return false;
        text->text = all;
        text->size = (uint32_t)strlen (all);
        node->first = node->last = NULL;
        mugai_node_append (node, text);
    }
    text->text =
        mugai_value_make (&j->doc->arena, &j->doc->hooks->rules, value, text->text, text->size);
    if (text->text == NULL)
        return false;
    text->size = (uint32_t)strlen (text->text);
    if (text->size == 0)
        node->first = node->last = NULL;
    return true;
}

/* Returns: false when it goes. */
static bool
enter (Judge *j, MugaiNode *node)
{
    const MugaiModelType *type = &mugai_office_type[node->type];

    if (!take_attributes (j, node, type))
        return false;
    for (MugaiNode *child = node->first; child != NULL; child = child->next)
        if (!child->gone)
            sort_child (j, child, type);
    return type->text == MUGAI_MODEL_NONE || type->n_children > 0 ||
           unite_text (j, node, type->text);
}

/* The first of this slot, rank or other thing in the element in hand? */
static bool
first_of (Judge *j, size_t index)
{
    bool first = j->stamps[index] != j->stamp;

    j->stamps[index] = j->stamp;
    return first;
}

static bool
single (uint8_t quantity)
{
    return quantity == MUGAI_ONE || quantity == MUGAI_OPTIONAL;
}

static unsigned
rank_of (const MugaiModelType *type, const MugaiNode *child)
{
    return child->name == MUGAI_N_TEXT ? 0 : mugai_office_child[type->child + child->slot].rank;
}

/* Take out what is gone or too many. Returns: are the others in order? */
static bool
count_children (Judge *j, MugaiNode *node, const MugaiModelType *type)
{
    MugaiNode **link = &node->first, *last = NULL;
    unsigned rank = 0;
    bool sorted = true;

    j->stamp++;
    for (MugaiNode *child; (child = *link) != NULL;) {
        if (!child->gone && child->name != MUGAI_N_TEXT) {
            const MugaiModelChild *slot = &mugai_office_child[type->child + child->slot];
            bool first = first_of (j, child->slot);
            bool first_rank = first_of (j, (size_t)mugai_office_slots + slot->rank);
            if ((!first && single (slot->quantity)) ||
                (!first_rank && single (slot->rank_quantity)))
                mugai_document_drop (j->doc, child);
        }
        if (child->gone) {
            *link = child->next;
            continue;
        }
        sorted = sorted && rank_of (type, child) >= rank;
        rank = rank_of (type, child);
        last = child;
        link = &child->next;
    }
    node->last = last;
    return sorted;
}

typedef struct Sorted {
    MugaiNode *node;
    uint32_t rank, place;
} Sorted;

static int
compare_sorted (const void *a, const void *b)
{
    const Sorted *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static void
put_in_order (Judge *j, MugaiNode *node, const MugaiModelType *type)
{
    uint32_t n = 0, i = 0;

    for (MugaiNode *at = node->first; at != NULL; at = at->next)
        n++;
    Sorted *list = calloc (n, sizeof *list);
    if (list == NULL) {
        j->doc->failed = true;
        return;
    }
    for (MugaiNode *at = node->first; at != NULL; at = at->next, i++)
        list[i] = (Sorted){ at, rank_of (type, at), i };
    qsort (list, n, sizeof *list, compare_sorted);
    node->first = node->last = NULL;
    for (i = 0; i < n; i++)
        mugai_node_append (node, list[i].node);
    free (list);
}

/* An empty one at the end, of the kind that must stand there. */
static void
add_last (Judge *j, MugaiNode *node, const MugaiModelType *type)
{
    const MugaiModelChild *slot = &mugai_office_child[type->child + type->last];

    if (node->last != NULL && node->last->name == slot->name)
        return;
    MugaiNode *added = mugai_node_new (&j->doc->arena, slot->name);
    if (added == NULL)
        return;
    added->type = slot->type;
    added->slot = type->last;
    first_of (j, added->slot);
    first_of (j, (size_t)mugai_office_slots + slot->rank);
    mugai_node_append (node, added);
}

static bool
has_needs (Judge *j, const MugaiModelType *type)
{
    for (uint16_t i = 0; i < type->n_needs; i++) {
        uint16_t need = mugai_office_need[type->needs + i];
        size_t index = need < 0x8000 ? need : (size_t)mugai_office_slots + (need - 0x8000);
        if (j->stamps[index] != j->stamp)
            return false;
    }
    return true;
}

static void
leave (Judge *j, MugaiNode *node)
{
    const MugaiModelType *type = &mugai_office_type[node->type];

    if (type->n_children > 0) {
        if (!count_children (j, node, type))
            put_in_order (j, node, type);
        if (type->last != MUGAI_MODEL_NONE)
            add_last (j, node, type);
        if (!has_needs (j, type)) {
            mugai_document_drop (j->doc, node);
            return;
        }
    } else if (type->text == MUGAI_MODEL_NONE) {
        node->first = node->last = NULL;
    }
    for (MugaiNode *child = node->first; child != NULL; child = child->next) {
        const MugaiModelChild *slot =
            child->name == MUGAI_N_TEXT ? NULL : &mugai_office_child[type->child + child->slot];
        if (slot == NULL || slot->space == MUGAI_MODEL_NONE)
            continue;
        MugaiRecord *item = mugai_records_add (j->doc, &j->doc->items);
        if (item != NULL)
            *item = (MugaiRecord){ .node = child, .part = j->part, .space = slot->space };
    }
}

/* The element after @at (left already) that is still to be entered; leaves those that end on the
 * way.
 */
static MugaiNode *
step (Judge *j, MugaiNode *at)
{
    const MugaiNode *root = j->part->tree.root;

    while (at != root) {
        for (MugaiNode *next = at->next; next != NULL; next = next->next)
            if (!next->gone && next->name != MUGAI_N_TEXT)
                return next;
        at = at->parent;
        leave (j, at);
    }
    return NULL;
}

static void
walk (Judge *j)
{
    MugaiNode *at = j->part->tree.root;

    while (at != NULL && !j->doc->failed && !j->doc->arena.failed) {
        MugaiNode *inner = NULL;
        if (enter (j, at))
            for (inner = at->first; inner != NULL;) {
                if (!inner->gone && inner->name != MUGAI_N_TEXT)
                    break;
                inner = inner->next;
            }
        else
            mugai_document_drop (j->doc, at);
        if (inner == NULL && !at->gone)
            leave (j, at);
        at = inner != NULL ? inner : step (j, at);
    }
}

bool
mugai_document_judge (MugaiDocument *doc, MugaiOfficePart *part)
{
    const MugaiModelPart *spec = &mugai_office_part[part->spec];
    Judge j = { .doc = doc, .part = part };
    MugaiNode *root = part->tree.root;

    if (root == NULL || root->name != spec->root)
        return false;
    j.stamps = calloc (2 * ((size_t)mugai_office_slots + 1), sizeof *j.stamps);
    if (j.stamps == NULL) {
        doc->failed = true;
        return false;
    }
    part->first_rel = (uint32_t)doc->rels.count;
    root->type = spec->type;
    walk (&j);
    part->end_rel = (uint32_t)doc->rels.count;
    free (j.stamps);
    doc->attributes_dropped += part->tree.unknown_attributes;
    return !root->gone;
}
