/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/server.h"

#include "base/fd.h"
#include "core/error.h"
#include "keep/server-private.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum {
    CONNS_MAX = 512,
    ROUNDS = 4, /* how often a turn looks again for requests that came meanwhile */
    EVENTS = 64,
    SCRATCHES = 2 << 18,
};

static bool
fail (GError **error, const char *what)
{
    int number = errno;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s: %s", what, g_strerror (number));
    return false;
}

/* ---- connections ---- */

MugaiDepotWho
mugai_conn_who (const MugaiConn *conn)
{
    return (MugaiDepotWho){ .uid = conn->peer.uid, .user = conn->peer.user };
}

static void
conn_free (void *data)
{
    MugaiConn *conn = data;

    mugai_fd_clear (&conn->fd);
    mugai_audit_verify_free (conn->verify);
    g_ptr_array_unref (conn->out);
    g_free (conn);
}

void
mugai_conn_send (MugaiKeepServer *server, MugaiConn *conn, uint16_t kind, const void *payload,
                 size_t size, const int *fds, unsigned n_fds)
{
    MugaiFrame frame = { .kind = kind, .payload = payload, .size = size, .n_fds = n_fds };

    (void)server;
    for (unsigned i = 0; i < n_fds; i++)
        frame.fds[i] = fds[i];
    if (mugai_frame_send (conn->fd, &frame) <
        0) /* one answer always fits: the peer has none outstanding */
        conn->state = MUGAI_CONN_CLOSED;
}

void
mugai_conn_fail (MugaiKeepServer *server, MugaiConn *conn, MugaiKeepCode code, const char *text)
{
    uint8_t payload[MUGAI_KEEP_TEXT + 16];
    size_t size = mugai_keep_fail_write (code, text, payload, sizeof payload);

    mugai_conn_send (server, conn, MUGAI_KEEP_FAIL, payload, size, NULL, 0);
}

void
mugai_conn_queue (MugaiConn *conn, uint16_t kind, const void *payload, size_t size)
{
    uint8_t *bytes = g_malloc (sizeof kind + size);

    memcpy (bytes, &kind, sizeof kind);
    memcpy (bytes + sizeof kind, payload, size);
    g_ptr_array_add (conn->out, g_bytes_new_take (bytes, sizeof kind + size));
}

static void
want_write (MugaiKeepServer *server, MugaiConn *conn, bool wants)
{
    struct epoll_event event = { .events = EPOLLIN | (wants ? EPOLLOUT : 0u), .data.ptr = conn };

    if (conn->wants_write != wants &&
        epoll_ctl (server->epoll, EPOLL_CTL_MOD, conn->fd, &event) < 0)
        conn->state = MUGAI_CONN_CLOSED;
    conn->wants_write = wants;
}

/* Send queued frames until the peer has enough for now. */
static void
flush_queue (MugaiKeepServer *server, MugaiConn *conn)
{
    while (conn->sent < conn->out->len) {
        size_t size = 0;
        const uint8_t *bytes = g_bytes_get_data (g_ptr_array_index (conn->out, conn->sent), &size);
        MugaiFrame frame = { .payload = bytes + sizeof frame.kind,
                             .size = size - sizeof frame.kind };
        memcpy (&frame.kind, bytes, sizeof frame.kind);
        int r = mugai_frame_send (conn->fd, &frame);
        if (r == -EAGAIN) {
            want_write (server, conn, true);
            return;
        }
        if (r < 0) {
            conn->state = MUGAI_CONN_CLOSED;
            return;
        }
        conn->sent++;
    }
    g_ptr_array_set_size (conn->out, 0);
    conn->sent = 0;
    conn->state = MUGAI_CONN_READY;
    want_write (server, conn, false);
}

static void
accept_one (MugaiKeepServer *server)
{
    mugai_autofd fd = accept4 (server->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    MugaiPeer peer;

    if (fd < 0 || server->conns->len >= CONNS_MAX ||
        mugai_peer_read (fd, mugai_depot_group (server->depot), &peer) < 0)
        return; /* the peer sees a closed connection and answers 451 */
    MugaiConn *conn = g_new0 (MugaiConn, 1);
    conn->peer = peer;
    conn->state = MUGAI_CONN_NEW;
    conn->out = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
    conn->fd = mugai_fd_steal (&fd);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = conn };
    if (epoll_ctl (server->epoll, EPOLL_CTL_ADD, conn->fd, &event) < 0)
        conn_free (conn);
    else
        g_ptr_array_add (server->conns, conn);
}

static void
receive (MugaiKeepServer *server, MugaiConn *conn)
{
    MugaiFrame frame;
    int r = mugai_frame_recv (conn->fd, server->in, sizeof server->in, &frame, NULL);

    if (r == -EAGAIN)
        return;
    if (r != 1) {
        if (r == -EPROTONOSUPPORT && server->note != NULL)
            server->note (
                true, "a program of another version tried to connect; restart all of one version",
                server->note_data);
        conn->state = MUGAI_CONN_CLOSED;
        return;
    }
    mugai_keep_request (server, conn, &frame);
    mugai_frame_close_fds (&frame);
}

static void
drop_closed (MugaiKeepServer *server)
{
    for (guint i = server->conns->len; i > 0; i--) {
        const MugaiConn *conn = g_ptr_array_index (server->conns, i - 1);
        if (conn->state == MUGAI_CONN_CLOSED)
            g_ptr_array_remove_index_fast (server->conns, i - 1);
    }
}

/* ---- loop ---- */

/* One look at what is ready. Returns: number of events, or -1; *ret_stop when asked to end. */
static int
look (MugaiKeepServer *server, int timeout_ms, bool *ret_stop)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait (server->epoll, events, EVENTS, timeout_ms);

    if (n < 0)
        return errno == EINTR ? 0 : -1;
    for (int i = 0; i < n; i++) {
        MugaiConn *conn = events[i].data.ptr;
        if (conn == NULL)
            *ret_stop = true;
        else if ((void *)conn == (void *)server)
            accept_one (server);
        else if (conn->state == MUGAI_CONN_CLOSED)
            continue;
        else if ((events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
            receive (server, conn);
    }
    return n;
}

static bool
work_waits (const MugaiKeepServer *server)
{
    for (guint i = 0; i < server->conns->len; i++) {
        const MugaiConn *conn = g_ptr_array_index (server->conns, i);
        if (conn->state == MUGAI_CONN_EXPIRE || conn->state == MUGAI_CONN_VERIFY)
            return true;
    }
    return server->daily_runs;
}

static void
step_daily (MugaiKeepServer *server)
{
    MugaiKeepCode code;
    bool done = false;
    g_autoptr (GError) error = NULL;

    if (!server->daily_runs)
        server->daily_runs = mugai_depot_expiry_due (server->depot, &server->daily);
    if (!server->daily_runs)
        return;
    if (!mugai_depot_expire_step (server->depot, NULL, &server->daily, &done, &code, &error)) {
        done = true;
        if (server->note != NULL)
            server->note (true, error->message, server->note_data);
    }
    server->daily_runs = !done;
}

static void
step_all (MugaiKeepServer *server)
{
    step_daily (server);
    for (guint i = 0; i < server->conns->len; i++) {
        MugaiConn *conn = g_ptr_array_index (server->conns, i);
        mugai_keep_step (server, conn);
        if (conn->state == MUGAI_CONN_LIST)
            flush_queue (server, conn);
    }
}

/* Returns: false with errno when the loop cannot go on. */
static bool
turn (MugaiKeepServer *server, bool *ret_stop)
{
    int64_t wait_us = work_waits (server) ? 0 : mugai_depot_tick (server->depot);
    int n = look (server, (int)((wait_us + 999) / 1000), ret_stop);

    for (int round = 1; n > 0 && round < ROUNDS && mugai_depot_batch_open (server->depot); round++)
        n = look (server, 0, ret_stop);
    if (n < 0)
        return false;
    mugai_keep_finish_batch (server);
    step_all (server);
    drop_closed (server);
    return true;
}

bool
mugai_keep_server_run (MugaiKeepServer *server, int stop_fd, GError **error)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    bool stop = false;

    if (epoll_ctl (server->epoll, EPOLL_CTL_ADD, stop_fd, &event) < 0)
        return fail (error, "epoll");
    while (!stop)
        if (!turn (server, &stop))
            return fail (error, "epoll");
    return true;
}

MugaiKeepServer *
mugai_keep_server_new (MugaiDepot *depot, int listen_fd, const char *version, MugaiDepotNote note,
                       void *note_data, GError **error)
{
    g_autoptr (MugaiKeepServer) server = g_new0 (MugaiKeepServer, 1);

    server->depot = depot;
    server->version = version;
    server->note = note;
    server->note_data = note_data;
    server->listen_fd = listen_fd;
    server->content = g_malloc (SCRATCHES);
    server->conns = g_ptr_array_new_with_free_func (conn_free);
    server->epoll = epoll_create1 (EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = server };
    if (server->epoll < 0 || epoll_ctl (server->epoll, EPOLL_CTL_ADD, listen_fd, &event) < 0) {
        fail (error, "listening socket");
        return NULL;
    }
    return g_steal_pointer (&server);
}

void
mugai_keep_server_free (MugaiKeepServer *server)
{
    if (server == NULL)
        return;
    g_ptr_array_unref (server->conns);
    mugai_fd_clear (&server->listen_fd);
    mugai_fd_clear (&server->epoll);
    g_free (server->content);
    g_free (server);
}

/* ---- listening ---- */

/* Somebody answers at @address: it is not ours to take. */
static bool
answers (const struct sockaddr_un *address)
{
    mugai_autofd fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    return fd >= 0 && connect (fd, (const struct sockaddr *)address, sizeof *address) == 0;
}

int
mugai_keep_server_listen (const char *path, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen (path) >= sizeof address.sun_path) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: socket path is longer than %zu bytes; use a shorter one", path,
                     sizeof address.sun_path - 1);
        return -1;
    }
    strcpy (address.sun_path, path);
    if (answers (&address)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: socket in use; stop the other mugai-keep first", path);
        return -1;
    }
    mugai_autofd fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct stat st;
    if (lstat (path, &st) == 0 && S_ISSOCK (st.st_mode))
        unlink (path);
    mode_t mask = umask (0117);
    bool ok = fd >= 0 && bind (fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
              listen (fd, 128) == 0;
    umask (mask);
    if (!ok) {
        int number = errno;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s: %s; choose another --listen", path,
                     g_strerror (number));
        return -1;
    }
    return mugai_fd_steal (&fd);
}
