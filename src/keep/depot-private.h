/* SPDX-License-Identifier: Apache-2.0
 *
 * depot-private: what the files of the depot share: depot.c (open, state), depot-write.c (put, record, commit),
 * depot-replay.c (index from log), depot-expire.c. Process: mugai-keep only.
 */
#pragma once

#include "keep/audit.h"
#include "keep/crypt.h"
#include "keep/depot.h"
#include "keep/index.h"
#include "keep/vault.h"

struct MugaiDepot {
    MugaiDepotOptions options; /* @dir is ours */
    char *dir_path;
    int dir, lock;
    gid_t group;
    MugaiCryptKeys *keys;
    MugaiVault *vault;
    MugaiAudit *audit;
    MugaiIndex *index;
    uint64_t bytes;       /* of originals and reports that are kept */
    uint64_t batch_bytes; /* of them, added by the open batch */
    unsigned batch_puts;
    bool batch_open, batch_durable;
    bool index_behind; /* the index lacks lines of the log */
    bool index_waits;  /* it has them, but could not be written */
    bool refusing;
    unsigned disk_percent; /* used of the file system, looked at now and then */
    int64_t disk_us;       /* monotonic: when */
    unsigned mark;        /* 0, 80, 90, 100: the last space mark that was passed */
    int64_t index_since_us;  /* monotonic: first change that is not committed, 0: none */
    int64_t log_since_us;    /* monotonic: first line that is not synced, 0: none */
    int64_t expired_day;     /* days since 1970 of the last daily expiry */
    uint64_t puts, put_failures, commits;
};

MugaiKeepCode mugai_depot_code (const GError *error);
void mugai_depot_note (const MugaiDepot *depot, bool warning, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Stamp, number, chain and index one event. Begins a batch when none is open. */
bool mugai_depot_add (MugaiDepot *depot, const MugaiDepotWho *who, MugaiEvent *event, GError **error);
/* Drop the batch from packs, log and index. */
void mugai_depot_drop (MugaiDepot *depot);
/* Apply all lines behind the index. @after_crash: originals that never became whole are struck out. */
bool mugai_depot_catch_up (MugaiDepot *depot, bool after_crash, uint64_t *ret_lines, GError **error);
/* Sum up again what is kept. */
bool mugai_depot_count (MugaiDepot *depot, GError **error);
