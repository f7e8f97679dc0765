/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/index-private.h"

#include "core/error.h"

#include <string.h>

#define COLUMNS                                                                                    \
    "id, state, kind, received, changed, twin, content, output, policy, engine, sender, "          \
    "recipient, recipients, client,"                                                               \
    " queue_id, auth, reason, subject, from_field, message_id, findings, who, leaves, delivered, " \
    "converted, withheld,"                                                                         \
    " size_in, size_out, pack, offset, length, report_pack, report_offset, report_length"

void
mugai_index_item_clear (MugaiIndexItem *item)
{
    mugai_keep_entry_clear (&item->entry);
}

static char *
text_of (sqlite3_stmt *st, int column)
{
    const char *text = (const char *)sqlite3_column_text (st, column);

    return g_strdup (text != NULL ? text : "");
}

static void
digest_of (sqlite3_stmt *st, int column, uint8_t ret[MUGAI_SHA256_SIZE])
{
    const void *blob = sqlite3_column_blob (st, column);

    if (blob != NULL && sqlite3_column_bytes (st, column) == MUGAI_SHA256_SIZE)
        memcpy (ret, blob, MUGAI_SHA256_SIZE);
}

static void
place_of (sqlite3_stmt *st, int column, MugaiVaultPlace *ret)
{
    const char *pack = (const char *)sqlite3_column_text (st, column);

    if (pack == NULL)
        return;
    g_strlcpy (ret->pack, pack, sizeof ret->pack);
    ret->offset = (uint64_t)sqlite3_column_int64 (st, column + 1);
    ret->length = (uint64_t)sqlite3_column_int64 (st, column + 2);
}

static uint32_t
number_of (sqlite3_stmt *st, int column)
{
    return (uint32_t)sqlite3_column_int64 (st, column);
}

/* The row at @st, in the order of COLUMNS. */
static void
item_of (sqlite3_stmt *st, MugaiIndexItem *item)
{
    MugaiKeepEntry *e = &item->entry;

    g_strlcpy (e->id, (const char *)sqlite3_column_text (st, 0), sizeof e->id);
    e->state = number_of (st, 1);
    e->kind = number_of (st, 2);
    e->received_us = sqlite3_column_int64 (st, 3);
    e->changed_us = sqlite3_column_int64 (st, 4);
    digest_of (st, 5, item->twin);
    digest_of (st, 6, e->sha256_in);
    digest_of (st, 7, e->sha256_out);
    digest_of (st, 8, e->policy);
    digest_of (st, 9, e->engine);
    e->sender = text_of (st, 10);
    e->recipient = text_of (st, 11);
    e->recipients = number_of (st, 12);
    e->client = text_of (st, 13);
    e->queue_id = text_of (st, 14);
    e->auth = text_of (st, 15);
    e->reason = text_of (st, 16);
    e->subject = text_of (st, 17);
    e->from = text_of (st, 18);
    e->message_id = text_of (st, 19);
    e->findings = text_of (st, 20);
    e->who = text_of (st, 21);
    e->in = number_of (st, 22);
    e->delivered = number_of (st, 23);
    e->converted = number_of (st, 24);
    e->withheld = number_of (st, 25);
    e->size_in = (uint64_t)sqlite3_column_int64 (st, 26);
    e->size_out = (uint64_t)sqlite3_column_int64 (st, 27);
    place_of (st, 28, &item->original);
    place_of (st, 31, &item->report);
    e->size_kept = item->original.length;
    e->original = item->original.length > 0;
    e->has_report = item->report.length > 0;
}

/* Step through @st and finalize it. */
static bool
each_row (MugaiIndex *index, sqlite3_stmt *st, MugaiIndexEach each, void *data, GError **error)
{
    bool go_on = true;
    int r = SQLITE_DONE;

    while (go_on && (r = sqlite3_step (st)) == SQLITE_ROW) {
        g_auto (MugaiIndexItem) item = { 0 };
        item_of (st, &item);
        go_on = each (&item, data);
    }
    bool ok = !go_on || r == SQLITE_DONE || mugai_index_fail (index->db, "read", error);
    sqlite3_finalize (st);
    return ok;
}

static sqlite3_stmt *
prepare (MugaiIndex *index, const char *text, GError **error)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2 (index->db, text, -1, &st, NULL) != SQLITE_OK)
        mugai_index_fail (index->db, "prepare", error);
    return st;
}

/* The first text after all that begin with @prefix ("g" follows all digits). */
static void
bind_prefix (sqlite3_stmt *st, int at, const char *prefix)
{
    char after[MUGAI_ID_SIZE + 1];

    g_snprintf (after, sizeof after, "%sg", prefix);
    sqlite3_bind_text (st, at, prefix, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text (st, at + 1, after, -1, SQLITE_TRANSIENT);
}

typedef struct Found {
    int n;
    MugaiIndexItem item;
} Found;

static bool
keep_first (MugaiIndexItem *item, void *data)
{
    Found *found = data;

    if (found->n++ == 0) {
        found->item = *item;
        item->entry = (MugaiKeepEntry){ 0 }; /* its texts are ours now */
    }
    return found->n < 2;
}

int
mugai_index_find (MugaiIndex *index, const char *prefix, MugaiIndexItem *ret, GError **error)
{
    Found found = { 0 };
    sqlite3_stmt *st =
        prepare (index, "SELECT " COLUMNS " FROM items WHERE id >= ?1 AND id < ?2 LIMIT 2", error);

    if (st == NULL)
        return -1;
    bind_prefix (st, 1, prefix);
    bool ok = each_row (index, st, keep_first, &found, error);
    if (ok && found.n == 1) {
        *ret = found.item;
        return 1;
    }
    mugai_index_item_clear (&found.item);
    return ok ? found.n : -1;
}

bool
mugai_index_state (MugaiIndex *index, const char *id, unsigned *ret, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_GET_STATE];

    sqlite3_bind_text (st, 1, id, -1, SQLITE_STATIC);
    int r = sqlite3_step (st);
    *ret = r == SQLITE_ROW ? (unsigned)sqlite3_column_int (st, 0) : 0;
    bool ok = r == SQLITE_ROW || r == SQLITE_DONE || mugai_index_fail (index->db, "read", error);
    sqlite3_reset (st);
    sqlite3_clear_bindings (st);
    return ok;
}

/* Comma-separated numbers of the states wanted; our own numbers, so they may stand in the
 * statement. */
static char *
state_list (uint32_t states)
{
    GString *list = g_string_new (NULL);

    for (unsigned i = 1; i <= MUGAI_KEEP_STATES; i++)
        if (states == 0 || (states & 1u << i) != 0)
            g_string_append_printf (list, "%s%u", list->len > 0 ? "," : "", i);
    return g_string_free (list, FALSE);
}

bool
mugai_index_list (MugaiIndex *index, const MugaiKeepQuery *query, MugaiIndexEach each, void *data,
                  GError **error)
{
    g_autofree char *states = state_list (query->states);
    g_autofree char *text =
        g_strdup_printf ("SELECT " COLUMNS " FROM items WHERE received >= ?1 AND received < ?2"
                         " AND id >= ?3 AND id < ?4 AND state IN (%s)"
                         " ORDER BY received DESC, rowid DESC LIMIT ?5",
                         states);
    sqlite3_stmt *st = prepare (index, text, error);

    if (st == NULL)
        return false;
    sqlite3_bind_int64 (st, 1, query->since_us);
    sqlite3_bind_int64 (st, 2, query->until_us > 0 ? query->until_us : INT64_MAX);
    bind_prefix (st, 3, query->prefix);
    sqlite3_bind_int64 (st, 5, query->limit > 0 ? query->limit : 100);
    return each_row (index, st, each, data, error);
}

bool
mugai_index_old (MugaiIndex *index, int64_t before_us, unsigned limit, MugaiIndexEach each,
                 void *data, GError **error)
{
    sqlite3_stmt *st =
        prepare (index,
                 "SELECT " COLUMNS " FROM items WHERE received < ?1"
                 " AND (pack IS NOT NULL OR report_pack IS NOT NULL) ORDER BY received LIMIT ?2",
                 error);

    if (st == NULL)
        return false;
    sqlite3_bind_int64 (st, 1, before_us);
    sqlite3_bind_int64 (st, 2, limit > 0 ? (sqlite3_int64)limit : -1);
    return each_row (index, st, each, data, error);
}

GPtrArray *
mugai_index_twins (MugaiIndex *index, const uint8_t twin[MUGAI_SHA256_SIZE], GError **error)
{
    g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
    sqlite3_stmt *st = index->st[MUGAI_SQL_GET_TWINS];
    int r;

    sqlite3_bind_blob (st, 1, twin, MUGAI_SHA256_SIZE, SQLITE_STATIC);
    while ((r = sqlite3_step (st)) == SQLITE_ROW)
        g_ptr_array_add (ids, text_of (st, 0));
    bool ok = r == SQLITE_DONE || mugai_index_fail (index->db, "read", error);
    sqlite3_reset (st);
    sqlite3_clear_bindings (st);
    return ok ? g_steal_pointer (&ids) : NULL;
}

bool
mugai_index_pack_used (MugaiIndex *index, const char *pack, bool *ret, GError **error)
{
    sqlite3_stmt *st =
        prepare (index, "SELECT 1 FROM items WHERE pack = ?1 OR report_pack = ?1 LIMIT 1", error);

    if (st == NULL)
        return false;
    sqlite3_bind_text (st, 1, pack, -1, SQLITE_STATIC);
    int r = sqlite3_step (st);
    *ret = r == SQLITE_ROW;
    bool ok = r == SQLITE_ROW || r == SQLITE_DONE || mugai_index_fail (index->db, "read", error);
    sqlite3_finalize (st);
    return ok;
}

bool
mugai_index_totals (MugaiIndex *index, uint64_t *ret_items, uint64_t *ret_held, uint64_t *ret_bytes,
                    GError **error)
{
    sqlite3_stmt *st = prepare (index,
                                "SELECT (SELECT count (*) FROM items),"
                                " (SELECT count (*) FROM items WHERE state IN (3, 4)),"
                                " (SELECT total (length) + total (report_length) FROM items)",
                                error);

    if (st == NULL)
        return false;
    bool ok = sqlite3_step (st) == SQLITE_ROW || mugai_index_fail (index->db, "read", error);
    if (ok) {
        *ret_items = (uint64_t)sqlite3_column_int64 (st, 0);
        *ret_held = (uint64_t)sqlite3_column_int64 (st, 1);
        *ret_bytes = (uint64_t)sqlite3_column_int64 (st, 2);
    }
    sqlite3_finalize (st);
    return ok;
}

bool
mugai_index_poison (MugaiIndex *index, const uint8_t digest[MUGAI_SHA256_SIZE],
                    uint32_t *ret_deaths, int64_t *ret_since_us, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_GET_POISON];

    sqlite3_bind_blob (st, 1, digest, MUGAI_SHA256_SIZE, SQLITE_STATIC);
    int r = sqlite3_step (st);
    *ret_deaths = r == SQLITE_ROW ? number_of (st, 0) : 0;
    *ret_since_us = r == SQLITE_ROW ? sqlite3_column_int64 (st, 1) : 0;
    bool ok = r == SQLITE_ROW || r == SQLITE_DONE || mugai_index_fail (index->db, "read", error);
    sqlite3_reset (st);
    sqlite3_clear_bindings (st);
    return ok;
}
