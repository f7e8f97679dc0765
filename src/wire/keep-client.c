/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the socket does not block; each request sends one frame and reads answers until the
 * closing one, all within one deadline. A broken connection closes the socket at once, so that a
 * late answer can never be taken for the answer to another request.
 */
#include "wire/keep.h"

#include "base/cursor.h"
#include "base/fd.h"
#include "base/frame.h"
#include "base/pack.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

struct MugaiKeepClient {
    int fd; /* -1 once broken */
    uint8_t out[MUGAI_FRAME_PAYLOAD_MAX];
    uint8_t in[MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX];
};

static bool
broken (MugaiKeepClient *client, MugaiErrorCode code, const char *what, int error_number,
        GError **error)
{
    mugai_fd_clear (&client->fd);
    if (error_number != 0)
        g_set_error (error, MUGAI_ERROR, code, "keep: %s: %s", what, g_strerror (error_number));
    else
        g_set_error (error, MUGAI_ERROR, code, "keep: %s", what);
    return false;
}

static bool
wait_for (MugaiKeepClient *client, short events, int64_t deadline_us, GError **error)
{
    for (;;) {
        int64_t left_us = deadline_us - g_get_monotonic_time();
        struct pollfd p = { .fd = client->fd, .events = events };
        int64_t ms = left_us <= 0 ? 0 : left_us / 1000 + 1;
        int n = poll (&p, 1, ms > G_MAXINT ? G_MAXINT : (int)ms);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return broken (client, MUGAI_ERROR_RESOURCE, "poll", errno, error);
        if (n == 0 && left_us <= 0)
            return broken (client, MUGAI_ERROR_RESOURCE, "no answer in time", 0, error);
    }
}

static bool
send_frame (MugaiKeepClient *client, const MugaiFrame *frame, int64_t deadline_us, GError **error)
{
    if (client->fd < 0)
        return broken (client, MUGAI_ERROR_RESOURCE, "connection is closed", 0, error);
    for (;;) {
        int r = mugai_frame_send (client->fd, frame);
        if (r == 0)
            return true;
        if (r != -EAGAIN)
            return broken (client, MUGAI_ERROR_RESOURCE, "send", -r, error);
        if (!wait_for (client, POLLOUT, deadline_us, error))
            return false;
    }
}

static bool
recv_frame (MugaiKeepClient *client, MugaiFrame *ret, int64_t deadline_us, GError **error)
{
    for (;;) {
        uint16_t version = 0;
        int r = mugai_frame_recv (client->fd, client->in, sizeof client->in, ret, &version);
        if (r == 1)
            return true;
        if (r == 0)
            return broken (client, MUGAI_ERROR_RESOURCE, "mugai-keep closed the connection", 0,
                           error);
        if (r == -EPROTONOSUPPORT)
            return broken (
                client, MUGAI_ERROR_USAGE,
                "mugai-keep speaks another wire version; restart all programs of one version", 0,
                error);
        if (r == -EPROTO)
            return broken (client, MUGAI_ERROR_INTERNAL, "malformed frame", 0, error);
        if (r != -EAGAIN)
            return broken (client, MUGAI_ERROR_RESOURCE, "receive", -r, error);
        if (!wait_for (client, POLLIN, deadline_us, error))
            return false;
    }
}

static MugaiErrorCode
error_of_code (uint32_t code)
{
    switch (code) {
    case MUGAI_KEEP_CODE_VERSION:
    case MUGAI_KEEP_CODE_NOT_FOUND:
    case MUGAI_KEEP_CODE_AMBIGUOUS:
        return MUGAI_ERROR_USAGE;
    case MUGAI_KEEP_CODE_NO_SPACE:
    case MUGAI_KEEP_CODE_IO:
    case MUGAI_KEEP_CODE_BUSY:
        return MUGAI_ERROR_RESOURCE;
    case MUGAI_KEEP_CODE_DENIED:
    case MUGAI_KEEP_CODE_STATE:
    case MUGAI_KEEP_CODE_GONE:
        return MUGAI_ERROR_REFUSED;
    case MUGAI_KEEP_CODE_DAMAGED:
        return MUGAI_ERROR_MALFORMED;
    default:
        return MUGAI_ERROR_INTERNAL;
    }
}

/* One answer of kind @one or @last; FAIL becomes @error. */
static bool
next_answer (MugaiKeepClient *client, uint16_t one, uint16_t last, MugaiFrame *ret,
             int64_t deadline_us, GError **error)
{
    MugaiFrame frame;

    if (!recv_frame (client, &frame, deadline_us, error))
        return false;
    if (frame.kind == one || frame.kind == last) {
        *ret = frame;
        return true;
    }
    mugai_frame_close_fds (&frame);
    uint32_t code = 0;
    g_autofree char *text = NULL;
    if (frame.kind != MUGAI_KEEP_FAIL ||
        !mugai_keep_fail_read (frame.payload, frame.size, &code, &text))
        return broken (client, MUGAI_ERROR_INTERNAL, "unexpected answer", 0, error);
    g_set_error (error, MUGAI_ERROR, error_of_code (code), "keep: %s", text);
    return false;
}

static bool
ask (MugaiKeepClient *client, uint16_t kind, size_t size, const int *fds, unsigned n_fds,
     uint16_t answer, MugaiFrame *ret, int64_t deadline_us, GError **error)
{
    MugaiFrame frame = { .kind = kind, .payload = client->out, .size = size, .n_fds = n_fds };

    for (unsigned i = 0; i < n_fds; i++)
        frame.fds[i] = fds[i];
    return send_frame (client, &frame, deadline_us, error) &&
           next_answer (client, answer, answer, ret, deadline_us, error);
}

/* An answer must have been understood whole and carry no descriptor that nobody asked for. */
static bool
understood (MugaiKeepClient *client, MugaiFrame *frame, bool ok, GError **error)
{
    bool extra = frame->n_fds > 0;

    mugai_frame_close_fds (frame);
    if (!ok || extra)
        return broken (client, MUGAI_ERROR_INTERNAL, "malformed answer", 0, error);
    return true;
}

static int64_t
deadline (int64_t timeout_us)
{
    return g_get_monotonic_time() + timeout_us;
}

/* ---- connection ---- */

static bool
greet (MugaiKeepClient *client, const char *version, int64_t deadline_us, GError **error)
{
    MugaiFrame frame;
    g_autofree char *theirs = NULL;
    size_t size = mugai_keep_text_write (version, client->out, sizeof client->out);

    if (!ask (client, MUGAI_KEEP_GREET, size, NULL, 0, MUGAI_KEEP_GREET, &frame, deadline_us,
              error))
        return false;
    if (!understood (client, &frame, mugai_keep_text_read (frame.payload, frame.size, &theirs),
                     error))
        return false;
    if (strcmp (theirs, version) == 0)
        return true;
    mugai_fd_clear (&client->fd);
    g_set_error (
        error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
        "keep: mugai-keep is of another version than this program (%s); restart all of one version",
        version);
    return false;
}

MugaiKeepClient *
mugai_keep_adopt (int fd, const char *version, int64_t timeout_us, GError **error)
{
    MugaiKeepClient *client = g_new0 (MugaiKeepClient, 1);
    int flags = fcntl (fd, F_GETFL);

    client->fd = fd;
    if (flags < 0 || fcntl (fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        broken (client, MUGAI_ERROR_RESOURCE, "fcntl", errno, error);
        mugai_keep_free (client);
        return NULL;
    }
    if (!greet (client, version, deadline (timeout_us), error)) {
        mugai_keep_free (client);
        return NULL;
    }
    return client;
}

MugaiKeepClient *
mugai_keep_connect (const char *path, const char *version, int64_t timeout_us, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen (path) >= sizeof address.sun_path) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "keep: socket path is longer than %zu bytes", sizeof address.sun_path - 1);
        return NULL;
    }
    strcpy (address.sun_path, path);
    mugai_autofd fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect (fd, (const struct sockaddr *)&address, sizeof address) < 0) {
        int number = errno;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "keep: connect to %s: %s", path,
                     g_strerror (number));
        return NULL;
    }
    return mugai_keep_adopt (mugai_fd_steal (&fd), version, timeout_us, error);
}

void
mugai_keep_free (MugaiKeepClient *client)
{
    if (client == NULL)
        return;
    mugai_fd_clear (&client->fd);
    g_free (client);
}

bool
mugai_keep_usable (const MugaiKeepClient *client)
{
    return client->fd >= 0;
}

/* ---- requests ---- */

bool
mugai_keep_put (MugaiKeepClient *client, const MugaiKeepPut *put, int content, int envelope,
                int64_t timeout_us, GError **error)
{
    const int fds[] = { content, envelope };
    MugaiFrame frame;
    size_t size = mugai_keep_put_write (put, client->out, sizeof client->out);

    return ask (client, MUGAI_KEEP_PUT, size, fds, 2, MUGAI_KEEP_PUT_OK, &frame,
                deadline (timeout_us), error) &&
           understood (client, &frame, frame.size == 0, error);
}

bool
mugai_keep_record (MugaiKeepClient *client, const MugaiKeepRecord *record, int report,
                   int64_t timeout_us, GError **error)
{
    MugaiFrame frame;
    size_t size = mugai_keep_record_write (record, client->out, sizeof client->out);

    return ask (client, MUGAI_KEEP_RECORD, size, &report, report >= 0 ? 1 : 0, MUGAI_KEEP_RECORD_OK,
                &frame, deadline (timeout_us), error) &&
           understood (client, &frame, frame.size == 0, error);
}

enum { CODES_MAX = 64 /* different findings of one item that a summary names */ };

typedef struct Sum {
    const char *code;
    uint64_t count;
} Sum;

/* Add @findings (of MugaiFinding *) up by code. */
static void
sum_up (const GPtrArray *findings, Sum sums[CODES_MAX], guint *n)
{
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *f = g_ptr_array_index (findings, i);
        guint at = 0;
        while (at < *n && strcmp (sums[at].code, f->code) != 0)
            at++;
        if (at == CODES_MAX)
            continue;
        if (at == *n)
            sums[(*n)++] = (Sum){ .code = f->code };
        if (!g_uint64_checked_add (&sums[at].count, sums[at].count, f->count))
            sums[at].count = UINT64_MAX;
    }
}

static char *
summary (const MugaiReport *report)
{
    GString *text = g_string_new (NULL);
    Sum sums[CODES_MAX];
    guint n = 0;

    sum_up (report->findings, sums, &n);
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        sum_up (part->findings, sums, &n);
    }
    for (guint i = 0; i < n; i++)
        g_string_append_printf (text, "%s%s=%" G_GUINT64_FORMAT, i > 0 ? " " : "", sums[i].code,
                                sums[i].count);
    return g_string_free (text, FALSE);
}

void
mugai_keep_record_from_report (MugaiKeepRecord *record, const MugaiReport *report,
                               char **ret_findings)
{
    record->in = report->in;
    record->delivered = report->delivered;
    record->converted = report->converted;
    record->withheld = report->withheld;
    record->size_in = report->size_in;
    record->size_out = report->size_out;
    memcpy (record->sha256_out, report->sha256_out, MUGAI_SHA256_SIZE);
    if (record->reason == NULL)
        record->reason = report->reason;
    record->subject = report->subject;
    record->from = report->from;
    record->message_id = report->message_id;
    *ret_findings = summary (report);
    record->findings = *ret_findings;
}

bool
mugai_keep_list (MugaiKeepClient *client, const MugaiKeepQuery *query, MugaiKeepEach each,
                 void *data, int64_t timeout_us, GError **error)
{
    int64_t until_us = deadline (timeout_us);
    MugaiFrame frame = { .kind = MUGAI_KEEP_LIST, .payload = client->out };
    bool wanted = true;

    frame.size = mugai_keep_query_write (query, client->out, sizeof client->out);
    if (!send_frame (client, &frame, until_us, error))
        return false;
    for (;;) {
        g_auto (MugaiKeepEntry) entry = { 0 };
        uint32_t extra = 0;
        if (!next_answer (client, MUGAI_KEEP_ENTRY, MUGAI_KEEP_END, &frame, until_us, error))
            return false;
        if (frame.kind == MUGAI_KEEP_END)
            return understood (client, &frame, frame.size == 8, error);
        bool ok = mugai_keep_entry_read (frame.payload, frame.size, &entry, &extra);
        if (!understood (client, &frame, ok, error))
            return false;
        wanted = wanted && each (&entry, data);
    }
}

bool
mugai_keep_get (MugaiKeepClient *client, const char *id, uint32_t want, MugaiKeepItem *ret,
                int64_t timeout_us, GError **error)
{
    char prefix[MUGAI_ID_SIZE];
    MugaiFrame frame;
    uint32_t have = 0;
    unsigned next = 0;

    if (!mugai_keep_id_prefix (id, prefix)) {
        g_set_error_literal (
            error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
            "keep: not an item id: 32 hexadecimal digits, or a number like 3fa9-01bc-77de");
        return false;
    }
    size_t size = mugai_keep_get_write (prefix, want, client->out, sizeof client->out);
    if (!ask (client, MUGAI_KEEP_GET, size, NULL, 0, MUGAI_KEEP_ITEM, &frame, deadline (timeout_us),
              error))
        return false;
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    bool ok = mugai_keep_entry_read (frame.payload, frame.size, &item.entry, &have) &&
              (have & ~want) == 0;
    if (ok && (have & MUGAI_KEEP_WANT_REPORT) != 0)
        ok = (item.report = mugai_frame_steal_fd (&frame, next++)) >= 0;
    if (ok && (have & MUGAI_KEEP_WANT_CONTENT) != 0)
        ok = (item.content = mugai_frame_steal_fd (&frame, next++)) >= 0;
    if (ok && (have & MUGAI_KEEP_WANT_ENVELOPE) != 0)
        ok = (item.envelope = mugai_frame_steal_fd (&frame, next++)) >= 0;
    ok = ok && next == frame.n_fds;
    mugai_frame_close_fds (&frame);
    if (!ok)
        return broken (client, MUGAI_ERROR_INTERNAL, "malformed answer", 0, error);
    *ret = item;
    item = (MugaiKeepItem){ .report = -1, .content = -1, .envelope = -1 };
    return true;
}

static bool
poison (MugaiKeepClient *client, uint16_t kind, const uint8_t digest[MUGAI_SHA256_SIZE],
        uint32_t *ret_deaths, int64_t *ret_since_us, int64_t timeout_us, GError **error)
{
    MugaiFrame frame;

    memcpy (client->out, digest, MUGAI_SHA256_SIZE);
    if (!ask (client, kind, MUGAI_SHA256_SIZE, NULL, 0, MUGAI_KEEP_POISON_IS, &frame,
              deadline (timeout_us), error))
        return false;
    MugaiCursor c = mugai_cursor (frame.payload, frame.size);
    uint32_t deaths = mugai_cursor_u32 (&c);
    int64_t since_us = (int64_t)mugai_cursor_u64 (&c);
    if (!understood (client, &frame, mugai_cursor_done (&c), error))
        return false;
    *ret_deaths = deaths;
    if (ret_since_us != NULL)
        *ret_since_us = since_us;
    return true;
}

bool
mugai_keep_poison_get (MugaiKeepClient *client, const uint8_t digest[MUGAI_SHA256_SIZE],
                       uint32_t *ret_deaths, int64_t *ret_since_us, int64_t timeout_us,
                       GError **error)
{
    return poison (client, MUGAI_KEEP_POISON_GET, digest, ret_deaths, ret_since_us, timeout_us,
                   error);
}

bool
mugai_keep_poison_add (MugaiKeepClient *client, const uint8_t digest[MUGAI_SHA256_SIZE],
                       uint32_t *ret_deaths, int64_t timeout_us, GError **error)
{
    return poison (client, MUGAI_KEEP_POISON_ADD, digest, ret_deaths, NULL, timeout_us, error);
}

/* An answer of two numbers. */
static bool
ask_two (MugaiKeepClient *client, uint16_t kind, size_t size, uint16_t answer, uint64_t *ret_a,
         uint64_t *ret_b, int64_t timeout_us, GError **error)
{
    MugaiFrame frame;

    if (!ask (client, kind, size, NULL, 0, answer, &frame, deadline (timeout_us), error))
        return false;
    MugaiCursor c = mugai_cursor (frame.payload, frame.size);
    uint64_t a = mugai_cursor_u64 (&c);
    uint64_t b = mugai_cursor_u64 (&c);
    if (!understood (client, &frame, mugai_cursor_done (&c), error))
        return false;
    *ret_a = a;
    *ret_b = b;
    return true;
}

bool
mugai_keep_expire (MugaiKeepClient *client, int64_t older_than_us, bool dry_run,
                   uint64_t *ret_items, uint64_t *ret_bytes, int64_t timeout_us, GError **error)
{
    MugaiPack p = mugai_pack (client->out, sizeof client->out);

    mugai_pack_u64 (&p, (uint64_t)older_than_us);
    mugai_pack_u8 (&p, dry_run ? 1 : 0);
    return ask_two (client, MUGAI_KEEP_EXPIRE, p.size, MUGAI_KEEP_EXPIRED, ret_items, ret_bytes,
                    timeout_us, error);
}

bool
mugai_keep_reindex (MugaiKeepClient *client, uint64_t *ret_items, uint64_t *ret_lines,
                    int64_t timeout_us, GError **error)
{
    return ask_two (client, MUGAI_KEEP_REINDEX, 0, MUGAI_KEEP_REINDEXED, ret_items, ret_lines,
                    timeout_us, error);
}

bool
mugai_keep_verify_log (MugaiKeepClient *client, MugaiKeepProblemFunc problem, void *data,
                       MugaiKeepLogResult *ret, int64_t timeout_us, GError **error)
{
    int64_t until_us = deadline (timeout_us);
    MugaiFrame frame = { .kind = MUGAI_KEEP_VERIFY_LOG };

    if (!send_frame (client, &frame, until_us, error))
        return false;
    for (;;) {
        g_autofree char *file = NULL, *what = NULL;
        uint64_t line = 0;
        if (!next_answer (client, MUGAI_KEEP_PROBLEM, MUGAI_KEEP_LOG_IS, &frame, until_us, error))
            return false;
        if (frame.kind == MUGAI_KEEP_LOG_IS)
            return understood (client, &frame,
                               mugai_keep_log_result_read (frame.payload, frame.size, ret), error);
        bool ok = mugai_keep_problem_read (frame.payload, frame.size, &file, &line, &what);
        if (!understood (client, &frame, ok, error))
            return false;
        if (problem != NULL)
            problem (file, line, what, data);
    }
}

bool
mugai_keep_status (MugaiKeepClient *client, MugaiKeepStatus *ret, int64_t timeout_us,
                   GError **error)
{
    MugaiFrame frame;

    return ask (client, MUGAI_KEEP_STATUS, 0, NULL, 0, MUGAI_KEEP_STATUS_IS, &frame,
                deadline (timeout_us), error) &&
           understood (client, &frame, mugai_keep_status_read (frame.payload, frame.size, ret),
                       error);
}
