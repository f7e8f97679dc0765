/* SPDX-License-Identifier: Apache-2.0
 *
 * One rule. Settings of the file that a filter has as a parameter (body.links) are written into the
 * steps here, so that a decision holds everything a chain needs and the policy hash covers it.
 */
#include "rules/loader.h"

#include "chain/params.h"
#include "rules/nearest.h"

#include <string.h>

/* --- when --- */

typedef struct Conditions {
    MugaiCondition list[MUGAI_RULES_CONDITIONS];
    size_t count;
} Conditions;

static bool
add_value (const MugaiLoader *l, const MugaiKeyInfo *info, const MugaiYaml *at, GArray *values,
           GError **error)
{
    MugaiConditionValue value = { 0 };
    const char *text = NULL;
    char why[MUGAI_CONDITION_WHY];
    bool empty = info->match == MUGAI_MATCH_GLOB || info->match == MUGAI_MATCH_ADDRESS ||
                 info->key == MUGAI_KEY_CONTAINER;

    if (empty && at->kind == MUGAI_YAML_SCALAR && at->text[0] == '\0' && !at->quoted)
        return mugai_loader_fail (l, at, error, "%s has no value", info->name);
    if (!mugai_loader_text (l, at, info->name, empty, &text, error))
        return false;
    if (!mugai_condition_value (info, text, &value, why))
        return mugai_loader_fail (l, at, error, "%s", why);
    g_array_append_val (values, value);
    return true;
}

static bool
add_condition (const MugaiLoader *l, Conditions *c, const MugaiKeyInfo *info, const MugaiYaml *at,
               bool negated, GError **error)
{
    g_autoptr (GArray) values = g_array_new (FALSE, TRUE, sizeof (MugaiConditionValue));

    if (at->kind == MUGAI_YAML_MAP && !negated) {
        if (!mugai_loader_keys (l, at, info->name, "not", error))
            return false;
        if (at->items->len != 2)
            return mugai_loader_fail (l, at, error, "%s has no value", info->name);
        return add_condition (l, c, info, g_ptr_array_index (at->items, 1), true, error);
    }
    if (at->kind == MUGAI_YAML_MAP)
        return mugai_loader_fail (l, at, error, "%s: not takes a value or a list", info->name);
    if (at->kind == MUGAI_YAML_SCALAR && !add_value (l, info, at, values, error))
        return false;
    for (guint i = 0; at->kind == MUGAI_YAML_LIST && i < at->items->len; i++)
        if (!add_value (l, info, g_ptr_array_index (at->items, i), values, error))
            return false;
    if (values->len == 0)
        return mugai_loader_fail (l, at, error, "%s: an empty list matches nothing", info->name);
    if (values->len > MUGAI_RULES_VALUES || c->count == MUGAI_RULES_CONDITIONS)
        return mugai_loader_fail (l, at, error, "%s: more than %d values or %d conditions",
                                  info->name, MUGAI_RULES_VALUES, MUGAI_RULES_CONDITIONS);
    c->list[c->count++] = (MugaiCondition){
        .info = info,
        .negated = negated,
        .values =
            mugai_rules_block (l->rules, values->data, values->len * sizeof (MugaiConditionValue)),
        .n_values = values->len,
    };
    return true;
}

/* auth: { dkim: pass, dmarc: { not: fail } } */
static bool
add_auth (const MugaiLoader *l, Conditions *c, const MugaiYaml *auth, bool negated, GError **error)
{
    if (!mugai_loader_keys (l, auth, "auth", "spf dkim dmarc", error))
        return false;
    if (auth->items->len == 0)
        return mugai_loader_fail (l, auth, error, "auth: name one of spf, dkim, dmarc");
    if (negated && auth->items->len > 2)
        return mugai_loader_fail (l, auth, error,
                                  "not takes one of spf, dkim, dmarc; write the "
                                  "others as `dkim: { not: ... }`");
    for (guint i = 0; i < auth->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (auth->items, i);
        g_autofree char *name = g_strconcat ("auth.", key->text, NULL);
        if (!add_condition (l, c, mugai_key_by_name (name), g_ptr_array_index (auth->items, i + 1),
                            negated, error))
            return false;
    }
    return true;
}

static const char *
when_keys (GString *names)
{
    size_t count;
    const MugaiKeyInfo *keys = mugai_key_table (&count);

    for (size_t i = 0; i < count; i++)
        if (strchr (keys[i].name, '.') == NULL)
            g_string_append_printf (names, "%s ", keys[i].name);
    g_string_append (names, "auth not");
    return names->str;
}

static bool
add_keys (const MugaiLoader *l, Conditions *c, const MugaiYaml *when, bool negated, GError **error)
{
    g_autoptr (GString) names = g_string_new (NULL);

    if (!mugai_loader_keys (l, when, negated ? "not" : "when", when_keys (names), error))
        return false;
    if (negated && when->items->len != 2)
        return mugai_loader_fail (l, when, error,
                                  "not takes one key; write each as "
                                  "`KEY: { not: VALUE }`");
    for (guint i = 0; i < when->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (when->items, i);
        const MugaiYaml *value = g_ptr_array_index (when->items, i + 1);
        bool added;
        if (strcmp (key->text, "not") == 0 && !negated)
            added = add_keys (l, c, value, true, error);
        else if (strcmp (key->text, "not") == 0)
            added = mugai_loader_fail (l, key, error, "not inside not; leave both out");
        else if (strcmp (key->text, "auth") == 0)
            added = add_auth (l, c, value, negated, error);
        else
            added = add_condition (l, c, mugai_key_by_name (key->text), value, negated, error);
        if (!added)
            return false;
    }
    return true;
}

/* --- do and else --- */

static bool
unknown_filter (const MugaiLoader *l, const MugaiYaml *at, GError **error)
{
    MugaiNearest nearest = mugai_nearest (at->text);

    for (guint i = 0; i < l->catalogue->filters->len; i++) {
        const MugaiCatalogueFilter *filter = g_ptr_array_index (l->catalogue->filters, i);
        mugai_nearest_try (&nearest, filter->name);
    }
    if (nearest.best[0] != '\0')
        return mugai_loader_fail (l, at, error, "there is no filter \"%s\"; did you mean \"%s\"?",
                                  at->text, nearest.best);
    return mugai_loader_fail (l, at, error,
                              "the filter \"%s\" is not installed; `mugai filters` lists those "
                              "that are",
                              at->text);
}

static const mugai_param *
find_param (const MugaiCatalogueFilter *filter, const char *name, MugaiNearest *nearest)
{
    for (guint i = 0; i < filter->params->len; i++) {
        const mugai_param *param = g_ptr_array_index (filter->params, i);
        if (strcmp (param->name, name) == 0)
            return param;
        mugai_nearest_try (nearest, param->name);
    }
    return NULL;
}

static bool
check_param (const MugaiLoader *l, const MugaiCatalogueFilter *filter, const MugaiYaml *key,
             const MugaiYaml *value, GError **error)
{
    MugaiNearest nearest = mugai_nearest (key->text);
    const mugai_param *param = find_param (filter, key->text, &nearest);
    char why[MUGAI_PARAMS_WHY];
    mugai_value ignored;

    if (param == NULL && nearest.best[0] != '\0')
        return mugai_loader_fail (l, key, error, "%s has no parameter \"%s\"; did you mean \"%s\"?",
                                  filter->name, key->text, nearest.best);
    if (param == NULL)
        return mugai_loader_fail (l, key, error,
                                  "%s has no parameter \"%s\"; `mugai filters %s` lists them",
                                  filter->name, key->text, filter->name);
    if (!mugai_params_value (param, value->text, &ignored, why))
        return mugai_loader_fail (l, value, error, "%s: %s", filter->name, why);
    return true;
}

/* Settings that a filter has as a parameter, unless the rule gives it: body.links, by MugaiLinks;
 * NULL: the trusted domains. */
static const struct {
    const char *filter, *param;
    const char *links[4];
} settings[] = {
    { "link-defang", "form", { "", "show", "defang", "drop" } },
    { "link-defang", "trusted", { NULL } },
    { "html-text", "links", { "", "yes", "yes", "no" } },
};

static void
add_settings (const MugaiLoader *l, const MugaiCatalogueFilter *filter, MugaiStep *step,
              MugaiStepValue *values)
{
    const MugaiSettings *site = &l->rules->settings;

    for (size_t s = 0; s < G_N_ELEMENTS (settings); s++) {
        MugaiNearest ignored = mugai_nearest ("");
        bool trusted = settings[s].links[0] == NULL;
        bool has = strcmp (step->filter, settings[s].filter) == 0 &&
                   step->n_values < MUGAI_RULES_PARAMS &&
                   (!trusted || site->links_trusted[0] != '\0') &&
                   (filter == NULL || find_param (filter, settings[s].param, &ignored) != NULL);
        for (size_t i = 0; i < step->n_values && has; i++)
            has = strcmp (values[i].name, settings[s].param) != 0;
        if (has)
            values[step->n_values++] =
                (MugaiStepValue){ .name = settings[s].param,
                                  .value = trusted ? site->links_trusted
                                                   : settings[s].links[site->links] };
    }
}

/* A parameter that must be given and is not. */
static bool
check_needed (const MugaiLoader *l, const MugaiCatalogueFilter *filter, const MugaiStep *step,
              const MugaiStepValue *values, const MugaiYaml *at, GError **error)
{
    for (guint i = 0; i < filter->params->len; i++) {
        const mugai_param *param = g_ptr_array_index (filter->params, i);
        bool given = param->value != NULL;
        for (size_t v = 0; v < step->n_values && !given; v++)
            given = strcmp (values[v].name, param->name) == 0;
        if (!given)
            return mugai_loader_fail (l, at, error, "%s needs the parameter %s: - %s: { %s: ... }",
                                      filter->name, param->name, filter->name, param->name);
    }
    return true;
}

/* @name: the filter; @params: a mapping, or NULL. */
static bool
load_step (const MugaiLoader *l, const MugaiYaml *name, const MugaiYaml *params, MugaiStep *ret,
           GError **error)
{
    const MugaiCatalogueFilter *filter = NULL;
    MugaiStepValue values[MUGAI_RULES_PARAMS];

    *ret = (MugaiStep){ 0 };
    if (!mugai_loader_text (l, name, "a filter's name", false, &ret->filter, error))
        return false;
    if (l->catalogue != NULL)
        filter = mugai_catalogue_find (l->catalogue, name->text);
    /* A preset names filters of packages that a site may not have: its chain is passed over when it
     * runs ("filter.missing"), and the lint says so. */
    if (l->catalogue != NULL && filter == NULL && !l->preset)
        return unknown_filter (l, name, error);
    if (params != NULL && params->kind != MUGAI_YAML_MAP)
        return mugai_loader_fail (
            l, params, error, "parameters of %s are a mapping: { PARAMETER: VALUE }", name->text);
    for (guint i = 0; params != NULL && i < params->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (params->items, i);
        const MugaiYaml *value = g_ptr_array_index (params->items, i + 1);
        if (ret->n_values == MUGAI_RULES_PARAMS)
            return mugai_loader_fail (l, key, error, "more than %d parameters", MUGAI_RULES_PARAMS);
        MugaiStepValue *to = &values[ret->n_values++];
        to->name = mugai_rules_text (l->rules, key->text);
        if (!mugai_loader_text (l, value, key->text, true, &to->value, error) ||
            (filter != NULL && !check_param (l, filter, key, value, error)))
            return false;
    }
    add_settings (l, filter, ret, values);
    if (filter != NULL && !check_needed (l, filter, ret, values, name, error))
        return false;
    ret->values = mugai_rules_block (l->rules, values, ret->n_values * sizeof values[0]);
    return true;
}

/* One entry of a chain: NAME or { NAME: { PARAMETER: VALUE } }. */
static bool
load_entry (const MugaiLoader *l, const MugaiYaml *at, MugaiStep *ret, GError **error)
{
    if (at->kind == MUGAI_YAML_SCALAR)
        return load_step (l, at, NULL, ret, error);
    if (at->kind != MUGAI_YAML_MAP || at->items->len != 2)
        return mugai_loader_fail (l, at, error,
                                  "a filter is written NAME or NAME: { PARAMETER: VALUE }");
    return load_step (l, g_ptr_array_index (at->items, 0), g_ptr_array_index (at->items, 1), ret,
                      error);
}

static bool
load_chain (const MugaiLoader *l, const MugaiYaml *at, GArray *chains, GError **error)
{
    MugaiStep steps[MUGAI_RULES_STEPS];
    MugaiStepChain chain = { 0 };
    guint count = at->kind == MUGAI_YAML_LIST ? at->items->len : 1;

    if (count == 0)
        return mugai_loader_fail (l, at, error,
                                  "the list of filters is empty; write `then: "
                                  "withhold` when nothing is to be delivered");
    if (count > MUGAI_RULES_STEPS || chains->len == MUGAI_RULES_CHAINS)
        return mugai_loader_fail (l, at, error, "more than %d filters in a chain or %d chains",
                                  MUGAI_RULES_STEPS, MUGAI_RULES_CHAINS);
    for (guint i = 0; i < count; i++) {
        const MugaiYaml *entry =
            at->kind == MUGAI_YAML_LIST ? g_ptr_array_index (at->items, i) : at;
        if (!load_entry (l, entry, &steps[chain.n_steps++], error))
            return false;
    }
    chain.steps = mugai_rules_block (l->rules, steps, chain.n_steps * sizeof steps[0]);
    g_array_append_val (chains, chain);
    return true;
}

/* else: one chain, or a list of chains. */
static bool
load_else (const MugaiLoader *l, const MugaiYaml *at, GArray *chains, GError **error)
{
    bool several = at->kind == MUGAI_YAML_LIST && at->items->len > 0;

    for (guint i = 0; several && i < at->items->len; i++)
        several = ((MugaiYaml *)g_ptr_array_index (at->items, i))->kind == MUGAI_YAML_LIST;
    if (!several)
        return load_chain (l, at, chains, error);
    for (guint i = 0; i < at->items->len; i++)
        if (!load_chain (l, g_ptr_array_index (at->items, i), chains, error))
            return false;
    return true;
}

static bool
load_action (const MugaiLoader *l, const MugaiYaml *at, MugaiRule *rule, GError **error)
{
    const MugaiYaml *chain = mugai_yaml_get (at, "do"), *other = mugai_yaml_get (at, "else");
    const MugaiYaml *then = mugai_yaml_get (at, "then"), *drop = mugai_yaml_get (at, "drop");
    g_autoptr (GArray) chains = g_array_new (FALSE, TRUE, sizeof (MugaiStepChain));
    unsigned word = 0;

    if (chain != NULL && then != NULL)
        return mugai_loader_fail (l, then, error,
                                  "a rule has `do` or `then`, not both; what `do` "
                                  "and `else` refuse is withheld anyway");
    if (chain == NULL && then == NULL)
        return mugai_loader_fail (l, at, error,
                                  "the rule has no ending; add `do: [FILTER...]` or "
                                  "`then: withhold`");
    if (other != NULL && chain == NULL)
        return mugai_loader_fail (l, other, error, "`else` needs a `do` before it");
    if (drop != NULL && chain == NULL)
        return mugai_loader_fail (l, drop, error, "`drop` needs a `do` before it");
    if (!mugai_loader_choice (l, drop, "drop", "withhold hold reject", &word, error))
        return false;
    rule->drop = (MugaiAction)(word + MUGAI_ACTION_CHAIN + (drop == NULL));
    word = 0;
    if (!mugai_loader_choice (l, then, "then", "withhold hold reject", &word, error))
        return false;
    if (then != NULL) {
        rule->action = (MugaiAction)(word + MUGAI_ACTION_CHAIN);
        return true;
    }
    rule->action = MUGAI_ACTION_CHAIN;
    if (!load_chain (l, chain, chains, error) ||
        (other != NULL && !load_else (l, other, chains, error)))
        return false;
    rule->chains =
        mugai_rules_block (l->rules, chains->data, chains->len * sizeof (MugaiStepChain));
    rule->n_chains = chains->len;
    return true;
}

static bool
load_exception (const MugaiLoader *l, const MugaiYaml *at, MugaiRule *rule, GError **error)
{
    if (at == NULL)
        return true;
    if (!mugai_loader_keys (l, at, "exception", "owner reason until", error))
        return false;
    const MugaiYaml *until = mugai_yaml_get (at, "until");
    if (mugai_yaml_get (at, "owner") == NULL || mugai_yaml_get (at, "reason") == NULL ||
        until == NULL)
        return mugai_loader_fail (l, at, error,
                                  "an exception names owner, reason and until: who answers for "
                                  "it, why, and the last day");
    if (!mugai_loader_text (l, mugai_yaml_get (at, "owner"), "owner", false, &rule->owner, error) ||
        !mugai_loader_text (l, mugai_yaml_get (at, "reason"), "reason", false, &rule->reason,
                            error) ||
        !mugai_loader_text (l, until, "until", false, &rule->until, error))
        return false;
    if (!mugai_rules_until (rule->until, &rule->until_us))
        return mugai_loader_fail (l, until, error,
                                  "until: \"%s\" is no date; write it as 2027-03-31", rule->until);
    return true;
}

bool
mugai_loader_rule (const MugaiLoader *l, const MugaiYaml *at, GError **error)
{
    MugaiRule rule = {
        .file = l->file,
        .path = l->path,
        .line = at->line,
        .column = at->column,
        .preset = l->preset,
    };
    Conditions conditions = { .count = 0 };

    if (!mugai_loader_keys (l, at, "a rule", "name when do else drop then exception", error))
        return false;
    const MugaiYaml *name = mugai_yaml_get (at, "name"), *when = mugai_yaml_get (at, "when");
    if (name == NULL)
        return mugai_loader_fail (l, at, error,
                                  "the rule has no name; it stands in notices and "
                                  "reports, so say what the rule is for");
    if (!mugai_loader_text (l, name, "name", false, &rule.name, error))
        return false;
    if (strlen (rule.name) > 300)
        return mugai_loader_fail (l, name, error, "name is longer than 300 bytes");
    if (when != NULL && when->kind == MUGAI_YAML_MAP && when->items->len == 0)
        return mugai_loader_fail (l, when, error,
                                  "when is empty; leave it out if the rule is to "
                                  "hold always");
    if (when != NULL && !add_keys (l, &conditions, when, false, error))
        return false;
    rule.conditions =
        mugai_rules_block (l->rules, conditions.list, conditions.count * sizeof conditions.list[0]);
    rule.n_conditions = conditions.count;
    if (!load_action (l, at, &rule, error) ||
        !load_exception (l, mugai_yaml_get (at, "exception"), &rule, error))
        return false;
    g_array_append_val (l->rules->rules, rule);
    return true;
}
