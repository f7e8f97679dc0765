/* SPDX-License-Identifier: Apache-2.0
 *
 * zip-header: what a local header and a directory entry of a ZIP both say, with their extra fields:
 * ZIP64 numbers, Unicode names. Process: filters. Input is hostile. libc and zlib.
 * Source: PKWARE's APPNOTE 4.3.7, 4.3.12, 4.5.3 (ZIP64), 4.6.9 (Unicode Path), appendix D.
 */
#pragma once

#include "common/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_ZIP_UTF8 = 1 << 11 };

typedef struct MugaiZipHeader { /* all borrowed from the file */
    uint16_t flags, method;
    uint32_t crc;
    uint64_t packed, size;
    const uint8_t *data;                   /* packed; for the caller */
    const uint8_t *name, *extra, *unicode; /* unicode: a second name that holds, or NULL */
    uint16_t name_size, extra_size, unicode_size;
    bool zip64; /* has an extra field with 64-bit numbers */
} MugaiZipHeader;

/* From "version needed" to the length of the extra field. */
void mugai_zip_read_common (MugaiReader *r, MugaiZipHeader *h);

/* mugai_zip_read_extra:
 * Name and extra are set. @at: offset of the local header in a directory entry, NULL in a local
 * header; numbers that are 0xffffffff are replaced by those of the ZIP64 field, which must be there
 * and hold these and no others (a local header has both sizes).
 * @ret_what: (static) evidence. Returns: NULL, or the finding code of what is wrong.
 */
const char *mugai_zip_read_extra (MugaiZipHeader *h, uint64_t *at, const char **ret_what);

/* mugai_zip_names_agree:
 * Do both headers name the same file, read as the format defines it: the Unicode Path whose CRC
 * fits the name beside it; else the name, in UTF-8 with bit 11 and in code page 437 without? Equal
 * bytes are equal in any charset. Different bytes need a Unicode Path in one of them.
 */
bool mugai_zip_names_agree (const MugaiZipHeader *local, const MugaiZipHeader *central);
