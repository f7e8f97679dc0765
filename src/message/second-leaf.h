/* SPDX-License-Identifier: Apache-2.0
 *
 * second-leaf: one leaf of a mail as the second reader sees it, and its record on the way from
 * mugai-reader to mugai-worker. Process: both. Trust: what is read was written by a process that
 * saw hostile bytes.
 */
#pragma once

#include "base/cursor.h"
#include "base/kind.h"
#include "message/mime.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_SECOND_LEAF_ROOM = 128 /* bytes that a record may need */ };

typedef struct MugaiSecondLeaf {
    uint64_t begin, end; /* offsets in the mail; @end may lie behind it */
    MugaiEncoding encoding;
    bool message;  /* message/rfc822: only its place counts */
    char type[80]; /* media type, lower case */
    bool seen;     /* for the reader of a list; not in the record */
} MugaiSecondLeaf;

/* Returns: bytes written, never 0 with @room of MUGAI_SECOND_LEAF_ROOM. */
size_t mugai_second_leaf_write (const MugaiSecondLeaf *leaf, void *buffer, size_t room);
/* The next record. Returns: false when it is malformed, with the cursor failed. */
bool mugai_second_leaf_read (MugaiCursor *c, MugaiSecondLeaf *ret);
