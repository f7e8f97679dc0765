/* SPDX-License-Identifier: Apache-2.0 */
#include "message/second-leaf.h"

#include "base/pack.h"

#include <string.h>

size_t
mugai_second_leaf_write (const MugaiSecondLeaf *leaf, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u64 (&p, leaf->begin);
    mugai_pack_u64 (&p, leaf->end);
    mugai_pack_u8 (&p, (uint8_t)leaf->encoding);
    mugai_pack_u8 (&p, leaf->message);
    mugai_pack_blob (&p, leaf->type, strnlen (leaf->type, sizeof leaf->type - 1));
    return p.failed ? 0 : p.size;
}

bool
mugai_second_leaf_read (MugaiCursor *c, MugaiSecondLeaf *ret)
{
    MugaiSecondLeaf leaf = { .begin = mugai_cursor_u64 (c), .end = mugai_cursor_u64 (c) };
    uint8_t encoding = mugai_cursor_u8 (c), message = mugai_cursor_u8 (c);
    size_t size = 0;
    const uint8_t *type = mugai_cursor_blob (c, sizeof leaf.type - 1, &size);

    if (c->failed || encoding > MUGAI_ENCODING_UU || message > 1 ||
        memchr (type, 0, size) != NULL) {
        c->failed = true;
        return false;
    }
    leaf.encoding = (MugaiEncoding)encoding;
    leaf.message = message;
    memcpy (leaf.type, type, size);
    *ret = leaf;
    return true;
}
