/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/describe.h"

#include "rules/model.h"

static void
append_condition (GString *out, const MugaiCondition *c)
{
    g_string_append_printf (out, "%s%s: %s", out->len > 0 ? ", " : "", c->info->name,
                            c->negated ? "not " : "");
    if (c->n_values > 1)
        g_string_append_c (out, '[');
    for (size_t i = 0; i < c->n_values; i++)
        g_string_append_printf (out, "%s%s", i > 0 ? ", " : "",
                                c->values[i].text[0] != '\0' ? c->values[i].text : "\"\"");
    if (c->n_values > 1)
        g_string_append_c (out, ']');
}

static char *
chain_text (const MugaiStepChain *chain)
{
    GString *out = g_string_new (NULL);

    for (size_t i = 0; i < chain->n_steps; i++) {
        const MugaiStep *step = &chain->steps[i];
        g_string_append_printf (out, "%s%s", i > 0 ? ", " : "", step->filter);
        for (size_t v = 0; v < step->n_values; v++)
            g_string_append_printf (out, "%s%s: %s%s", v == 0 ? " { " : ", ", step->values[v].name,
                                    step->values[v].value, v + 1 == step->n_values ? " }" : "");
    }
    return g_string_free (out, FALSE);
}

static const char *
ending (MugaiAction action)
{
    switch (action) {
    case MUGAI_ACTION_CHAIN:
        return "do";
    case MUGAI_ACTION_WITHHOLD:
        return "withhold";
    case MUGAI_ACTION_HOLD:
        return "hold";
    case MUGAI_ACTION_REJECT:
        return "reject";
    }
    return "withhold";
}

MugaiRuleText *
mugai_rules_describe (const MugaiRules *rules, size_t index, int64_t now_us)
{
    const MugaiRule *rule = mugai_rules_at (rules, index);
    MugaiRuleText *text = g_new0 (MugaiRuleText, 1);
    GString *when = g_string_new (NULL);

    *text = (MugaiRuleText){
        .name = rule->name,
        .file = rule->file,
        .line = rule->line,
        .preset = rule->preset,
        .owner = rule->owner,
        .reason = rule->reason,
        .until = rule->until,
        .expired = rule->until != NULL && now_us >= rule->until_us,
        .ending = ending (rule->action),
        .chains = g_new0 (char *, rule->n_chains + 1),
    };
    for (size_t i = 0; i < rule->n_conditions; i++)
        append_condition (when, &rule->conditions[i]);
    text->when = g_string_free (when, FALSE);
    for (size_t i = 0; i < rule->n_chains; i++)
        text->chains[i] = chain_text (&rule->chains[i]);
    return text;
}

void
mugai_rule_text_free (MugaiRuleText *text)
{
    if (text == NULL)
        return;
    g_free (text->when);
    g_strfreev (text->chains);
    g_free (text);
}
