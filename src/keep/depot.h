/* SPDX-License-Identifier: Apache-2.0
 *
 * depot: originals, audit log and index of one folder as one thing: what goes in goes into all three, or into none.
 *
 * Layout of DIR (0700): lock, key, originals/ (vault.h), audit/ (audit.h), index.db (index.h).
 * Order: any number of put, record, poison_add -> commit. Only after commit returned true may anyone be told that it is
 * kept. When commit returns false none of the batch is: packs and log are cut back, the index is made again from the log.
 * Index changes reach the disk later (mugai_depot_tick); a crash in between costs a replay of the log's last lines.
 * Process: mugai-keep only. Trust: contents are opaque, texts hostile; whoever asks was identified by the server.
 */
#pragma once

#include "base/memfd.h"
#include "keep/event.h"
#include "keep/index.h"
#include "wire/keep.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* One line for the administrator's log; the depot itself prints nothing. */
typedef void (*MugaiDepotNote) (bool warning, const char *text, void *data);

typedef struct MugaiDepotOptions {
    const char *dir;
    uint64_t quota;       /* bytes of originals and reports, 0: none */
    int64_t retention_us; /* 0: 90 days */
    uint64_t log_max;     /* bytes of one file of the audit log, 0: 64 MiB */
    uint64_t pack_max;    /* bytes of one pack, 0: 256 MiB */
    MugaiDepotNote note;  /* may be NULL */
    void *note_data;
} MugaiDepotOptions;

typedef struct MugaiDepotWho { /* who asks; NULL stands for the keep itself */
    uint32_t uid;
    const char *user;
} MugaiDepotWho;

typedef struct MugaiDepot MugaiDepot;

/* mugai_depot_open:
 * Lock the folder (made when missing), find the ends of log and packs, bring the index up to the log.
 * Errors: USAGE: not ours to read, locked by another keep, no key. RESOURCE: I/O. MALFORMED: see audit.h.
 */
MugaiDepot *mugai_depot_open (const MugaiDepotOptions *options, GError **error);
/* Commits the index and says goodbye in the log. */
void mugai_depot_free (MugaiDepot *depot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiDepot, mugai_depot_free)

/* The group of DIR, whose members may see originals. */
gid_t mugai_depot_group (const MugaiDepot *depot);

/* ---- what goes in; on false *ret_code says why, and nothing of the call is in the batch ---- */

bool mugai_depot_put (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiKeepPut *put, MugaiMap content,
                      MugaiMap envelope, MugaiKeepCode *ret_code, GError **error);
/* @report: size 0 for none. */
bool mugai_depot_record (MugaiDepot *depot, const MugaiDepotWho *who, const MugaiKeepRecord *record, MugaiMap report,
                         MugaiKeepCode *ret_code, GError **error);
bool mugai_depot_poison_add (MugaiDepot *depot, const MugaiDepotWho *who, const uint8_t digest[MUGAI_SHA256_SIZE],
                             uint32_t *ret_deaths, int64_t *ret_since_us, MugaiKeepCode *ret_code, GError **error);
/* An audit line about somebody's act; in the batch. */
void mugai_depot_say (MugaiDepot *depot, const MugaiDepotWho *who, MugaiEventKind kind, const char *id,
                      const char *text);
/* False after a failure that took the whole batch with it: everyone who waits for the commit must be told. */
bool mugai_depot_batch_open (const MugaiDepot *depot);
bool mugai_depot_commit (MugaiDepot *depot, MugaiKeepCode *ret_code, GError **error);

/* ---- what comes out ---- */

/* mugai_depot_find: @prefix: digits of an id. Fails with NOT_FOUND or AMBIGUOUS. */
bool mugai_depot_find (MugaiDepot *depot, const char *prefix, MugaiIndexItem *ret, MugaiKeepCode *ret_code,
                       GError **error);
bool mugai_depot_read (MugaiDepot *depot, const MugaiIndexItem *item, MugaiVaultKind kind, MugaiVaultRecord *ret,
                       MugaiKeepCode *ret_code, GError **error);
MugaiIndex *mugai_depot_index (MugaiDepot *depot);
int mugai_depot_log_folder (const MugaiDepot *depot);
MugaiAuditHead mugai_depot_log_head (const MugaiDepot *depot);
MugaiKeepStatus mugai_depot_status (MugaiDepot *depot);

/* ---- housekeeping ---- */

/* mugai_depot_tick: bring index and log to disk when it is time. Returns: us until it wants to be called again. */
int64_t mugai_depot_tick (MugaiDepot *depot);

typedef struct MugaiDepotExpiry {
    int64_t before_us;
    bool dry_run, begun;
    uint64_t items, bytes; /* so far */
} MugaiDepotExpiry;

/* mugai_depot_expire_step: remove a bounded number of originals. *ret_done when nothing is left to do. */
bool mugai_depot_expire_step (MugaiDepot *depot, const MugaiDepotWho *who, MugaiDepotExpiry *expiry, bool *ret_done,
                              MugaiKeepCode *ret_code, GError **error);
/* Is the daily expiry due? */
bool mugai_depot_expiry_due (MugaiDepot *depot, MugaiDepotExpiry *ret);

/* Build the index again from log and packs. */
bool mugai_depot_reindex (MugaiDepot *depot, const MugaiDepotWho *who, uint64_t *ret_items, uint64_t *ret_lines,
                          MugaiKeepCode *ret_code, GError **error);
