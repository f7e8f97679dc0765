/* SPDX-License-Identifier: Apache-2.0
 *
 * units: numbers with units, as rules write them: "20MiB", "30s", "1000". libc only; the text is the administrator's.
 */
#pragma once

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* COUNT: digits. BYTES: B kB MB GB KiB MiB GiB, none = bytes. US: us ms s m h d, a unit is needed. One space may stand before
 * the unit. False on anything else and on overflow. */
bool mugai_units_parse (MugaiUnit unit, const char *text, uint64_t *ret);

/* The shortest exact way to write it: "20MiB", "10MB", "60s". */
void mugai_units_print (MugaiUnit unit, uint64_t value, char *out, size_t room);

/* "KiB, MiB, ..." for an error text. */
const char *mugai_units_help (MugaiUnit unit);
