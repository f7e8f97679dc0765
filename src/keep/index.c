/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/index-private.h"

#include "core/error.h"

#include <string.h>

static const char *const sql[MUGAI_SQL_COUNT] = {
    [MUGAI_SQL_RECEIVED] =
        "INSERT OR REPLACE INTO items (id, state, kind, received, changed, twin, content, policy, "
        "engine, sender,"
        " recipient, recipients, client, queue_id, auth, who, size_in, pack, offset, length)"
        " VALUES (?1, 1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
        "?17, ?18)",
    [MUGAI_SQL_RECORDED] =
        "UPDATE items SET state = ?2, changed = ?3, who = ?4, client = COALESCE (?5, client),"
        " queue_id = COALESCE (?6, queue_id), reason = COALESCE (?7, reason), subject = COALESCE "
        "(?8, subject),"
        " from_field = COALESCE (?9, from_field), message_id = COALESCE (?10, message_id),"
        " findings = COALESCE (?11, findings), leaves = COALESCE (?12, leaves), delivered = "
        "COALESCE (?13, delivered),"
        " converted = COALESCE (?14, converted), withheld = COALESCE (?15, withheld), size_in = "
        "COALESCE (?16, size_in),"
        " size_out = COALESCE (?17, size_out), output = COALESCE (?18, output), report_pack = "
        "COALESCE (?19, report_pack),"
        " report_offset = COALESCE (?20, report_offset), report_length = COALESCE (?21, "
        "report_length)"
        " WHERE id = ?1",
    [MUGAI_SQL_UNTOUCHED] =
        "INSERT INTO items (id, state, kind, received, changed, sender, recipient, recipients)"
        " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
    [MUGAI_SQL_STATE] = "UPDATE items SET state = ?2, changed = ?3, reason = COALESCE (?4, "
                        "reason), who = ?5 WHERE id = ?1",
    [MUGAI_SQL_EXPIRED] =
        "UPDATE items SET state = 10, changed = ?2, who = ?3, pack = NULL, report_pack = NULL,"
        " length = 0, report_length = 0 WHERE id = ?1",
    [MUGAI_SQL_DELETE] = "DELETE FROM items WHERE id = ?1",
    [MUGAI_SQL_POISON] =
        "INSERT INTO poison VALUES (?1, ?2, ?3) ON CONFLICT (digest) DO UPDATE SET deaths = ?2",
    [MUGAI_SQL_HEAD] = "UPDATE head SET seq = ?1, hash = ?2",
    [MUGAI_SQL_MARK] = "SAVEPOINT batch",
    [MUGAI_SQL_RELEASE] = "RELEASE batch",
    [MUGAI_SQL_UNDO] = "ROLLBACK TO batch",
    [MUGAI_SQL_COMMIT] = "COMMIT",
    [MUGAI_SQL_GET_STATE] = "SELECT state FROM items WHERE id = ?1",
    [MUGAI_SQL_GET_TWINS] = "SELECT id FROM items WHERE twin = ?1 AND state IN (1, 3, 6)",
    [MUGAI_SQL_GET_POISON] = "SELECT deaths, since FROM poison WHERE digest = ?1",
};

/* ---- open ---- */

static bool
set_up (MugaiIndex *index, GError **error)
{
    if (!mugai_index_exec (index->db,
                           "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA "
                           "wal_autocheckpoint = 4000;"
                           "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864; "
                           "PRAGMA temp_store = MEMORY;"
                           "PRAGMA trusted_schema = OFF; PRAGMA locking_mode = EXCLUSIVE",
                           error) ||
        !mugai_index_migrate (index->db, mugai_index_steps, mugai_index_version, error))
        return false;
    for (int i = 0; i < MUGAI_SQL_COUNT; i++)
        if (sqlite3_prepare_v3 (index->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &index->st[i],
                                NULL) != SQLITE_OK)
            return mugai_index_fail (index->db, "prepare", error);
    return true;
}

MugaiIndex *
mugai_index_open (const char *path, GError **error)
{
    g_autoptr (MugaiIndex) index = g_new0 (MugaiIndex, 1);
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

    if (sqlite3_open_v2 (path, &index->db, flags, NULL) != SQLITE_OK) {
        mugai_index_fail (index->db, "open", error);
        return NULL;
    }
    if (!set_up (index, error))
        return NULL;
    return g_steal_pointer (&index);
}

void
mugai_index_free (MugaiIndex *index)
{
    if (index == NULL)
        return;
    for (int i = 0; i < MUGAI_SQL_COUNT; i++)
        sqlite3_finalize (index->st[i]);
    sqlite3_close (index->db);
    g_free (index);
}

/* ---- binding ---- */

static void
bind_text (sqlite3_stmt *st, int at, const char *text)
{
    if (text != NULL)
        sqlite3_bind_text (st, at, text, -1, SQLITE_STATIC);
    else
        sqlite3_bind_null (st, at);
}

/* 0 is "not there". */
static void
bind_number (sqlite3_stmt *st, int at, uint64_t value)
{
    if (value > 0)
        sqlite3_bind_int64 (st, at, (sqlite3_int64)value);
    else
        sqlite3_bind_null (st, at);
}

static void
bind_digest (sqlite3_stmt *st, int at, const uint8_t digest[MUGAI_SHA256_SIZE])
{
    static const uint8_t zero[MUGAI_SHA256_SIZE];

    if (memcmp (digest, zero, MUGAI_SHA256_SIZE) != 0)
        sqlite3_bind_blob (st, at, digest, MUGAI_SHA256_SIZE, SQLITE_STATIC);
    else
        sqlite3_bind_null (st, at);
}

static void
bind_place (sqlite3_stmt *st, int at, const MugaiVaultPlace *place)
{
    bool there = place->length > 0;

    bind_text (st, at, there ? place->pack : NULL);
    if (there)
        sqlite3_bind_int64 (st, at + 1, (sqlite3_int64)place->offset);
    else
        sqlite3_bind_null (st, at + 1);
    bind_number (st, at + 2, place->length);
}

/* Run a statement that gives no rows, and forget its (static) bindings. */
static bool
run (MugaiIndex *index, MugaiIndexStatement which, GError **error)
{
    sqlite3_stmt *st = index->st[which];
    bool ok = sqlite3_step (st) == SQLITE_DONE || mugai_index_fail (index->db, "write", error);

    sqlite3_reset (st);
    sqlite3_clear_bindings (st);
    return ok;
}

/* ---- events ---- */

/* "user (uid)", or "mugai-keep" for what the keep did by itself. */
static const char *
who_text (const MugaiEvent *e)
{
    return e->user != NULL ? e->user : e->uid_plus_1 > 0 ? "?" : "mugai-keep";
}

static bool
apply_received (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_RECEIVED];

    bind_text (st, 1, e->id);
    sqlite3_bind_int64 (st, 2, e->item_kind);
    sqlite3_bind_int64 (st, 3, e->time_us);
    bind_digest (st, 4, e->twin);
    bind_digest (st, 5, e->content);
    bind_digest (st, 6, e->policy);
    bind_digest (st, 7, e->engine);
    bind_text (st, 8, e->sender);
    bind_text (st, 9, e->recipient);
    bind_number (st, 10, e->recipients);
    bind_text (st, 11, e->client);
    bind_text (st, 12, e->queue_id);
    bind_text (st, 13, e->auth);
    bind_text (st, 14, who_text (e));
    bind_number (st, 15, e->size_in);
    bind_place (st, 16, &e->original);
    return run (index, MUGAI_SQL_RECEIVED, error);
}

static bool
insert_unknown (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_UNTOUCHED];

    bind_text (st, 1, e->id);
    sqlite3_bind_int64 (st, 2, e->state);
    sqlite3_bind_int64 (st, 3, e->item_kind);
    sqlite3_bind_int64 (st, 4, e->time_us);
    bind_text (st, 5, e->sender);
    bind_text (st, 6, e->recipient);
    bind_number (st, 7, e->recipients);
    return run (index, MUGAI_SQL_UNTOUCHED, error);
}

static bool
update_recorded (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_RECORDED];

    bind_text (st, 1, e->id);
    sqlite3_bind_int64 (st, 2, e->state);
    sqlite3_bind_int64 (st, 3, e->time_us);
    bind_text (st, 4, who_text (e));
    bind_text (st, 5, e->client);
    bind_text (st, 6, e->queue_id);
    bind_text (st, 7, e->reason);
    bind_text (st, 8, e->subject);
    bind_text (st, 9, e->from);
    bind_text (st, 10, e->message_id);
    bind_text (st, 11, e->findings);
    bind_number (st, 12, e->in);
    bind_number (st, 13, e->delivered);
    bind_number (st, 14, e->converted);
    bind_number (st, 15, e->withheld);
    bind_number (st, 16, e->size_in);
    bind_number (st, 17, e->size_out);
    bind_digest (st, 18, e->output);
    bind_place (st, 19, &e->report);
    return run (index, MUGAI_SQL_RECORDED, error);
}

static bool
apply_recorded (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    if (!update_recorded (index, e, error))
        return false;
    if (sqlite3_changes (index->db) > 0)
        return true;
    return insert_unknown (index, e, error) && update_recorded (index, e, error);
}

static bool
apply_state (MugaiIndex *index, const MugaiEvent *e, unsigned state, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_STATE];
    g_autofree char *reason =
        e->text != NULL ? g_strdup_printf ("superseded by %s", e->text) : NULL;

    bind_text (st, 1, e->id);
    sqlite3_bind_int64 (st, 2, state);
    sqlite3_bind_int64 (st, 3, e->time_us);
    bind_text (st, 4, reason);
    bind_text (st, 5, who_text (e));
    return run (index, MUGAI_SQL_STATE, error);
}

static bool
apply_expired (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_EXPIRED];

    bind_text (st, 1, e->id);
    sqlite3_bind_int64 (st, 2, e->time_us);
    bind_text (st, 3, who_text (e));
    return run (index, MUGAI_SQL_EXPIRED, error);
}

static bool
apply_incomplete (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    bind_text (index->st[MUGAI_SQL_DELETE], 1, e->id);
    return run (index, MUGAI_SQL_DELETE, error);
}

static bool
apply_poison (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_POISON];

    sqlite3_bind_blob (st, 1, e->digest, MUGAI_SHA256_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64 (st, 2, e->deaths);
    sqlite3_bind_int64 (st, 3, e->time_us);
    return run (index, MUGAI_SQL_POISON, error);
}

static bool
apply_one (MugaiIndex *index, const MugaiEvent *e, GError **error)
{
    switch (e->kind) {
    case MUGAI_EVENT_RECEIVED:
        return apply_received (index, e, error);
    case MUGAI_EVENT_RECORDED:
        return apply_recorded (index, e, error);
    case MUGAI_EVENT_SUPERSEDED:
        return apply_state (index, e, MUGAI_KEEP_SUPERSEDED, error);
    case MUGAI_EVENT_EXPIRED:
        return apply_expired (index, e, error);
    case MUGAI_EVENT_INCOMPLETE:
        return apply_incomplete (index, e, error);
    case MUGAI_EVENT_POISON:
        return apply_poison (index, e, error);
    default: /* the index does not ask about the others */
        return true;
    }
}

static bool
begin (MugaiIndex *index, GError **error)
{
    if (!index->open)
        index->open = mugai_index_exec (index->db, "BEGIN IMMEDIATE", error);
    return index->open;
}

bool
mugai_index_apply (MugaiIndex *index, const MugaiEvent *event, GError **error)
{
    if (!begin (index, error) || !apply_one (index, event, error))
        return false;
    index->pending++;
    return true;
}

bool
mugai_index_head (MugaiIndex *index, MugaiAuditHead *ret, GError **error)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2 (index->db, "SELECT seq, hash FROM head", -1, &st, NULL) != SQLITE_OK ||
        sqlite3_step (st) != SQLITE_ROW || sqlite3_column_bytes (st, 1) != MUGAI_SHA256_SIZE) {
        sqlite3_finalize (st);
        return mugai_index_fail (index->db, "read head", error);
    }
    ret->seq = (uint64_t)sqlite3_column_int64 (st, 0);
    memcpy (ret->hash, sqlite3_column_blob (st, 1), MUGAI_SHA256_SIZE);
    sqlite3_finalize (st);
    return true;
}

/* SQLite ends a transaction by itself after some errors: then its changes are gone. */
static void
look_whether_open (MugaiIndex *index)
{
    index->open = sqlite3_get_autocommit (index->db) == 0;
    if (!index->open)
        index->pending = 0;
}

bool
mugai_index_mark (MugaiIndex *index, GError **error)
{
    return begin (index, error) && run (index, MUGAI_SQL_MARK, error);
}

void
mugai_index_release (MugaiIndex *index)
{
    run (index, MUGAI_SQL_RELEASE, NULL);
}

bool
mugai_index_undo (MugaiIndex *index)
{
    bool ok = run (index, MUGAI_SQL_UNDO, NULL) && run (index, MUGAI_SQL_RELEASE, NULL);

    look_whether_open (index);
    if (ok && index->open)
        return true;
    mugai_index_rollback (index);
    return false;
}

bool
mugai_index_commit (MugaiIndex *index, const MugaiAuditHead *head, GError **error)
{
    sqlite3_stmt *st = index->st[MUGAI_SQL_HEAD];

    if (!index->open)
        return true;
    sqlite3_bind_int64 (st, 1, (sqlite3_int64)head->seq);
    sqlite3_bind_blob (st, 2, head->hash, MUGAI_SHA256_SIZE, SQLITE_STATIC);
    bool ok = run (index, MUGAI_SQL_HEAD, error) && run (index, MUGAI_SQL_COMMIT, error);
    look_whether_open (index);
    if (ok)
        index->pending = 0;
    return ok;
}

bool
mugai_index_open_changes (const MugaiIndex *index)
{
    return index->open;
}

void
mugai_index_rollback (MugaiIndex *index)
{
    if (index->open)
        sqlite3_exec (index->db, "ROLLBACK", NULL, NULL, NULL);
    index->open = false;
    index->pending = 0;
}

unsigned
mugai_index_pending (const MugaiIndex *index)
{
    return index->pending;
}

bool
mugai_index_empty (MugaiIndex *index, GError **error)
{
    mugai_index_rollback (index);
    return begin (index, error) &&
           mugai_index_exec (index->db,
                             "DELETE FROM items; DELETE FROM poison; UPDATE head SET seq = 0, hash "
                             "= zeroblob (32)",
                             error);
}
