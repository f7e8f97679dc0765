/* SPDX-License-Identifier: Apache-2.0
 *
 * describe: a rule as text again, for `mugai rules list`. Process: command line.
 */
#pragma once

#include "rules/rules.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiRuleText { /* const: borrowed from the rules */
    const char *name, *file;
    const char *owner, *reason, *until; /* NULL without an exception */
    uint32_t line;
    bool preset, expired;
    const char *ending; /* "do", "withhold", "hold", "reject"; static */
    char *when;         /* "type: [pdf, xlsm], size: <= 20MiB"; "" holds always */
    char **chains;      /* "html-text, link-defang { form: show }": do, then each else */
} MugaiRuleText;

/* @index: below mugai_rules_count(). @now_us: for `expired`. Returns: (transfer full). */
MugaiRuleText *mugai_rules_describe (const MugaiRules *rules, size_t index, int64_t now_us);
void mugai_rule_text_free (MugaiRuleText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiRuleText, mugai_rule_text_free)
