/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/front.h"

#include "base/fd.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "core/error.h"
#include "daemon/socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAUSE_US = 100000 };

typedef struct {
    MugaiFront *front;
    int fd;
    MugaiWatch *watch;
    bool greeted;
    MugaiPoolJob *job; /* in flight */
    bool busy;         /* a SUBMIT is being answered */
    uint64_t number;   /* the front end's own number of it */
} Client;

struct MugaiFront {
    MugaiLoop *loop;
    MugaiPool *pool;
    char *path;
    int fd;
    MugaiWatch *watch;
    MugaiTimer *pause;
    MugaiFrontCalls calls;
    bool draining;
    GHashTable *clients; /* set */
};

static void
client_free (gpointer data)
{
    Client *client = data;

    if (client->job != NULL)
        mugai_pool_cancel (client->front->pool, client->job);
    mugai_loop_unwatch (client->front->loop, client->watch);
    mugai_fd_clear (&client->fd);
    g_free (client);
}

static void
hang_up (Client *client)
{
    g_hash_table_remove (client->front->clients, client);
}

static bool
send_greeting (Client *client)
{
    uint8_t buffer[256];
    MugaiGreeting mine = { .outbound = mugai_rules_settings (mugai_pool_rules (client->front->pool))
                                           ->outbound_clients[0] != NULL };

    snprintf (mine.version, sizeof mine.version, "%s", MUGAI_VERSION);
    memcpy (mine.policy, mugai_rules_policy (mugai_pool_rules (client->front->pool)),
            sizeof mine.policy);
    mugai_pool_engine (client->front->pool, mine.engine);
    MugaiFrame answer = { .kind = MUGAI_KIND_GREET,
                          .payload = buffer,
                          .size = mugai_greeting_write (&mine, buffer, sizeof buffer) };
    return mugai_frame_send (client->fd, &answer) == 0;
}

/* Another version reads ours, says why and goes away. */
static bool
greet (Client *client, const MugaiFrame *request)
{
    MugaiGreeting theirs;

    if (!mugai_greeting_read (request->payload, request->size, &theirs))
        return false;
    client->greeted = strcmp (theirs.version, MUGAI_VERSION) == 0;
    return send_greeting (client);
}

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    uint8_t buffer[2048];
    Client *client = data;
    MugaiFrame answer = { .kind = MUGAI_KIND_OUTCOME,
                          .job = client->number,
                          .payload = buffer,
                          .size = mugai_outcome_write (&outcome->frame, buffer, sizeof buffer) };

    client->job = NULL;
    client->busy = false;
    if (outcome->frame.answer <= MUGAI_ANSWER_HOLD) {
        answer.fds[answer.n_fds++] = outcome->output;
        answer.fds[answer.n_fds++] = outcome->report_fd;
    } else if (outcome->frame.answer == MUGAI_ANSWER_REJECT)
        answer.fds[answer.n_fds++] = outcome->report_fd;
    if (mugai_frame_send (client->fd, &answer) < 0)
        shutdown (client->fd, SHUT_RDWR); /* the loop will see the end and free it */
}

static bool
submit (Client *client, MugaiFrame *request)
{
    MugaiSubmission submission;
    mugai_autofd content = mugai_frame_steal_fd (request, 0),
                 envelope = mugai_frame_steal_fd (request, 1);

    if (client->busy || content < 0 || envelope < 0 ||
        !mugai_submission_read (request->payload, request->size, &submission))
        return false;
    client->number = request->job;
    if (client->front->draining) {
        MugaiPoolOutcome later = { .frame = { .answer = MUGAI_ANSWER_TRY_AGAIN,
                                              .text = "shutting down" },
                                   .output = -1,
                                   .report_fd = -1 };
        on_done (client, &later);
        return true;
    }
    client->busy = true;
    MugaiPoolJob *job =
        mugai_pool_submit (client->front->pool, content, envelope, &submission, on_done, client);
    if (client->busy)
        client->job = job;
    return true;
}

static bool
reload (Client *client)
{
    uint8_t buffer[4096];
    MugaiReloaded reloaded = { 0 };

    client->front->calls.reload (client->front->calls.data, &reloaded);
    MugaiFrame answer = { .kind = MUGAI_KIND_RELOADED,
                          .payload = buffer,
                          .size = mugai_reloaded_write (&reloaded, buffer, sizeof buffer) };
    return mugai_frame_send (client->fd, &answer) == 0;
}

static bool
status (Client *client)
{
    g_autofree char *json = client->front->calls.status (client->front->calls.data);
    mugai_autofd fd = mugai_memfd_new ("mugai-status");
    MugaiFrame answer = { .kind = MUGAI_KIND_STATUS_IS, .fds = { fd }, .n_fds = 1 };

    return fd >= 0 && mugai_memfd_append (fd, json, strlen (json)) == 0 &&
           mugai_memfd_seal (fd) == 0 && mugai_frame_send (client->fd, &answer) == 0;
}

static bool
handle (Client *client, MugaiFrame *request)
{
    if (!client->greeted)
        return request->kind == MUGAI_KIND_GREET && greet (client, request);
    if (request->kind == MUGAI_KIND_SUBMIT)
        return submit (client, request);
    if (request->kind == MUGAI_KIND_RELOAD)
        return reload (client);
    if (request->kind == MUGAI_KIND_STATUS)
        return status (client);
    return false;
}

static void
on_client (void *data, uint32_t events)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 1024];
    Client *client = data;
    MugaiFrame request;

    (void)events;
    int r = mugai_frame_recv (client->fd, buffer, sizeof buffer, &request, NULL);
    if (r == -EAGAIN)
        return;
    if (r == -EPROTONOSUPPORT) /* it reads our wire version from the frame, and why */
        send_greeting (client);
    bool good = r == 1 && handle (client, &request);
    if (r == 1)
        mugai_frame_close_fds (&request);
    if (!good)
        hang_up (client);
}

static void on_connection (void *data, uint32_t events);

static void
on_pause_over (void *data)
{
    MugaiFront *front = data;

    front->pause = NULL;
    front->watch = mugai_loop_watch (front->loop, front->fd, EPOLLIN, on_connection, front);
    if (front->watch == NULL)
        front->pause = mugai_loop_after (front->loop, PAUSE_US, on_pause_over, front);
}

/* No descriptor left: who waits stays in the socket's queue; asking again at once would only burn
 * time. */
static void
pause_accept (MugaiFront *front)
{
    mugai_loop_unwatch (front->loop, front->watch);
    front->watch = NULL;
    front->pause = mugai_loop_after (front->loop, PAUSE_US, on_pause_over, front);
}

static void
on_connection (void *data, uint32_t events)
{
    MugaiFront *front = data;
    int fd = accept4 (front->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    (void)events;
    if (fd < 0) {
        if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
            pause_accept (front);
        return;
    }
    Client *client = g_new0 (Client, 1);
    client->front = front;
    client->fd = fd;
    client->watch = mugai_loop_watch (front->loop, fd, EPOLLIN, on_client, client);
    g_hash_table_add (front->clients, client);
    if (client->watch == NULL)
        hang_up (client);
}

MugaiFront *
mugai_front_new (MugaiLoop *loop, MugaiPool *pool, const char *path, const MugaiFrontCalls *calls,
                 GError **error)
{
    int fd = mugai_socket_listen (path, 0660, error);

    if (fd < 0)
        return NULL;
    MugaiFront *front = g_new0 (MugaiFront, 1);
    *front = (MugaiFront){
        .loop = loop, .pool = pool, .path = g_strdup (path), .fd = fd, .calls = *calls
    };
    front->clients = g_hash_table_new_full (NULL, NULL, client_free, NULL);
    front->watch = mugai_loop_watch (loop, fd, EPOLLIN, on_connection, front);
    return front;
}

void
mugai_front_drain (MugaiFront *front)
{
    front->draining = true;
}

void
mugai_front_free (MugaiFront *front)
{
    if (front == NULL)
        return;
    g_hash_table_unref (front->clients);
    mugai_loop_unwatch (front->loop, front->watch);
    mugai_loop_cancel (front->loop, front->pause);
    mugai_fd_clear (&front->fd);
    unlink (front->path);
    g_free (front->path);
    g_free (front);
}
