/* SPDX-License-Identifier: Apache-2.0
 *
 * lint: what is wrong with rules that can be read: errors make loading fail, warnings are for `mugai rules check`.
 * Process: supervisor, command line.
 */
#pragma once

#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiLint {
    bool error;
    const char *code;  /* "forgeable": for --json and tests; static */
    const char *path;  /* borrowed from the rules */
    const char *rule;  /* name; borrowed from the rules */
    uint32_t line, column;
    char *en, *ja;
} MugaiLint;

/* mugai_rules_lint:
 * @rules: from mugai_rules_load() or mugai_rules_parse(), must outlive the result. @catalogue: NULL: what concerns filters is
 * left out. @now_us: for expired exceptions; 0: they are left out.
 * Returns: (transfer container and values) MugaiLint in the order of the rules.
 */
GPtrArray *mugai_rules_lint (const MugaiRules *rules, const MugaiCatalogue *catalogue, int64_t now_us);

/* mugai_rules_parse:
 * As mugai_rules_load() without the lint. @data: NULL: read @path and its rules.d; else the text of the main file, and
 * @path is its name in messages.
 */
MugaiRules *mugai_rules_parse (const char *path, const void *data, size_t size, const MugaiCatalogue *catalogue,
                               GError **error);
