/* SPDX-License-Identifier: Apache-2.0
 *
 * decode: the files that blocks.h finds in a text, as bytes again. Lenient as the programs of
 * readers are, bounded by the buffer; what comes out is hostile and becomes a part of its own.
 * Process: the walk. Trust: input is hostile. libc only. Linear.
 */
#pragma once

#include "common/buffer.h"
#include "text-clean/blocks.h"

/* decode_uu:
 * @block: the begin line and all that block_uu() counted. @out: bytes of the file are appended.
 * uuencode (POSIX uuencode, historical and base64 algorithm) and xxencode, by the first line.
 */
void decode_uu (TextSpan block, MugaiBuffer *out);

/* Characters of base64 in @block, whatever stands between them, up to the first "=". */
void decode_base64 (TextSpan block, MugaiBuffer *out);

typedef struct BinHex { /* spans borrow from the buffer; size 0: not there */
    TextSpan name, data, resource;
} BinHex;

/* decode_binhex:
 * BinHex 4.0 (RFC 1741). @block: from anywhere before the first colon on. @out: gets the decoded
 * bytes. Returns: the file in them, cut where they end; checksums are not looked at, the parts are
 * looked at anyway.
 */
BinHex decode_binhex (TextSpan block, MugaiBuffer *out);
