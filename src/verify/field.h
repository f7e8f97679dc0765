/* SPDX-License-Identifier: Apache-2.0
 *
 * field: instructions of Word fields (PROFILE.md, O-18). Process: verify. Input is hostile. libc
 * only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Is @text an instruction that may be given out? */
bool mugai_field_fits (const char *text, size_t size);
