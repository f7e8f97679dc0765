/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/model.h"

#include "rules/preset.h"

#include <string.h>

static const char *const empty_list[] = { NULL };
static const char *const header_defaults[] = {
    "from", "sender",     "to",          "cc",         "reply-to", "subject",
    "date", "message-id", "in-reply-to", "references", NULL,
};

MugaiRules *
mugai_rules_new (void)
{
    MugaiRules *rules = g_new0 (MugaiRules, 1);

    rules->limits = mugai_limits_default();
    rules->rules = g_array_new (FALSE, TRUE, sizeof (MugaiRule));
    rules->strings = g_string_chunk_new (4096);
    rules->blocks = g_ptr_array_new_with_free_func (g_free);
    rules->settings = (MugaiSettings){
        .preset = MUGAI_PRESET_DEFAULT,
        .language = MUGAI_LANGUAGE_JA,
        .links = MUGAI_LINKS_SHOW,
        .alternatives = MUGAI_ALTERNATIVES_COMPARE,
        .notice = MUGAI_NOTICE_END,
        .notice_language = MUGAI_LANGUAGE_JA,
        .notice_template = "",
        .links_trusted = "",
        .charset = MUGAI_BODY_UTF_8,
        .gaiji = empty_list,
        .header_keep = header_defaults,
        .subject_prefix = "",
        .inner_domains = empty_list,
        .trusted_authserv_id = "",
        .outbound_clients = empty_list,
    };
    return rules;
}

void
mugai_rules_free (MugaiRules *rules)
{
    if (rules == NULL)
        return;
    g_array_unref (rules->rules);
    g_string_chunk_free (rules->strings);
    g_ptr_array_unref (rules->blocks);
    g_free (rules);
}

const char *
mugai_rules_text (MugaiRules *rules, const char *text)
{
    return g_string_chunk_insert_const (rules->strings, text);
}

void *
mugai_rules_block (MugaiRules *rules, const void *data, size_t size)
{
    if (size == 0)
        return NULL;
    void *block = g_memdup2 (data, size);
    g_ptr_array_add (rules->blocks, block);
    return block;
}

const char *const *
mugai_rules_list (MugaiRules *rules, const GPtrArray *list)
{
    const char **copy = g_new0 (const char *, (size_t)list->len + 1);

    for (guint i = 0; i < list->len; i++)
        copy[i] = mugai_rules_text (rules, g_ptr_array_index (list, i));
    g_ptr_array_add (rules->blocks, copy);
    return copy;
}

const MugaiRule *
mugai_rules_at (const MugaiRules *rules, size_t index)
{
    return &g_array_index (rules->rules, MugaiRule, index);
}

void
mugai_rules_seal (MugaiRules *rules)
{
    g_autoptr (GBytes) bytes = mugai_rules_write (rules);
    size_t size;
    const void *data = g_bytes_get_data (bytes, &size);

    mugai_sha256 (data, size, rules->policy);
}

bool
mugai_rules_until (const char *text, int64_t *ret_us)
{
    static const int64_t day_us = INT64_C (86400) * 1000000,
                         japan_us = INT64_C (9 * 3600) * 1000000;
    int year = 0, month = 0, day = 0;

    if (strlen (text) != 10)
        return false;
    for (int i = 0; i < 10; i++) {
        if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
            return false;
        if (i < 4)
            year = year * 10 + (text[i] - '0');
        else if (i == 5 || i == 6)
            month = month * 10 + (text[i] - '0');
        else if (i > 7)
            day = day * 10 + (text[i] - '0');
    }
    if (year < 2000 || !g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return false;
    GDate date;
    g_date_clear (&date, 1);
    g_date_set_dmy (&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    enum { EPOCH = 719163 }; /* Julian day of 1970-01-01 as GDate counts */
    *ret_us = ((int64_t)g_date_get_julian (&date) - EPOCH + 1) * day_us - japan_us;
    return true;
}

const uint8_t *
mugai_rules_policy (const MugaiRules *rules)
{
    return rules->policy;
}

const MugaiLimits *
mugai_rules_limits (const MugaiRules *rules)
{
    return &rules->limits;
}

const MugaiSettings *
mugai_rules_settings (const MugaiRules *rules)
{
    return &rules->settings;
}

size_t
mugai_rules_count (const MugaiRules *rules)
{
    return rules->rules->len;
}

const char *
mugai_rules_name (const MugaiRules *rules, size_t index)
{
    return index < rules->rules->len ? mugai_rules_at (rules, index)->name : "";
}

static bool
step_names_value (const MugaiStep *step, const char *filter, const char *name, const char *value)
{
    if (strcmp (step->filter, filter) != 0)
        return false;
    for (size_t i = 0; i < step->n_values; i++)
        if (strcmp (step->values[i].name, name) == 0 && strcmp (step->values[i].value, value) == 0)
            return true;
    return false;
}

bool
mugai_rules_names_value (const MugaiRules *rules, const char *filter, const char *name,
                         const char *value)
{
    for (size_t i = 0; i < rules->rules->len; i++) {
        const MugaiRule *rule = mugai_rules_at (rules, i);
        for (size_t c = 0; c < rule->n_chains; c++)
            for (size_t s = 0; s < rule->chains[c].n_steps; s++)
                if (step_names_value (&rule->chains[c].steps[s], filter, name, value))
                    return true;
    }
    return false;
}
