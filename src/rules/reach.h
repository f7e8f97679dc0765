/* SPDX-License-Identifier: Apache-2.0
 *
 * reach: what can reach the inside under these rules, and by which method: the sentence an auditor asks for.
 * Process: command line.
 */
#pragma once

#include "rules/rules.h"

/* mugai_rules_reach:
 * Every type that some rule could deliver, grouped by methods. A rule that might match counts, whatever else it asks for; what
 * stands behind one that always matches does not, nor does an expired exception or a chain with a filter that is not installed.
 * @catalogue: NULL: every filter counts as installed. @now_us: for exceptions.
 * Returns: (transfer full) one line: "body: text; images (jpeg, png): rebuilt; all else: withheld".
 */
char *mugai_rules_reach (const MugaiRules *rules, const MugaiCatalogue *catalogue, int64_t now_us,
                         bool japanese);
