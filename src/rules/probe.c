/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a probe demands a condition and its opposite. Whichever fails first is traced, with
 * the fact.
 */
#include "rules/probe.h"

#include "core/error.h"
#include "rules/model.h"

#include <string.h>

/* Any value that the key takes. */
static const char *
some_value (MugaiRules *rules, const MugaiKeyInfo *info)
{
    switch (info->match) {
    case MUGAI_MATCH_TYPE:
        return "text";
    case MUGAI_MATCH_WORD: {
        g_autofree char *word = g_strndup (info->words, strcspn (info->words, " "));
        return mugai_rules_text (rules, word);
    }
    case MUGAI_MATCH_GLOB:
        return "*";
    case MUGAI_MATCH_ADDRESS:
        return "*@*";
    case MUGAI_MATCH_BYTES:
    case MUGAI_MATCH_COUNT:
        return "<= 0";
    case MUGAI_MATCH_YES_NO:
        return "yes";
    case MUGAI_MATCH_NETWORK:
        return "192.0.2.1";
    }
    return "";
}

static MugaiRule
probe (MugaiRules *rules, const MugaiKeyInfo *info)
{
    MugaiConditionValue value;
    char why[MUGAI_CONDITION_WHY];
    bool taken = mugai_condition_value (info, some_value (rules, info), &value, why);

    g_assert (taken); /* test-rules.c probes every key */
    const MugaiConditionValue *values = mugai_rules_block (rules, &value, sizeof value);
    MugaiCondition both[] = { { .info = info, .values = values, .n_values = 1 },
                              { .info = info, .negated = true, .values = values, .n_values = 1 } };
    return (MugaiRule){
        .name = info->name,
        .file = "",
        .action = MUGAI_ACTION_WITHHOLD,
        .drop = MUGAI_ACTION_WITHHOLD,
        .conditions = mugai_rules_block (rules, both, sizeof both),
        .n_conditions = G_N_ELEMENTS (both),
    };
}

MugaiRules *
mugai_rules_probe (const MugaiRules *rules, bool inspect, GError **error)
{
    g_autoptr (GBytes) bytes = mugai_rules_write (rules);
    g_autoptr (MugaiRules) copy =
        mugai_rules_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
    size_t count;
    const MugaiKeyInfo *keys = mugai_key_table (&count);

    if (copy == NULL)
        return NULL;
    if (copy->rules->len + count > MUGAI_RULES_RULES) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%u rules leave no room to ask for facts; at most %zu fit", copy->rules->len,
                     MUGAI_RULES_RULES - count);
        return NULL;
    }
    for (size_t i = count; i > 0; i--) {
        if (keys[i - 1].inspect && !inspect)
            continue;
        MugaiRule rule = probe (copy, &keys[i - 1]);
        g_array_prepend_val (copy->rules, rule);
    }
    mugai_rules_seal (copy);
    return g_steal_pointer (&copy);
}

bool
mugai_rules_probe_of_item (const char *name)
{
    const MugaiKeyInfo *info = mugai_key_by_name (name);

    return info != NULL && info->key >= MUGAI_KEY_FROM;
}
