/* SPDX-License-Identifier: Apache-2.0
 *
 * withhold: why a preset keeps a kind of file back, in a word that the reader of a notice
 * understands.
 *
 * Process: worker. Trust: values of ours.
 */
#pragma once

#include "core/type.h"

/* Returns: (static) finding code for content of type @id that no rule of a preset delivers. */
const char *mugai_withhold_reason (const char *id);
