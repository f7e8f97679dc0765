/* SPDX-License-Identifier: Apache-2.0
 *
 * rtf: what a reader of RTF sees, as HTML: the HTML that was put into it (\fromhtml1), or its text
 * with line ends. Pictures, objects, header and footer, hidden text, instructions of fields and
 * unknown destinations are passed over.
 *
 * How it works: two passes. The first one finds the code page that most bytes are in; the second
 * writes these as they are, to be declared in that charset, and all other characters as character
 * references. Linear; groups are held in a stack of fixed size.
 *
 * Process: the walk. Trust: input is hostile; the HTML is too. libc only.
 * Source: RTF 1.9.1; MS-OXRTFEX.
 */
#pragma once

#include "common/buffer.h"

typedef struct MugaiRtf {
    uint32_t codepage; /* of the HTML */
    bool html;         /* it was HTML before it was RTF */
    size_t lost;       /* bytes of further code pages, written as U+FFFD */
} MugaiRtf;

/* Returns: NULL, or in English what is wrong with it (static). */
const char *mugai_rtf_html (const uint8_t *data, size_t size, MugaiBuffer *out, MugaiRtf *ret);
