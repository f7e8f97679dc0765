/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/model.h"

#include "verify/cell.h"
#include "verify/field.h"
#include "verify/value.h"
#include "verify/xml.h"

#include <stdlib.h>
#include <string.h>

enum { SEEN = 1 << 16, SPACES = 256 };

typedef struct Frame { /* an element that is open */
    const MugaiModelType *type;
    uint16_t name;
    uint32_t seen;             /* the first of its children in Model.seen */
    uint16_t rank, next, last; /* of the child before; where to look first; name of it */
    uint8_t together;          /* children of this rank, at most 2 */
    bool content;              /* some text or child was there */
} Frame;

typedef struct Model {
    MugaiCheck *check;
    MugaiModelUse *use;
    const MugaiModelPart *row;
    Frame frame[MUGAI_XML_DEPTH + 1];
    unsigned depth;
    uint8_t seen[SEEN]; /* of each child of each open element: whether it was there */
    uint32_t n_seen;
    MugaiCells cells;
    MugaiFields fields;
    bool declared[SPACES], used[SPACES]; /* namespaces */
} Model;

static bool
refuse (Model *m, const char *clause, uint64_t at, const char *why)
{
    return mugai_refuse (m->check, clause, at, why);
}

/* Returns: the number of the element's name, MUGAI_MODEL_NONE when no model has it. */
static uint16_t
name_id (const char *name)
{
    uint32_t mask = mugai_model_sizes.hash - 1, at = mugai_model_hash_of (name) & mask;

    for (; mugai_model_hash[at] != MUGAI_MODEL_NONE; at = (at + 1) & mask)
        if (strcmp (mugai_model_string (mugai_model_names[mugai_model_hash[at]].text), name) == 0)
            return mugai_model_hash[at];
    return MUGAI_MODEL_NONE;
}

/* O-9: a prefix is used. */
static bool
use_space (Model *m, uint8_t space, uint64_t at)
{
    if (space == MUGAI_MODEL_ANY)
        return true;
    m->used[space] = true;
    return m->declared[space] || refuse (m, "O-9", at, "a prefix without its namespace");
}

/* O-9: the attributes of the root that declare namespaces, which come first. Returns: the first
 * other one, or NULL. */
static const char *const *
read_spaces (Model *m, const char *const *atts, uint64_t at)
{
    uint32_t next = 0;

    for (; atts[0] != NULL && strncmp (atts[0], "xmlns:", 6) == 0; atts += 2) {
        while (next < mugai_model_sizes.spaces &&
               strcmp (mugai_model_string (mugai_model_spaces[next].prefix), atts[0] + 6) != 0)
            next++;
        if (next == mugai_model_sizes.spaces ||
            strcmp (mugai_model_string (mugai_model_spaces[next].uri), atts[1]) != 0) {
            refuse (m, "O-9", at, "a namespace that the model lacks, or out of its order");
            return NULL;
        }
        m->declared[next++] = true;
    }
    return atts;
}

/* O-13 to O-18. @text: the value of an attribute, or text. */
static bool
read_value (Model *m, uint16_t value, const char *text, size_t size, bool attribute, uint64_t at)
{
    m->use->clause = "O-13";
    return mugai_value_fits (m->use, value, text, size, attribute, at) ||
           refuse (m, m->use->clause, at,
                   attribute ? "value of an attribute" : "text of an element");
}

/* O-12 */
static bool
read_attributes (Model *m, const MugaiModelType *type, const char *const *atts, uint64_t at)
{
    const MugaiModelAttr *a = mugai_model_attrs + type->attr, *end = a + type->n_attr;

    for (; atts[0] != NULL; atts += 2, a++) {
        for (; a < end && strcmp (mugai_model_string (a->name), atts[0]) != 0; a++)
            if (a->required)
                return refuse (m, "O-12", at, "an attribute is missing or out of order");
        if (a == end)
            return refuse (m, "O-12", at, "an attribute that may not stand here");
        if (!use_space (m, a->space, at) ||
            !read_value (m, a->value, atts[1], strlen (atts[1]), true, at))
            return false;
    }
    for (; a < end; a++)
        if (a->required)
            return refuse (m, "O-12", at, "an attribute is missing");
    return true;
}

static bool
push (Model *m, uint16_t name, const MugaiModelType *type, uint64_t at)
{
    if (m->n_seen + type->n_child > SEEN)
        return refuse (m, "O-10", at, "too many elements within each other");
    m->frame[m->depth++] =
        (Frame){ .type = type, .name = name, .seen = m->n_seen, .last = MUGAI_MODEL_NONE };
    memset (m->seen + m->n_seen, 0, type->n_child);
    m->n_seen += type->n_child;
    return true;
}

/* The child of this name, looking behind the one before first. NULL: there is none. */
static const MugaiModelChild *
find_child (const Frame *f, uint16_t name, uint16_t *ret_index)
{
    const MugaiModelChild *child = mugai_model_children + f->type->child;

    for (uint16_t i = 0, at = f->next; i < f->type->n_child; i++, at++) {
        at = at < f->type->n_child ? at : 0;
        if (child[at].name == name) {
            *ret_index = at;
            return &child[at];
        }
    }
    return NULL;
}

/* O-11: order and number of the children. */
static const MugaiModelChild *
read_child (Model *m, Frame *f, uint16_t name, uint64_t at)
{
    uint16_t index = 0;
    const MugaiModelChild *child = find_child (f, name, &index);

    if (child == NULL || child->rank < f->rank) {
        refuse (m, "O-11", at, "an element that may not stand here");
        return NULL;
    }
    if (child->rank > f->rank)
        f->together = 0;
    uint8_t *seen = &m->seen[f->seen + index];
    if ((*seen > 0 && child->most == 1) || (f->together > 0 && child->rank_most == 1)) {
        refuse (m, "O-11", at, "one element too many");
        return NULL;
    }
    *seen = f->together = 1;
    f->rank = child->rank;
    f->next = index;
    f->last = name;
    f->content = true;
    if (child->item != MUGAI_MODEL_NONE)
        mugai_refers_item (m->use->refers, child->item);
    return child;
}

static bool
on_start (void *data, const char *name, const char *const *atts, uint64_t at)
{
    Model *m = data;
    uint16_t id = name_id (name), type = m->row->type;

    if (m->depth == 0) {
        atts = read_spaces (m, atts, at);
        if (atts == NULL)
            return false;
        if (id != m->row->root)
            return refuse (m, "O-11", at, "another root element");
    } else {
        const MugaiModelChild *child = read_child (m, &m->frame[m->depth - 1], id, at);
        if (child == NULL)
            return false;
        type = child->type;
    }
    return use_space (m, mugai_model_names[id].space, at) &&
           read_attributes (m, &mugai_model_types[type], atts, at) &&
           mugai_cells_start (&m->cells, name, atts, at) &&
           mugai_fields_start (&m->fields, name, atts, at) &&
           push (m, id, &mugai_model_types[type], at);
}

/* O-11: what must be there is there. */
static bool
is_complete (const Model *m, const Frame *f)
{
    const MugaiModelChild *child = mugai_model_children + f->type->child;
    const uint8_t *seen = m->seen + f->seen;

    if (f->type->last != MUGAI_MODEL_NONE && f->last != f->type->last)
        return false;
    for (uint16_t i = 0; i < f->type->n_child;) {
        uint16_t rank = child[i].rank, first = i;
        bool together = false;
        for (; i < f->type->n_child && child[i].rank == rank; i++) {
            together = together || seen[i];
            if (child[i].least > 0 && !seen[i])
                return false;
        }
        if (child[first].rank_least > 0 && !together)
            return false;
    }
    return true;
}

static bool
on_end (void *data, const char *name, uint64_t at)
{
    Model *m = data;
    const Frame *f = &m->frame[--m->depth];
    const MugaiModelType *type = f->type;

    (void)name;
    m->n_seen = f->seen;
    if (type->needs && !is_complete (m, f))
        return refuse (m, "O-11", at, "an element is missing");
    return type->text == MUGAI_MODEL_NONE || f->content ||
           read_value (m, type->text, "", 0, false, at);
}

static bool
on_text (void *data, const uint8_t *text, size_t size, uint64_t at)
{
    Model *m = data;
    Frame *f = &m->frame[m->depth - 1];

    f->content = true;
    if (f->type->text == MUGAI_MODEL_NONE)
        return refuse (m, "O-11", at, "text where none may stand");
    return read_value (m, f->type->text, (const char *)text, size, false, at) &&
           mugai_cells_text (&m->cells, mugai_model_string (mugai_model_names[f->name].text),
                             (const char *)text, size, at);
}

bool
mugai_model_check (MugaiCheck *check, const MugaiModelPart *row, const uint8_t *d, size_t size,
                   MugaiModelUse *use)
{
    static const MugaiXmlReader reader = { on_start, on_end, on_text };
    Model *m = mugai_check_scratch (check, sizeof *m);

    if (m == NULL)
        return false;
    *m = (Model){ .check = check,
                  .use = use,
                  .row = row,
                  .cells = { check, use, 0, 0, 'n' },
                  .fields = { .check = check } };
    bool ok = mugai_xml_check (check, d, size, &reader, m) && mugai_fields_end (&m->fields, size);
    for (uint32_t i = 0; ok && i < mugai_model_sizes.spaces; i++)
        if (m->declared[i] && !m->used[i])
            ok = refuse (m, "O-9", 0, "a namespace that nothing uses");
    free (m);
    return ok;
}
