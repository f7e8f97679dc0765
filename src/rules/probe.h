/* SPDX-License-Identifier: Apache-2.0
 *
 * probe: the facts of every part, said by the decision itself: in front of the rules stand some that never hold, one for
 * each key, so the trace of a part names what it has for that key. What is done with the item stays the same.
 * Process: command line (`mugai facts`). Trust: as rules.h.
 */
#pragma once

#include "rules/rules.h"

/* mugai_rules_probe:
 * @rules: borrowed. @inspect: also for facts that need a decoder.
 * Returns: (transfer full) probes, then the rules; its policy is another one.
 * Errors: MUGAI_ERROR_USAGE: there are so many rules that no room is left.
 */
MugaiRules *mugai_rules_probe (const MugaiRules *rules, bool inspect, GError **error);

/* Does a key speak of the whole item, not of one part? @name: of a MugaiKeyInfo. */
bool mugai_rules_probe_of_item (const char *name);
