/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a run is a place in its decision (which chain, which step), the part as the steps
 * so far made it, and at most one call in the air. advance() goes on until the run is over or must
 * wait. Filters that run here are called in place. A container may itself wait for other runs (its
 * children's), so while some run is being waited for, others go on only up to a container: so calls
 * nest as deep as containers do, which limits.depth bounds.
 */
#include "chain/run.h"

#include "base/escape.h"
#include "chain/call.h"
#include "chain/params.h"
#include "core/error.h"

#include <string.h>

static void
finding_free (void *data)
{
    MugaiFinding *finding = data;

    g_free (finding->code);
    g_free (finding->evidence);
    g_free (finding);
}

MugaiChain *
mugai_chain_new (const MugaiModules *modules, const MugaiRules *rules, const MugaiChainHost *host,
                 int channel, uint64_t job)
{
    MugaiChain *chain = g_new0 (MugaiChain, 1);

    chain->modules = modules;
    chain->limits = mugai_rules_limits (rules);
    chain->language = mugai_rules_settings (rules)->language;
    chain->host = *host;
    chain->flight = channel >= 0 ? mugai_flight_new (channel, job) : NULL;
    chain->waiting = g_ptr_array_new();
    return chain;
}

void
mugai_chain_free (MugaiChain *chain)
{
    if (chain == NULL)
        return;
    mugai_flight_free (chain->flight);
    g_ptr_array_unref (chain->waiting);
    g_free (chain);
}

void
mugai_chain_result_clear (MugaiChainResult *result)
{
    g_clear_pointer (&result->data, g_bytes_unref);
    g_free (result->method);
    g_free (result->reason);
    g_free (result->evidence);
    *result = (MugaiChainResult){ 0 };
}

static const MugaiStep *
step_of (const MugaiChainRun *run)
{
    return &run->decision->chains[run->at_chain].steps[run->at_step];
}

static void
run_here (MugaiChainRun *run, const MugaiFilter *filter)
{
    const MugaiStep *step = step_of (run);
    MugaiCallSite site = {
        .filter = filter, .host = &run->chain->host, .data = run->data, .index = run->index
    };
    MugaiGiven given[MUGAI_PARAMS_MAX] = { 0 };
    mugai_value values[MUGAI_PARAMS_MAX] = { 0 };
    char why[MUGAI_PARAMS_WHY] = "too many values";
    size_t n = filter->module.info.n_params;
    bool children = false;

    for (size_t i = 0; i < step->n_values && i < MUGAI_PARAMS_MAX; i++)
        given[i] = (MugaiGiven){ .name = step->values[i].name, .value = step->values[i].value };
    if (!mugai_params_resolve (filter->module.info.params, n, given, step->n_values, values, why)) {
        mugai_run_give_up_filter (run, filter, "filter.parameter", why);
        return;
    }
    mugai_part part =
        mugai_run_part (run->chain, run->data, run->type, run->path, &run->facts, values, n);
    run->busy = true;
    g_autoptr (MugaiAnswer) answer = mugai_call_run (&site, &part, &children);
    run->busy = false;
    run->children = run->children || children;
    mugai_run_settle (run, filter, answer);
}

static void
send_off (MugaiChainRun *run, const MugaiFilter *filter)
{
    MugaiChain *chain = run->chain;
    g_autofree MugaiIsolateCall *call =
        mugai_run_call (chain, filter, step_of (run), run->type, &run->facts);

    if (chain->flight == NULL) {
        mugai_run_give_up_filter (run, filter, "filter.missing", "nothing runs it here");
        return;
    }
    if (call == NULL) {
        mugai_run_give_up_filter (run, filter, "filter.parameter", "too long");
        return;
    }
    run->handle = mugai_flight_send (chain->flight, call, run->data, &run->error);
    if (run->handle != 0)
        g_ptr_array_add (chain->waiting, run);
    else
        run->over = true;
}

/* One step. @containers: may a container run now? Returns: false when the run must wait. */
static bool
take_step (MugaiChainRun *run, bool containers)
{
    const MugaiStep *step = step_of (run);
    const MugaiFilter *filter = mugai_modules_find (run->chain->modules, step->filter);
    char safe[512];

    if (filter == NULL) {
        mugai_run_give_up (run, "filter.missing",
                           mugai_escape (safe, sizeof safe, step->filter, strlen (step->filter)));
    } else if (filter->lacks != NULL) {
        mugai_run_give_up_filter (run, filter, "filter.missing", filter->lacks);
    } else if (!mugai_module_lists (filter->info.takes, run->type, mugai_run_family (run->type))) {
        mugai_run_give_up_filter (run, filter, "filter.takes", run->type);
    } else if (filter->info.runs != MUGAI_RUNS_WALK) {
        send_off (run, filter);
    } else if (filter->info.container && !containers) {
        return false;
    } else {
        run_here (run, filter);
    }
    return true;
}

/* An answer has come: take it. Returns: false when it has not, or holds members and no container
 * may run now. */
static bool
land (MugaiChainRun *run, bool containers)
{
    const MugaiFilter *filter = mugai_modules_find (run->chain->modules, step_of (run)->filter);

    if (mugai_run_unpacks (filter) && !containers)
        return false;
    g_autoptr (MugaiAnswer) answer = mugai_flight_take (run->chain->flight, run->handle);
    if (answer == NULL)
        return false;
    run->handle = 0;
    g_ptr_array_remove_fast (run->chain->waiting, run);
    mugai_run_settle (run, filter, answer);
    return true;
}

static void
advance (MugaiChainRun *run, bool containers)
{
    while (!run->over) {
        if (run->handle != 0) {
            if (!land (run, containers))
                return;
        } else if (run->at_step >= run->decision->chains[run->at_chain].n_steps) {
            mugai_run_conclude (run);
        } else if (!take_step (run, containers)) {
            return;
        }
    }
}

MugaiChainRun *
mugai_chain_start (MugaiChain *chain, const MugaiChainPart *part, const MugaiDecision *decision)
{
    MugaiChainRun *run = g_new0 (MugaiChainRun, 1);

    g_assert (decision->action == MUGAI_ACTION_CHAIN && decision->n_chains > 0);
    run->chain = chain;
    run->decision = decision;
    run->original = g_bytes_ref (part->data);
    run->data = g_bytes_ref (part->data);
    run->facts = *part->facts;
    run->path = part->path;
    run->index = part->index;
    run->type = part->facts->type;
    run->method = g_string_new (NULL);
    run->findings = g_ptr_array_new_with_free_func (finding_free);
    advance (run, true);
    return run;
}

static void
run_free (MugaiChainRun *run)
{
    g_ptr_array_remove_fast (run->chain->waiting, run);
    g_bytes_unref (run->original);
    g_bytes_unref (run->data);
    g_string_free (run->method, TRUE);
    g_ptr_array_unref (run->findings);
    mugai_chain_result_clear (&run->result);
    g_clear_error (&run->error);
    g_free (run);
}

void
mugai_chain_abandon (MugaiChainRun *run)
{
    if (run == NULL)
        return;
    g_assert (!run->busy);
    run_free (run);
}

/* Let every other run whose answer has come go on, up to a container. */
static void
advance_others (MugaiChain *chain, const MugaiChainRun *self)
{
    for (guint i = chain->waiting->len; i > 0; i--) {
        MugaiChainRun *run =
            i <= chain->waiting->len ? g_ptr_array_index (chain->waiting, i - 1) : NULL;
        if (run != NULL && run != self)
            advance (run, false);
    }
}

bool
mugai_chain_finish (MugaiChain *chain, MugaiChainRun *run, MugaiChainResult *ret_result,
                    GError **error)
{
    g_assert (!run->busy);
    advance (run, true);
    while (!run->over) {
        if (!mugai_flight_wait (chain->flight, &run->error))
            break;
        advance (run, true);
        advance_others (chain, run);
    }
    bool ok = run->over && run->error == NULL;
    if (ok) {
        *ret_result = run->result;
        run->result = (MugaiChainResult){ 0 };
    } else {
        g_propagate_error (error, g_steal_pointer (&run->error));
    }
    run_free (run);
    return ok;
}
