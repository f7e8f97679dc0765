/* SPDX-License-Identifier: Apache-2.0
 *
 * enriched-text: what a text of type text/enriched says, without its formatting.
 *
 * Pure: UTF-8 in, UTF-8 out, linear, no recursion. The output may hold anything that UTF-8 can say:
 * text-clean comes next. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "common/buffer.h"

/* mugai_enriched_text:
 * @utf8: borrowed, @size bytes. @out: gets what fits below its bound. One line end is a blank, more
 * are one less; within nofill and verbatim they stay. Lines of an excerpt begin with "> ". Commands
 * and their parameters are dropped; what is no command is text.
 * Returns: 0; -ENOMEM.
 * Source: RFC 1896; verbatim: RFC 1563.
 */
int mugai_enriched_text (const void *utf8, size_t size, MugaiBuffer *out);
