/* SPDX-License-Identifier: Apache-2.0
 *
 * warm-rules: the preset a-text in binary form, made at build time by embed-rules.c.
 */
#pragma once

#include <stddef.h>

extern const unsigned char mugai_warm_rules[];
extern const size_t mugai_warm_rules_size;
