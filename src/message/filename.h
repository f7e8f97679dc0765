/* SPDX-License-Identifier: Apache-2.0
 *
 * filename: names of attachments: read from every place a mail may hold one, made safe for Windows
 * and Unix, fitted to the type that goes out.
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md section N.
 */
#pragma once

#include "core/type.h"
#include "message/mime-value.h"
#include "message/rfc2047.h"

#include "base/limits.h"

#include <glib.h>
#include <stdbool.h>

enum { MUGAI_FILENAME_MAX = 255 /* bytes of UTF-8 of one name: NTFS, ext4 */ };

/* mugai_filename_read:
 * The text of a name parameter: RFC 2231, RFC 2047 or raw bytes. @charset: of raw bytes, may be
 * NULL. @stats: added to, may be NULL. Returns: (transfer full) one line of clean UTF-8, "" when
 * there is none.
 */
char *mugai_filename_read (const MugaiMimeParam *param, const char *charset,
                           const MugaiLimits *limits, MugaiHeaderTextStats *stats);

/* Does a program of Windows take the name for a device? @name: UTF-8. */
bool mugai_filename_is_device (const char *name);

/* mugai_filename_safe:
 * @name: clean UTF-8. Returns: (transfer full) its last path component, NFC, without forbidden
 * characters, device names, blanks and full stops at its ends or long blanks, at most @max bytes
 * with its extension kept; "" when nothing is left.
 */
char *mugai_filename_safe (const char *name, size_t max);

/* mugai_filename_extension:
 * Returns: (transfer full) the last extension in lower-case NFKC without its dot, "" when none.
 */
char *mugai_filename_extension (const char *name);

/* mugai_filename_for:
 * @name: any text. Returns: (transfer full) a safe name that ends in @type's extension: the old
 * extension is replaced when it is one that a type has, unless @keep; else the new one is added.
 * @fallback: the stem when there is none, ASCII.
 */
char *mugai_filename_for (const char *name, const MugaiType *type, const char *fallback, bool keep);
