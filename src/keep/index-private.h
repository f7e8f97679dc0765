/* SPDX-License-Identifier: Apache-2.0
 *
 * index-private: what index.c, index-query.c and index-schema.c share. Process: mugai-keep only.
 */
#pragma once

#include "keep/index.h"

typedef enum MugaiIndexStatement { /* in the order of the table in index.c */
    MUGAI_SQL_RECEIVED,
    MUGAI_SQL_RECORDED,
    MUGAI_SQL_UNTOUCHED,
    MUGAI_SQL_STATE,
    MUGAI_SQL_EXPIRED,
    MUGAI_SQL_DELETE,
    MUGAI_SQL_POISON,
    MUGAI_SQL_HEAD,
    MUGAI_SQL_MARK,
    MUGAI_SQL_RELEASE,
    MUGAI_SQL_UNDO,
    MUGAI_SQL_COMMIT,
    MUGAI_SQL_GET_STATE,
    MUGAI_SQL_GET_TWINS,
    MUGAI_SQL_GET_POISON,
    MUGAI_SQL_COUNT,
} MugaiIndexStatement;

struct MugaiIndex {
    sqlite3 *db;
    sqlite3_stmt *st[MUGAI_SQL_COUNT];
    bool open; /* a transaction */
    unsigned pending;
};

extern const char *const mugai_index_steps[];
extern const int mugai_index_version;

/* Return false, with @error from @db. */
bool mugai_index_fail (sqlite3 *db, const char *what, GError **error);
bool mugai_index_exec (sqlite3 *db, const char *sql, GError **error);
