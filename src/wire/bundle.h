/* SPDX-License-Identifier: Apache-2.0
 *
 * bundle: the members that an isolated container filter found, one after the other, as a render
 * child writes them and the walk reads them. libc only. write_x and read_x stand side by side.
 *
 *   bundle = "MBDL" u32 version, *(u8 1, u32 + name, u32 + declared, u64 + content),
 *            ?(u8 2, u64 + content), u8 0, u32 count
 *
 * The part with an u8 2 is what a document says about itself (wire/package.h); an archive has none.
 *
 * Process: render writes, worker reads. Trust: a render child may have been taken over, so all of
 * it may be a lie: names and contents are hostile, and the form is checked to the last byte.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_BUNDLE_HEAD = 8,
    MUGAI_BUNDLE_NAME = 4096,    /* bytes of a member's name */
    MUGAI_BUNDLE_DECLARED = 255, /* bytes of a media type */
    MUGAI_BUNDLE_MEMBER =
        1 + 4 + MUGAI_BUNDLE_NAME + 4 + MUGAI_BUNDLE_DECLARED + 8, /* most bytes before a content */
    MUGAI_BUNDLE_OWN = 1 + 8, /* bytes before what a document says about itself */
    MUGAI_BUNDLE_END = 5,
};

typedef struct MugaiBundleMember {
    const char *name;     /* not NUL-terminated when read; borrowed */
    const char *declared; /* media type, "" when none */
    size_t name_size, declared_size;
    const uint8_t *data; /* read only */
    uint64_t size;
} MugaiBundleMember;

size_t mugai_bundle_write_head (uint8_t buffer[MUGAI_BUNDLE_HEAD]);
/* What stands before the @member->size bytes of its content. Returns: bytes, or 0 when a name is
 * too long. */
size_t mugai_bundle_write_member (const MugaiBundleMember *member,
                                  uint8_t buffer[MUGAI_BUNDLE_MEMBER]);
size_t mugai_bundle_write_own (uint64_t size, uint8_t buffer[MUGAI_BUNDLE_OWN]);
size_t mugai_bundle_write_end (uint32_t count, uint8_t buffer[MUGAI_BUNDLE_END]);

/* mugai_bundle_read:
 * @data: borrowed, @size bytes. @ret_own: what the document says about itself (borrowed; no data:
 * nothing); NULL: it must not be there. @each: called for every member in order; false stops.
 * Called only when the whole form is right. @max: members. Returns: 0; -EBADMSG: the form is wrong;
 * -E2BIG: more than @max members; -ECANCELED: @each stopped.
 */
int mugai_bundle_read (const void *data, size_t size, uint32_t max, MugaiBundleMember *ret_own,
                       bool (*each) (void *user, const MugaiBundleMember *member), void *user);
