/* SPDX-License-Identifier: Apache-2.0
 *
 * One small handler for each kind of request; the table at the end is the closed list.
 */
#include "base/cursor.h"
#include "base/fd.h"
#include "base/memfd.h"
#include "base/pack.h"
#include "core/error.h"
#include "keep/server-private.h"

#include <errno.h>
#include <string.h>

enum {
    SCRATCH = 1 << 18, /* bytes: smaller memfds are read into memory that is there, larger ones are
                          mapped */
    LIST_MAX = 50000,  /* entries of one LIST */
    PROBLEMS_MAX = 10000, /* of one VERIFY_LOG that are sent; all are counted */
    VERIFY_LINES = 2000,  /* lines of one step: some ms */
};

static const uint64_t content_max = UINT64_C (1) << 32; /* bytes; limits.item is far below */

/* ---- memfds ---- */

typedef struct Loan {
    MugaiMap map;
    bool mapped;
} Loan;

static void
loan_clear (Loan *loan)
{
    if (loan->mapped)
        mugai_map_clear (&loan->map);
}

#define auto_loan __attribute__ ((cleanup (loan_clear))) Loan

/* Check the seals, then read into @scratch (SCRATCH bytes) or map. Returns: 0 or a negative errno.
 */
static int
borrow (int fd, uint64_t max, uint8_t *scratch, Loan *ret)
{
    uint64_t size = 0;
    int r = mugai_memfd_check (fd, max, &size);

    if (r < 0)
        return r;
    if (size > SCRATCH) {
        r = mugai_memfd_map (fd, max, &ret->map);
        ret->mapped = r == 0;
        return r;
    }
    for (size_t at = 0; at < size;) {
        ssize_t n = pread (fd, scratch + at, (size_t)size - at, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        at += (size_t)n;
    }
    ret->map = (MugaiMap){ .data = scratch, .size = (size_t)size };
    return 0;
}

/* ---- answers ---- */

static void
fail_with (MugaiKeepServer *server, MugaiConn *conn, MugaiKeepCode code, GError *error)
{
    if (code == MUGAI_KEEP_CODE_NO_SPACE || code == MUGAI_KEEP_CODE_IO) {
        if (!server->noted_refusal && server->note != NULL)
            server->note (true, error->message, server->note_data);
        server->noted_refusal = true;
    }
    mugai_conn_fail (server, conn, code, error->message);
    g_error_free (error);
}

/* The frame is no request, or not now. */
static void
give_up (MugaiConn *conn)
{
    conn->state = MUGAI_CONN_CLOSED;
}

/* The request is in the batch. */
static void
await_commit (MugaiConn *conn, uint16_t answer)
{
    conn->state = MUGAI_CONN_COMMIT;
    conn->answer = answer;
    conn->payload_size = 0;
}

/* A failure that took the batch along is everybody's. */
static void
batch_failed (MugaiKeepServer *server, MugaiKeepCode code, const char *text)
{
    for (guint i = 0; i < server->conns->len; i++) {
        MugaiConn *conn = g_ptr_array_index (server->conns, i);
        if (conn->state != MUGAI_CONN_COMMIT)
            continue;
        conn->state = MUGAI_CONN_READY;
        mugai_conn_fail (server, conn, code, text);
    }
}

static void
in_batch (MugaiKeepServer *server, MugaiConn *conn, bool ok, uint16_t answer, MugaiKeepCode code,
          GError *error)
{
    if (ok) {
        await_commit (conn, answer);
        return;
    }
    if (!mugai_depot_batch_open (server->depot))
        batch_failed (server, code, error->message);
    fail_with (server, conn, code, error);
}

void
mugai_keep_finish_batch (MugaiKeepServer *server)
{
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    g_autoptr (GError) error = NULL;

    if (!mugai_depot_commit (server->depot, &code, &error)) {
        if (!server->noted_refusal && server->note != NULL)
            server->note (true, error->message, server->note_data);
        server->noted_refusal = true;
        batch_failed (server, code, error->message);
        return;
    }
    for (guint i = 0; i < server->conns->len; i++) {
        MugaiConn *conn = g_ptr_array_index (server->conns, i);
        if (conn->state != MUGAI_CONN_COMMIT)
            continue;
        conn->state = MUGAI_CONN_READY;
        if (conn->answer == MUGAI_KEEP_PUT_OK)
            server->noted_refusal = false;
        mugai_conn_send (server, conn, conn->answer, conn->payload, conn->payload_size, NULL, 0);
    }
}

/* ---- requests ---- */

static void
on_greet (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    g_autofree char *theirs = NULL;

    if (!mugai_keep_text_read (frame->payload, frame->size, &theirs)) {
        give_up (conn);
        return;
    }
    if (strcmp (theirs, server->version) != 0) {
        g_autofree char *text =
            g_strdup_printf ("mugai-keep is version %s and the other program is not; restart all "
                             "programs of one version",
                             server->version);
        mugai_conn_fail (server, conn, MUGAI_KEEP_CODE_VERSION, text);
        give_up (conn);
        return;
    }
    if (!conn->peer.member && !conn->peer.same) {
        MugaiDepotWho who = mugai_conn_who (conn);
        mugai_depot_say (server->depot, &who, MUGAI_EVENT_DENIED, NULL, "connection");
        mugai_conn_fail (
            server, conn, MUGAI_KEEP_CODE_DENIED,
            "only root, the user of mugai-keep and the group of its folder may connect");
        give_up (conn);
        return;
    }
    size_t size = mugai_keep_text_write (server->version, server->payload, sizeof server->payload);
    conn->state = MUGAI_CONN_READY;
    mugai_conn_send (server, conn, MUGAI_KEEP_GREET, server->payload, size, NULL, 0);
}

static void
on_put (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiKeepPut put;
    g_autofree char *auth = NULL;
    auto_loan content = { 0 }, envelope = { 0 };
    MugaiDepotWho who = mugai_conn_who (conn);
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    GError *error = NULL;

    if (frame->n_fds != 2 || !mugai_keep_put_read (frame->payload, frame->size, &put, &auth) ||
        borrow (frame->fds[0], content_max, server->content, &content) < 0 ||
        borrow (frame->fds[1], MUGAI_ENVELOPE_SIZE, server->content + SCRATCH, &envelope) < 0) {
        give_up (conn);
        return;
    }
    bool ok = mugai_depot_put (server->depot, &who, &put, content.map, envelope.map, &code, &error);
    in_batch (server, conn, ok, MUGAI_KEEP_PUT_OK, code, error);
}

static void
on_record (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiKeepRecord record;
    g_autofree char *texts = NULL;
    auto_loan report = { 0 };
    MugaiDepotWho who = mugai_conn_who (conn);
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    GError *error = NULL;

    if (frame->n_fds > 1 ||
        !mugai_keep_record_read (frame->payload, frame->size, &record, &texts) ||
        (frame->n_fds == 1 &&
         borrow (frame->fds[0], MUGAI_KEEP_REPORT_MAX, server->content, &report) < 0)) {
        give_up (conn);
        return;
    }
    bool ok = mugai_depot_record (server->depot, &who, &record, report.map, &code, &error);
    in_batch (server, conn, ok, MUGAI_KEEP_RECORD_OK, code, error);
}

static bool
queue_entry (MugaiIndexItem *item, void *data)
{
    MugaiConn *conn = data;
    uint8_t payload[32768];
    size_t size = mugai_keep_entry_write (&item->entry, 0, payload, sizeof payload);

    mugai_conn_queue (conn, MUGAI_KEEP_ENTRY, payload, size);
    return true;
}

static void
on_list (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiKeepQuery query;
    GError *error = NULL;
    uint8_t end[8];

    if (!mugai_keep_query_read (frame->payload, frame->size, &query)) {
        give_up (conn);
        return;
    }
    query.limit = query.limit == 0 ? 100 : MIN (query.limit, LIST_MAX);
    if (!mugai_index_list (mugai_depot_index (server->depot), &query, queue_entry, conn, &error)) {
        g_ptr_array_set_size (conn->out, 0);
        fail_with (server, conn, MUGAI_KEEP_CODE_IO, error);
        return;
    }
    MugaiPack p = mugai_pack (end, sizeof end);
    mugai_pack_u64 (&p, conn->out->len);
    mugai_conn_queue (conn, MUGAI_KEEP_END, end, p.size);
    conn->state = MUGAI_CONN_LIST;
}

/* An original may only leave after the line that says so is durable. */
static bool
may_read (MugaiKeepServer *server, MugaiConn *conn, const char *id, MugaiKeepCode *code,
          GError **error)
{
    MugaiDepotWho who = mugai_conn_who (conn);

    if (!conn->peer.member) {
        mugai_depot_say (server->depot, &who, MUGAI_EVENT_DENIED, id, "original");
        *code = MUGAI_KEEP_CODE_DENIED;
        g_set_error_literal (
            error, MUGAI_ERROR, MUGAI_ERROR_REFUSED,
            "only root and members of the group of the keep's folder may see originals");
        return false;
    }
    mugai_keep_finish_batch (server);
    mugai_depot_say (server->depot, &who, MUGAI_EVENT_READ, id, "original");
    return mugai_depot_commit (server->depot, code, error);
}

static bool
read_original (MugaiKeepServer *server, MugaiConn *conn, const MugaiIndexItem *item, uint32_t want,
               int *fds, unsigned *n, uint32_t *have, MugaiKeepCode *code, GError **error)
{
    g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };

    if (!may_read (server, conn, item->entry.id, code, error) ||
        !mugai_depot_read (server->depot, item, MUGAI_VAULT_ORIGINAL, &record, code, error))
        return false;
    if (memcmp (record.content_sha256, item->entry.sha256_in, MUGAI_SHA256_SIZE) != 0) {
        *code = MUGAI_KEEP_CODE_DAMAGED;
        g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_MALFORMED,
                             "SHA-256 of the original is not the one recorded");
        return false;
    }
    if ((want & MUGAI_KEEP_WANT_CONTENT) != 0)
        fds[(*n)++] = mugai_fd_steal (&record.content);
    if ((want & MUGAI_KEEP_WANT_ENVELOPE) != 0)
        fds[(*n)++] = mugai_fd_steal (&record.envelope);
    *have |= want & (MUGAI_KEEP_WANT_CONTENT | MUGAI_KEEP_WANT_ENVELOPE);
    return true;
}

static void
on_get (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    char prefix[MUGAI_ID_SIZE];
    uint32_t want = 0, have = 0;
    unsigned n = 0;
    int fds[3];
    g_auto (MugaiIndexItem) item = { 0 };
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    GError *error = NULL;

    if (!mugai_keep_get_read (frame->payload, frame->size, prefix, &want)) {
        give_up (conn);
        return;
    }
    bool ok = mugai_depot_find (server->depot, prefix, &item, &code, &error);
    if (ok && (want & MUGAI_KEEP_WANT_REPORT) != 0 && item.entry.has_report) {
        g_auto (MugaiVaultRecord) record = { .envelope = -1, .content = -1 };
        ok = mugai_depot_read (server->depot, &item, MUGAI_VAULT_REPORT, &record, &code, &error);
        if (ok) {
            fds[n++] = mugai_fd_steal (&record.content);
            have |= MUGAI_KEEP_WANT_REPORT;
        }
    }
    if (ok && (want & ~(uint32_t)MUGAI_KEEP_WANT_REPORT) != 0)
        ok = read_original (server, conn, &item, want, fds, &n, &have, &code, &error);
    if (ok) {
        size_t size =
            mugai_keep_entry_write (&item.entry, have, server->payload, sizeof server->payload);
        mugai_conn_send (server, conn, MUGAI_KEEP_ITEM, server->payload, size, fds, n);
    } else {
        fail_with (server, conn, code, error);
    }
    for (unsigned i = 0; i < n; i++)
        mugai_fd_clear (&fds[i]);
}

static void
on_poison_get (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    uint32_t deaths = 0;
    int64_t since_us = 0;
    GError *error = NULL;

    if (frame->size != MUGAI_SHA256_SIZE) {
        give_up (conn);
        return;
    }
    if (!mugai_index_poison (mugai_depot_index (server->depot), frame->payload, &deaths, &since_us,
                             &error)) {
        fail_with (server, conn, MUGAI_KEEP_CODE_IO, error);
        return;
    }
    MugaiPack p = mugai_pack (server->payload, sizeof server->payload);
    mugai_pack_u32 (&p, deaths);
    mugai_pack_u64 (&p, (uint64_t)since_us);
    mugai_conn_send (server, conn, MUGAI_KEEP_POISON_IS, server->payload, p.size, NULL, 0);
}

static void
on_poison_add (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiDepotWho who = mugai_conn_who (conn);
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    uint32_t deaths = 0;
    int64_t since_us = 0;
    GError *error = NULL;

    if (frame->size != MUGAI_SHA256_SIZE) {
        give_up (conn);
        return;
    }
    bool ok = mugai_depot_poison_add (server->depot, &who, frame->payload, &deaths, &since_us,
                                      &code, &error);
    in_batch (server, conn, ok, MUGAI_KEEP_POISON_IS, code, error);
    if (!ok)
        return;
    MugaiPack p = mugai_pack (conn->payload, sizeof conn->payload);
    mugai_pack_u32 (&p, deaths);
    mugai_pack_u64 (&p, (uint64_t)since_us);
    conn->payload_size = p.size;
}

static void
on_expire (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiCursor c = mugai_cursor (frame->payload, frame->size);
    uint64_t older_us = mugai_cursor_u64 (&c);
    uint8_t dry_run = mugai_cursor_u8 (&c);
    MugaiKeepStatus status = mugai_depot_status (server->depot);

    if (!mugai_cursor_done (&c) || older_us > INT64_MAX || dry_run > 1) {
        give_up (conn);
        return;
    }
    if (!conn->peer.member && dry_run == 0) {
        mugai_conn_fail (server, conn, MUGAI_KEEP_CODE_DENIED,
                         "only root and the keep's group may remove originals");
        return;
    }
    conn->expiry = (MugaiDepotExpiry){ .dry_run = dry_run == 1 };
    conn->expiry.before_us =
        g_get_real_time() -
        (older_us > 0 ? (int64_t)MIN (older_us, (uint64_t)g_get_real_time()) : status.retention_us);
    conn->state = MUGAI_CONN_EXPIRE;
}

static void
queue_problem (const char *file, uint64_t line, const char *what, void *data)
{
    MugaiConn *conn = data;
    uint8_t payload[8192];

    if (conn->out->len >= PROBLEMS_MAX)
        return;
    size_t size = mugai_keep_problem_write (file, line, what, payload, sizeof payload);
    mugai_conn_queue (conn, MUGAI_KEEP_PROBLEM, payload, size);
}

static void
on_verify (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    GError *error = NULL;
    MugaiAuditHead head;

    if (frame->size != 0) {
        give_up (conn);
        return;
    }
    mugai_keep_finish_batch (server);
    head = mugai_depot_log_head (server->depot);
    conn->verify = mugai_audit_verify_new (mugai_depot_log_folder (server->depot), &head,
                                           queue_problem, conn, &error);
    if (conn->verify == NULL)
        fail_with (server, conn, MUGAI_KEEP_CODE_IO, error);
    else
        conn->state = MUGAI_CONN_VERIFY;
}

static void
on_reindex (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiDepotWho who = mugai_conn_who (conn);
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    uint64_t items = 0, lines = 0;
    GError *error = NULL;

    if (frame->size != 0) {
        give_up (conn);
        return;
    }
    mugai_keep_finish_batch (server);
    if (!mugai_depot_reindex (server->depot, &who, &items, &lines, &code, &error)) {
        fail_with (server, conn, code, error);
        return;
    }
    MugaiPack p = mugai_pack (server->payload, sizeof server->payload);
    mugai_pack_u64 (&p, items);
    mugai_pack_u64 (&p, lines);
    mugai_conn_send (server, conn, MUGAI_KEEP_REINDEXED, server->payload, p.size, NULL, 0);
}

static void
on_status (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    MugaiKeepStatus status = mugai_depot_status (server->depot);

    if (frame->size != 0) {
        give_up (conn);
        return;
    }
    status.refusing = server->noted_refusal;
    size_t size = mugai_keep_status_write (&status, server->payload, sizeof server->payload);
    mugai_conn_send (server, conn, MUGAI_KEEP_STATUS_IS, server->payload, size, NULL, 0);
}

typedef void (*Handler) (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame);

static const struct {
    uint16_t kind;
    unsigned fds_max;
    Handler handle;
} requests[] = {
    { MUGAI_KEEP_PUT, 2, on_put },
    { MUGAI_KEEP_RECORD, 1, on_record },
    { MUGAI_KEEP_LIST, 0, on_list },
    { MUGAI_KEEP_GET, 0, on_get },
    { MUGAI_KEEP_POISON_GET, 0, on_poison_get },
    { MUGAI_KEEP_POISON_ADD, 0, on_poison_add },
    { MUGAI_KEEP_EXPIRE, 0, on_expire },
    { MUGAI_KEEP_VERIFY_LOG, 0, on_verify },
    { MUGAI_KEEP_REINDEX, 0, on_reindex },
    { MUGAI_KEEP_STATUS, 0, on_status },
};

void
mugai_keep_request (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame)
{
    if (conn->state == MUGAI_CONN_NEW && frame->kind == MUGAI_KEEP_GREET && frame->n_fds == 0) {
        on_greet (server, conn, frame);
        return;
    }
    for (size_t i = 0; conn->state == MUGAI_CONN_READY && i < G_N_ELEMENTS (requests); i++)
        if (requests[i].kind == frame->kind && frame->n_fds <= requests[i].fds_max) {
            requests[i].handle (server, conn, frame);
            return;
        }
    give_up (conn);
}

/* ---- steps ---- */

static void
step_expire (MugaiKeepServer *server, MugaiConn *conn)
{
    MugaiDepotWho who = mugai_conn_who (conn);
    MugaiKeepCode code = MUGAI_KEEP_CODE_IO;
    bool done = false;
    GError *error = NULL;

    if (!mugai_depot_expire_step (server->depot, &who, &conn->expiry, &done, &code, &error)) {
        conn->state = MUGAI_CONN_READY;
        fail_with (server, conn, code, error);
        return;
    }
    if (!done)
        return;
    MugaiPack p = mugai_pack (server->payload, sizeof server->payload);
    mugai_pack_u64 (&p, conn->expiry.items);
    mugai_pack_u64 (&p, conn->expiry.bytes);
    conn->state = MUGAI_CONN_READY;
    mugai_conn_send (server, conn, MUGAI_KEEP_EXPIRED, server->payload, p.size, NULL, 0);
}

static void
step_verify (MugaiKeepServer *server, MugaiConn *conn)
{
    GError *error = NULL;
    int r = mugai_audit_verify_step (conn->verify, VERIFY_LINES, &error);

    if (r > 0)
        return;
    if (r < 0) {
        g_ptr_array_set_size (conn->out, 0);
        conn->state = MUGAI_CONN_READY;
        fail_with (server, conn, MUGAI_KEEP_CODE_IO, error);
    } else {
        MugaiAuditVerified v = mugai_audit_verify_result (conn->verify);
        MugaiKeepLogResult result = { v.files, v.lines, v.problems, v.last.seq, { 0 } };
        memcpy (result.hash, v.last.hash, sizeof result.hash);
        size_t size =
            mugai_keep_log_result_write (&result, server->payload, sizeof server->payload);
        mugai_conn_queue (conn, MUGAI_KEEP_LOG_IS, server->payload, size);
        conn->state = MUGAI_CONN_LIST;
    }
    mugai_audit_verify_free (g_steal_pointer (&conn->verify));
}

void
mugai_keep_step (MugaiKeepServer *server, MugaiConn *conn)
{
    if (conn->state == MUGAI_CONN_EXPIRE)
        step_expire (server, conn);
    else if (conn->state == MUGAI_CONN_VERIFY)
        step_verify (server, conn);
}
