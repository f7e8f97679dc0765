/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a child is a part like any other; what sets it apart is that it goes where its
 * container's result goes, unless the container sends it on by itself (`deliver`). A container that
 * was opened is no leaf of the input, its members are; one that is a document is a leaf as well.
 * When a container's chain comes to nothing, what was found inside is struck: those rows stay in
 * the report as withheld, but only the container counts. So no leaf counts twice, however many
 * chains are tried, and an archive that could not be listed to its end counts as one leaf.
 */
#include "message/treat-private.h"

#include "core/error.h"
#include "message/filename.h"
#include "message/members.h"
#include "message/package.h"
#include "message/sniff.h"

#include <string.h>

static const char closed[] = "withheld.parent"; /* reason of what lies in a container that stays */

uint32_t
mugai_treat_last (MugaiTreat *treat, uint32_t index)
{
    for (uint32_t next; (next = mugai_treat_slot (treat, index)->successor) != 0;)
        index = next;
    return index;
}

/* Which parts stand below @index? Returns: (transfer full) one flag a part. */
static bool *
below (const MugaiTreat *treat, uint32_t index)
{
    uint32_t count = treat->walk->parts->len;
    bool *in = g_new0 (bool, count);

    for (uint32_t i = index + 1; i < count; i++) {
        uint32_t parent = mugai_treat_row (treat, i)->parent;
        in[i] = parent == index || in[parent];
    }
    return in;
}

static void
strike (MugaiTreat *treat, uint32_t index)
{
    MugaiSlot *slot = mugai_treat_slot (treat, index);
    MugaiReportPart *row = mugai_treat_row (treat, index);

    mugai_chain_abandon (g_steal_pointer (&slot->run));
    g_clear_pointer (&slot->input, g_bytes_unref);
    g_clear_pointer (&slot->treated.data, g_bytes_unref);
    slot->treated.deliver = false;
    slot->finished = true;
    if (row->outcome != MUGAI_OUTCOME_WITHHELD)
        mugai_treat_refuse (treat, index, closed, 1, NULL);
    row->leaf = mugai_walk_part (treat->walk, index)->leaf = false;
}

/* Leave the flags of what goes on by itself out of @in, with all below it. Returns: is there any?
 */
static bool
spare (MugaiTreat *treat, uint32_t index, bool *in)
{
    bool any = false;

    for (uint32_t i = index + 1; i < treat->walk->parts->len; i++) {
        uint32_t parent = mugai_treat_row (treat, i)->parent;
        bool own = in[i] && mugai_treat_slot (treat, i)->treated.deliver;

        in[i] = in[i] && !own && (parent == index || in[parent]);
        any = any || own;
    }
    return any;
}

void
mugai_treat_close (MugaiTreat *treat, uint32_t index, bool all)
{
    g_autofree bool *in = below (treat, index);
    MugaiReportPart *row = mugai_treat_row (treat, index);
    bool dissolved = !all && spare (treat, index, in) && !row->leaf;

    for (uint32_t i = index + 1; i < treat->walk->parts->len; i++) {
        const MugaiReportPart *inner = mugai_treat_row (treat, i);

        if (in[i] && !dissolved)
            strike (treat, i);
        else if (in[i] && inner->leaf && inner->outcome != MUGAI_OUTCOME_WITHHELD)
            mugai_treat_refuse (treat, i, closed, 1, NULL);
    }
    if (dissolved)
        row->outcome = MUGAI_OUTCOME_NONE;
    else
        row->leaf = mugai_walk_part (treat->walk, index)->leaf = true;
}

void
mugai_treat_set_role (MugaiTreat *treat, uint32_t index, MugaiRole role)
{
    mugai_walk_part (treat->walk, index)->role = role;
    mugai_treat_row (treat, index)->role = (uint8_t)role;
}

bool
mugai_treat_again (MugaiTreat *treat, uint32_t index, GBytes *data, const char *id, GError **error)
{
    g_autoptr (GError) limit = NULL;
    MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    MugaiReportPart *row = mugai_treat_row (treat, index);
    MugaiSlot *slot = mugai_treat_slot (treat, index);
    /* A name and label of its new type: those of the old one would speak against the content. */
    const MugaiType *type = mugai_type_by_id (id != NULL ? id : "unknown");
    bool known = type != NULL && type->extensions[0] != '\0';
    g_autofree char *name = known ? mugai_filename_for (part->name, type, "converted", false)
                                  : g_strdup (part->name[0] != '\0' ? part->name : "converted");
    uint32_t child;

    if (!mugai_walk_add (treat->walk, index, name, known ? type->media : NULL, data, &child,
                         &limit)) {
        mugai_treat_withhold (treat, index, mugai_walk_limit (limit), treat->walk->limits->depth,
                              NULL);
        return true;
    }
    row->leaf = part->leaf = false;
    row->outcome = MUGAI_OUTCOME_NONE;
    if (part->role != MUGAI_ROLE_BODY ||
        strcmp (mugai_walk_part (treat->walk, child)->type->family, "text") == 0)
        mugai_treat_set_role (treat, child, part->role);
    mugai_walk_part (treat->walk, child)->mail = part->mail;
    slot->successor = child;
    mugai_treat_slot (treat, child)->origin =
        slot->origin != NULL ? slot->origin : mugai_walk_part (treat->walk, index)->type;
    mugai_treat_start (treat, child);
    mugai_treat_slot (treat, child)->treated.deliver = slot->treated.deliver;
    return mugai_treat_finish (treat, child, error);
}

/* -- what a chain asks of the tree
 * ---------------------------------------------------------------------------------- */

static int
host_child_add (void *walk, uint32_t parent, bool document, const char *name, const char *declared,
                GBytes *data, const char **ret_code)
{
    MugaiTreat *treat = walk;
    g_autoptr (GError) limit = NULL;
    uint32_t child;

    if (!mugai_walk_add (treat->walk, parent, name, declared, data, &child, &limit)) {
        *ret_code = mugai_walk_limit (limit);
        return -1;
    }
    MugaiWalkPart *above = mugai_walk_part (treat->walk, parent);
    if (!document)
        above->leaf = mugai_treat_row (treat, parent)->leaf = false;
    else if (strcmp (above->type->family, "text") == 0) /* a file that stood in a text */
        mugai_treat_set_role (treat, child, MUGAI_ROLE_ATTACHMENT);
    mugai_treat_start (treat, child);
    return (int)child;
}

static bool
known_child (MugaiTreat *treat, int handle)
{
    return handle > 0 && (uint32_t)handle < treat->walk->parts->len &&
           mugai_treat_slot (treat, (uint32_t)handle)->started;
}

static bool
host_child_result (void *walk, int handle, mugai_child *ret)
{
    MugaiTreat *treat = walk;

    if (!known_child (treat, handle) ||
        !mugai_treat_finish (treat, (uint32_t)handle, treat->error == NULL ? &treat->error : NULL))
        return false;
    uint32_t last = mugai_treat_last (treat, (uint32_t)handle);
    MugaiSlot *slot = mugai_treat_slot (treat, last);
    const MugaiReportPart *row = mugai_treat_row (treat, last);
    size_t size = 0;
    const uint8_t *data =
        slot->treated.data != NULL ? g_bytes_get_data (slot->treated.data, &size) : NULL;

    if (slot->treated.data != NULL) {
        g_free (slot->child_name);
        slot->child_name = mugai_filename_for (mugai_walk_part (treat->walk, last)->name,
                                               slot->treated.type, "part", false);
    }
    *ret = (mugai_child){ .size_of = sizeof *ret,
                          .delivered = slot->treated.data != NULL,
                          .data = data,
                          .size = size,
                          .name = slot->child_name != NULL ? slot->child_name : "",
                          .type = slot->treated.type != NULL ? slot->treated.type->id : "",
                          .reason = row->reason != NULL ? row->reason : "" };
    return true;
}

static bool
host_child_deliver (void *walk, int handle)
{
    MugaiTreat *treat = walk;
    mugai_child child;

    if (!host_child_result (walk, handle, &child))
        return false;
    uint32_t last = mugai_treat_last (treat, (uint32_t)handle);
    mugai_treat_slot (treat, last)->treated.deliver = true;
    mugai_treat_set_role (treat, last, MUGAI_ROLE_ATTACHMENT);
    return true;
}

static void
host_children_discard (void *walk, uint32_t parent)
{
    mugai_treat_close (walk, parent, true);
}

static void
host_finding (void *walk, uint32_t part, const char *code, uint64_t count, const char *evidence)
{
    MugaiTreat *treat = walk;

    mugai_walk_finding (treat->walk, part, code, count, evidence);
}

static uint64_t
host_expanded_left (void *walk)
{
    MugaiTreat *treat = walk;
    return treat->walk->limits->expanded - treat->walk->expanded;
}

static bool
host_spend (void *walk, uint64_t bytes)
{
    MugaiTreat *treat = walk;

    if (bytes > host_expanded_left (walk))
        return false;
    treat->walk->expanded += bytes;
    return true;
}

/* A text of ours is a part, so that it is treated like any body, but none of the item: it counts
 * not. */
static const char *
host_say (void *walk, uint32_t part, GBytes *text)
{
    MugaiTreat *treat = walk;
    g_autoptr (GError) limit = NULL;
    uint32_t child;

    if (!host_spend (walk, g_bytes_get_size (text)))
        return "limit.expanded";
    if (!mugai_walk_add (treat->walk, part, "summary", "text/plain", text, &child, &limit))
        return mugai_walk_limit (limit);
    MugaiWalkPart *said = mugai_walk_part (treat->walk, child);
    said->mail = mugai_walk_part (treat->walk, part)->mail;
    said->type = mugai_type_by_id ("text");
    said->leaf = mugai_treat_row (treat, child)->leaf = false;
    mugai_treat_set_role (treat, child, MUGAI_ROLE_BODY);
    mugai_treat_start (treat, child);
    return NULL;
}

static GBytes *
host_join (void *walk, uint32_t part, GBytes *bundle, bool tombstones, const char **ret_reason)
{
    MugaiTreat *treat = walk;
    MugaiMembersOptions options = { .language = mugai_rules_settings (treat->rules)->language,
                                    .tombstones = tombstones,
                                    .output_max = treat->walk->limits->output,
                                    .limits = treat->walk->limits };

    return mugai_members_join (&treat->host, part, bundle, &options, ret_reason);
}

static GBytes *
host_package (void *walk, uint32_t part, GBytes *bundle, const char **ret_type,
              const char **ret_reason)
{
    MugaiTreat *treat = walk;

    return mugai_package_build (&treat->host, part, bundle, treat->walk->limits, ret_type,
                                ret_reason);
}

static const char *
host_sniff (void *walk, GBytes *data, const char *claimed)
{
    (void)walk;
    size_t size;
    const void *bytes = g_bytes_get_data (data, &size);
    const MugaiType *type = mugai_type_by_id (claimed);

    if (type != NULL && strcmp (type->family, "text") == 0 &&
        (size == 0 ||
         (memchr (bytes, '\0', size) == NULL && g_utf8_validate (bytes, (gssize)size, NULL))))
        return type->id;
    MugaiSniff window = mugai_sniff_window (bytes, size);
    return mugai_sniff (&window, type != NULL ? type->media : "", "").type->id;
}

const char *
mugai_treat_add (MugaiTreat *treat, uint32_t parent, const char *name, GBytes *data)
{
    const char *code = NULL;

    if (!host_spend (treat, g_bytes_get_size (data)))
        return "limit.expanded";
    host_child_add (treat, parent, true, name, NULL, data, &code);
    return code;
}

void
mugai_treat_host (MugaiTreat *treat, MugaiChainHost *host)
{
    *host = (MugaiChainHost){ .walk = treat,
                              .child_add = host_child_add,
                              .child_result = host_child_result,
                              .child_deliver = host_child_deliver,
                              .children_discard = host_children_discard,
                              .mail = mugai_treat_mail,
                              .say = host_say,
                              .finding = host_finding,
                              .spend = host_spend,
                              .expanded_left = host_expanded_left,
                              .sniff = host_sniff,
                              .join = host_join,
                              .package = host_package };
}
