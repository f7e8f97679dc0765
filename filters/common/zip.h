/* SPDX-License-Identifier: Apache-2.0
 *
 * zip: write an archive in the one form that the profile has (PROFILE.md, section Z; ISO/IEC
 * 21320-1): no clocks, no extra fields, names in UTF-8, members in the order in which they come.
 * Process: the walk, filters that rebuild. Trust: ours; names and contents were made safe before.
 * libc and zlib.
 */
#pragma once

#include "common/buffer.h"

typedef struct MugaiZip {
    MugaiBuffer file, directory;
    unsigned count;
} MugaiZip;

enum { MUGAI_ZIP_MEMBERS = 65534 /* of one archive */ };

/* @max: bytes of the archive; what does not fit sets `cut` of the buffers, and mugai_zip_end()
 * fails. */
MugaiZip mugai_zip (size_t max);

/* mugai_zip_add:
 * @name: safe path with `/`, at most 1024 bytes; the caller sees to it that no two are equal.
 * @data: @size bytes, below 4 GiB. @deflate: try to make it smaller; it is stored when that does
 * not help. Returns: false when it does not fit; the archive is then of no use.
 */
bool mugai_zip_add (MugaiZip *zip, const char *name, const void *data, size_t size, bool deflate);

/* Directory and end record. Returns: true when zip->file holds the whole archive, of at least one
 * member. */
bool mugai_zip_end (MugaiZip *zip);

void mugai_zip_clear (MugaiZip *zip);
