/* SPDX-License-Identifier: Apache-2.0
 *
 * rule-words: a recurrence rule (RFC 5545 3.3.10) in the words of a reader. Process: the walk.
 * Trust: input is hostile, but value_rule() said yes to it. libc only. Linear.
 */
#pragma once

#include "common/card.h"

/* "毎週月曜・水曜（10回）", "every 2 weeks on Mon, Wed (10 times)". @out: appended. */
void rule_words (MugaiCardSpan rule, bool japanese, MugaiBuffer *out);
