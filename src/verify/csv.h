/* SPDX-License-Identifier: Apache-2.0
 *
 * csv: comma-separated values without formulas (PROFILE.md, section C). Process: verify. Input is
 * hostile. libc only.
 */
#pragma once

#include "verify/check.h"

bool mugai_csv_check (MugaiCheck *check, const uint8_t *d, size_t size);
