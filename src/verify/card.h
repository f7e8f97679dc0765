/* SPDX-License-Identifier: Apache-2.0
 *
 * card: calendars and address cards (PROFILE.md, section V). Process: verify. Input is hostile.
 * libc only.
 */
#pragma once

#include "verify/check.h"

bool mugai_calendar_check (MugaiCheck *check, const uint8_t *d, size_t size);
bool mugai_vcard_check (MugaiCheck *check, const uint8_t *d, size_t size);
