/* SPDX-License-Identifier: Apache-2.0
 *
 * audit-verify: walk a whole audit log and name every place where it is not as it was written: edited, missing,
 * reordered or repeated lines, missing files, a cut end.
 *
 * What it can show: line n + 1 holds the hash of line n, so a change of one line shows at that line; removing the end shows
 * against the head (DIR/audit/head, or the number and hash somebody wrote down elsewhere). Whoever can write the whole
 * folder can make a new log from scratch: note the head outside from time to time.
 * Process: mugai-keep, in steps between requests. Trust: the log is evidence, not input to act on.
 */
#pragma once

#include "keep/audit.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiAuditVerify MugaiAuditVerify;
typedef void (*MugaiAuditProblem) (const char *file, uint64_t line, const char *what, void *data);

/* @folder: DIR/audit. @expect: what the last line must be, or NULL: what the file `head` says. */
MugaiAuditVerify *mugai_audit_verify_new (int folder, const MugaiAuditHead *expect, MugaiAuditProblem problem,
                                          void *data, GError **error);
void mugai_audit_verify_free (MugaiAuditVerify *verify);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiAuditVerify, mugai_audit_verify_free)

/* Look at up to @lines more. Returns: 1 there is more, 0 done, -1 with @error. */
int mugai_audit_verify_step (MugaiAuditVerify *verify, unsigned lines, GError **error);

typedef struct MugaiAuditVerified {
    uint64_t files, lines, problems;
    MugaiAuditHead last;
} MugaiAuditVerified;

MugaiAuditVerified mugai_audit_verify_result (const MugaiAuditVerify *verify);
