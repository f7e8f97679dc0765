/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a rule shadows a later one when each of its conditions is implied by one of the
 * later one's. Implication is decided by the texts of values, sizes by their numbers, networks by
 * their prefixes: what cannot be decided so is not reported. Shadowing is looked for among the
 * first SHADOW_RULES rules, as it compares all pairs.
 */
#include "rules/lint.h"

#include "core/type.h"
#include "rules/model.h"

#include <stdarg.h>
#include <string.h>

enum { SHADOW_RULES = 2000, SOON_DAYS = 30 };

static void
lint_free (void *data)
{
    MugaiLint *lint = data;

    g_free (lint->en);
    g_free (lint->ja);
    g_free (lint);
}

/* @en, @ja: formats with the same arguments. */
#define ADD(found, rule, is_error, name, en_format, ja_format, ...)                                \
    add (found, rule, is_error, name, g_strdup_printf (en_format, __VA_ARGS__),                    \
         g_strdup_printf (ja_format, __VA_ARGS__))

static void
add (GPtrArray *found, const MugaiRule *rule, bool error, const char *code, char *en, char *ja)
{
    MugaiLint *lint = g_new0 (MugaiLint, 1);

    *lint = (MugaiLint){
        .error = error,
        .code = code,
        .path = rule->path != NULL ? rule->path : rule->file,
        .rule = rule->name,
        .line = rule->line,
        .column = rule->column,
        .en = en,
        .ja = ja,
    };
    g_ptr_array_add (found, lint);
}

static const MugaiCondition *
find (const MugaiRule *rule, MugaiKey key)
{
    for (size_t i = 0; i < rule->n_conditions; i++)
        if (rule->conditions[i].info->key == key)
            return &rule->conditions[i];
    return NULL;
}

/* Does the rule demand that this result is "pass"? */
static bool
demands_pass (const MugaiRule *rule, MugaiKey key)
{
    const MugaiCondition *c = find (rule, key);

    return c != NULL && !c->negated && c->n_values == 1 && strcmp (c->values[0].text, "pass") == 0;
}

static void
lint_forgeable (GPtrArray *found, const MugaiRule *rule)
{
    const MugaiCondition *from = find (rule, MUGAI_KEY_FROM);
    const MugaiCondition *sender = find (rule, MUGAI_KEY_SENDER);
    const MugaiCondition *client = find (rule, MUGAI_KEY_CLIENT);
    bool bound = client != NULL && !client->negated;

    if (rule->action != MUGAI_ACTION_CHAIN || (from == NULL && sender == NULL))
        return;
    /* SPF is about the envelope: it binds sender:, but says nothing about From. DKIM passes only by
     * a signature of the author's domain (message/authres.c). */
    bound = bound || demands_pass (rule, MUGAI_KEY_DKIM) || demands_pass (rule, MUGAI_KEY_DMARC) ||
            (from == NULL && demands_pass (rule, MUGAI_KEY_SPF));
    if (!bound)
        ADD (found, rule, true, "forgeable",
             "rule \"%s\" lets content through by %s, which anybody can forge; add `auth: { dmarc: "
             "pass }` or `client: NETWORK`",
             "規則「%s」は%sだけで内容を通しますが、誰でも偽ることができます。`auth: { dmarc: pass "
             "}`か`client: ネットワーク`を加えてください",
             rule->name, from != NULL ? "from" : "sender");
}

static void
lint_auth (GPtrArray *found, const MugaiRules *rules, const MugaiRule *rule)
{
    bool asks = find (rule, MUGAI_KEY_SPF) != NULL || find (rule, MUGAI_KEY_DKIM) != NULL ||
                find (rule, MUGAI_KEY_DMARC) != NULL;

    if (asks && rules->settings.trusted_authserv_id[0] == '\0')
        ADD (found, rule, false, "no-authserv-id",
             "rule \"%s\" asks for auth, but inner.trusted-authserv-id is not set, so every result "
             "is \"none\"",
             "規則「%s」はauthを調べますが、inner.trusted-authserv-idの指定がないため結果は常にnone"
             "になります",
             rule->name);
}

static void
lint_exception (GPtrArray *found, const MugaiRule *rule, int64_t now_us)
{
    if (rule->until != NULL && now_us > 0 && now_us >= rule->until_us)
        ADD (
            found, rule, false, "expired",
            "rule \"%s\" ended with %s and does not match any more; remove it or ask %s for a new "
            "date",
            "規則「%s」は期限（%s）を過ぎたため使われません。削除するか、%sに期限の見直しを依頼して"
            "ください",
            rule->name, rule->until, rule->owner);
    else if (rule->until != NULL && now_us > 0 &&
             rule->until_us - now_us < SOON_DAYS * (int64_t)G_TIME_SPAN_DAY)
        ADD (
            found, rule, false, "expires-soon",
            "rule \"%s\" ends with %s; then it does not match any more: ask %s whether it is still "
            "needed",
            "規則「%s」の期限（%s）まで30日を切りました。過ぎると使われなくなります。%"
            "sに継続の要否を確認してください",
            rule->name, rule->until, rule->owner);
}

/* --- conditions against each other --- */

static bool
value_covers (const MugaiCondition *wide, const MugaiConditionValue *w,
              const MugaiCondition *narrow, const MugaiConditionValue *n)
{
    if (wide->info->key == MUGAI_KEY_FAMILY && narrow->info->key == MUGAI_KEY_TYPE) {
        const MugaiType *type = mugai_type_by_id (n->text);
        return type != NULL && strcmp (type->family, w->text) == 0;
    }
    if (wide->info->key != narrow->info->key)
        return false;
    if (wide->info->match == MUGAI_MATCH_NETWORK)
        return mugai_network_covers (&w->network, &n->network);
    bool less = w->order == MUGAI_ORDER_LESS || w->order == MUGAI_ORDER_LESS_EQUAL;
    bool more = w->order == MUGAI_ORDER_MORE || w->order == MUGAI_ORDER_MORE_EQUAL;
    if (w->order == n->order && less)
        return n->number <= w->number;
    if (w->order == n->order && more)
        return n->number >= w->number;
    bool glob = wide->info->match == MUGAI_MATCH_GLOB || wide->info->match == MUGAI_MATCH_ADDRESS;
    return strcmp (w->text, n->text) == 0 || (glob && strcmp (w->text, "*") == 0);
}

/* Whenever @narrow holds, @wide holds too. */
static bool
covers (const MugaiCondition *wide, const MugaiCondition *narrow)
{
    if (wide->negated != narrow->negated)
        return false;
    if (wide->negated) { /* the list of exceptions is the other way round */
        const MugaiCondition *swap = wide;
        wide = narrow;
        narrow = swap;
    }
    for (size_t n = 0; n < narrow->n_values; n++) {
        bool found = false;
        for (size_t w = 0; w < wide->n_values && !found; w++)
            found = value_covers (wide, &wide->values[w], narrow, &narrow->values[n]);
        if (!found)
            return false;
    }
    return true;
}

static bool
shadows (const MugaiRule *early, const MugaiRule *late)
{
    if (early->until != NULL)
        return false;
    for (size_t e = 0; e < early->n_conditions; e++) {
        bool implied = false;
        for (size_t i = 0; i < late->n_conditions && !implied; i++)
            implied = covers (&early->conditions[e], &late->conditions[i]);
        if (!implied)
            return false;
    }
    return true;
}

static void
lint_shadowed (GPtrArray *found, const MugaiRules *rules, guint index)
{
    const MugaiRule *rule = mugai_rules_at (rules, index);

    if (rule->preset || index >= SHADOW_RULES)
        return;
    for (guint i = 0; i < index; i++) {
        const MugaiRule *early = mugai_rules_at (rules, i);
        if (strcmp (early->name, rule->name) == 0)
            ADD (found, rule, false, "same-name",
                 "rule \"%s\" has the name of the rule in %s line %u; reports cannot tell them "
                 "apart",
                 "規則「%s」は%sの%u行目と同じ名前のため、報告で区別できません", rule->name,
                 early->file, early->line);
        if (!shadows (early, rule))
            continue;
        ADD (
            found, rule, false, "shadowed",
            "rule \"%s\" is never reached: the rule \"%s\" (%s line %u) before it takes all it "
            "would match; move it up or remove it",
            "規則「%s」は使われません。前にある規則「%s」（%sの%u行目）が先に当てはまります。前に移"
            "すか削除してください",
            rule->name, early->name, early->file, early->line);
        return;
    }
}

/* A family and types that exclude each other, or a type without any file of it. */
static void
lint_impossible (GPtrArray *found, const MugaiRule *rule)
{
    const MugaiCondition *type = find (rule, MUGAI_KEY_TYPE);
    const MugaiCondition *family = find (rule, MUGAI_KEY_FAMILY);

    if (type == NULL || family == NULL || type->negated || family->negated)
        return;
    for (size_t t = 0; t < type->n_values; t++) {
        const MugaiType *info = mugai_type_by_id (type->values[t].text);
        for (size_t f = 0; f < family->n_values; f++)
            if (info != NULL && strcmp (info->family, family->values[f].text) == 0)
                return;
    }
    ADD (found, rule, false, "impossible",
         "rule \"%s\" never matches: none of its types is of the family %s",
         "規則「%s」は当てはまることがありません。typeのどれもfamily（%s）に属しません", rule->name,
         family->values[0].text);
}

/* --- filters --- */

/* Is @type among @list as filters write it: ids, "*", "family:text"? */
static bool
takes (const char *list, const char *type)
{
    const MugaiType *info = mugai_type_by_id (type);
    g_auto (GStrv) words = g_strsplit (list, " ", -1);

    for (char **word = words; *word != NULL; word++)
        if (strcmp (*word, "*") == 0 || strcmp (*word, type) == 0 ||
            (info != NULL && g_str_has_prefix (*word, "family:") &&
             strcmp (*word + strlen ("family:"), info->family) == 0))
            return true;
    return false;
}

/* Does @filter take something of @family at all? */
static bool
takes_family (const char *list, const char *family)
{
    size_t count;
    const MugaiType *types = mugai_type_table (&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp (types[i].family, family) == 0 && takes (list, types[i].id))
            return true;
    return false;
}

/* The first filter against the types that the rule asks for. */
static void
lint_first (GPtrArray *found, const MugaiRule *rule, const MugaiCatalogueFilter *filter)
{
    const MugaiCondition *type = find (rule, MUGAI_KEY_TYPE);
    const MugaiCondition *family = find (rule, MUGAI_KEY_FAMILY);

    for (size_t i = 0; type != NULL && !type->negated && i < type->n_values; i++)
        if (!takes (filter->takes, type->values[i].text))
            ADD (found, rule, true, "type-not-taken",
                 "rule \"%s\": the filter %s does not take the type %s; it takes: %s",
                 "規則「%s」：フィルタ%sは種類%sを扱えません。扱えるもの：%s", rule->name,
                 filter->name, type->values[i].text, filter->takes);
    for (size_t i = 0; family != NULL && type == NULL && !family->negated && i < family->n_values;
         i++)
        if (!takes_family (filter->takes, family->values[i].text))
            ADD (found, rule, true, "type-not-taken",
                 "rule \"%s\": the filter %s takes nothing of the family %s; it takes: %s",
                 "規則「%s」：フィルタ%sは分類%sを扱えません。扱えるもの：%s", rule->name,
                 filter->name, family->values[i].text, filter->takes);
}

/* Does @filter take any of the types in @gives? */
static bool
takes_any (const MugaiCatalogueFilter *filter, const char *gives)
{
    g_auto (GStrv) words = g_strsplit (gives, " ", -1);
    bool any = false;

    for (char **word = words; *word != NULL && !any; word++)
        any = strcmp (*word, "*") == 0 || takes (filter->takes, *word);
    return any;
}

static bool
any_in_profile (const char *gives)
{
    g_auto (GStrv) words = g_strsplit (gives, " ", -1);
    bool any = false;

    for (char **word = words; *word != NULL && !any; word++) {
        const MugaiType *type = mugai_type_by_id (*word);
        any = strcmp (*word, "*") == 0 || (type != NULL && type->grammar != 0);
    }
    return any;
}

static void
lint_chain (GPtrArray *found, const MugaiRule *rule, const MugaiStepChain *chain,
            const MugaiCatalogue *catalogue)
{
    const char *gives = NULL; /* of the filters so far; NULL: still the part itself */
    const MugaiCatalogueFilter *last = NULL;

    for (size_t i = 0; i < chain->n_steps; i++) {
        const MugaiCatalogueFilter *filter =
            mugai_catalogue_find (catalogue, chain->steps[i].filter);
        if (filter == NULL) { /* only in a preset: the loader refuses a site's rule */
            ADD (
                found, rule, false, "filter-missing",
                "rule \"%s\" of the preset: the filter %s is not installed, so this chain is "
                "passed "
                "over; `mugai filters` lists those that are",
                "プリセットの規則「%s」：フィルタ%sが導入されていないため、この処理は行われません。"
                "導入済みのものは`mugai filters`で分かります",
                rule->name, chain->steps[i].filter);
            return;
        }
        if (filter->lacks != NULL) {
            ADD (found, rule, false, "filter-lacks",
                 "rule \"%s\": the filter %s cannot run on this host, so this chain is passed "
                 "over; `mugai filters` says what it needs",
                 "規則「%s」：フィルタ%sはこのホストでは動かないため、この処理は行われません。"
                 "必要なものは`mugai filters`で分かります",
                 rule->name, filter->name);
            return;
        }
        if (gives == NULL)
            lint_first (found, rule, filter);
        else if (!takes_any (filter, gives))
            ADD (found, rule, true, "type-not-taken",
                 "rule \"%s\": the filter %s does not take what %s gives (%s)",
                 "規則「%s」：フィルタ%sは、前の%sの結果（%s）を扱えません", rule->name,
                 filter->name, last->name, gives);
        if (filter->gives[0] != '\0') {
            gives = filter->gives;
            last = filter;
        }
    }
    if (gives != NULL && last->runs != MUGAI_RUNS_CONVERTER && !last->container &&
        !any_in_profile (gives))
        ADD (found, rule, true, "ends-nowhere",
             "rule \"%s\" delivers nothing: its chain ends in %s, which the output profile does "
             "not have",
             "規則「%s」では何も届きません。処理の結果（%s）が渡してよい形式ではありません",
             rule->name, gives);
    if (gives == NULL)
        ADD (found, rule, true, "only-judges",
             "rule \"%s\" delivers nothing: its filters (%s) only judge and make no safe form",
             "規則「%s」では何も届きません。フィルタ（%s）は判定のみで、安全な形を作りません",
             rule->name, chain->steps[0].filter);
}

static void
lint_inspect (GPtrArray *found, const MugaiRule *rule, const MugaiCatalogue *catalogue)
{
    bool any = false;

    for (guint i = 0; i < catalogue->filters->len && !any; i++)
        any = ((MugaiCatalogueFilter *)g_ptr_array_index (catalogue->filters, i))->inspects;
    for (size_t i = 0; i < rule->n_conditions && !any; i++)
        if (rule->conditions[i].info->inspect)
            ADD (found, rule, false, "never-known",
                 "rule \"%s\" never matches: no installed filter finds out \"%s\"",
                 "規則「%s」は当てはまることがありません。「%"
                 "s」を調べるフィルタが導入されていません",
                 rule->name, rule->conditions[i].info->name);
}

static void
lint_headers (GPtrArray *found, const MugaiRules *rules)
{
    static const char *const needed[] = { "from", "date" };

    if (rules->rules->len == 0)
        return;
    const MugaiRule *first = mugai_rules_at (rules, 0);
    for (size_t i = 0; i < G_N_ELEMENTS (needed); i++)
        if (!g_strv_contains (rules->settings.header_keep, needed[i]))
            ADD (found, first, false, "header-needed",
                 "headers.keep leaves out %s, which every mail must have (RFC 5322 3.6)",
                 "headers.keepに%sがありません。メールに必須の項目です（RFC 5322 3.6）", needed[i]);
}

GPtrArray *
mugai_rules_lint (const MugaiRules *rules, const MugaiCatalogue *catalogue, int64_t now_us)
{
    GPtrArray *found = g_ptr_array_new_with_free_func (lint_free);

    lint_headers (found, rules);
    for (guint i = 0; i < rules->rules->len; i++) {
        const MugaiRule *rule = mugai_rules_at (rules, i);
        lint_forgeable (found, rule);
        lint_auth (found, rules, rule);
        lint_exception (found, rule, now_us);
        lint_impossible (found, rule);
        lint_shadowed (found, rules, i);
        if (catalogue == NULL)
            continue;
        lint_inspect (found, rule, catalogue);
        for (size_t c = 0; c < rule->n_chains; c++)
            lint_chain (found, rule, &rule->chains[c], catalogue);
    }
    return found;
}
