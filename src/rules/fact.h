/* SPDX-License-Identifier: Apache-2.0
 *
 * fact: the value that a condition's key names, out of the facts of item and part. The decision compares it, the trace
 * shows it: one place, so that they cannot differ. For decide.c. Process: worker. Trust: values are hostile text.
 *
 * A value that a mail lacks (no From, no authentication result) is a known "" or "none"; one that the front end cannot
 * have (client and envelope of a batch item), or that no filter found out, is unknown.
 */
#pragma once

#include "core/facts.h"
#include "rules/condition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys that match types, words, patterns and networks, but `active`, `to` and `to-domain`.
 * Returns: (borrowed) NULL when it is unknown. */
const char *mugai_fact_text (MugaiKey key, const MugaiItemFacts *item, const MugaiPartFacts *part);

/* Keys that compare numbers. Returns: false when it is unknown. */
bool mugai_fact_number (MugaiKey key, const MugaiPartFacts *part, uint64_t *ret);

/* Keys that take yes or no. */
MugaiKnown mugai_fact_known (MugaiKey key, const MugaiPartFacts *part);

/* What `to` or `to-domain` looks at of one recipient. Returns: (borrowed). */
const char *mugai_fact_recipient (MugaiKey key, const char *recipient);

/* Does one of the values of `active` hold for the flags? @index, @word: of the value. */
bool mugai_fact_active (uint32_t active, uint64_t index, const char *word);

/* The fact as the trace shows it, escaped. */
void mugai_fact_show (MugaiKey key, const MugaiItemFacts *item, const MugaiPartFacts *part, char *out, size_t room);
