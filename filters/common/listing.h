/* SPDX-License-Identifier: Apache-2.0
 *
 * listing: the members of a ZIP file, only when everything in the file says the same about them.
 * Central directory and local headers must agree (PKWARE's APPNOTE 4.3.7, 4.3.12), every byte must
 * belong to one record, and there must be one end record: two readers then cannot see two archives.
 * Process: filters. Input is hostile. libc and zlib.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiMember {
    const uint8_t *name; /* borrowed from the file; raw bytes */
    size_t name_size;
    bool utf8;       /* general purpose bit 11 */
    bool folder;     /* its name ends in a slash, and it is empty */
    uint64_t at;     /* offset of its local header */
    uint64_t size;   /* unpacked, as stated */
    uint16_t method; /* 0 stored, 8 deflated, others */
    uint32_t crc;
    const uint8_t *data; /* packed; borrowed */
    uint64_t packed;
} MugaiMember;

typedef struct MugaiListing {
    MugaiMember *member; /* in the order of the file; owned */
    size_t count;
    const char *fault; /* finding code of what is wrong, NULL when nothing is */
    const char *what;  /* evidence */
} MugaiListing;

/* @max: members. Linear but for one sort. Returns: false when @ret->fault is set. */
bool mugai_listing_read (const uint8_t *data, size_t size, size_t max, MugaiListing *ret);
void mugai_listing_clear (MugaiListing *listing);

/* Returns: (borrowed) the member of this name, A-Z as a-z (as office programs look it up), or NULL.
 */
const MugaiMember *mugai_listing_find (const MugaiListing *listing, const char *name);

/* mugai_member_unpack:
 * A stored or deflated member. @max: bytes. Returns: 0 with (transfer full, free()) *ret_data of
 * m->size bytes; -EFBIG above @max; -EBADMSG: the data is not what the headers say; -ENOTSUP:
 * another method; -ENOMEM.
 */
int mugai_member_unpack (const MugaiMember *m, uint64_t max, uint8_t **ret_data);
