/* SPDX-License-Identifier: Apache-2.0
 *
 * opc: docx, xlsx and pptx (PROFILE.md, section O). Process: verify. Input is hostile. libc, expat
 * and libdeflate.
 */
#pragma once

#include "verify/check.h"

bool mugai_docx_check (MugaiCheck *check, const uint8_t *d, size_t size);
bool mugai_xlsx_check (MugaiCheck *check, const uint8_t *d, size_t size);
bool mugai_pptx_check (MugaiCheck *check, const uint8_t *d, size_t size);
