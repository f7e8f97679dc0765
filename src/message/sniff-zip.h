/* SPDX-License-Identifier: Apache-2.0
 *
 * sniff-zip: what a ZIP is the shell of, by the names in its directory: Office, OpenDocument, EPUB,
 * XPS, Java, apps.
 *
 * Process: worker. Trust: input is hostile. Pure, linear in the directory, nothing is inflated.
 * libc only. Source: APPNOTE 6.3.10, 4.3; ECMA-376 part 2; ODF 1.3 part 2, 3.3.
 */
#pragma once

#include "message/sniff.h"

/* Where the central directory begins by the record at the end, and where that record ends. */
typedef struct MugaiZipEnd {
    uint64_t directory, size; /* bytes from the beginning of the content */
    uint64_t end;
} MugaiZipEnd;

/* Returns: is there a record at the end whose directory fits right before it? */
bool mugai_sniff_zip_end (const MugaiSniff *w, MugaiZipEnd *ret);

/* @w begins with a local header or an empty directory. @extension: decides only between kinds that
 * have the same members (a template, a show). Returns: (static) type id, "zip" when nothing says
 * more. */
const char *mugai_sniff_zip (const MugaiSniff *w, const char *extension);
