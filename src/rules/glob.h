/* SPDX-License-Identifier: Apache-2.0
 *
 * glob: patterns of rules: `*` any run of characters, `?` one character; ASCII letters match in either case. Time is linear
 * in the text for a given pattern (at most text x pattern steps, never more), space is constant.
 * Process: worker, command line. Trust: the text is hostile, the pattern is the administrator's.
 */
#pragma once

#include <stdbool.h>

/* @pattern, @text: NUL-terminated UTF-8; undecodable bytes count as one character each. */
bool mugai_glob (const char *pattern, const char *text);
