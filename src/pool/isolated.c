/* SPDX-License-Identifier: Apache-2.0
 *
 * One isolated call, as wire/isolate.h describes: ISOLATE -> RENDER -> [ENCODE] -> ISOLATED. Only
 * descriptors and frames of fixed size pass through here.
 */
#include "pool/pool-private.h"

#include "base/fd.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "pool/command.h"
#include "wire/isolate.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

struct MugaiIsolated {
    MugaiPoolJob *job;
    uint32_t handle;
    const MugaiCatalogueFilter *filter;
    MugaiIsolateCall call;
    int document, result, socket;
    bool encoding; /* 5 to 6, not 3 to 4 */
    MugaiRendered rendered;
    MugaiChild *child;
    MugaiTimer *deadline;
};

static void
release_child (MugaiIsolated *call)
{
    if (call->child != NULL)
        call->job->pool->isolating--;
    mugai_child_release (call->child);
    call->child = NULL;
}

void
mugai_isolated_free (MugaiIsolated *call)
{
    MugaiPool *pool = call->job->pool;

    g_queue_remove (&pool->waiting_isolated, call);
    release_child (call);
    mugai_loop_cancel (pool->loop, call->deadline);
    mugai_fd_clear (&call->document);
    mugai_fd_clear (&call->result);
    mugai_fd_clear (&call->socket);
    g_free (call);
}

/* 7: answer the walk and forget the call. */
static void
answer (MugaiIsolated *call, const MugaiIsolateAnswer *isolated)
{
    uint8_t buffer[MUGAI_FRAME_PAYLOAD_MAX];
    MugaiPoolJob *job = call->job;
    MugaiFrame frame = { .kind = MUGAI_KIND_ISOLATED,
                         .job = job->nonce,
                         .part = call->handle,
                         .payload = buffer,
                         .size = mugai_isolate_answer_write (isolated, buffer, sizeof buffer) };

    if (isolated->verdict == MUGAI_REPLACE)
        frame.fds[frame.n_fds++] = call->result;
    bool sent = frame.size > 0 && mugai_child_send (job->walk_child, &frame) == 0;
    MugaiPool *pool = job->pool;
    g_hash_table_remove (job->isolated, GUINT_TO_POINTER (call->handle));
    if (!sent)
        mugai_job_failed (job, "worker: does not take its answers", true);
    else
        mugai_pool_pump (pool);
}

static void
refuse (MugaiIsolated *call, const char *reason, const char *evidence)
{
    MugaiIsolateAnswer isolated = { 0 };

    mugai_isolate_refuse (&isolated, reason, evidence);
    answer (call, &isolated);
}

static void
try_again (MugaiIsolated *call)
{
    mugai_job_answer (call->job, MUGAI_ANSWER_TRY_AGAIN, "filter.later",
                      "what the filter asks does not answer");
}

static void
on_deadline (void *data)
{
    MugaiIsolated *call = data;

    call->deadline = NULL;
    if (call->filter->socket_param != NULL) /* the service behind the socket hangs */
        try_again (call);
    else
        refuse (call, "filter.deadline", call->call.filter);
}

static void
on_death (void *data, MugaiChild *child, MugaiDeath death)
{
    MugaiIsolated *call = data;

    (void)child;
    (void)death;
    refuse (call, "filter.crashed", call->call.filter);
}

/* 6 */
static void
on_encoded (MugaiIsolated *call, const MugaiFrame *frame)
{
    MugaiEncoded encoded;
    uint64_t size = 0;

    if (frame->kind != MUGAI_KIND_ENCODED ||
        !mugai_encoded_read (frame->payload, frame->size, &encoded))
        refuse (call, "filter.nonsense", "encode");
    else if (encoded.ok == 0)
        refuse (call, encoded.reason, encoded.evidence);
    else if (mugai_memfd_seal (call->result) < 0 ||
             mugai_memfd_check (call->result, call->call.output_max, &size) < 0 ||
             size != encoded.size)
        refuse (call, "filter.nonsense", "encode");
    else
        answer (call, &call->rendered.answer);
}

/* 4 */
static void
on_rendered (MugaiIsolated *call, const MugaiFrame *frame)
{
    uint64_t size = 0;

    if (frame->kind != MUGAI_KIND_RENDERED ||
        !mugai_rendered_read (frame->payload, frame->size, &call->rendered) ||
        mugai_memfd_seal (call->result) < 0 ||
        mugai_memfd_check (call->result, mugai_pool_job_limits (call->job)->expanded, &size) < 0 ||
        !mugai_rendered_check (&call->rendered, call->filter->runs, call->call.inspect != 0,
                               size)) {
        refuse (call, "filter.nonsense", call->call.filter);
        return;
    }
    if (call->rendered.answer.verdict == MUGAI_LATER) {
        mugai_job_answer (call->job, MUGAI_ANSWER_TRY_AGAIN, "filter.later", call->call.filter);
        return;
    }
    if (call->rendered.form != MUGAI_RENDERED_FRAMES) {
        answer (call, &call->rendered.answer);
        return;
    }
    release_child (call); /* go on with an encoder: the frames are its document */
    call->encoding = true;
    mugai_fd_clear (&call->document);
    mugai_fd_clear (&call->socket);
    call->document = mugai_fd_steal (&call->result);
    if (!mugai_isolated_step (call))
        g_queue_push_tail (&call->job->pool->waiting_isolated, call);
}

static void
on_frame (void *data, MugaiChild *child, MugaiFrame *frame)
{
    MugaiIsolated *call = data;

    (void)child;
    if (frame->job != call->job->nonce || frame->n_fds != 0)
        refuse (call, "filter.nonsense", call->call.filter);
    else if (call->encoding)
        on_encoded (call, frame);
    else
        on_rendered (call, frame);
}

static size_t
write_request (const MugaiIsolated *call, void *buffer, size_t room)
{
    MugaiEncode encode = { .output_max = call->call.output_max };

    if (!call->encoding)
        return mugai_isolate_call_write (&call->call, buffer, room);
    memcpy (encode.type, call->rendered.answer.type, sizeof encode.type);
    return mugai_encode_write (&encode, buffer, room);
}

bool
mugai_isolated_step (MugaiIsolated *call)
{
    uint8_t buffer[MUGAI_FRAME_PAYLOAD_MAX];
    MugaiPool *pool = call->job->pool;
    MugaiNursery *nursery =
        call->encoding ? mugai_pool_encode (pool) : mugai_pool_render (pool, call->filter);

    if (nursery == NULL || mugai_nursery_broken (nursery) != NULL) {
        refuse (call, "filter.missing", call->encoding ? "encode" : call->call.filter);
        return true;
    }
    if (pool->isolating > pool->config.active) /* a mail may ask for hundreds */
        return false;
    call->child = mugai_nursery_take (nursery, on_frame, on_death, call);
    if (call->child == NULL)
        return false;
    pool->isolating++;
    if (call->filter->command_param != NULL && !call->encoding) {
        call->socket = mugai_command_start (pool, call->filter, &call->call, call->document);
        if (call->socket < 0) {
            try_again (call);
            return true;
        }
    }
    call->result = mugai_memfd_new ("mugai-rendered");
    MugaiFrame frame = { .kind = call->encoding ? MUGAI_KIND_ENCODE : MUGAI_KIND_RENDER,
                         .job = call->job->nonce,
                         .payload = buffer,
                         .size = write_request (call, buffer, sizeof buffer),
                         .fds = { call->document, call->result, call->socket },
                         .n_fds = call->socket >= 0 ? 3 : 2 };
    if (call->deadline == NULL)
        call->deadline = mugai_loop_after (
            pool->loop, mugai_pool_job_limits (call->job)->filter_time, on_deadline, call);
    if (call->result < 0 || mugai_child_send (call->child, &frame) < 0)
        refuse (call, "filter.crashed", call->call.filter);
    return true;
}

static const char *
default_value (const MugaiCatalogueFilter *filter, const char *name)
{
    for (guint i = 0; i < filter->params->len; i++) {
        const mugai_param *param = g_ptr_array_index (filter->params, i);
        if (strcmp (param->name, name) == 0)
            return param->value;
    }
    return NULL;
}

/* Does a rule say @value, or is it the default? A worker that was taken over must not choose whom
 * we connect it to, or what we run. */
static bool
is_known (const MugaiIsolated *call, const char *name, const char *value)
{
    return g_strcmp0 (value, default_value (call->filter, name)) == 0 ||
           mugai_rules_names_value (call->job->policy->rules, call->filter->name, name, value);
}

/* The value of the parameter that holds the socket's path; NULL: one that no rule names. */
static const char *
socket_path (const MugaiIsolated *call)
{
    const char *name = call->filter->socket_param;

    for (uint32_t i = 0; i < call->call.n_values; i++)
        if (strcmp (call->call.values[i].name, name) == 0)
            return is_known (call, name, call->call.values[i].value) ? call->call.values[i].value
                                                                     : NULL;
    return default_value (call->filter, name);
}

static bool
all_known (const MugaiIsolated *call)
{
    for (uint32_t i = 0; i < call->call.n_values; i++)
        if (!is_known (call, call->call.values[i].name, call->call.values[i].value))
            return false;
    return true;
}

static int
connect_socket (const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen (path) >= sizeof address.sun_path)
        return -1;
    memcpy (address.sun_path, path, strlen (path) + 1);
    mugai_autofd fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || connect (fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -1;
    return mugai_fd_steal (&fd);
}

/* A command is started when a child is there to listen to it: a mail may ask for hundreds. */
static void
start (MugaiIsolated *call)
{
    const char *path = call->filter->socket_param != NULL ? socket_path (call) : "";

    if (path == NULL || (call->filter->command_param != NULL && !all_known (call))) {
        refuse (call, "filter.nonsense", call->call.filter);
        return;
    }
    if (call->filter->socket_param != NULL) {
        call->socket = connect_socket (path);
        if (call->socket < 0) {
            try_again (call);
            return;
        }
    }
    if (!mugai_isolated_step (call))
        g_queue_push_tail (&call->job->pool->waiting_isolated, call);
}

bool
mugai_isolated_begin (MugaiPoolJob *job, MugaiFrame *frame)
{
    uint64_t size = 0;
    mugai_autofd document = mugai_frame_steal_fd (frame, 0);
    MugaiIsolated *call = g_new0 (MugaiIsolated, 1);

    *call = (MugaiIsolated){
        .job = job, .handle = frame->part, .document = -1, .result = -1, .socket = -1
    };
    if (document < 0 || frame->n_fds != 1 || frame->part == 0 ||
        g_hash_table_contains (job->isolated, GUINT_TO_POINTER (frame->part)) ||
        !mugai_isolate_call_read (frame->payload, frame->size, &call->call) ||
        mugai_memfd_seal (document) < 0 ||
        mugai_memfd_check (document, mugai_pool_job_limits (job)->expanded, &size) < 0) {
        g_free (call);
        return false;
    }
    call->document = mugai_fd_steal (&document);
    g_hash_table_insert (job->isolated, GUINT_TO_POINTER (frame->part), call);
    call->filter = mugai_pool_find_filter (job->pool, call->call.filter);
    if (call->filter == NULL || call->filter->runs == MUGAI_RUNS_WALK) {
        refuse (call, "filter.missing", call->call.filter);
        return true;
    }
    start (call);
    return true;
}
