/* SPDX-License-Identifier: Apache-2.0
 *
 * treat: what happens to each leaf: the rules decide, its chain runs, its outcome is set. Also the
 * host side of containers and converters, whose results are parts again.
 *
 * Process: worker. Trust: parts are hostile; what chains give back is checked again by the
 * verifier.
 */
#pragma once

#include "chain/chain.h"
#include "message/forms.h"
#include "message/walk.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiTreat MugaiTreat;

typedef struct MugaiTreated { /* what goes on of one leaf */
    GBytes *data;             /* owned by the treat; NULL: nothing does */
    const MugaiType *type;
    bool deliver; /* goes into the body or the list of attachments (a member of a container need
                     not) */
    MugaiFormKind form; /* of a body that stands beside another form of it; 0: alone */
} MugaiTreated;

/* mugai_treat_new:
 * All arguments are borrowed and must outlive the result. @channel, @job: see mugai_chain_new().
 * @reader: of mails within the item when there is no channel.
 */
MugaiTreat *mugai_treat_new (MugaiWalk *walk, const MugaiRules *rules, const MugaiModules *modules,
                             const MugaiItemFacts *item, const MugaiWalkReader *reader, int channel,
                             uint64_t job);
void mugai_treat_free (MugaiTreat *treat);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiTreat, mugai_treat_free)

/* mugai_treat_all:
 * Decide and run every leaf; outcomes, methods and reasons stand in the report afterwards.
 * Errors: MUGAI_ERROR_INTERNAL: the channel broke; give the item up. MUGAI_ERROR_LIMIT: the item's
 * parts or depth.
 */
bool mugai_treat_all (MugaiTreat *treat, GError **error);

/* CHAIN: nothing about the item as a whole; HOLD or REJECT when a rule said so (REJECT outranks
 * HOLD). */
MugaiAction mugai_treat_action (const MugaiTreat *treat);

MugaiTreated *mugai_treat_result (MugaiTreat *treat, uint32_t index);

/* The part that stands for @index: itself, or what converters made of it. */
uint32_t mugai_treat_last (MugaiTreat *treat, uint32_t index);

/* This body is not needed: another form of it is taken. It counts as converted, unless it was
 * withheld. */
void mugai_treat_set_aside (MugaiTreat *treat, uint32_t index);

/* mugai_treat_bodies:
 * Texts of the mail whose structure is @mail, in order; the first of their parts in *ret_first
 * (untouched when there is none; may be NULL). Returns: (transfer full) MugaiBodyText of body.h,
 * borrowed from the treat.
 */
GArray *mugai_treat_bodies (MugaiTreat *treat, const MugaiMime *mail, uint32_t *ret_first);

/* Nothing of this leaf goes on after all. @reason: finding code. */
void mugai_treat_withhold (MugaiTreat *treat, uint32_t index, const char *reason, uint64_t count,
                           const char *evidence);
