/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: every leaf is started first, so that isolated filters work side by side, and then
 * finished in order. A child that a container hands in is a new part: decided, started and finished
 * the same way.
 */
#include "message/treat-private.h"

#include "core/error.h"
#include "message/second-leaf.h"
#include "message/sniff.h"
#include "message/withhold.h"

#include <string.h>

enum { MEDIA_MAX = 128 };

static void
slot_free (gpointer data)
{
    MugaiSlot *slot = data;

    mugai_chain_abandon (slot->run);
    if (slot->treated.data != NULL)
        g_bytes_unref (slot->treated.data);
    if (slot->input != NULL)
        g_bytes_unref (slot->input);
    g_free (slot->child_name);
    g_free (slot);
}

MugaiSlot *
mugai_treat_slot (MugaiTreat *treat, uint32_t index)
{
    while (treat->slots->len <= index)
        g_ptr_array_add (treat->slots, g_new0 (MugaiSlot, 1));
    return g_ptr_array_index (treat->slots, index);
}

MugaiReportPart *
mugai_treat_row (const MugaiTreat *treat, uint32_t index)
{
    return g_ptr_array_index (treat->walk->report->parts, index);
}

/* The number that the text of a finding names: a passed limit. */
static uint64_t
number_of (const MugaiTreat *treat, const char *reason)
{
    size_t count;
    const MugaiLimitInfo *table = mugai_limits_table (&count);

    for (size_t i = 0; i < count && g_str_has_prefix (reason, "limit."); i++)
        if (strcmp (table[i].name, reason + strlen ("limit.")) == 0)
            return mugai_limits_get (treat->walk->limits, &table[i]);
    return 1;
}

void
mugai_treat_refuse (MugaiTreat *treat, uint32_t index, const char *reason, uint64_t count,
                    const char *evidence)
{
    MugaiReportPart *row = mugai_treat_row (treat, index);

    row->outcome = MUGAI_OUTCOME_WITHHELD;
    g_free (row->reason);
    row->reason = g_strdup (reason);
    mugai_walk_finding (treat->walk, index, reason, count > 0 ? count : number_of (treat, reason),
                        evidence);
}

void
mugai_treat_withhold (MugaiTreat *treat, uint32_t index, const char *reason, uint64_t count,
                      const char *evidence)
{
    MugaiSlot *slot = mugai_treat_slot (treat, index);

    g_clear_pointer (&slot->treated.data, g_bytes_unref);
    mugai_treat_refuse (treat, index, reason, count, evidence);
    mugai_treat_close (treat, index, false);
}

void
mugai_treat_set_aside (MugaiTreat *treat, uint32_t index)
{
    MugaiReportPart *row = mugai_treat_row (treat, index);

    g_clear_pointer (&mugai_treat_slot (treat, index)->treated.data, g_bytes_unref);
    mugai_walk_part (treat->walk, index)->chosen = row->chosen = false;
    if (row->outcome != MUGAI_OUTCOME_WITHHELD)
        row->outcome = MUGAI_OUTCOME_CONVERTED;
}

typedef struct Place {
    MugaiTreat *treat;
    uint32_t index;
} Place;

/* MugaiInspect: a rule asks for facts that need a decoder. */
static void
inspect (void *data, const char *need, MugaiPartFacts *facts)
{
    const Place *inspection = data;
    MugaiTreat *treat = inspection->treat;
    MugaiSlot *slot = mugai_treat_slot (treat, inspection->index);
    bool cut;

    if (slot->input == NULL)
        slot->input = mugai_walk_data (treat->walk, inspection->index, UINT64_MAX, &cut);
    MugaiChainPart part = { .data = slot->input,
                            .facts = facts,
                            .path = mugai_walk_part (treat->walk, inspection->index)->path,
                            .index = inspection->index };
    mugai_chain_inspect (treat->chain, &part, need, facts);
}

static void
judge (MugaiTreat *treat, uint32_t index, MugaiSlot *slot)
{
    MugaiReportPart *row = mugai_treat_row (treat, index);
    Place inspection = { .treat = treat, .index = index };

    slot->facts = mugai_walk_facts (treat->walk, index);
    slot->decision =
        mugai_rules_decide (treat->rules, treat->item, &slot->facts, inspect, &inspection, row);
    row->rule = g_strdup (slot->decision.rule_name);
    row->rule_file = g_strdup (slot->decision.file);
    row->rule_line = slot->decision.line;
}

/* What becomes of the whole item: the strictest that any part asks for. */
static void
act (MugaiTreat *treat, MugaiAction action)
{
    if (action == MUGAI_ACTION_REJECT ||
        (action == MUGAI_ACTION_HOLD && treat->action != MUGAI_ACTION_REJECT))
        treat->action = action;
}

/* A decision without a chain. */
static void
settle (MugaiTreat *treat, uint32_t index, const MugaiSlot *slot)
{
    const MugaiDecision *d = &slot->decision;

    switch (d->action) {
    case MUGAI_ACTION_WITHHOLD:
        if (d->rule == G_MAXUINT32)
            mugai_treat_refuse (treat, index, "withheld.no-rule", 1, NULL);
        else if (g_strcmp0 (d->file, "preset-a-text.yaml") == 0)
            mugai_treat_refuse (treat, index, "withheld.preset", 1, NULL);
        else if (d->file != NULL && g_str_has_prefix (d->file, "preset-"))
            mugai_treat_refuse (treat, index, mugai_withhold_reason (slot->facts.type), 1,
                                slot->facts.type);
        else
            mugai_treat_refuse (treat, index, "withheld.rule", 1, d->rule_name);
        return;
    case MUGAI_ACTION_HOLD:
        act (treat, d->action);
        mugai_treat_refuse (treat, index, "withheld.held", 1, NULL);
        return;
    case MUGAI_ACTION_REJECT:
        act (treat, d->action);
        mugai_treat_refuse (treat, index, "withheld.rejected", 1, NULL);
        return;
    case MUGAI_ACTION_CHAIN:
        return;
    }
}

static void
start_chain (MugaiTreat *treat, uint32_t index, MugaiSlot *slot)
{
    if (slot->input != NULL && strcmp (slot->facts.family, "text") == 0)
        g_clear_pointer (&slot->input, g_bytes_unref); /* inspected raw; the chain wants UTF-8 */
    if (slot->input == NULL)
        slot->input = mugai_treat_input (treat, index);
    if (slot->input == NULL) {
        mugai_treat_refuse (treat, index, "limit.memory", 1, NULL);
        return;
    }
    slot->part = (MugaiChainPart){ .data = slot->input,
                                   .facts = &slot->facts,
                                   .path = mugai_walk_part (treat->walk, index)->path,
                                   .index = index };
    slot->run = mugai_chain_start (treat->chain, &slot->part, &slot->decision);
}

/* What nothing speaks for is shown to libmagic (second-reader.h), which can only make it less
 * deliverable: a claim of a program, a script, a drawing counts, any other does not. */
static void
ask_again (MugaiTreat *treat, uint32_t index)
{
    MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    g_autoptr (GError) error = NULL;
    bool cut;

    if (!part->unsure || part->size == 0 || treat->channel < 0)
        return;
    g_autoptr (GBytes) head = mugai_walk_data (treat->walk, index, MUGAI_SNIFF_WINDOW, &cut);
    g_autoptr (GBytes) answer = mugai_chain_ask_among (treat->chain, MUGAI_SECOND_READER, "unknown",
                                                       head, MEDIA_MAX, &error);
    if (error != NULL && treat->error == NULL)
        treat->error = g_steal_pointer (&error);
    size_t size = 0;
    const char *data = answer != NULL ? g_bytes_get_data (answer, &size) : NULL;
    g_autofree char *media = g_strndup (data, data != NULL ? size : 0);
    const MugaiType *type = mugai_type_by_id ("unknown");
    if (media != NULL && !mugai_sniff_claims (type = mugai_type_by_media (media)))
        return;
    part->type = type;
    g_free (mugai_treat_row (treat, index)->type);
    mugai_treat_row (treat, index)->type = g_strdup (type->id);
    mugai_walk_finding (treat->walk, index,
                        media != NULL ? "type.second-opinion" : "type.no-second-opinion", 1, media);
}

void
mugai_treat_start (MugaiTreat *treat, uint32_t index)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    MugaiSlot *slot = mugai_treat_slot (treat, index);

    slot->started = true;
    slot->treated.deliver = part->role != MUGAI_ROLE_MEMBER;
    if (part->withhold != NULL)
        mugai_treat_refuse (treat, index, part->withhold, 1, part->declared);
    else if (!part->chosen)
        mugai_treat_row (treat, index)->outcome = MUGAI_OUTCOME_CONVERTED;
    else if (part->role == MUGAI_ROLE_BODY && part->size == 0)
        mugai_treat_row (treat, index)->outcome = MUGAI_OUTCOME_DELIVERED;
    else {
        ask_again (treat, index);
        judge (treat, index, slot);
        settle (treat, index, slot);
        if (slot->decision.action == MUGAI_ACTION_CHAIN)
            start_chain (treat, index, slot);
    }
}

/* Did the part keep its form? */
static MugaiOutcome
outcome_of (const MugaiWalkPart *part, const MugaiType *origin, const MugaiType *type)
{
    if (part->role == MUGAI_ROLE_BODY)
        return strcmp (part->type->id, "text") == 0 && part->rendering == MUGAI_RENDERING_NONE
                   ? MUGAI_OUTCOME_DELIVERED
                   : MUGAI_OUTCOME_CONVERTED;
    return (origin != NULL ? origin : part->type) == type ? MUGAI_OUTCOME_DELIVERED
                                                          : MUGAI_OUTCOME_CONVERTED;
}

static void
take_result (MugaiTreat *treat, uint32_t index, MugaiSlot *slot, const MugaiChainResult *result)
{
    const MugaiWalkPart *part = mugai_walk_part (treat->walk, index);
    MugaiReportPart *row = mugai_treat_row (treat, index);
    const MugaiType *type = result->type != NULL ? mugai_type_by_id (result->type) : NULL;

    if (result->verdict != MUGAI_KEEP && result->verdict != MUGAI_REPLACE) {
        const char *reason =
            result->reason != NULL && result->reason[0] != '\0' ? result->reason : "filter.refused";
        if (result->judged)
            act (treat, slot->decision.drop);
        mugai_treat_refuse (treat, index, reason, 0, result->evidence);
        return;
    }
    if (result->data != NULL && g_bytes_get_size (result->data) == 0 && type != NULL &&
        strcmp (type->id, "text") == 0 && part->type != type)
        mugai_treat_set_role (treat, index, MUGAI_ROLE_BODY); /* it is what was said about it */
    bool fits = type != NULL && type->grammar != 0 && result->data != NULL &&
                (part->role != MUGAI_ROLE_BODY || strcmp (type->id, "text") == 0);
    if (!fits) {
        mugai_treat_refuse (treat, index, "withheld.profile", 1, result->type);
        return;
    }
    slot->treated.data = g_bytes_ref (result->data);
    slot->treated.type = type;
    if (row->leaf)
        row->outcome = outcome_of (part, slot->origin, type);
}

bool
mugai_treat_finish (MugaiTreat *treat, uint32_t index, GError **error)
{
    MugaiSlot *slot = mugai_treat_slot (treat, index);
    MugaiChainResult result = { 0 };

    if (slot->finished || !slot->started)
        return true;
    slot->finished = true;
    if (slot->run == NULL)
        return true;
    if (!mugai_chain_finish (treat->chain, g_steal_pointer (&slot->run), &result, error))
        return false;
    g_clear_pointer (&slot->input, g_bytes_unref);
    MugaiReportPart *row = mugai_treat_row (treat, index);
    g_free (row->method);
    row->method = g_strdup (result.method != NULL ? result.method : "");
    bool ok = true;
    if (result.again)
        ok = mugai_treat_again (treat, index, result.data, result.type, error);
    else
        take_result (treat, index, slot, &result);
    if (!result.again && slot->treated.data == NULL)
        mugai_treat_close (treat, index, false);
    mugai_chain_result_clear (&result);
    return ok;
}

MugaiTreat *
mugai_treat_new (MugaiWalk *walk, const MugaiRules *rules, const MugaiModules *modules,
                 const MugaiItemFacts *item, const MugaiWalkReader *reader, int channel,
                 uint64_t job)
{
    MugaiTreat *treat = g_new0 (MugaiTreat, 1);

    treat->walk = walk;
    treat->rules = rules;
    treat->item = item;
    treat->reader = reader;
    treat->channel = channel;
    treat->action = MUGAI_ACTION_CHAIN;
    treat->slots = g_ptr_array_new_with_free_func (slot_free);
    mugai_treat_host (treat, &treat->host);
    treat->chain = mugai_chain_new (modules, rules, &treat->host, channel, job);
    return treat;
}

void
mugai_treat_free (MugaiTreat *treat)
{
    if (treat == NULL)
        return;
    g_ptr_array_unref (treat->slots);
    mugai_chain_free (treat->chain);
    g_clear_error (&treat->error);
    g_free (treat);
}

bool
mugai_treat_all (MugaiTreat *treat, GError **error)
{
    uint32_t count = treat->walk->parts->len;

    for (uint32_t i = 0; i < count; i++)
        if (mugai_walk_part (treat->walk, i)->leaf)
            mugai_treat_start (treat, i);
    for (uint32_t i = 0; i < treat->walk->parts->len; i++)
        if (!mugai_treat_finish (treat, i, error))
            return false;
    if (treat->error != NULL) {
        g_propagate_error (error, g_steal_pointer (&treat->error));
        return false;
    }
    return true;
}

MugaiAction
mugai_treat_action (const MugaiTreat *treat)
{
    return treat->action;
}

MugaiTreated *
mugai_treat_result (MugaiTreat *treat, uint32_t index)
{
    return &mugai_treat_slot (treat, index)->treated;
}
