/* SPDX-License-Identifier: Apache-2.0
 *
 * audit-read: the lines of all files of an audit log in order, one at a time, in bounded memory.
 * Process: mugai-keep, tests. Trust: hostile: a line may be anything up to its end; longer ones than
 * MUGAI_EVENT_LINE_MAX are given out cut, and marked.
 */
#pragma once

#include "base/sha256.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiAuditReader MugaiAuditReader;

typedef struct MugaiAuditLine {
    const char *file; /* borrowed: name */
    uint64_t number;  /* within the file, from 1 */
    const char *text; /* borrowed until the next call; without LF; may hold NUL */
    size_t size;
    bool torn;        /* the file ends without LF */
    bool too_long;
} MugaiAuditLine;

/* @folder: DIR/audit, borrowed for the call. @from_seq: begin with the file that holds this line (0: the first file). */
MugaiAuditReader *mugai_audit_reader_new (int folder, uint64_t from_seq, GError **error);
void mugai_audit_reader_free (MugaiAuditReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiAuditReader, mugai_audit_reader_free)

/* Returns: 1 and a line, 0 at the end, -1 with @error (RESOURCE). */
int mugai_audit_reader_next (MugaiAuditReader *reader, MugaiAuditLine *ret, GError **error);

/* Names of the files in order, NULL-terminated; audit.log last. Borrowed. */
const char *const *mugai_audit_reader_files (const MugaiAuditReader *reader);

/* Highest N of audit-N.log in @folder, 0 when there is none; negative errno. */
int mugai_audit_last_number (int folder);
