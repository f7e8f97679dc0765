/* SPDX-License-Identifier: Apache-2.0
 *
 * jpeg: the grammar jpeg (PROFILE.md, section J). Process: verify. libc only.
 */
#pragma once

#include "verify/check.h"

bool mugai_jpeg_check (MugaiCheck *check, const uint8_t *d, size_t size);
