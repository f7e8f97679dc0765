/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: parts are numbered in the order in which the host will write them (PROFILE.md,
 * O-2): from the package on, each part's relations from top to bottom. Ids of relations count up in
 * the order in which the attributes that name them stand. Then each part is written as canonical
 * XML.
 */
#include "office/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Order {
    MugaiOfficePart **part; /* the package first */
    size_t count;
} Order;

/* --- XML --- */

static void
escape (MugaiBuffer *out, const char *text, size_t size, bool attribute)
{
    const char *from = text, *end = text + size;

    for (const char *at = text; at < end; at++) {
        const char *with = *at == '&'    ? "&amp;"
                           : *at == '<'  ? "&lt;"
                           : *at == '>'  ? "&gt;"
                           : !attribute  ? NULL
                           : *at == '"'  ? "&quot;"
                           : *at == '\t' ? "&#9;"
                           : *at == '\n' ? "&#10;"
                                         : NULL;
        if (with == NULL)
            continue;
        mugai_buffer_add_whole (out, from, (size_t)(at - from));
        mugai_buffer_add_whole (out, with, strlen (with));
        from = at + 1;
    }
    mugai_buffer_add_whole (out, from, (size_t)(end - from));
}

static void
add (MugaiBuffer *out, const char *text)
{
    mugai_buffer_add_whole (out, text, strlen (text));
}

static void
add_name (MugaiBuffer *out, uint16_t number)
{
    const MugaiModelName *name = &mugai_office_name[number];

    if (name->ns != MUGAI_NS_NONE) {
        add (out, mugai_office_namespace[name->ns].prefix);
        add (out, ":");
    }
    add (out, name->local);
}

static void
add_namespaces (MugaiBuffer *out, const MugaiNode *root)
{
    bool used[256] = { false };

    for (const MugaiNode *at = root; at != NULL;
         at = mugai_node_after (root, (MugaiNode *)at, at->gone)) {
        if (at->name == MUGAI_N_TEXT || at->gone)
            continue;
        used[mugai_office_name[at->name].ns & 0xFF] = true;
        for (uint16_t i = 0; i < at->n_attrs; i++)
            if (at->attrs[i].value != NULL)
                used[mugai_office_name[at->attrs[i].name].ns & 0xFF] = true;
    }
    for (uint16_t i = MUGAI_NS_XML + 1; i < mugai_office_namespaces && i < 256; i++) {
        if (!used[i])
            continue;
        add (out, " xmlns:");
        add (out, mugai_office_namespace[i].prefix);
        add (out, "=\"");
        add (out, mugai_office_namespace[i].uri);
        add (out, "\"");
    }
}

static bool
is_empty (const MugaiNode *node)
{
    for (const MugaiNode *at = node->first; at != NULL; at = at->next)
        if (!at->gone && (at->name != MUGAI_N_TEXT || at->size > 0))
            return false;
    return true;
}

static void
open_tag (MugaiBuffer *out, const MugaiNode *node, bool root)
{
    add (out, "<");
    add_name (out, node->name);
    if (root)
        add_namespaces (out, node);
    for (uint16_t i = 0; i < node->n_attrs; i++) {
        const MugaiAttr *attr = &node->attrs[i];
        if (attr->value == NULL)
            continue;
        add (out, " ");
        add_name (out, attr->name);
        add (out, "=\"");
        escape (out, attr->value, strlen (attr->value), true);
        add (out, "\"");
    }
    add (out, is_empty (node) ? "/>" : ">");
}

static void
close_tag (MugaiBuffer *out, const MugaiNode *node)
{
    if (is_empty (node))
        return;
    add (out, "</");
    add_name (out, node->name);
    add (out, ">");
}

static void
write_xml (MugaiBuffer *out, const MugaiNode *root)
{
    const MugaiNode *at = root;

    add (out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    for (;;) {
        bool element = !at->gone && at->name != MUGAI_N_TEXT;
        if (element)
            open_tag (out, at, at == root);
        else if (!at->gone)
            escape (out, at->text, at->size, false);
        if (element && at->first != NULL) {
            at = at->first;
            continue;
        }
        if (element)
            close_tag (out, at);
        while (at != root && at->next == NULL) {
            at = at->parent;
            close_tag (out, at);
        }
        if (at == root)
            return;
        at = at->next;
    }
}

/* --- order, numbers, relations --- */

static bool
stands (const MugaiRecord *r)
{
    for (const MugaiNode *at = r->node; at != NULL; at = at->parent)
        if (at->gone)
            return false;
    return r->node->attrs[r->attr].value != NULL;
}

static const char *
relation_uri (const MugaiTarget *target)
{
    uint16_t relation = target->part != NULL ? mugai_office_part[target->part->spec].relation
                                             : (uint16_t)MUGAI_REL_image;

    return mugai_office_relation[relation].uri;
}

/* The relation from @source to @target: its id, and in the plan once. What it leads to joins
 * @order. */
static uint32_t
link_target (MugaiDocument *doc, Order *order, size_t source, uint32_t target, uint32_t *count)
{
    MugaiTarget *to = &doc->targets[target];
    char id[32];

    if (to->seen == source + 1)
        return to->id;
    to->seen = (uint32_t)source + 1;
    to->id = ++*count;
    if (to->part != NULL && to->part->written < 0) {
        to->part->written = (int)order->count - 1;
        order->part[order->count++] = to->part;
    }
    snprintf (id, sizeof id, "rId%u", to->id);
    mugai_plan_relation (&doc->plan, (int)source - 1, id, relation_uri (to), to->part == NULL,
                         to->part == NULL ? to->child : to->part->written);
    return to->id;
}

static void
number_relations (MugaiDocument *doc, Order *order, size_t source)
{
    MugaiOfficePart *part = order->part[source];
    uint32_t count = 0;
    char id[32];

    for (uint32_t i = part->first_rel; i < part->end_rel; i++) {
        const MugaiRecord *r = &doc->rels.list[i];
        if (!stands (r))
            continue;
        MugaiAttr *attr = &r->node->attrs[r->attr];
        int n = snprintf (id, sizeof id, "rId%u",
                          link_target (doc, order, source, attr->target - 1u, &count));
        attr->value = mugai_arena_copy (&doc->arena, id, (size_t)n);
    }
    for (uint32_t i = 0; i < part->n_implied; i++) {
        const MugaiOfficePart *to = doc->targets[part->implied[i]].part;
        if (to->alive && to->reached)
            link_target (doc, order, source, part->implied[i], &count);
    }
}

/* "header%d.xml" of the third header: "word/header3.xml". */
static void
part_name (const MugaiDocument *doc, const MugaiOfficePart *part, char *out, size_t room)
{
    const char *file = mugai_office_part[part->spec].file, *d = strstr (file, "%d");
    int before = d != NULL ? (int)(d - file) : (int)strlen (file);
    bool top = file[0] == '/';
    char number[16] = "";

    if (d != NULL)
        snprintf (number, sizeof number, "%u", part->number);
    snprintf (out, room, "%s%s%.*s%s%s", top ? "" : doc->kind->folder, top ? "" : "/", before - top,
              file + top, number, d != NULL ? d + 2 : "");
}

static bool
write_part (MugaiDocument *doc, const MugaiOfficePart *part)
{
    MugaiBuffer out = mugai_buffer ((size_t)doc->input->output_max);
    char name[MUGAI_PACKAGE_PATH];

    part_name (doc, part, name, sizeof name);
    write_xml (&out, part->tree.root);
    bool ok = mugai_buffer_ok (&out);
    MugaiPlanBytes piece = { .data = out.data, .size = out.size };
    if (ok)
        mugai_plan_part (&doc->plan, name, mugai_office_part[part->spec].media, &piece, 1);
    mugai_buffer_clear (&out);
    return ok;
}

static bool
write_all (MugaiDocument *doc, Order *order, unsigned *numbers)
{
    char stem[64];

    order->part[order->count++] = &doc->package_part;
    for (size_t i = 0; i < order->count; i++)
        number_relations (doc, order, i);
    for (size_t i = 1; i < order->count; i++) {
        order->part[i]->number = ++numbers[order->part[i]->spec];
        if (!write_part (doc, order->part[i]))
            return false;
    }
    snprintf (stem, sizeof stem, "%s/media/image", doc->kind->folder);
    return mugai_plan_put (&doc->plan, doc->host, doc->call, 1, doc->kind->type, stem) == 0;
}

bool
mugai_document_write (MugaiDocument *doc)
{
    Order order = { .part = calloc (doc->n_targets + 1, sizeof (MugaiOfficePart *)) };
    unsigned *numbers = calloc ((size_t)mugai_office_parts + 1, sizeof *numbers);
    bool ok = order.part != NULL && numbers != NULL && write_all (doc, &order, numbers);

    free (order.part);
    free (numbers);
    return ok && !doc->arena.failed;
}
