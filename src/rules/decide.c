/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: each condition is asked once and answers yes, no or unknown; `not` turns yes and no
 * around and leaves unknown, and a rule matches when all answer yes. So a fact that nobody could
 * find out never lets anything through, and the trace is written by the comparison itself.
 */
#include "rules/model.h"

#include "base/escape.h"
#include "rules/fact.h"
#include "rules/glob.h"

#include <string.h>

enum { SHOWN = 256 /* bytes of a fact in the trace */ };

typedef enum Answer { ANSWER_UNKNOWN = 0, ANSWER_NO, ANSWER_YES } Answer;

typedef struct Question {
    const MugaiItemFacts *item;
    MugaiPartFacts *part;
    MugaiInspect inspect;
    void *inspect_data;
    uint32_t *asked; /* bits 1u << MugaiKey: inspect was asked and does not know */
} Question;

static Answer
answer (bool yes)
{
    return yes ? ANSWER_YES : ANSWER_NO;
}

static Answer
turn (Answer a)
{
    return a == ANSWER_YES ? ANSWER_NO : a == ANSWER_NO ? ANSWER_YES : ANSWER_UNKNOWN;
}

/* NFC for what people see as text, so that a pattern typed here matches a name made elsewhere.
 * Returns: (transfer full) or NULL: it is that already, or no UTF-8. */
static char *
composed (const char *text)
{
    return g_str_is_ascii (text) ? NULL : g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
}

static Answer
any_glob (const MugaiCondition *c, const char *text)
{
    g_autofree char *own = composed (text);

    for (size_t i = 0; i < c->n_values; i++) {
        g_autofree char *pattern = composed (c->values[i].text);
        if (mugai_glob (pattern != NULL ? pattern : c->values[i].text, own != NULL ? own : text))
            return ANSWER_YES;
    }
    return ANSWER_NO;
}

static Answer
any_equal (const MugaiCondition *c, const char *text)
{
    for (size_t i = 0; i < c->n_values; i++)
        if (strcmp (c->values[i].text, text) == 0)
            return ANSWER_YES;
    return ANSWER_NO;
}

static Answer
any_compare (const MugaiCondition *c, uint64_t number)
{
    for (size_t i = 0; i < c->n_values; i++)
        if (mugai_condition_compare (&c->values[i], number))
            return ANSWER_YES;
    return ANSWER_NO;
}

static Answer
any_known (const MugaiCondition *c, MugaiKnown known)
{
    if (known == MUGAI_UNKNOWN)
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < c->n_values; i++)
        if ((c->values[i].number != 0) == (known == MUGAI_YES))
            return ANSWER_YES;
    return ANSWER_NO;
}

static Answer
any_network (const MugaiCondition *c, const char *address)
{
    MugaiNetwork probe;

    if (!mugai_network_parse (address, &probe))
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < c->n_values; i++)
        if (mugai_network_holds (&c->values[i].network, address))
            return ANSWER_YES;
    return ANSWER_NO;
}

static Answer
any_active (const MugaiCondition *c, uint32_t active)
{
    if ((active & MUGAI_ACTIVE_KNOWN) == 0)
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < c->n_values; i++)
        if (mugai_fact_active (active, c->values[i].number, c->values[i].text))
            return ANSWER_YES;
    return ANSWER_NO;
}

/* The first recipient that does not satisfy the condition, its `not` included; NULL: all do. */
static const char *
failing_recipient (const MugaiCondition *c, const char *const *recipients)
{
    for (; recipients != NULL && *recipients != NULL; recipients++) {
        const char *text = mugai_fact_recipient (c->info->key, *recipients);
        if ((any_glob (c, text) == ANSWER_YES) == c->negated)
            return text;
    }
    return NULL;
}

/* Every recipient must satisfy the condition: a rule for some departments never holds for a mail
 * that goes to others too. The negation is undone here because the caller applies it. */
static Answer
every_recipient (const MugaiCondition *c, const char *const *recipients)
{
    if (recipients == NULL || *recipients == NULL)
        return ANSWER_UNKNOWN;
    return answer ((failing_recipient (c, recipients) == NULL) != c->negated);
}

static bool
is_recipient (const MugaiCondition *c)
{
    return c->info->key == MUGAI_KEY_TO || c->info->key == MUGAI_KEY_TO_DOMAIN;
}

static Answer
ask_text (const MugaiCondition *c, const Question *q)
{
    const char *text = mugai_fact_text (c->info->key, q->item, q->part);

    if (text == NULL)
        return ANSWER_UNKNOWN;
    if (c->info->match == MUGAI_MATCH_GLOB || c->info->match == MUGAI_MATCH_ADDRESS)
        return any_glob (c, text);
    if (c->info->match == MUGAI_MATCH_NETWORK)
        return any_network (c, text);
    return any_equal (c, text);
}

static Answer
ask_known (const MugaiCondition *c, const Question *q)
{
    uint64_t number = 0;

    if (is_recipient (c))
        return every_recipient (c, q->item->recipients);
    if (c->info->key == MUGAI_KEY_ACTIVE)
        return any_active (c, q->part->active);
    switch (c->info->match) {
    case MUGAI_MATCH_BYTES:
    case MUGAI_MATCH_COUNT:
        return mugai_fact_number (c->info->key, q->part, &number) ? any_compare (c, number)
                                                                  : ANSWER_UNKNOWN;
    case MUGAI_MATCH_YES_NO:
        return any_known (c, mugai_fact_known (c->info->key, q->part));
    case MUGAI_MATCH_TYPE:
    case MUGAI_MATCH_WORD:
    case MUGAI_MATCH_GLOB:
    case MUGAI_MATCH_ADDRESS:
    case MUGAI_MATCH_NETWORK:
        return ask_text (c, q);
    }
    return ANSWER_UNKNOWN;
}

/* With inspect, once for all rules, when what is asked needs a decoder. */
static Answer
ask (const MugaiCondition *c, const Question *q)
{
    Answer a = ask_known (c, q);
    uint32_t bit = UINT32_C (1) << c->info->key;

    if (a == ANSWER_UNKNOWN && c->info->inspect && q->inspect != NULL && (*q->asked & bit) == 0) {
        *q->asked |= bit;
        q->inspect (q->inspect_data, c->info->name, q->part);
        a = ask_known (c, q);
    }
    return c->negated ? turn (a) : a;
}

static void
add_trace (MugaiReportPart *trace, uint32_t rule, const MugaiCondition *c, const Question *q)
{
    char shown[SHOWN];
    const char *recipient = is_recipient (c) ? failing_recipient (c, q->item->recipients) : NULL;

    if (recipient != NULL)
        mugai_escape (shown, sizeof shown, recipient, strlen (recipient));
    else
        mugai_fact_show (c->info->key, q->item, q->part, shown, sizeof shown);
    mugai_report_add_trace (trace, rule, c->info->name, shown);
}

static bool
matches (const MugaiRule *rule, uint32_t index, const Question *q, MugaiReportPart *trace)
{
    if (rule->until != NULL && q->item->date_us >= rule->until_us) {
        if (trace != NULL)
            mugai_report_add_trace (trace, index, "exception.until", rule->until);
        return false;
    }
    for (size_t i = 0; i < rule->n_conditions; i++) {
        if (ask (&rule->conditions[i], q) == ANSWER_YES)
            continue;
        if (trace != NULL)
            add_trace (trace, index, &rule->conditions[i], q);
        return false;
    }
    return true;
}

MugaiDecision
mugai_rules_decide (const MugaiRules *rules, const MugaiItemFacts *item, MugaiPartFacts *part,
                    MugaiInspect inspect, void *inspect_data, MugaiReportPart *trace)
{
    uint32_t asked = 0;
    Question q = { item, part, inspect, inspect_data, &asked };

    for (uint32_t i = 0; i < rules->rules->len; i++) {
        const MugaiRule *rule = mugai_rules_at (rules, i);
        if (matches (rule, i, &q, trace))
            return (MugaiDecision){
                .action = rule->action,
                .drop = rule->drop,
                .rule = i,
                .rule_name = rule->name,
                .file = rule->file,
                .line = rule->line,
                .chains = rule->chains,
                .n_chains = rule->n_chains,
            };
    }
    return (MugaiDecision){
        .action = MUGAI_ACTION_WITHHOLD,
        .drop = MUGAI_ACTION_WITHHOLD,
        .rule = G_MAXUINT32,
        .rule_name = "",
        .file = "",
    };
}

static bool
inner_recipient (const MugaiSettings *settings, const char *recipient)
{
    const char *at = strrchr (recipient, '@');

    if (at == NULL) /* a local name: it does not leave */
        return true;
    for (const char *const *domain = settings->inner_domains; *domain != NULL; domain++)
        if (mugai_glob (*domain, at + 1))
            return true;
    return false;
}

bool
mugai_rules_outbound (const MugaiRules *rules, const MugaiEnvelope *envelope)
{
    const MugaiSettings *settings = &rules->settings;
    bool client = false;

    if (envelope->client_address == NULL || envelope->recipients->len == 0 ||
        settings->inner_domains[0] == NULL)
        return false;
    for (const char *const *from = settings->outbound_clients; *from != NULL && !client; from++) {
        MugaiNetwork network;
        client = mugai_network_parse (*from, &network) &&
                 mugai_network_holds (&network, envelope->client_address);
    }
    for (guint i = 0; i < envelope->recipients->len && client; i++)
        if (inner_recipient (settings, g_ptr_array_index (envelope->recipients, i)))
            return false;
    return client;
}
