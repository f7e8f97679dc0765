/* SPDX-License-Identifier: Apache-2.0
 *
 * signed: text with a PGP signature around it (RFC 4880, 7), as the text that was signed. Process:
 * the walk. Trust: input is hostile. libc only. Linear.
 */
#pragma once

#include "common/buffer.h"
#include "text-clean/blocks.h"

/* signed_text:
 * The first line and the armour header of a signed text become one line that says so, and its lines
 * lose their dash escapes, but where what follows is armour again. The signature stays, for
 * block_is_pgp(). Returns: how many signed texts there are; 0: there is none, and @out is
 * untouched.
 */
size_t signed_text (TextSpan text, bool japanese, MugaiBuffer *out);
