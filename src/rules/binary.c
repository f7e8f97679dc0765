/* SPDX-License-Identifier: Apache-2.0
 *
 * The binary form of rules, each write_x with its read_x. Values of conditions are written as text
 * and parsed again by the code that the loader uses, so a reader cannot come to hold what a loader
 * would have refused.
 */
#include "rules/model.h"

#include "core/error.h"
#include "core/store.h"

#include <string.h>

enum { MAGIC = 0x3250474d /* "MGP2" */ };

static void
write_text (GByteArray *out, const char *text)
{
    mugai_store_text (out, text, MUGAI_RULES_TEXT);
}

static const char *
read_text (MugaiCursor *c, MugaiRules *rules)
{
    size_t size = 0;
    const char *text = (const char *)mugai_cursor_blob (c, MUGAI_RULES_TEXT, &size);

    if (text == NULL || !g_utf8_validate_len (text, size, NULL)) /* which refuses NUL too */
        c->failed = true;
    return c->failed ? "" : g_string_chunk_insert_len (rules->strings, text, (gssize)size);
}

/* A count of at most @max things, each of @least bytes or more. */
static uint32_t
read_count (MugaiCursor *c, size_t least, uint32_t max)
{
    uint32_t count = mugai_store_read_count (c, least);

    if (count > max)
        c->failed = true;
    return c->failed ? 0 : count;
}

/* A byte from 1 to @max. */
static uint8_t
read_choice (MugaiCursor *c, uint8_t max)
{
    uint8_t value = mugai_cursor_u8 (c);

    if (value < 1 || value > max)
        c->failed = true;
    return c->failed ? 1 : value;
}

static void
write_list (GByteArray *out, const char *const *list)
{
    mugai_store_u32 (out, (uint32_t)g_strv_length ((char **)list));
    for (; *list != NULL; list++)
        write_text (out, *list);
}

static const char *const *
read_list (MugaiCursor *c, MugaiRules *rules)
{
    g_autoptr (GPtrArray) list = g_ptr_array_new();
    uint32_t count = read_count (c, 4, MUGAI_RULES_LIST);

    for (uint32_t i = 0; i < count && !c->failed; i++)
        g_ptr_array_add (list, (char *)read_text (c, rules));
    return mugai_rules_list (rules, list);
}

static void
write_limits (GByteArray *out, const MugaiLimits *limits)
{
    size_t count;
    const MugaiLimitInfo *infos = mugai_limits_table (&count);

    mugai_store_u32 (out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        mugai_store_u64 (out, mugai_limits_get (limits, &infos[i]));
}

static void
read_limits (MugaiCursor *c, MugaiLimits *limits)
{
    size_t count;
    const MugaiLimitInfo *infos = mugai_limits_table (&count);

    if (mugai_cursor_u32 (c) != count)
        c->failed = true;
    for (size_t i = 0; i < count && !c->failed; i++) {
        uint64_t value = mugai_cursor_u64 (c);
        if (value < infos[i].min || value > infos[i].max)
            c->failed = true;
        else
            mugai_limits_set (limits, &infos[i], value);
    }
}

static void
write_settings (GByteArray *out, const MugaiSettings *s)
{
    write_text (out, s->preset);
    mugai_store_u8 (out, (uint8_t)s->language);
    mugai_store_u8 (out, (uint8_t)s->links);
    mugai_store_u8 (out, (uint8_t)s->alternatives);
    mugai_store_u8 (out, (uint8_t)s->notice);
    mugai_store_u8 (out, (uint8_t)s->notice_language);
    write_text (out, s->notice_template);
    write_text (out, s->links_trusted);
    mugai_store_u8 (out, (uint8_t)s->charset);
    write_list (out, s->gaiji);
    write_list (out, s->header_keep);
    write_text (out, s->subject_prefix);
    write_list (out, s->inner_domains);
    write_text (out, s->trusted_authserv_id);
    write_list (out, s->outbound_clients);
}

static void
read_settings (MugaiCursor *c, MugaiRules *rules)
{
    MugaiSettings *s = &rules->settings;

    s->preset = read_text (c, rules);
    s->language = (MugaiLanguage)read_choice (c, MUGAI_LANGUAGE_EN);
    s->links = (MugaiLinks)read_choice (c, MUGAI_LINKS_DROP);
    s->alternatives = (MugaiAlternatives)read_choice (c, MUGAI_ALTERNATIVES_HTML);
    s->notice = (MugaiNoticePlace)read_choice (c, MUGAI_NOTICE_NONE);
    s->notice_language = (MugaiLanguage)read_choice (c, MUGAI_LANGUAGE_EN);
    s->notice_template = read_text (c, rules);
    s->links_trusted = read_text (c, rules);
    s->charset = (MugaiBodyCharset)read_choice (c, MUGAI_BODY_ISO_2022_JP);
    s->gaiji = read_list (c, rules);
    s->header_keep = read_list (c, rules);
    s->subject_prefix = read_text (c, rules);
    s->inner_domains = read_list (c, rules);
    s->trusted_authserv_id = read_text (c, rules);
    s->outbound_clients = read_list (c, rules);
}

static void
write_condition (GByteArray *out, const MugaiCondition *condition)
{
    mugai_store_u8 (out, (uint8_t)condition->info->key);
    mugai_store_u8 (out, condition->negated);
    mugai_store_u32 (out, (uint32_t)condition->n_values);
    for (size_t i = 0; i < condition->n_values; i++)
        write_text (out, condition->values[i].text);
}

static MugaiCondition
read_condition (MugaiCursor *c, MugaiRules *rules)
{
    MugaiCondition condition = { .info = mugai_key_info ((MugaiKey)mugai_cursor_u8 (c)) };
    char why[MUGAI_CONDITION_WHY];

    condition.negated = mugai_store_read_bool (c);
    uint32_t count = read_count (c, 4, MUGAI_RULES_VALUES);
    if (condition.info == NULL || count == 0)
        c->failed = true;
    g_autoptr (GArray) values = g_array_new (FALSE, TRUE, sizeof (MugaiConditionValue));
    for (uint32_t i = 0; i < count && !c->failed; i++) {
        MugaiConditionValue value = { 0 };
        const char *text = read_text (c, rules);
        if (c->failed || !mugai_condition_value (condition.info, text, &value, why))
            c->failed = true;
        else
            g_array_append_val (values, value);
    }
    condition.n_values = values->len;
    condition.values =
        mugai_rules_block (rules, values->data, values->len * sizeof (MugaiConditionValue));
    return condition;
}

static void
write_step (GByteArray *out, const MugaiStep *step)
{
    write_text (out, step->filter);
    mugai_store_u32 (out, (uint32_t)step->n_values);
    for (size_t i = 0; i < step->n_values; i++) {
        write_text (out, step->values[i].name);
        write_text (out, step->values[i].value);
    }
}

static MugaiStep
read_step (MugaiCursor *c, MugaiRules *rules)
{
    MugaiStep step = { .filter = read_text (c, rules) };
    uint32_t count = read_count (c, 8, MUGAI_RULES_PARAMS);
    MugaiStepValue values[MUGAI_RULES_PARAMS];

    for (uint32_t i = 0; i < count && !c->failed; i++) {
        values[i].name = read_text (c, rules);
        values[i].value = read_text (c, rules);
        step.n_values++;
    }
    step.values = mugai_rules_block (rules, values, step.n_values * sizeof values[0]);
    return step;
}

static void
write_chain (GByteArray *out, const MugaiStepChain *chain)
{
    mugai_store_u32 (out, (uint32_t)chain->n_steps);
    for (size_t i = 0; i < chain->n_steps; i++)
        write_step (out, &chain->steps[i]);
}

static MugaiStepChain
read_chain (MugaiCursor *c, MugaiRules *rules)
{
    MugaiStepChain chain = { 0 };
    uint32_t count = read_count (c, 8, MUGAI_RULES_STEPS);
    MugaiStep steps[MUGAI_RULES_STEPS];

    if (count == 0)
        c->failed = true;
    for (uint32_t i = 0; i < count && !c->failed; i++)
        steps[chain.n_steps++] = read_step (c, rules);
    chain.steps = mugai_rules_block (rules, steps, chain.n_steps * sizeof steps[0]);
    return chain;
}

static void
write_rule (GByteArray *out, const MugaiRule *rule)
{
    write_text (out, rule->name);
    write_text (out, rule->file);
    mugai_store_u32 (out, rule->line);
    mugai_store_u8 (out, rule->preset);
    mugai_store_u8 (out, (uint8_t)rule->action);
    mugai_store_u8 (out, (uint8_t)rule->drop);
    mugai_store_u32 (out, (uint32_t)rule->n_conditions);
    for (size_t i = 0; i < rule->n_conditions; i++)
        write_condition (out, &rule->conditions[i]);
    mugai_store_u32 (out, (uint32_t)rule->n_chains);
    for (size_t i = 0; i < rule->n_chains; i++)
        write_chain (out, &rule->chains[i]);
    mugai_store_u8 (out, rule->until != NULL);
    if (rule->until != NULL) {
        write_text (out, rule->owner);
        write_text (out, rule->reason);
        write_text (out, rule->until);
    }
}

static void
read_exception (MugaiCursor *c, MugaiRules *rules, MugaiRule *rule)
{
    if (!mugai_store_read_bool (c))
        return;
    rule->owner = read_text (c, rules);
    rule->reason = read_text (c, rules);
    rule->until = read_text (c, rules);
    if (!mugai_rules_until (rule->until, &rule->until_us))
        c->failed = true;
}

static MugaiRule
read_rule (MugaiCursor *c, MugaiRules *rules)
{
    MugaiRule rule = { .name = read_text (c, rules), .file = read_text (c, rules) };
    MugaiCondition conditions[MUGAI_RULES_CONDITIONS];
    MugaiStepChain chains[MUGAI_RULES_CHAINS];

    rule.line = mugai_cursor_u32 (c);
    rule.preset = mugai_store_read_bool (c);
    rule.action = (MugaiAction)read_choice (c, MUGAI_ACTION_REJECT);
    rule.drop = (MugaiAction)read_choice (c, MUGAI_ACTION_REJECT);
    if (rule.drop == MUGAI_ACTION_CHAIN)
        c->failed = true;
    uint32_t count = read_count (c, 6, MUGAI_RULES_CONDITIONS);
    for (uint32_t i = 0; i < count && !c->failed; i++)
        conditions[rule.n_conditions++] = read_condition (c, rules);
    rule.conditions =
        mugai_rules_block (rules, conditions, rule.n_conditions * sizeof conditions[0]);
    count = read_count (c, 4, MUGAI_RULES_CHAINS);
    if ((count > 0) != (rule.action == MUGAI_ACTION_CHAIN))
        c->failed = true;
    for (uint32_t i = 0; i < count && !c->failed; i++)
        chains[rule.n_chains++] = read_chain (c, rules);
    rule.chains = mugai_rules_block (rules, chains, rule.n_chains * sizeof chains[0]);
    read_exception (c, rules, &rule);
    return rule;
}

GBytes *
mugai_rules_write (const MugaiRules *rules)
{
    GByteArray *out = g_byte_array_new();

    mugai_store_u32 (out, MAGIC);
    write_limits (out, &rules->limits);
    write_settings (out, &rules->settings);
    mugai_store_u32 (out, rules->rules->len);
    for (guint i = 0; i < rules->rules->len; i++)
        write_rule (out, mugai_rules_at (rules, i));
    return g_byte_array_free_to_bytes (out);
}

MugaiRules *
mugai_rules_read (const void *data, size_t size, GError **error)
{
    g_autoptr (MugaiRules) rules = mugai_rules_new();
    MugaiCursor c = mugai_cursor (data, size);

    if (mugai_cursor_u32 (&c) != MAGIC)
        c.failed = true;
    read_limits (&c, &rules->limits);
    read_settings (&c, rules);
    uint32_t count = read_count (&c, 26, MUGAI_RULES_RULES);
    for (uint32_t i = 0; i < count && !c.failed; i++) {
        MugaiRule rule = read_rule (&c, rules);
        if (!c.failed)
            g_array_append_val (rules->rules, rule);
    }
    if (!mugai_cursor_done (&c)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL, "malformed rules of %zu bytes",
                     size);
        return NULL;
    }
    mugai_sha256 (data, size, rules->policy);
    return g_steal_pointer (&rules);
}
