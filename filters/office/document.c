/* SPDX-License-Identifier: Apache-2.0 */
#include "office/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 384 << 20 /* bytes of trees; the process has limits.memory */, EVIDENCE = 200 };

void
mugai_document_finding (MugaiDocument *doc, const char *code, uint64_t count, const char *evidence)
{
    if (count > 0)
        doc->host->finding (doc->call, code, count, evidence);
}

const MugaiRelation *
mugai_document_relation (const MugaiOfficePart *part, const char *id)
{
    uint32_t at = id != NULL ? mugai_table_find (&part->by_id, 0, id) : MUGAI_TABLE_NOTHING;

    return at != MUGAI_TABLE_NOTHING ? &part->relations.list[at] : NULL;
}

/* --- parts --- */

static MugaiTarget *
add_target (MugaiDocument *doc)
{
    if (doc->n_targets == doc->targets_room) {
        size_t room = doc->targets_room == 0 ? 64 : 2 * doc->targets_room;
        MugaiTarget *targets = room <= 2 * MUGAI_DOCUMENT_PARTS
                                   ? reallocarray (doc->targets, room, sizeof *targets)
                                   : NULL;
        if (targets == NULL) {
            doc->failed = true;
            return NULL;
        }
        doc->targets = targets;
        doc->targets_room = room;
    }
    MugaiTarget *target = &doc->targets[doc->n_targets++];
    *target = (MugaiTarget){ .child = -1 };
    return target;
}

static void
read_relations (MugaiDocument *doc, MugaiOfficePart *part)
{
    mugai_package_relations (&doc->package, part->path, &part->relations);
    for (size_t i = 0; i < part->relations.count; i++)
        mugai_table_add (&part->by_id, 0, part->relations.list[i].id, (uint32_t)i);
    doc->failed = doc->failed || part->by_id.failed;
}

static bool
read_part (MugaiDocument *doc, MugaiOfficePart *part)
{
    size_t size;
    uint8_t *data = mugai_package_unpack (&doc->package, part->path, &size);
    bool ok = data != NULL &&
              mugai_tree_read (data, size, &doc->arena, mugai_value_text, &doc->text, &part->tree);

    free (data);
    if (!ok)
        return false;
    read_relations (doc, part);
    return doc->hooks->part == NULL || doc->hooks->part (doc, part);
}

static MugaiOfficePart *
new_part (MugaiDocument *doc, const char *path, uint16_t spec)
{
    MugaiOfficePart *part = mugai_arena_take (&doc->arena, sizeof *part);

    if (part == NULL)
        return NULL;
    part->spec = spec;
    part->written = -1;
    strncpy (part->path, path, sizeof part->path - 1);
    return part;
}

static int
read_picture (MugaiDocument *doc, const char *path)
{
    const char *slash = strrchr (path, '/');
    size_t size;
    uint8_t *data = mugai_package_unpack (&doc->package, path, &size);

    if (data == NULL)
        return -1;
    int child = mugai_plan_picture (&doc->plan, doc->host, doc->call,
                                    slash != NULL ? slash + 1 : path, data, size);
    free (data);
    doc->failed = doc->failed || child < 0;
    return child;
}

uint32_t
mugai_document_target (MugaiDocument *doc, const char *path, uint16_t spec)
{
    uint32_t known = mugai_table_find (&doc->by_path, spec, path);

    if (known != MUGAI_TABLE_NOTHING)
        return known;
    uint32_t number = (uint32_t)doc->n_targets;
    char *copy = mugai_arena_copy (&doc->arena, path, strlen (path));
    MugaiTarget *target = copy != NULL ? add_target (doc) : NULL;
    if (target == NULL || !mugai_table_add (&doc->by_path, spec, copy, number))
        return MUGAI_TABLE_NOTHING;
    if (spec == MUGAI_MODEL_NONE) {
        target->child = read_picture (doc, path);
        return number;
    }
    MugaiOfficePart *part = target->part = new_part (doc, path, spec);
    if (part == NULL) {
        doc->failed = true;
        return MUGAI_TABLE_NOTHING;
    }
    part->alive = read_part (doc, part); /* may add targets: @target is not to be used any more */
    return number;
}

MugaiOfficePart *
mugai_document_part (MugaiDocument *doc, const char *path, uint16_t spec)
{
    uint32_t target = mugai_document_target (doc, path, spec);
    MugaiOfficePart *part = target != MUGAI_TABLE_NOTHING ? doc->targets[target].part : NULL;

    return part != NULL && part->alive ? part : NULL;
}

/* Is the relation of the input of the model's kind @relation? */
static bool
is_kind (const MugaiRelation *r, uint16_t relation)
{
    const char *slash = strrchr (mugai_office_relation[relation].uri, '/');

    return !r->external && slash != NULL && strcmp (r->type, slash + 1) == 0;
}

MugaiOfficePart *
mugai_document_related (MugaiDocument *doc, MugaiOfficePart *source, uint16_t spec)
{
    for (size_t i = 0; i < source->relations.count; i++) {
        const MugaiRelation *r = &source->relations.list[i];
        if (is_kind (r, mugai_office_part[spec].relation))
            return mugai_document_part (doc, r->target, spec);
    }
    return NULL;
}

/* Another relation for @source; @id of none that it has. */
static bool
add_relation (MugaiDocument *doc, MugaiOfficePart *source, const MugaiRelation *relation)
{
    MugaiRelations *all = &source->relations;
    MugaiRelation *list = reallocarray (all->list, all->count + 1, sizeof *list);

    if (list == NULL) {
        doc->failed = true;
        return false;
    }
    all->list = list;
    list[all->count++] = *relation;
    mugai_table_clear (&source->by_id); /* it refers to the list, which has moved */
    for (size_t i = 0; i < all->count; i++)
        mugai_table_add (&source->by_id, 0, list[i].id, (uint32_t)i);
    doc->failed = doc->failed || source->by_id.failed;
    return !doc->failed;
}

MugaiNode *
mugai_document_make (MugaiDocument *doc, MugaiOfficePart *source, uint16_t spec, const char *id)
{
    MugaiRelation relation = { .external = false };
    const char *uri = mugai_office_relation[mugai_office_part[spec].relation].uri;
    uint32_t number = (uint32_t)doc->n_targets;

    snprintf (relation.id, sizeof relation.id, "%s", id);
    snprintf (relation.type, sizeof relation.type, "%s", strrchr (uri, '/') + 1);
    snprintf (relation.target, sizeof relation.target, "//%u", number); /* no path of a package */
    char *path = mugai_arena_copy (&doc->arena, relation.target, strlen (relation.target));
    MugaiTarget *target = path != NULL ? add_target (doc) : NULL;
    MugaiOfficePart *part = target != NULL ? new_part (doc, path, spec) : NULL;
    if (part == NULL || !mugai_table_add (&doc->by_path, spec, path, number) ||
        !add_relation (doc, source, &relation))
        return NULL;
    target->part = part;
    part->tree = (MugaiTree){ .arena = &doc->arena,
                              .root = mugai_node_new (&doc->arena, mugai_office_part[spec].root) };
    part->alive = part->tree.root != NULL;
    return part->tree.root;
}

bool
mugai_document_point (MugaiDocument *doc, MugaiNode *node, uint16_t name, const char *path)
{
    uint32_t target = mugai_document_target (doc, path, MUGAI_MODEL_NONE);

    if (target >= UINT16_MAX - 1 || !mugai_node_set (&doc->arena, node, name, "rId0"))
        return false;
    for (uint16_t i = 0; i < node->n_attrs; i++)
        if (node->attrs[i].name == name)
            node->attrs[i].target = (uint16_t)(target + 1);
    return true;
}

bool
mugai_document_beside (MugaiDocument *doc, const char *path, const char *name)
{
    size_t size;
    uint8_t *data = mugai_package_unpack (&doc->package, path, &size);
    const char *slash = strrchr (path, '/');

    if (data == NULL)
        return false;
    if (name == NULL)
        name = slash != NULL ? slash + 1 : path;
    bool ok = mugai_plan_beside (&doc->plan, doc->host, doc->call, name, data, size) >= 0;
    free (data);
    doc->failed = doc->failed || !ok;
    return ok;
}

/* --- relations that no attribute names --- */

static bool
add_implied (MugaiDocument *doc, MugaiOfficePart *part, uint32_t target)
{
    uint32_t *implied = reallocarray (part->implied, part->n_implied + 1u, sizeof *implied);

    if (implied == NULL) {
        doc->failed = true;
        return false;
    }
    part->implied = implied;
    implied[part->n_implied++] = target;
    return true;
}

bool
mugai_document_imply (MugaiDocument *doc, MugaiOfficePart *source, const char *path, uint16_t spec)
{
    uint32_t target = mugai_document_target (doc, path, spec);

    return target != MUGAI_TABLE_NOTHING && doc->targets[target].part != NULL &&
           doc->targets[target].part->alive && add_implied (doc, source, target);
}

static bool
imply (MugaiDocument *doc, MugaiOfficePart *part, uint16_t spec, const MugaiModelSource *from)
{
    bool any = false;

    for (size_t i = 0; i < part->relations.count && !doc->failed; i++) {
        if (!is_kind (&part->relations.list[i], mugai_office_part[spec].relation))
            continue;
        uint32_t target = mugai_document_target (doc, part->relations.list[i].target, spec);
        if (target == MUGAI_TABLE_NOTHING || doc->targets[target].part == NULL ||
            !doc->targets[target].part->alive)
            continue;
        if (!add_implied (doc, part, target))
            return false;
        any = true;
        if (from->quantity == MUGAI_ONE || from->quantity == MUGAI_OPTIONAL)
            return true;
    }
    return any || (from->quantity != MUGAI_ONE && from->quantity != MUGAI_SOME);
}

/* Returns: false when one that must be there is not. */
static bool
imply_all (MugaiDocument *doc, MugaiOfficePart *part, uint16_t source)
{
    for (uint16_t spec = 0; spec < mugai_office_parts; spec++) {
        const MugaiModelPart *row = &mugai_office_part[spec];
        for (uint16_t i = 0; i < row->n_sources; i++) {
            const MugaiModelSource *from = &mugai_office_source[row->source + i];
            bool other = source == MUGAI_MODEL_NONE && spec != doc->kind->part &&
                         row->relation == mugai_office_part[doc->kind->part].relation;
            if (from->source == source && !from->named && !other && !imply (doc, part, spec, from))
                return false;
        }
    }
    return true;
}

/* --- all of it --- */

static bool
read_all (MugaiDocument *doc)
{
    MugaiOfficePart *package = &doc->package_part;

    *package = (MugaiOfficePart){ .spec = MUGAI_MODEL_NONE, .alive = true, .reached = true };
    read_relations (doc, package);
    if (!imply_all (doc, package, MUGAI_MODEL_NONE))
        return false;
    for (size_t i = 0; i < doc->n_targets && !doc->failed && !doc->arena.failed; i++) {
        MugaiOfficePart *part = doc->targets[i].part;
        if (part != NULL && part->alive)
            part->alive = mugai_document_judge (doc, part) && imply_all (doc, part, part->spec);
    }
    return !doc->failed && mugai_document_settle (doc) &&
           (doc->hooks->finish == NULL || doc->hooks->finish (doc));
}

/* Did the main part live? */
static bool
has_main (const MugaiDocument *doc)
{
    for (uint32_t i = 0; i < doc->package_part.n_implied; i++) {
        const MugaiOfficePart *part = doc->targets[doc->package_part.implied[i]].part;
        if (part->spec == doc->kind->part && part->alive)
            return true;
    }
    return false;
}

static void
report (MugaiDocument *doc)
{
    char names[EVIDENCE] = "";
    size_t size = 0;

    for (unsigned i = 0; i < MUGAI_DOCUMENT_NAMES && doc->dropped_names[i][0] != '\0'; i++) {
        size_t n = strlen (doc->dropped_names[i]);
        if (size + n + 2 >= sizeof names)
            break;
        if (size > 0)
            names[size++] = ' ';
        memcpy (names + size, doc->dropped_names[i], n + 1);
        size += n;
    }
    mugai_document_finding (doc, "office.dropped", doc->dropped, names);
    mugai_document_losses (doc);
    mugai_document_signatures (doc);
}

static mugai_verdict_t
rebuild (MugaiDocument *doc)
{
    if (!read_all (doc) || !has_main (doc) || doc->arena.failed) {
        doc->host->reason (doc->call,
                           doc->failed || doc->arena.failed ? "filter.limit" : "office.damaged",
                           doc->input->type);
        return MUGAI_REFUSE;
    }
    report (doc);
    return mugai_document_write (doc) ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static void
clear (MugaiDocument *doc)
{
    if (doc->hooks->clear != NULL)
        doc->hooks->clear (doc);
    for (size_t i = 0; i <= doc->n_targets; i++) {
        MugaiOfficePart *part = i < doc->n_targets ? doc->targets[i].part : &doc->package_part;
        if (part == NULL)
            continue;
        mugai_relations_clear (&part->relations);
        mugai_table_clear (&part->by_id);
        free (part->implied);
    }
    free (doc->targets);
    free (doc->rels.list);
    free (doc->refs.list);
    free (doc->ids.list);
    free (doc->items.list);
    free (doc->text.data);
    mugai_table_clear (&doc->by_path);
    mugai_plan_writer_clear (&doc->plan);
    mugai_arena_clear (&doc->arena);
    mugai_package_close (&doc->package);
}

mugai_verdict_t
mugai_document_rebuild (const mugai_host *host, mugai_call *call, const mugai_part *part,
                        const MugaiHooks *hooks)
{
    MugaiDocument doc = { .host = host,
                          .call = call,
                          .input = part,
                          .hooks = hooks,
                          .arena = mugai_arena (ROOM),
                          .plan = mugai_plan_writer ((size_t)part->output_max) };
    mugai_verdict_t verdict = MUGAI_REFUSE;
    const char *code = NULL;

    for (uint16_t i = 0; i < mugai_office_kinds; i++)
        if (strcmp (mugai_office_kind[i].type, hooks->kind) == 0)
            doc.kind = &mugai_office_kind[i];
    if (doc.kind != NULL && mugai_package_open (part, &doc.package, &code))
        verdict = rebuild (&doc);
    else
        host->reason (call, code != NULL ? code : "office.damaged", part->type);
    clear (&doc);
    return verdict;
}
