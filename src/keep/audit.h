/* SPDX-License-Identifier: Apache-2.0
 *
 * audit: the append-only, hash-chained log of everything that happens to items: DIR/audit/audit.log, older parts beside
 * it as audit-000001.log and so on. The chain goes on over all files; DIR/audit/head holds the last number and hash.
 *
 * Order: turn -> add (any number of events) -> commit or drop. A batch is whole or not there: when it cannot be written it is cut off
 * again and the numbers go back.
 * Process: mugai-keep only. Trust: the folder may have been changed behind us; opening trusts the last whole line, the
 * verifier (audit-verify.h) trusts nothing.
 */
#pragma once

#include "keep/event.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiAudit MugaiAudit;

typedef struct MugaiAuditHead {
    uint64_t seq; /* of the last line, 0 for an empty log */
    uint8_t hash[MUGAI_SHA256_SIZE];
} MugaiAuditHead;

/* mugai_audit_open:
 * Find the end of the log. A torn last line is moved to DIR/audit/torn-<number of the next line>.
 * @file_max: bytes after which a new file begins. @ret_found: (transfer full) events that must be added now: what was
 * recovered, lines that are missing at the end. Errors: RESOURCE; MALFORMED: the last line is not one.
 */
MugaiAudit *mugai_audit_open (int dir, uint64_t file_max, GPtrArray **ret_found, GError **error);
void mugai_audit_free (MugaiAudit *audit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiAudit, mugai_audit_free)

/* Number and chain @event (its seq is set) and put it into the batch. */
void mugai_audit_add (MugaiAudit *audit, MugaiEvent *event);

/* mugai_audit_turn:
 * Begin a new file when the day or the size says so; a new file's first event names the one before. Call with an empty
 * batch before the first add of a turn. Errors: RESOURCE; the log is as before.
 */
bool mugai_audit_turn (MugaiAudit *audit, int64_t now_us, GError **error);

/* mugai_audit_commit:
 * Write the batch; with @durable also wait for the disk (and for earlier batches that did not).
 * Errors: RESOURCE: nothing of the batch is in the log.
 */
bool mugai_audit_commit (MugaiAudit *audit, bool durable, GError **error);
/* Drop the batch. */
void mugai_audit_drop (MugaiAudit *audit);

/* Without the batch. */
MugaiAuditHead mugai_audit_head (const MugaiAudit *audit);
/* The folder, borrowed. */
int mugai_audit_folder (const MugaiAudit *audit);
