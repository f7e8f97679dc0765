/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: each condition is asked once and answers yes, no or unknown; `not` turns yes and no
 * around and leaves unknown, and a rule matches when all answer yes. So a fact that nobody could
 * find out never lets anything through, and the trace is written by the comparison itself.
 *
 * A value that a mail lacks (no From, no authentication result) is a known "" or "none"; one that
 * the front end cannot have (client and envelope of a batch item) is unknown.
 */
#include "rules/model.h"

#include "base/escape.h"
#include "core/type.h"
#include "rules/glob.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 256 /* bytes of a fact in the trace */ };

typedef enum Answer { ANSWER_UNKNOWN = 0, ANSWER_NO, ANSWER_YES } Answer;

typedef struct Question {
    const MugaiItemFacts *item;
    MugaiPartFacts *part;
    MugaiInspect inspect;
    void *inspect_data;
} Question;

static const char *const role_names[] = { "", "body", "attachment", "inline", "member" };
static const char *const active_names[] = { "macro", "javascript",    "external-link", "ole-object",
                                            "dde",   "embedded-file", "form",          "launch" };

static const char *
or_empty (const char *text)
{
    return text != NULL ? text : "";
}

static Answer
answer (bool yes)
{
    return yes ? ANSWER_YES : ANSWER_NO;
}

/* NFC for what people see as text, so that a pattern typed here matches a name made elsewhere. */
static bool
glob_text (const char *pattern, const char *text)
{
    g_autofree char *p =
        g_str_is_ascii (pattern) ? NULL : g_utf8_normalize (pattern, -1, G_NORMALIZE_NFC);
    g_autofree char *t =
        g_str_is_ascii (text) ? NULL : g_utf8_normalize (text, -1, G_NORMALIZE_NFC);

    return mugai_glob (p != NULL ? p : pattern, t != NULL ? t : text);
}

static Answer
any_glob (const MugaiCondition *c, const char *text)
{
    for (size_t i = 0; i < c->n_values; i++)
        if (glob_text (c->values[i].text, text))
            return ANSWER_YES;
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

    if (address == NULL || !mugai_network_parse (address, &probe))
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < c->n_values; i++)
        if (mugai_network_holds (&c->values[i].network, address))
            return ANSWER_YES;
    return ANSWER_NO;
}

static Answer
any_active (const MugaiCondition *c, uint32_t active)
{
    uint32_t found = active & ~(uint32_t)MUGAI_ACTIVE_KNOWN;

    if ((active & MUGAI_ACTIVE_KNOWN) == 0)
        return ANSWER_UNKNOWN;
    for (size_t i = 0; i < c->n_values; i++) {
        uint64_t index = c->values[i].number;
        bool holds = index < G_N_ELEMENTS (active_names)      ? (found >> index & 1) != 0
                     : strcmp (c->values[i].text, "any") == 0 ? found != 0
                                                              : found == 0;
        if (holds)
            return ANSWER_YES;
    }
    return ANSWER_NO;
}

static Answer
negate (Answer a)
{
    return a == ANSWER_YES ? ANSWER_NO : a == ANSWER_NO ? ANSWER_YES : ANSWER_UNKNOWN;
}

/* Every recipient must satisfy the condition, its `not` included: a rule for some departments never
 * holds for a mail that goes to others too. The negation is undone here because the caller applies
 * it. */
static Answer
every_recipient (const MugaiCondition *c, const char *const *recipients)
{
    if (recipients == NULL || *recipients == NULL)
        return ANSWER_UNKNOWN;
    for (; *recipients != NULL; recipients++) {
        const char *text = *recipients;
        if (c->info->key == MUGAI_KEY_TO_DOMAIN) {
            const char *at = strrchr (text, '@');
            text = at != NULL ? at + 1 : "";
        }
        if ((any_glob (c, text) == ANSWER_YES) == c->negated)
            return answer (c->negated);
    }
    return answer (!c->negated);
}

static bool
missing (MugaiKey key, const MugaiPartFacts *part)
{
    return (key == MUGAI_KEY_ENCRYPTED && part->encrypted == MUGAI_UNKNOWN) ||
           (key == MUGAI_KEY_SIGNED && part->is_signed == MUGAI_UNKNOWN) ||
           (key == MUGAI_KEY_ACTIVE && (part->active & MUGAI_ACTIVE_KNOWN) == 0) ||
           (key == MUGAI_KEY_PAGES && !part->pages_known) ||
           (key == MUGAI_KEY_PIXELS && !part->pixels_known);
}

static Answer
ask (const MugaiCondition *c, const Question *q)
{
    const MugaiItemFacts *item = q->item;
    MugaiPartFacts *part = q->part;

    if (q->inspect != NULL && missing (c->info->key, part))
        q->inspect (q->inspect_data, c->info->name, part);
    switch (c->info->key) {
    case MUGAI_KEY_TYPE:
        return any_equal (c, or_empty (part->type));
    case MUGAI_KEY_FAMILY:
        return any_equal (c, or_empty (part->family));
    case MUGAI_KEY_DECLARED:
        return any_glob (c, or_empty (part->declared));
    case MUGAI_KEY_EXTENSION:
        return any_glob (c, or_empty (part->extension));
    case MUGAI_KEY_NAME:
        return any_glob (c, or_empty (part->name));
    case MUGAI_KEY_SIZE:
        return any_compare (c, part->size);
    case MUGAI_KEY_DEPTH:
        return any_compare (c, part->depth);
    case MUGAI_KEY_CONTAINER:
        return any_equal (c, or_empty (part->container));
    case MUGAI_KEY_ROLE:
        return any_equal (c, part->role <= MUGAI_ROLE_MEMBER ? role_names[part->role] : "");
    case MUGAI_KEY_MISMATCH:
        return any_known (c, part->mismatch ? MUGAI_YES : MUGAI_NO);
    case MUGAI_KEY_ENCRYPTED:
        return any_known (c, part->encrypted);
    case MUGAI_KEY_SIGNED:
        return any_known (c, part->is_signed);
    case MUGAI_KEY_ACTIVE:
        return any_active (c, part->active);
    case MUGAI_KEY_PAGES:
        return part->pages_known ? any_compare (c, part->pages) : ANSWER_UNKNOWN;
    case MUGAI_KEY_PIXELS:
        return part->pixels_known ? any_compare (c, part->pixels) : ANSWER_UNKNOWN;
    case MUGAI_KEY_CHARSET:
        return any_glob (c, or_empty (part->charset));
    case MUGAI_KEY_FROM:
        return any_glob (c, or_empty (item->from));
    case MUGAI_KEY_SENDER:
        return item->sender != NULL ? any_glob (c, item->sender) : ANSWER_UNKNOWN;
    case MUGAI_KEY_TO:
    case MUGAI_KEY_TO_DOMAIN:
        return every_recipient (c, item->recipients);
    case MUGAI_KEY_SUBJECT:
        return any_glob (c, or_empty (item->subject));
    case MUGAI_KEY_CLIENT:
        return any_network (c, item->client_address);
    case MUGAI_KEY_SPF:
        return any_equal (c, item->spf != NULL ? item->spf : "none");
    case MUGAI_KEY_DKIM:
        return any_equal (c, item->dkim != NULL ? item->dkim : "none");
    case MUGAI_KEY_DMARC:
        return any_equal (c, item->dmarc != NULL ? item->dmarc : "none");
    }
    return ANSWER_UNKNOWN;
}

static const char *
known_name (MugaiKnown known)
{
    return known == MUGAI_YES ? "yes" : known == MUGAI_NO ? "no" : "(unknown)";
}

static void
show_active (uint32_t active, char *out, size_t room)
{
    size_t used = 0;

    snprintf (out, room, "%s", (active & MUGAI_ACTIVE_KNOWN) != 0 ? "none" : "(unknown)");
    for (size_t i = 0; i < G_N_ELEMENTS (active_names); i++)
        if ((active >> i & 1) != 0 && used < room) {
            int n =
                snprintf (out + used, room - used, "%s%s", used > 0 ? "," : "", active_names[i]);
            used += n > 0 ? (size_t)n : 0;
        }
}

/* The recipient that failed, or the first. */
static const char *
shown_recipient (const MugaiCondition *c, const char *const *recipients)
{
    if (recipients == NULL || *recipients == NULL)
        return NULL;
    for (const char *const *r = recipients; *r != NULL; r++) {
        const char *at = c->info->key == MUGAI_KEY_TO_DOMAIN ? strrchr (*r, '@') : NULL;
        const char *text = c->info->key != MUGAI_KEY_TO_DOMAIN ? *r : at != NULL ? at + 1 : "";
        if ((any_glob (c, text) == ANSWER_YES) == c->negated)
            return text;
    }
    return *recipients;
}

/* The fact as it was, when it is text; NULL: it is not known, or a number. */
static const char *
text_fact (const MugaiCondition *c, const Question *q)
{
    switch (c->info->key) {
    case MUGAI_KEY_TYPE:
        return or_empty (q->part->type);
    case MUGAI_KEY_FAMILY:
        return or_empty (q->part->family);
    case MUGAI_KEY_DECLARED:
        return or_empty (q->part->declared);
    case MUGAI_KEY_EXTENSION:
        return or_empty (q->part->extension);
    case MUGAI_KEY_NAME:
        return or_empty (q->part->name);
    case MUGAI_KEY_CONTAINER:
        return or_empty (q->part->container);
    case MUGAI_KEY_ROLE:
        return q->part->role <= MUGAI_ROLE_MEMBER ? role_names[q->part->role] : "";
    case MUGAI_KEY_MISMATCH:
        return q->part->mismatch ? "yes" : "no";
    case MUGAI_KEY_ENCRYPTED:
        return known_name (q->part->encrypted);
    case MUGAI_KEY_SIGNED:
        return known_name (q->part->is_signed);
    case MUGAI_KEY_CHARSET:
        return or_empty (q->part->charset);
    case MUGAI_KEY_FROM:
        return or_empty (q->item->from);
    case MUGAI_KEY_SENDER:
        return q->item->sender;
    case MUGAI_KEY_TO:
    case MUGAI_KEY_TO_DOMAIN:
        return shown_recipient (c, q->item->recipients);
    case MUGAI_KEY_SUBJECT:
        return or_empty (q->item->subject);
    case MUGAI_KEY_CLIENT:
        return q->item->client_address;
    case MUGAI_KEY_SPF:
        return q->item->spf != NULL ? q->item->spf : "none";
    case MUGAI_KEY_DKIM:
        return q->item->dkim != NULL ? q->item->dkim : "none";
    case MUGAI_KEY_DMARC:
        return q->item->dmarc != NULL ? q->item->dmarc : "none";
    case MUGAI_KEY_SIZE:
    case MUGAI_KEY_DEPTH:
    case MUGAI_KEY_ACTIVE:
    case MUGAI_KEY_PAGES:
    case MUGAI_KEY_PIXELS:
        return NULL;
    }
    return NULL;
}

static void
show_number (bool known, uint64_t number, char *out, size_t room)
{
    if (known)
        snprintf (out, room, "%" G_GUINT64_FORMAT, number);
    else
        snprintf (out, room, "(unknown)");
}

static void
show_fact (const MugaiCondition *c, const Question *q, char out[SHOWN])
{
    const MugaiPartFacts *part = q->part;
    const char *text = text_fact (c, q);

    if (text != NULL)
        mugai_escape (out, SHOWN, text, strlen (text));
    else if (c->info->key == MUGAI_KEY_ACTIVE)
        show_active (part->active, out, SHOWN);
    else if (c->info->key == MUGAI_KEY_SIZE)
        show_number (true, part->size, out, SHOWN);
    else if (c->info->key == MUGAI_KEY_DEPTH)
        show_number (true, part->depth, out, SHOWN);
    else if (c->info->key == MUGAI_KEY_PAGES)
        show_number (part->pages_known, part->pages, out, SHOWN);
    else if (c->info->key == MUGAI_KEY_PIXELS)
        show_number (part->pixels_known, part->pixels, out, SHOWN);
    else
        show_number (false, 0, out, SHOWN);
}

static bool
matches (const MugaiRule *rule, uint32_t index, const Question *q, MugaiReportPart *trace)
{
    char shown[SHOWN];

    if (rule->until != NULL && q->item->date_us >= rule->until_us) {
        if (trace != NULL)
            mugai_report_add_trace (trace, index, "exception.until", rule->until);
        return false;
    }
    for (size_t i = 0; i < rule->n_conditions; i++) {
        const MugaiCondition *c = &rule->conditions[i];
        Answer a = ask (c, q);
        if ((c->negated ? negate (a) : a) == ANSWER_YES)
            continue;
        if (trace != NULL) {
            show_fact (c, q, shown);
            mugai_report_add_trace (trace, index, c->info->name, shown);
        }
        return false;
    }
    return true;
}

MugaiDecision
mugai_rules_decide (const MugaiRules *rules, const MugaiItemFacts *item, MugaiPartFacts *part,
                    MugaiInspect inspect, void *inspect_data, MugaiReportPart *trace)
{
    Question q = { .item = item, .part = part, .inspect = inspect, .inspect_data = inspect_data };

    for (uint32_t i = 0; i < rules->rules->len; i++) {
        const MugaiRule *rule = mugai_rules_at (rules, i);
        if (matches (rule, i, &q, trace))
            return (MugaiDecision){
                .action = rule->action,
                .rule = i,
                .rule_name = rule->name,
                .file = rule->file,
                .line = rule->line,
                .chains = rule->chains,
                .n_chains = rule->n_chains,
            };
    }
    return (MugaiDecision){
        .action = MUGAI_ACTION_WITHHOLD, .rule = G_MAXUINT32, .rule_name = "", .file = ""
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
