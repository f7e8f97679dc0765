/* SPDX-License-Identifier: Apache-2.0
 *
 * Fail closed: a run begins unsafe. Only a filter that gives types, and runs here or alone with the
 * part (not a converter), makes it safe: by REPLACE with what is, by its content, of the type it
 * claims and gives, or, only where it runs here, by KEEP of a type it gives. A decoder that was
 * taken over may say KEEP as it likes: the original never goes on by its word. All else is the next
 * chain, and after the last REFUSE.
 */
#include "chain/run.h"

#include "base/escape.h"
#include "chain/call.h"
#include "core/error.h"
#include "core/finding.h"
#include "core/type.h"

#include <string.h>

enum { EVIDENCE = 512 /* bytes of an escaped evidence */ };

/* What a filter said, as the report may hold it: a code of the catalogue and escaped evidence. A
 * code of the filter's own becomes @general with the filter's text in front. */
static void
translate (const MugaiChain *chain, const MugaiFilter *filter, const char *general,
           const char *code, const char *evidence, char **ret_code, char **ret_evidence)
{
    const mugai_code *own = mugai_module_code (&filter->info, code);
    char safe[EVIDENCE];

    mugai_escape (safe, sizeof safe, evidence, strlen (evidence));
    if (mugai_finding_info (code) != NULL || own == NULL) {
        *ret_code = g_strdup (code);
        *ret_evidence = g_strdup (safe);
        return;
    }
    *ret_code = g_strdup (general);
    bool ja = chain->language == MUGAI_LANGUAGE_JA;
    const char *between = safe[0] == '\0' ? "" : ja ? "：" : ", ";
    *ret_evidence = g_strconcat (ja ? own->ja : own->en, between, safe, NULL);
}

static void
keep_finding (MugaiChainRun *run, char *code, uint64_t count, char *evidence)
{
    MugaiFinding *finding = g_new0 (MugaiFinding, 1);

    finding->code = code;
    finding->count = count;
    finding->evidence = evidence;
    g_ptr_array_add (run->findings, finding);
}

static void
emit_findings (MugaiChainRun *run)
{
    const MugaiChainHost *host = &run->chain->host;

    for (guint i = 0; i < run->findings->len && host->finding != NULL; i++) {
        const MugaiFinding *finding = g_ptr_array_index (run->findings, i);
        host->finding (host->walk, run->index, finding->code, finding->count, finding->evidence);
    }
    g_ptr_array_set_size (run->findings, 0);
}

static void
finish_with (MugaiChainRun *run, mugai_verdict_t verdict, const char *reason, const char *evidence)
{
    bool forward = verdict == MUGAI_KEEP || verdict == MUGAI_REPLACE;

    run->over = true;
    run->result.verdict = verdict;
    run->result.data = forward ? g_bytes_ref (run->data) : NULL;
    run->result.type = forward ? run->type : NULL;
    run->result.again = forward && run->again;
    run->result.method = g_strdup (run->method->str);
    run->result.reason = g_strdup (reason);
    run->result.evidence = g_strdup (evidence);
    emit_findings (run);
}

/* The chain in hand is given up: begin the next, or end. @evidence: escaped. */
void
mugai_run_give_up (MugaiChainRun *run, const char *reason, const char *evidence)
{
    const MugaiChainHost *host = &run->chain->host;

    g_ptr_array_set_size (run->findings, 0); /* what was done is undone */
    if (run->children && host->children_discard != NULL)
        host->children_discard (host->walk, run->index);
    run->children = false;
    g_bytes_unref (run->data);
    run->data = g_bytes_ref (run->original);
    run->type = run->facts.type;
    run->changed = run->safe = run->again = false;
    run->at_step = 0;
    if (run->at_chain + 1 >= run->decision->n_chains) {
        finish_with (run, MUGAI_REFUSE, reason, evidence);
        return;
    }
    if (host->finding != NULL)
        host->finding (host->walk, run->index, reason, 1, evidence);
    run->at_chain++;
    g_string_truncate (run->method, 0);
}

void
mugai_run_give_up_filter (MugaiChainRun *run, const MugaiFilter *filter, const char *reason,
                          const char *what)
{
    g_autofree char *text =
        g_strconcat (filter->info.name, what[0] != '\0' ? ", " : "", what, NULL);
    char safe[EVIDENCE];

    mugai_run_give_up (run, reason, mugai_escape (safe, sizeof safe, text, strlen (text)));
}

const char *
mugai_run_family (const char *type)
{
    const MugaiType *row = mugai_type_by_id (type);

    return row != NULL ? row->family : "";
}

static bool
gives (const MugaiFilter *filter, const char *type)
{
    return mugai_module_lists (filter->info.gives, type, mugai_run_family (type));
}

bool
mugai_run_makes_safe (const MugaiFilter *filter)
{
    return filter->info.runs == MUGAI_RUNS_WALK || filter->info.runs == MUGAI_RUNS_ISOLATED;
}

/* The first of the types it gives, when it did not say. @room: of a type id. */
static void
claimed_type (const MugaiFilter *filter, const MugaiAnswer *answer, char *ret, size_t room)
{
    const char *list = filter->info.gives;

    if (answer->type[0] != '\0')
        g_strlcpy (ret, answer->type, room);
    else
        g_strlcpy (ret, list, MIN (room, strcspn (list, " ") + 1));
    if (g_str_equal (ret, "*") || g_str_has_prefix (ret, "family:"))
        ret[0] = '\0';
}

/* Is what came out what the filter says, and may it? Returns: (static) its type or NULL. */
static const char *
check_output (MugaiChainRun *run, const MugaiFilter *filter, const MugaiAnswer *answer)
{
    const MugaiChainHost *host = &run->chain->host;
    char claimed[32];

    if (filter->info.gives == NULL || answer->data == NULL || host->sniff == NULL)
        return NULL;
    claimed_type (filter, answer, claimed, sizeof claimed);
    const char *type = host->sniff (host->walk, answer->data, claimed);
    if (type == NULL || !gives (filter, type))
        return NULL;
    return claimed[0] == '\0' || g_str_equal (claimed, type) ? type : NULL;
}

static void
take_output (MugaiChainRun *run, const MugaiFilter *filter, const MugaiAnswer *answer)
{
    const MugaiChainHost *host = &run->chain->host;
    const char *type = check_output (run, filter, answer);

    if (type == NULL) {
        mugai_run_give_up_filter (run, filter, "filter.output-type", answer->type);
        return;
    }
    if (!mugai_run_makes_safe (filter) && host->spend != NULL &&
        !host->spend (host->walk, g_bytes_get_size (answer->data))) {
        mugai_run_give_up_filter (run, filter, "limit.expanded", "");
        return;
    }
    g_bytes_unref (run->data);
    run->data = g_bytes_ref (answer->data);
    run->type = type;
    run->changed = true;
    run->safe = mugai_run_makes_safe (filter);
    run->again = !run->safe;
    run->at_step++;
}

bool
mugai_run_unpacks (const MugaiFilter *filter)
{
    return filter->info.runs == MUGAI_RUNS_CONVERTER && filter->info.container;
}

static bool
wants_tombstones (const MugaiChainRun *run)
{
    const MugaiStep *step = &run->decision->chains[run->at_chain].steps[run->at_step];

    for (size_t i = 0; i < step->n_values; i++)
        if (strcmp (step->values[i].name, "tombstones") == 0)
            return strcmp (step->values[i].value, "no") != 0;
    return true;
}

/* The archive or package of what an isolated container unpacked. *ret_type: (static) what it is. */
static GBytes *
pack_again (MugaiChainRun *run, const MugaiFilter *filter, GBytes *bundle, const char **ret_type,
            const char **ret_reason)
{
    const MugaiChainHost *host = &run->chain->host;

    *ret_type = "zip";
    if (bundle == NULL)
        return NULL;
    if (filter->info.container == MUGAI_CONTAINER_ARCHIVE)
        return host->join != NULL
                   ? host->join (host->walk, run->index, bundle, wants_tombstones (run), ret_reason)
                   : NULL;
    return host->package != NULL
               ? host->package (host->walk, run->index, bundle, ret_type, ret_reason)
               : NULL;
}

/* What an isolated container unpacked: its members go through the rules and are packed again. */
static void
take_members (MugaiChainRun *run, const MugaiFilter *filter, const MugaiAnswer *answer)
{
    const char *reason = "filter.nonsense", *type;

    run->children = true;
    run->busy = true;
    g_autoptr (GBytes) archive = pack_again (run, filter, answer->data, &type, &reason);
    run->busy = false;
    if (archive == NULL || !gives (filter, type)) {
        mugai_run_give_up_filter (run, filter, archive == NULL ? reason : "filter.output-type", "");
        return;
    }
    g_bytes_unref (run->data);
    run->data = g_steal_pointer (&archive);
    run->type = type;
    run->changed = run->safe = true;
    run->again = false;
    run->at_step++;
}

static void
take_keep (MugaiChainRun *run, const MugaiFilter *filter)
{
    if (filter->info.gives != NULL && filter->info.runs == MUGAI_RUNS_WALK) {
        if (!gives (filter, run->type)) {
            mugai_run_give_up_filter (run, filter, "filter.output-type", run->type);
            return;
        }
        run->safe = true;
        run->again = false;
    }
    run->at_step++;
}

/* Findings and reason: known codes only. Returns: false when the answer was given up for it. */
static bool
take_codes (MugaiChainRun *run, const MugaiFilter *filter, const MugaiAnswer *answer)
{
    bool known = answer->reason[0] == '\0' || mugai_call_code (&filter->info, answer->reason);

    for (guint i = 0; i < answer->findings->len; i++) {
        const MugaiFinding *said = g_ptr_array_index (answer->findings, i);
        known = known && mugai_call_code (&filter->info, said->code);
    }
    if (!known) {
        mugai_run_give_up_filter (run, filter, "filter.nonsense", "unknown code");
        return false;
    }
    for (guint i = 0; i < answer->findings->len; i++) {
        const MugaiFinding *said = g_ptr_array_index (answer->findings, i);
        char *code, *evidence;
        translate (run->chain, filter, "filter.note", said->code, said->evidence, &code, &evidence);
        keep_finding (run, code, said->count, evidence);
    }
    return true;
}

void
mugai_run_settle (MugaiChainRun *run, const MugaiFilter *filter, const MugaiAnswer *answer)
{
    g_autofree char *reason = NULL;
    g_autofree char *evidence = NULL;

    g_string_append_printf (run->method, "%s%s", run->method->len > 0 ? "," : "",
                            filter->info.name);
    if (!take_codes (run, filter, answer))
        return;
    translate (run->chain, filter, "filter.refused",
               answer->reason[0] != '\0' ? answer->reason : "filter.refused",
               answer->reason[0] != '\0' ? answer->evidence : filter->info.name, &reason,
               &evidence);
    switch (answer->verdict) {
    case MUGAI_KEEP:
        take_keep (run, filter);
        break;
    case MUGAI_REPLACE:
        if (mugai_run_unpacks (filter))
            take_members (run, filter, answer);
        else
            take_output (run, filter, answer);
        break;
    case MUGAI_DROP:
        run->result.judged = filter->info.runs == MUGAI_RUNS_SUPERVISED;
        finish_with (run, MUGAI_DROP, reason, evidence);
        break;
    case MUGAI_LATER:
        run->over = true;
        g_set_error (&run->error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "filter %s: try again later: %s", filter->info.name, evidence);
        break;
    case MUGAI_REFUSE:
    default:
        mugai_run_give_up (run, reason, evidence);
        break;
    }
}

void
mugai_run_conclude (MugaiChainRun *run)
{
    const MugaiType *row = mugai_type_by_id (run->type);

    if (run->again) {
        finish_with (run, MUGAI_REPLACE, "", "");
    } else if (!run->safe) {
        g_autofree char *names = g_strdup (run->method->str);
        mugai_run_give_up (run, "filter.only-judges", names);
    } else if (row == NULL || row->grammar == 0) {
        mugai_run_give_up (run, "filter.output-type", run->type);
    } else {
        run->type = row->id;
        finish_with (run, run->changed ? MUGAI_REPLACE : MUGAI_KEEP, "", "");
    }
}
