/* SPDX-License-Identifier: Apache-2.0
 *
 * date: date-time of a header (PROFILE.md, H-4). Process: verify. Input is hostile. libc only.
 */
#pragma once

#include "verify/lex.h"

/* Consume a date-time. Returns: false, having moved somewhere within it, when it is none. */
bool mugai_date_take (MugaiLex *lex);
