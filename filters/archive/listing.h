/* SPDX-License-Identifier: Apache-2.0
 *
 * listing: the members of a ZIP file, only when everything in the file says the same about them.
 * Central directory and local headers must agree (PKWARE's APPNOTE 4.3.7, 4.3.12), every byte must
 * belong to one record, and there must be one end record: two readers then cannot see two archives.
 * Process: render. Input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiMember {
    const uint8_t *name; /* borrowed from the file; raw bytes */
    size_t name_size;
    bool utf8;   /* general purpose bit 11 */
    bool folder; /* its name ends in a slash, and it is empty */
    uint64_t at; /* offset of its local header */
    uint64_t size;
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
