/* SPDX-License-Identifier: Apache-2.0
 *
 * index: the sum of all events as an SQLite database, DIR/index.db. It can be thrown away: the audit log is the truth.
 *
 * Changes gather in one open transaction, which also holds the number of the last event applied: after a crash the
 * events behind it are applied again from the log.
 * Process: mugai-keep only. Trust: values are hostile text, bound as parameters, never part of a statement.
 */
#pragma once

#include "keep/audit.h"
#include "keep/event.h"
#include "wire/keep.h"

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiIndex MugaiIndex;

/* mugai_index_open:
 * @path: of the database. Errors: RESOURCE; MALFORMED: not a sound database (put it aside and reindex); USAGE: made by a
 * later version.
 */
MugaiIndex *mugai_index_open (const char *path, GError **error);
void mugai_index_free (MugaiIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiIndex, mugai_index_free)

/* mugai_index_migrate:
 * Bring @db from the version in its table `schema` (none: 0) to @n, each step in a transaction of its own.
 * @steps: @n SQL scripts; step i leads from version i to i + 1. Errors: USAGE: @db is of a later version.
 */
bool mugai_index_migrate (sqlite3 *db, const char *const *steps, int n, GError **error);

/* Number and hash of the last event applied. */
bool mugai_index_head (MugaiIndex *index, MugaiAuditHead *ret, GError **error);

/* Apply one event and remember @hash of its line. An event that is already applied changes nothing. */
bool mugai_index_apply (MugaiIndex *index, const MugaiEvent *event, GError **error);

/* A batch inside of the open transaction: what was applied since mark can be undone alone. Errors: RESOURCE. */
bool mugai_index_mark (MugaiIndex *index, GError **error);
void mugai_index_release (MugaiIndex *index);
/* Returns: false when more than the batch is undone: all since the last commit. */
bool mugai_index_undo (MugaiIndex *index);

/* mugai_index_commit: remember the head with the transaction, and commit it.
 * Errors: RESOURCE; see mugai_index_open_changes() for whether the changes are still there (and only not on disk).
 */
bool mugai_index_commit (MugaiIndex *index, const MugaiAuditHead *head, GError **error);
/* True while there are changes that wait for a commit. */
bool mugai_index_open_changes (const MugaiIndex *index);
/* Undo all since the last commit. */
void mugai_index_rollback (MugaiIndex *index);
/* Events applied since the last commit. */
unsigned mugai_index_pending (const MugaiIndex *index);
/* Forget everything. */
bool mugai_index_empty (MugaiIndex *index, GError **error);

typedef struct MugaiIndexItem {
    MugaiKeepEntry entry; /* owned */
    MugaiVaultPlace original, report;
    uint8_t twin[MUGAI_SHA256_SIZE];
} MugaiIndexItem;

void mugai_index_item_clear (MugaiIndexItem *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiIndexItem, mugai_index_item_clear)

/* Returns: how many items begin with @prefix (2 stands for more than one), the only one in @ret; -1 with @error. */
int mugai_index_find (MugaiIndex *index, const char *prefix, MugaiIndexItem *ret, GError **error);
/* State of an item, 0 when there is none. */
bool mugai_index_state (MugaiIndex *index, const char *id, unsigned *ret, GError **error);

typedef bool (*MugaiIndexEach) (MugaiIndexItem *item, void *data); /* may take texts out of @item */
/* Newest first. @each returning false stops. */
bool mugai_index_list (MugaiIndex *index, const MugaiKeepQuery *query, MugaiIndexEach each, void *data, GError **error);
/* Items with an original or a report, received before @before_us, oldest first. */
bool mugai_index_old (MugaiIndex *index, int64_t before_us, unsigned limit, MugaiIndexEach each, void *data,
                      GError **error);
/* Ids of other items in received, holding or deferred with this twin. Returns: (transfer full) of char *. */
GPtrArray *mugai_index_twins (MugaiIndex *index, const uint8_t twin[MUGAI_SHA256_SIZE], GError **error);
/* Packs that no item refers to any more, out of @packs (of char *). */
bool mugai_index_pack_used (MugaiIndex *index, const char *pack, bool *ret, GError **error);
bool mugai_index_totals (MugaiIndex *index, uint64_t *ret_items, uint64_t *ret_held, uint64_t *ret_bytes,
                         GError **error);
bool mugai_index_poison (MugaiIndex *index, const uint8_t digest[MUGAI_SHA256_SIZE], uint32_t *ret_deaths,
                         int64_t *ret_since_us, GError **error);
