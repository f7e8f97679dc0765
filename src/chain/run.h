/* SPDX-License-Identifier: Apache-2.0
 *
 * run: the state of a chain's run, shared by the four files that move it: run.c (steps), settle.c
 * (what an answer changes), call-out.c (what a filter is given), inspect.c. Internal to src/chain.
 * Process: worker. Trust: as chain.h.
 */
#pragma once

#include "chain/answer.h"
#include "chain/chain.h"
#include "chain/flight.h"
#include "chain/modules.h"

struct MugaiChain {
    const MugaiModules *modules;
    const MugaiLimits *limits;
    MugaiLanguage language;
    MugaiChainHost host;
    MugaiFlight *flight; /* NULL without a channel */
    GPtrArray *waiting;  /* of MugaiChainRun *, borrowed: those with a call in the air */
};

struct MugaiChainRun {
    MugaiChain *chain;
    const MugaiDecision *decision;
    GBytes *original;
    MugaiPartFacts facts; /* strings borrowed */
    const char *path;
    uint32_t index;

    size_t at_chain, at_step;
    GBytes *data;
    const char *type; /* static, or borrowed from facts */
    GString *method;
    GPtrArray *findings; /* of MugaiFinding *, translated and escaped, of the chain so far */
    bool changed, safe, again, children;
    uint32_t handle; /* of the call in the air; 0 none */
    bool busy;       /* a filter of it is running in this process */
    bool over;
    MugaiChainResult result;
    GError *error;
};

/* Returns: (static) family of a type id, "" when unknown. */
const char *mugai_run_family (const char *type);

/* May this filter's output be delivered (it runs here, or alone and typed), or is it hostile again?
 */
bool mugai_run_makes_safe (const MugaiFilter *filter);

/* The step in hand is over: take what @filter answered. */
void mugai_run_settle (MugaiChainRun *run, const MugaiFilter *filter, const MugaiAnswer *answer);

/* Is its answer a bundle of members, to be joined by the walk? */
bool mugai_run_unpacks (const MugaiFilter *filter);

/* The chain in hand is given up: the next begins, or the run is over. @evidence: escaped. */
void mugai_run_give_up (MugaiChainRun *run, const char *reason, const char *evidence);
/* As above; evidence is the filter's name and @what, escaped here. */
void mugai_run_give_up_filter (MugaiChainRun *run, const MugaiFilter *filter, const char *reason,
                               const char *what);

/* All steps of the chain in hand are done. */
void mugai_run_conclude (MugaiChainRun *run);

/* What a filter that runs here is given. Borrows from all arguments. */
mugai_part mugai_run_part (const MugaiChain *chain, GBytes *data, const char *type,
                           const char *path, const MugaiPartFacts *facts, const mugai_value *values,
                           size_t n_values);

/* What a filter that runs elsewhere is given. @step: NULL for inspect. Returns: (transfer full) or
 * NULL when a value is too long. */
MugaiIsolateCall *mugai_run_call (const MugaiChain *chain, const MugaiFilter *filter,
                                  const MugaiStep *step, const char *type,
                                  const MugaiPartFacts *facts);
