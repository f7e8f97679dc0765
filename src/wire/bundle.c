/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/bundle.h"

#include "base/cursor.h"
#include "base/pack.h"

#include <errno.h>

enum { MAGIC = 0x4c44424d /* "MBDL" */, VERSION = 1, MEMBER = 1, OWN = 2, END = 0 };

size_t
mugai_bundle_write_head (uint8_t buffer[MUGAI_BUNDLE_HEAD])
{
    MugaiPack p = mugai_pack (buffer, MUGAI_BUNDLE_HEAD);

    mugai_pack_u32 (&p, MAGIC);
    mugai_pack_u32 (&p, VERSION);
    return p.size;
}

size_t
mugai_bundle_write_member (const MugaiBundleMember *member, uint8_t buffer[MUGAI_BUNDLE_MEMBER])
{
    MugaiPack p = mugai_pack (buffer, MUGAI_BUNDLE_MEMBER);

    if (member->name_size > MUGAI_BUNDLE_NAME || member->declared_size > MUGAI_BUNDLE_DECLARED)
        return 0;
    mugai_pack_u8 (&p, MEMBER);
    mugai_pack_blob (&p, member->name, member->name_size);
    mugai_pack_blob (&p, member->declared, member->declared_size);
    mugai_pack_u64 (&p, member->size);
    return p.failed ? 0 : p.size;
}

size_t
mugai_bundle_write_own (uint64_t size, uint8_t buffer[MUGAI_BUNDLE_OWN])
{
    MugaiPack p = mugai_pack (buffer, MUGAI_BUNDLE_OWN);

    mugai_pack_u8 (&p, OWN);
    mugai_pack_u64 (&p, size);
    return p.size;
}

size_t
mugai_bundle_write_end (uint32_t count, uint8_t buffer[MUGAI_BUNDLE_END])
{
    MugaiPack p = mugai_pack (buffer, MUGAI_BUNDLE_END);

    mugai_pack_u8 (&p, END);
    mugai_pack_u32 (&p, count);
    return p.size;
}

static void
read_content (MugaiCursor *c, MugaiBundleMember *ret)
{
    ret->size = mugai_cursor_u64 (c);
    ret->data =
        ret->size <= mugai_cursor_left (c) ? mugai_cursor_bytes (c, (size_t)ret->size) : NULL;
    c->failed = c->failed || (ret->data == NULL && ret->size > 0);
}

static void
read_member (MugaiCursor *c, MugaiBundleMember *ret)
{
    ret->name = (const char *)mugai_cursor_blob (c, MUGAI_BUNDLE_NAME, &ret->name_size);
    ret->declared = (const char *)mugai_cursor_blob (c, MUGAI_BUNDLE_DECLARED, &ret->declared_size);
    read_content (c, ret);
}

/* @each NULL: the form alone. */
static int
read_all (MugaiCursor c, uint32_t max, MugaiBundleMember *own,
          bool (*each) (void *user, const MugaiBundleMember *member), void *user)
{
    uint32_t count = 0;
    uint8_t kind;

    if (mugai_cursor_u32 (&c) != MAGIC || mugai_cursor_u32 (&c) != VERSION)
        return -EBADMSG;
    while ((kind = mugai_cursor_u8 (&c)) == MEMBER && !c.failed) {
        MugaiBundleMember member = { 0 };
        read_member (&c, &member);
        if (c.failed)
            return -EBADMSG;
        if (count++ == max)
            return -E2BIG;
        if (each != NULL && !each (user, &member))
            return -ECANCELED;
    }
    if (kind == OWN && own != NULL) {
        *own = (MugaiBundleMember){ 0 };
        read_content (&c, own);
        kind = mugai_cursor_u8 (&c);
    }
    return kind == END && mugai_cursor_u32 (&c) == count && mugai_cursor_done (&c) ? 0 : -EBADMSG;
}

int
mugai_bundle_read (const void *data, size_t size, uint32_t max, MugaiBundleMember *ret_own,
                   bool (*each) (void *user, const MugaiBundleMember *member), void *user)
{
    MugaiCursor c = mugai_cursor (data, size);
    int r = read_all (c, max, ret_own, NULL, NULL);

    return r == 0 ? read_all (c, max, ret_own, each, user) : r;
}
