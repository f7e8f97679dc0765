/* SPDX-License-Identifier: Apache-2.0
 *
 * zip: archives as our writer makes them (PROFILE.md, section Z; ISO/IEC 21320-1). Process: verify.
 * Input is hostile. libc and libdeflate.
 */
#pragma once

#include "verify/check.h"

/* mugai_zip_check:
 * Every member is itself in the profile; an archive in an archive up to Z-8. The bytes that members
 * unpack to are charged to
 * @check->expanded. */
bool mugai_zip_check (MugaiCheck *check, const uint8_t *d, size_t size);
