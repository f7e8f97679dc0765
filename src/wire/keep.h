/* SPDX-License-Identifier: Apache-2.0
 *
 * keep: messages between mugai-keep and whoever hands in, records or looks at items, and a small blocking client.
 *
 * Order of a mail: put (the original is durable when it returns true) -> record HANDED_OVER, REJECTED or DEFERRED; or,
 * for a mail that waits for a person: record HOLDING with `durable` -> hand the notice over -> record HELD. A mail that
 * leaves: record UNTOUCHED alone. A sender that comes again with the same content and envelope supersedes what was
 * received, holding or deferred before (it never had a 250).
 * Process: mugai-keep (server side, keep/server.c); mugai-milter and mugai (client). Trust: both ends are ours, but
 * every value inside is hostile text; both sides check all lengths.
 * Threads: a client belongs to one thread at a time; any number of clients may live. Nothing here forks or logs.
 */
#pragma once

#include "base/kind.h"
#include "base/sha256.h"
#include "core/envelope.h"
#include "core/report.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_KEEP_TEXT = 2048,          /* bytes of one text in a frame; longer ones are cut at a character */
    MUGAI_KEEP_REPORT_MAX = 16 << 20, /* bytes of one report */
    MUGAI_KEEP_TIMEOUT_US = 60000000, /* a sensible timeout_us for put and record */
};

/* One request is open per connection; each is answered by its own kind or by FAIL. */
typedef enum MugaiKeepKind {
    MUGAI_KEEP_GREET = MUGAI_KIND_KEEP, /* both ways, first: version */
    MUGAI_KEEP_FAIL,                    /* MugaiKeepCode, text */
    MUGAI_KEEP_PUT,                     /* MugaiKeepPut; descriptors: content, envelope (sealed) */
    MUGAI_KEEP_PUT_OK,                  /* the original and its line in the audit log are durable */
    MUGAI_KEEP_RECORD,                  /* MugaiKeepRecord; descriptor: report (sealed), may be absent */
    MUGAI_KEEP_RECORD_OK,
    MUGAI_KEEP_LIST,      /* MugaiKeepQuery; answered by ENTRY frames, then END */
    MUGAI_KEEP_ENTRY,     /* MugaiKeepEntry */
    MUGAI_KEEP_END,       /* u64: how many came */
    MUGAI_KEEP_GET,       /* id or number, u32 want; answered by ITEM */
    MUGAI_KEEP_ITEM,      /* MugaiKeepEntry, u32 what came; descriptors in the order of MugaiKeepWant */
    MUGAI_KEEP_POISON_GET, /* digest */
    MUGAI_KEEP_POISON_ADD, /* digest; one more death */
    MUGAI_KEEP_POISON_IS,  /* u32 deaths, i64 since */
    MUGAI_KEEP_EXPIRE,     /* i64 older than (us), u8 dry run */
    MUGAI_KEEP_EXPIRED,    /* u64 items, u64 bytes */
    MUGAI_KEEP_VERIFY_LOG, /* answered by PROBLEM frames, then LOG_IS */
    MUGAI_KEEP_PROBLEM,    /* file, u64 line, what */
    MUGAI_KEEP_LOG_IS,     /* u64 files, lines, problems, last seq; last hash */
    MUGAI_KEEP_REINDEX,
    MUGAI_KEEP_REINDEXED,  /* u64 items, u64 log lines */
    MUGAI_KEEP_STATUS,
    MUGAI_KEEP_STATUS_IS,  /* MugaiKeepStatus */
} MugaiKeepKind;

/* Why a request failed, and the GError code a client makes of it. */
typedef enum MugaiKeepCode {
    MUGAI_KEEP_CODE_VERSION = 1, /* USAGE: programs of two versions */
    MUGAI_KEEP_CODE_NO_SPACE,    /* RESOURCE: quota or disk full; nothing half-written stays */
    MUGAI_KEEP_CODE_IO,          /* RESOURCE */
    MUGAI_KEEP_CODE_BUSY,        /* RESOURCE */
    MUGAI_KEEP_CODE_NOT_FOUND,   /* USAGE */
    MUGAI_KEEP_CODE_AMBIGUOUS,   /* USAGE: a short number that several items share */
    MUGAI_KEEP_CODE_DENIED,      /* REFUSED: who asks may not */
    MUGAI_KEEP_CODE_STATE,       /* REFUSED: the item is already in a final state */
    MUGAI_KEEP_CODE_GONE,        /* REFUSED: the original has expired, or was never kept */
    MUGAI_KEEP_CODE_DAMAGED,     /* MALFORMED: the kept original does not authenticate */
    MUGAI_KEEP_CODE_BAD,         /* INTERNAL: digest mismatch, id used twice, bad frame */
} MugaiKeepCode;

typedef enum MugaiKeepState {
    MUGAI_KEEP_RECEIVED = 1, /* the original is kept, nothing was answered yet */
    MUGAI_KEEP_HANDED_OVER,  /* the MTA took the edits */
    MUGAI_KEEP_HOLDING,      /* the notice is about to be handed over; listed with `held` as unconfirmed */
    MUGAI_KEEP_HELD,         /* waits for a person; the notice was handed over */
    MUGAI_KEEP_REJECTED,     /* answered 5xx */
    MUGAI_KEEP_DEFERRED,     /* answered 4xx */
    MUGAI_KEEP_UNTOUCHED,    /* mail that leaves: no original, only audited */
    MUGAI_KEEP_RELEASED,
    MUGAI_KEEP_SUPERSEDED,   /* the sender came again */
    MUGAI_KEEP_EXPIRED_STATE,
} MugaiKeepState;

enum { MUGAI_KEEP_STATES = MUGAI_KEEP_EXPIRED_STATE };

/* Returns: (static) "received", "handed-over", ...; NULL for anything else. */
const char *mugai_keep_state_name (unsigned state);
/* Returns: 0 for a word that is none. */
unsigned mugai_keep_state_from_name (const char *name);

typedef struct MugaiKeepPut {
    char id[MUGAI_ID_SIZE];                    /* equals the envelope's */
    uint8_t content_sha256[MUGAI_SHA256_SIZE]; /* checked by the keep while it writes */
    uint8_t policy[MUGAI_SHA256_SIZE];
    uint8_t engine[MUGAI_SHA256_SIZE];
    uint32_t kind;    /* MugaiItemKind */
    const char *auth; /* authentication results of the trusted authserv-id, may be NULL; borrowed */
} MugaiKeepPut;

/* Texts are borrowed, and may be NULL where nothing is known. */
typedef struct MugaiKeepRecord {
    char id[MUGAI_ID_SIZE];
    uint32_t state; /* HANDED_OVER, HOLDING, HELD, REJECTED, DEFERRED, UNTOUCHED or RELEASED */
    bool durable;   /* the audit line is fsynced before the answer: needed for HOLDING */
    uint32_t kind;  /* MugaiItemKind */
    uint32_t in, delivered, converted, withheld; /* leaves */
    uint64_t size_in, size_out;
    uint8_t sha256_out[MUGAI_SHA256_SIZE];
    const char *client, *queue_id;
    const char *reason;                        /* finding code, or a reply text for DEFERRED */
    const char *subject, *from, *message_id, *findings; /* see mugai_keep_record_from_report() */
    const char *sender, *recipient;            /* only used for UNTOUCHED: first recipient */
    uint32_t recipients;
} MugaiKeepRecord;

typedef struct MugaiKeepEntry { /* one item as the index knows it; texts are owned, never NULL */
    char id[MUGAI_ID_SIZE];
    uint32_t state, kind;
    bool original;   /* an original is kept */
    bool has_report;
    int64_t received_us, changed_us; /* since 1970, UTC */
    uint32_t recipients;
    uint32_t in, delivered, converted, withheld;
    uint64_t size_in, size_out, size_kept; /* bytes; size_kept as stored */
    uint8_t sha256_in[MUGAI_SHA256_SIZE], sha256_out[MUGAI_SHA256_SIZE];
    uint8_t policy[MUGAI_SHA256_SIZE], engine[MUGAI_SHA256_SIZE];
    char *sender, *recipient, *subject, *from, *message_id, *client, *queue_id, *reason, *findings;
    char *auth, *who; /* who changed it last */
} MugaiKeepEntry;

void mugai_keep_entry_clear (MugaiKeepEntry *entry);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiKeepEntry, mugai_keep_entry_clear)

typedef struct MugaiKeepQuery {
    uint32_t states;     /* bits 1u << MugaiKeepState; 0: all */
    int64_t since_us;    /* received at or after; 0: all */
    int64_t until_us;    /* received before; 0: all */
    uint32_t limit;      /* newest first; 0: 100 */
    char prefix[MUGAI_ID_SIZE]; /* digits an id begins with, "" for all */
} MugaiKeepQuery;

typedef enum MugaiKeepWant { /* bits; descriptors come in this order */
    MUGAI_KEEP_WANT_REPORT = 1u << 0,
    MUGAI_KEEP_WANT_CONTENT = 1u << 1,  /* audited; root and the keep's group only */
    MUGAI_KEEP_WANT_ENVELOPE = 1u << 2, /* likewise */
} MugaiKeepWant;

typedef struct MugaiKeepItem {
    MugaiKeepEntry entry;
    int report, content, envelope; /* sealed memfds, owned; -1 when not asked for or not there */
} MugaiKeepItem;

void mugai_keep_item_clear (MugaiKeepItem *item);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiKeepItem, mugai_keep_item_clear)

typedef struct MugaiKeepStatus {
    uint64_t items, held, bytes, quota; /* bytes kept; quota 0: none */
    uint64_t free;                      /* bytes free on the file system */
    uint64_t log_seq;                   /* lines in the audit log */
    uint32_t percent;                   /* of the quota, or of the disk without one */
    bool refusing;                      /* the last put was refused for space */
    bool index_behind;                  /* the index waits for space; the log is ahead of it */
    int64_t retention_us;
    uint64_t puts, put_failures, commits; /* since start; puts / commits = how many share one fsync */
} MugaiKeepStatus;

typedef struct MugaiKeepLogResult {
    uint64_t files, lines, problems, seq; /* seq, hash: of the last line */
    uint8_t hash[MUGAI_SHA256_SIZE];
} MugaiKeepLogResult;

/* ---- frames: write returns bytes, 0 when @room is short; read returns false on anything but exactly one value ---- */

size_t mugai_keep_text_write (const char *text, void *buffer, size_t room); /* GREET */
bool mugai_keep_text_read (const void *data, size_t size, char **ret);      /* (transfer full) */
size_t mugai_keep_fail_write (MugaiKeepCode code, const char *text, void *buffer, size_t room);
bool mugai_keep_fail_read (const void *data, size_t size, uint32_t *ret_code, char **ret_text);
size_t mugai_keep_put_write (const MugaiKeepPut *put, void *buffer, size_t room);
bool mugai_keep_put_read (const void *data, size_t size, MugaiKeepPut *ret, char **ret_auth);
size_t mugai_keep_record_write (const MugaiKeepRecord *record, void *buffer, size_t room);
/* @ret_texts: (transfer full) holds the texts @ret points to; free with g_free. */
bool mugai_keep_record_read (const void *data, size_t size, MugaiKeepRecord *ret, char **ret_texts);
size_t mugai_keep_entry_write (const MugaiKeepEntry *entry, uint32_t extra, void *buffer, size_t room);
bool mugai_keep_entry_read (const void *data, size_t size, MugaiKeepEntry *ret, uint32_t *ret_extra);
size_t mugai_keep_query_write (const MugaiKeepQuery *query, void *buffer, size_t room);
bool mugai_keep_query_read (const void *data, size_t size, MugaiKeepQuery *ret);
size_t mugai_keep_get_write (const char *id, uint32_t want, void *buffer, size_t room);
bool mugai_keep_get_read (const void *data, size_t size, char ret_id[MUGAI_ID_SIZE], uint32_t *ret_want);
size_t mugai_keep_problem_write (const char *file, uint64_t line, const char *what, void *buffer, size_t room);
bool mugai_keep_problem_read (const void *data, size_t size, char **ret_file, uint64_t *ret_line, char **ret_what);
size_t mugai_keep_status_write (const MugaiKeepStatus *status, void *buffer, size_t room);
bool mugai_keep_status_read (const void *data, size_t size, MugaiKeepStatus *ret);
size_t mugai_keep_log_result_write (const MugaiKeepLogResult *result, void *buffer, size_t room);
bool mugai_keep_log_result_read (const void *data, size_t size, MugaiKeepLogResult *ret);

/* mugai_keep_id_prefix:
 * 32 digits, or the short number with or without its dashes, or at least four leading digits of an id.
 * Returns: true and only the digits, lower case, in @ret; false for anything else.
 */
bool mugai_keep_id_prefix (const char *text, char ret[MUGAI_ID_SIZE]);

/* ---- client ---- */

typedef struct MugaiKeepClient MugaiKeepClient;

/* mugai_keep_connect:
 * @path: of the Unix socket. @version: MUGAI_VERSION; a keep of another version is refused (USAGE).
 * Returns: (transfer full) or NULL. Errors: RESOURCE: nobody there, time-out.
 */
MugaiKeepClient *mugai_keep_connect (const char *path, const char *version, int64_t timeout_us, GError **error);
/* As above over a connected SOCK_SEQPACKET socket, which becomes the client's even on failure. */
MugaiKeepClient *mugai_keep_adopt (int fd, const char *version, int64_t timeout_us, GError **error);
void mugai_keep_free (MugaiKeepClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiKeepClient, mugai_keep_free)

/* False once the connection broke (time-out, end of stream, bad frame): free it and connect anew. A FAIL leaves it usable. */
bool mugai_keep_usable (const MugaiKeepClient *client);

/* mugai_keep_put:
 * @content, @envelope: sealed memfds, borrowed.
 * Returns: true when the original and its line in the audit log are durable. On false nothing of it is kept, but after a
 * time-out it may be (state `received`, superseded when the sender comes again). Errors: RESOURCE: answer 451.
 */
bool mugai_keep_put (MugaiKeepClient *client, const MugaiKeepPut *put, int content, int envelope, int64_t timeout_us,
                     GError **error);
/* @report: sealed memfd, borrowed, or -1. */
bool mugai_keep_record (MugaiKeepClient *client, const MugaiKeepRecord *record, int report, int64_t timeout_us,
                        GError **error);

/* mugai_keep_record_from_report:
 * Numbers, sizes, output digest, subject, from, message id and a summary of findings ("code=count code=count") out of a
 * report. @record's texts then point into @report or into *ret_findings (transfer full): both must outlive it.
 */
void mugai_keep_record_from_report (MugaiKeepRecord *record, const MugaiReport *report, char **ret_findings);

/* Called for each entry, newest first; @entry is borrowed. Return false to stop showing (the rest is read and dropped). */
typedef bool (*MugaiKeepEach) (const MugaiKeepEntry *entry, void *data);
bool mugai_keep_list (MugaiKeepClient *client, const MugaiKeepQuery *query, MugaiKeepEach each, void *data,
                      int64_t timeout_us, GError **error);

/* @id: as mugai_keep_id_prefix() takes it. @want: MugaiKeepWant bits. @ret: (transfer full). */
bool mugai_keep_get (MugaiKeepClient *client, const char *id, uint32_t want, MugaiKeepItem *ret, int64_t timeout_us,
                     GError **error);

/* How often a content (by SHA-256) killed a worker; kept across restarts. @ret_since_us may be NULL. */
bool mugai_keep_poison_get (MugaiKeepClient *client, const uint8_t digest[MUGAI_SHA256_SIZE], uint32_t *ret_deaths,
                            int64_t *ret_since_us, int64_t timeout_us, GError **error);
/* One more death. @ret_deaths: the new count. */
bool mugai_keep_poison_add (MugaiKeepClient *client, const uint8_t digest[MUGAI_SHA256_SIZE], uint32_t *ret_deaths,
                            int64_t timeout_us, GError **error);

/* Remove originals received longer than @older_than_us ago (0: the keep's retention). */
bool mugai_keep_expire (MugaiKeepClient *client, int64_t older_than_us, bool dry_run, uint64_t *ret_items,
                        uint64_t *ret_bytes, int64_t timeout_us, GError **error);

typedef void (*MugaiKeepProblemFunc) (const char *file, uint64_t line, const char *what, void *data);
/* @problem: called for each, may be NULL. True when the walk was done, problems or not. */
bool mugai_keep_verify_log (MugaiKeepClient *client, MugaiKeepProblemFunc problem, void *data, MugaiKeepLogResult *ret,
                            int64_t timeout_us, GError **error);
bool mugai_keep_reindex (MugaiKeepClient *client, uint64_t *ret_items, uint64_t *ret_lines, int64_t timeout_us,
                         GError **error);
bool mugai_keep_status (MugaiKeepClient *client, MugaiKeepStatus *ret, int64_t timeout_us, GError **error);
