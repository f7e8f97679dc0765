/* SPDX-License-Identifier: Apache-2.0
 *
 * value: the values of a model (src/profile/office/README.md, VALUE; PROFILE.md, O-13). Process:
 * verify. Input is hostile. libc only.
 */
#pragma once

#include "verify/model.h"

/* mugai_value_fits:
 * Does one of the forms from @form on fit @text? What it names is noted in @use. @attribute: a
 * value without a bound of its own has 32767 bytes at most. @at: where it stands.
 */
bool mugai_value_fits (MugaiModelUse *use, uint16_t form, const char *text, size_t size,
                       bool attribute, uint64_t at);
