/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: all or nothing. A fact with an unknown key makes the whole answer nonsense, and the
 * facts stay unknown, so that no rule holds that needs them.
 */
#include "chain/run.h"

#include "chain/call.h"
#include "chain/params.h"

#include <string.h>

static bool
apply_active (MugaiPartFacts *facts, const char *word, uint64_t value)
{
    static const struct {
        const char *word;
        MugaiActive flag;
    } table[] = {
        { "macro", MUGAI_ACTIVE_MACRO },
        { "javascript", MUGAI_ACTIVE_JAVASCRIPT },
        { "external-link", MUGAI_ACTIVE_EXTERNAL_LINK },
        { "ole-object", MUGAI_ACTIVE_OLE_OBJECT },
        { "dde", MUGAI_ACTIVE_DDE },
        { "embedded-file", MUGAI_ACTIVE_EMBEDDED_FILE },
        { "form", MUGAI_ACTIVE_FORM },
        { "launch", MUGAI_ACTIVE_LAUNCH },
        { "xlm", MUGAI_ACTIVE_XLM },
        { "remote-template", MUGAI_ACTIVE_REMOTE_TEMPLATE },
        { "activex", MUGAI_ACTIVE_ACTIVEX },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (table); i++)
        if (g_str_equal (table[i].word, word)) {
            facts->active |= value > 0 ? table[i].flag : 0;
            return true;
        }
    return false;
}

static bool
apply_fact (MugaiPartFacts *facts, const char *key, uint64_t value)
{
    if (g_str_equal (key, "encrypted"))
        facts->encrypted = value > 0 ? MUGAI_YES : MUGAI_NO;
    else if (g_str_equal (key, "signed"))
        facts->is_signed = value > 0 ? MUGAI_YES : MUGAI_NO;
    else if (g_str_equal (key, "pages"))
        facts->pages = value, facts->pages_known = true;
    else if (g_str_equal (key, "pixels"))
        facts->pixels = value, facts->pixels_known = true;
    else
        return g_str_has_prefix (key, "active:") && apply_active (facts, key + 7, value);
    return true;
}

/* Returns: (transfer full) or NULL when no answer can be had. */
static MugaiAnswer *
inspect_away (MugaiChain *chain, const MugaiFilter *filter, const MugaiChainPart *part)
{
    g_autofree MugaiIsolateCall *call =
        mugai_run_call (chain, filter, NULL, part->facts->type, part->facts);
    uint32_t handle =
        chain->flight != NULL ? mugai_flight_send (chain->flight, call, part->data, NULL) : 0;

    while (handle != 0) {
        MugaiAnswer *answer = mugai_flight_take (chain->flight, handle);
        if (answer != NULL)
            return answer;
        if (!mugai_flight_wait (chain->flight, NULL))
            break; /* the channel broke: the next finish() says so */
    }
    return NULL;
}

static MugaiAnswer *
inspect_here (MugaiChain *chain, const MugaiFilter *filter, const MugaiChainPart *part)
{
    MugaiCallSite site = { .filter = filter, .host = &chain->host, .index = part->index };
    mugai_value values[MUGAI_PARAMS_MAX] = { 0 };
    char why[MUGAI_PARAMS_WHY];
    size_t n = filter->module.info.n_params;

    if (!mugai_params_resolve (filter->module.info.params, n, NULL, 0, values, why))
        return NULL;
    mugai_part view =
        mugai_run_part (chain, part->data, part->facts->type, part->path, part->facts, values, n);
    return mugai_call_inspect (&site, &view);
}

static const MugaiFilter *
inspector_of (const MugaiChain *chain, const char *type)
{
    const MugaiFilter *filter;

    for (size_t i = 0; (filter = mugai_modules_at (chain->modules, i)) != NULL; i++) {
        const MugaiCatalogueFilter *row =
            mugai_catalogue_find (mugai_modules_catalogue (chain->modules), filter->info.name);
        if (row != NULL && row->inspects &&
            mugai_module_lists (filter->info.takes, type, mugai_run_family (type)))
            return filter;
    }
    return NULL;
}

void
mugai_chain_inspect (MugaiChain *chain, const MugaiChainPart *part, const char *need,
                     MugaiPartFacts *facts)
{
    const MugaiFilter *filter = inspector_of (chain, part->facts->type);
    MugaiPartFacts found = *facts;

    (void)need; /* an inspect() says all it knows */
    if (filter == NULL)
        return;
    g_autoptr (MugaiAnswer) answer = filter->info.runs == MUGAI_RUNS_WALK
                                         ? inspect_here (chain, filter, part)
                                         : inspect_away (chain, filter, part);
    if (answer == NULL || answer->verdict != MUGAI_KEEP)
        return;
    for (size_t i = 0; i < answer->n_facts; i++)
        if (!apply_fact (&found, answer->facts[i].key, answer->facts[i].value))
            return;
    found.active |= MUGAI_ACTIVE_KNOWN;
    *facts = found;
}
