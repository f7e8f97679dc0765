/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf: the grammar pdf (PROFILE.md, section Q): a PDF as our writer makes it and nothing else.
 * Process: verify. libc and libdeflate only.
 */
#pragma once

#include "verify/check.h"

bool mugai_pdf_check (MugaiCheck *check, const uint8_t *d, size_t size);
