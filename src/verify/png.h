/* SPDX-License-Identifier: Apache-2.0
 *
 * png: images as our encoder writes them (PROFILE.md, section P). Process: verify. Input is
 * hostile. libc and libdeflate.
 */
#pragma once

#include "verify/check.h"

bool mugai_png_check (MugaiCheck *check, const uint8_t *d, size_t size);
