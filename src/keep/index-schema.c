/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/index-private.h"

#include "core/error.h"

#include <stdlib.h>

/* Step i leads from version i to i + 1. A published step is never changed; a new version appends
 * one. */
const char *const mugai_index_steps[] = {
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB "
    "NOT NULL);"
    "INSERT INTO head VALUES (1, 0, zeroblob (32));"
    "CREATE TABLE items ("
    "  id TEXT PRIMARY KEY NOT NULL, state INTEGER NOT NULL, kind INTEGER NOT NULL,"
    "  received INTEGER NOT NULL, changed INTEGER NOT NULL," /* us since 1970 */
    "  twin BLOB, content BLOB, output BLOB, policy BLOB, engine BLOB,"
    "  sender TEXT, recipient TEXT, recipients INTEGER, client TEXT, queue_id TEXT, auth TEXT, "
    "reason TEXT,"
    "  subject TEXT, from_field TEXT, message_id TEXT, findings TEXT, who TEXT,"
    "  leaves INTEGER, delivered INTEGER, converted INTEGER, withheld INTEGER, size_in INTEGER, "
    "size_out INTEGER,"
    "  pack TEXT, offset INTEGER, length INTEGER, report_pack TEXT, report_offset INTEGER, "
    "report_length INTEGER);"
    "CREATE INDEX items_received ON items (received);"
    "CREATE INDEX items_open ON items (twin) WHERE state IN (1, 3, 6);"
    "CREATE INDEX items_held ON items (received) WHERE state IN (3, 4);"
    "CREATE TABLE poison (digest BLOB PRIMARY KEY NOT NULL, deaths INTEGER NOT NULL, since INTEGER "
    "NOT NULL);",
};

const int mugai_index_version = G_N_ELEMENTS (mugai_index_steps);

bool
mugai_index_fail (sqlite3 *db, const char *what, GError **error)
{
    int code = sqlite3_errcode (db) & 0xff;
    bool unsound = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;

    g_set_error (error, MUGAI_ERROR, unsound ? MUGAI_ERROR_MALFORMED : MUGAI_ERROR_RESOURCE,
                 "index: %s: %s", what, sqlite3_errmsg (db));
    return false;
}

bool
mugai_index_exec (sqlite3 *db, const char *sql, GError **error)
{
    return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK ||
           mugai_index_fail (db, "change", error);
}

static bool
read_version (sqlite3 *db, int *ret, GError **error)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2 (db, "SELECT version FROM schema", -1, &st, NULL) != SQLITE_OK ||
        sqlite3_step (st) != SQLITE_ROW) {
        sqlite3_finalize (st);
        return mugai_index_fail (db, "read schema version", error);
    }
    *ret = sqlite3_column_int (st, 0);
    sqlite3_finalize (st);
    return true;
}

static bool
step (sqlite3 *db, const char *sql, int to, GError **error)
{
    g_autofree char *mark = g_strdup_printf ("UPDATE schema SET version = %d", to);

    if (!mugai_index_exec (db, "BEGIN IMMEDIATE", error))
        return false;
    if (mugai_index_exec (db, sql, error) && mugai_index_exec (db, mark, error) &&
        mugai_index_exec (db, "COMMIT", error))
        return true;
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool
mugai_index_migrate (sqlite3 *db, const char *const *steps, int n, GError **error)
{
    int version = 0;

    if (!mugai_index_exec (db,
                           "CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL);"
                           "INSERT INTO schema SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema)",
                           error) ||
        !read_version (db, &version, error))
        return false;
    if (version > n) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "index: made by a later version of Mugai (schema %d, this one knows %d); "
                     "install that version, or "
                     "remove index.db to have it rebuilt",
                     version, n);
        return false;
    }
    for (; version < n; version++)
        if (!step (db, steps[version], version + 1, error))
            return false;
    return true;
}
