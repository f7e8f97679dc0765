/* SPDX-License-Identifier: Apache-2.0
 *
 * plain-fold: lines of a plain text that are too long to be read, folded as Japanese is set
 * (行頭禁則、行末禁則、分離禁則: common/text-fold.h). Pure; idempotent; linear. Process: the walk.
 * Trust: input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"

enum { MUGAI_PLAIN_FOLD_LEAST = 64 /* columns; encoded data in texts has lines of 62 */ };

/* mugai_plain_fold:
 * @utf8: borrowed, @size bytes; broken ones stay. @columns: 64 or more. @wide: ambiguous characters
 * take two columns. What begins with marks of quotation (">") or blanks goes on with them, up to
 * half of the columns. Lines with a TAB, or three blanks in a row between words, are tables and
 * stay. @out: gets what fits below its bound. @ret_folded: lines that were folded.
 * Returns: 0; -ENOMEM.
 */
int mugai_plain_fold (const void *utf8, size_t size, size_t columns, bool wide, MugaiBuffer *out,
                      uint64_t *ret_folded);
