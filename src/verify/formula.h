/* SPDX-License-Identifier: Apache-2.0
 *
 * formula: formulas of sheets (src/profile/office/FORMULA.md; PROFILE.md, O-17). Process: verify.
 * Input is hostile. libc only.
 */
#pragma once

#include "verify/model.h"

/* mugai_formula_fits:
 * Is @text a formula that may be given out? Work is linear in @size. Sheets that it names in quotes
 * are asked for (refer.h) in a workbook. @at: where it stands.
 */
bool mugai_formula_fits (MugaiModelUse *use, const char *text, size_t size, uint64_t at);
