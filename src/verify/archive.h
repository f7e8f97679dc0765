/* SPDX-License-Identifier: Apache-2.0
 *
 * archive: the records of a ZIP as our writer makes them (PROFILE.md, Z-1 to Z-3, Z-5, Z-6; ISO/IEC
 * 21320-1), for archives and office documents. Process: verify. Input is hostile. libc and
 * libdeflate.
 */
#pragma once

#include "verify/check.h"

enum { MUGAI_MEMBER_STORED = 0, MUGAI_MEMBER_DEFLATED = 8 };

typedef struct MugaiMember { /* points into the archive */
    uint16_t method, name_size;
    uint32_t crc, packed, size;
    const uint8_t *name, *data; /* data: packed */
    size_t entry, local;        /* where its directory entry and its local header are */
} MugaiMember;

typedef struct MugaiArchive {
    MugaiMember *member;
    unsigned count;
    size_t directory; /* its offset */
} MugaiArchive;

/* mugai_archive_read:
 * Z-1 to Z-3. @most: members (L-2). @ret: (transfer full), to be cleared on failure too.
 */
bool mugai_archive_read (MugaiCheck *check, const uint8_t *d, size_t size, uint64_t most,
                         MugaiArchive *ret);
void mugai_archive_clear (MugaiArchive *archive);

/* Z-5. */
bool mugai_archive_unique (MugaiCheck *check, const MugaiArchive *archive);

/* mugai_archive_unpack:
 * Z-6; charges @check->expanded. Returns: m->size bytes or NULL. *ret_own: to be freed, NULL when
 * they stand in the archive itself.
 */
const uint8_t *mugai_archive_unpack (MugaiCheck *check, const MugaiMember *m, uint8_t **ret_own);
