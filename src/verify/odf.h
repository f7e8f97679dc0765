/* SPDX-License-Identifier: Apache-2.0
 *
 * odf: odt, ods and odp (PROFILE.md, section O, packages of ISO/IEC 26300-3). Process: verify.
 * Input is hostile. libc, expat and libdeflate.
 */
#pragma once

#include "verify/check.h"

bool mugai_odt_check (MugaiCheck *check, const uint8_t *d, size_t size);
bool mugai_ods_check (MugaiCheck *check, const uint8_t *d, size_t size);
bool mugai_odp_check (MugaiCheck *check, const uint8_t *d, size_t size);
