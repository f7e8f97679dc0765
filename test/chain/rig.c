/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include "base/fd.h"
#include "base/frame.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "sandbox/zygote.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_MS = 3000, START_MS = 20000 };

static uint8_t room[MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX];

/* Returns: 1 and a frame, 0 at the end of the stream, -1 late, other negative values nonsense. */
static int
receive (int fd, int timeout_ms, MugaiFrame *frame)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    if (poll (&p, 1, timeout_ms) != 1)
        return -1;
    return mugai_frame_recv (fd, room, sizeof room, frame, NULL);
}

static void
execute (const char *program, const char *filter, int control)
{
    const char *argv[] = { program, "--zygote", filter != NULL ? "--filter" : NULL,
                           filter,  NULL,       NULL };

    if (getenv ("MUGAI_SANDBOX_MUST_WORK") == NULL) {
        argv[filter != NULL ? 4 : 2] = "--partial";
        argv[filter != NULL ? 5 : 3] = NULL;
    }
    if (control == MUGAI_ZYGOTE_FD)
        fcntl (control, F_SETFD, 0);
    else
        dup2 (control, MUGAI_ZYGOTE_FD);
    execv (program, (char **)argv);
    _exit (127);
}

int
zygote_start (Zygote *zygote, const char *program, const char *filter, mugai_runs runs)
{
    int pair[2];
    MugaiFrame frame = { 0 };
    const char *base = filter != NULL ? strrchr (filter, '/') + 1 : "encode.so";

    *zygote = (Zygote){ .runs = runs };
    snprintf (zygote->name, sizeof zygote->name, "%.*s", (int)(strlen (base) - 3), base);
    if (mugai_frame_pair (pair) < 0)
        return -1;
    zygote->pid = fork();
    if (zygote->pid == 0)
        execute (program, filter, pair[1]);
    close (pair[1]);
    zygote->control = pair[0];
    int r = receive (zygote->control, START_MS, &frame);
    mugai_frame_close_fds (&frame);
    return r == 1 && frame.kind == MUGAI_KIND_HELLO ? (int)frame.part : -1;
}

void
zygote_stop (Zygote *zygote)
{
    int status;

    close (zygote->control);
    waitpid (zygote->pid, &status, 0);
}

/* Returns: the channel of a new child; *ret_pid its process. */
static int
take_child (Zygote *zygote, pid_t *ret_pid)
{
    uint8_t bounds[32], pid[4];
    MugaiZygoteFork none = { 0 };
    int pair[2];
    MugaiFrame answer = { 0 };

    if (mugai_frame_pair (pair) < 0)
        return -1;
    MugaiFrame frame = { .kind = MUGAI_KIND_FORK,
                         .job = ++zygote->jobs,
                         .payload = bounds,
                         .size = mugai_zygote_fork_write (&none, bounds, sizeof bounds),
                         .fds = { pair[1] },
                         .n_fds = 1 };
    int r = mugai_frame_send (zygote->control, &frame);
    close (pair[1]);
    do {
        mugai_frame_close_fds (&answer);
        r = r == 0 || r == 1 ? receive (zygote->control, START_MS, &answer) : r;
    } while (r == 1 && answer.kind == MUGAI_KIND_EXITED);
    if (r != 1 || answer.kind != MUGAI_KIND_FORKED || answer.part != 0 || answer.size != 4) {
        close (pair[0]);
        return -1;
    }
    memcpy (pid, answer.payload, 4);
    *ret_pid = (pid_t)(pid[0] | pid[1] << 8 | pid[2] << 16 | pid[3] << 24);
    mugai_frame_close_fds (&answer);
    return pair[0];
}

/* Send @request to a new child, wait for its one answer, end it. Returns: as receive(). */
static int
one_job (Zygote *zygote, MugaiFrame *request, MugaiFrame *answer)
{
    pid_t pid = 0;
    mugai_autofd channel = take_child (zygote, &pid);

    if (channel < 0 || mugai_frame_send (channel, request) < 0)
        return -2;
    int r = receive (channel, DEADLINE_MS, answer);
    if (r == -1)
        kill (pid, SIGKILL);
    return r;
}

static int
document (const void *data, size_t size)
{
    int fd = mugai_memfd_new ("document");

    mugai_memfd_append (fd, data, size);
    mugai_memfd_seal (fd);
    return fd;
}

static void
encode_frames (Zygote *encode, const MugaiIsolateCall *call, int *frames,
               MugaiIsolateAnswer *answer)
{
    uint8_t payload[256];
    MugaiEncode request = { .output_max = call->output_max };
    MugaiEncoded encoded;
    MugaiFrame reply = { 0 };
    mugai_autofd result = mugai_memfd_new ("encoded");
    uint64_t size = 0;

    strcpy (request.type, answer->type);
    MugaiFrame frame = { .kind = MUGAI_KIND_ENCODE,
                         .payload = payload,
                         .size = mugai_encode_write (&request, payload, sizeof payload),
                         .fds = { *frames, result },
                         .n_fds = 2 };
    int r = one_job (encode, &frame, &reply);
    mugai_fd_clear (frames);
    if (r != 1)
        mugai_isolate_refuse (answer, r == -1 ? "filter.deadline" : "filter.crashed", "encode");
    else if (!mugai_encoded_read (reply.payload, reply.size, &encoded))
        mugai_isolate_refuse (answer, "filter.nonsense", "encode");
    else if (encoded.ok == 0)
        mugai_isolate_refuse (answer, encoded.reason, encoded.evidence);
    else if (mugai_memfd_seal (result) < 0 ||
             mugai_memfd_check (result, call->output_max, &size) < 0 || size != encoded.size)
        mugai_isolate_refuse (answer, "filter.nonsense", "encode");
    else
        *frames = mugai_fd_steal (&result);
}

static void
fill_values (MugaiIsolateCall *call, const char *values)
{
    char text[1024];
    char *save = NULL;

    snprintf (text, sizeof text, "%s", values != NULL ? values : "");
    for (char *word = strtok_r (text, " ", &save); word != NULL;
         word = strtok_r (NULL, " ", &save)) {
        char *equals = strchr (word, '=');
        *equals = '\0';
        strcpy (call->values[call->n_values].name, word);
        strcpy (call->values[call->n_values++].value, equals + 1);
    }
}

static int
render (Zygote *render, Zygote *encode, const MugaiIsolateCall *call, int doc, int socket,
        MugaiIsolateAnswer *answer)
{
    static uint8_t payload[16384];
    static MugaiRendered rendered;
    mugai_autofd result = mugai_memfd_new ("rendered");
    uint64_t size = 0;
    MugaiFrame reply = { 0 };
    MugaiFrame frame = { .kind = MUGAI_KIND_RENDER,
                         .payload = payload,
                         .size = mugai_isolate_call_write (call, payload, sizeof payload),
                         .fds = { doc, result, socket },
                         .n_fds = socket >= 0 ? 3 : 2 };
    int r = one_job (render, &frame, &reply);

    if (r != 1) {
        mugai_isolate_refuse (answer, r == -1 ? "filter.deadline" : "filter.crashed", render->name);
        return -1;
    }
    if (reply.kind != MUGAI_KIND_RENDERED ||
        !mugai_rendered_read (reply.payload, reply.size, &rendered) ||
        mugai_memfd_seal (result) < 0 || mugai_memfd_check (result, UINT64_MAX, &size) < 0 ||
        !mugai_rendered_check (&rendered, render->runs, call->inspect != 0, size)) {
        mugai_isolate_refuse (answer, "filter.nonsense", render->name);
        return -1;
    }
    *answer = rendered.answer;
    if (rendered.form == MUGAI_RENDERED_FRAMES)
        encode_frames (encode, call, &result, answer);
    return answer->verdict == MUGAI_REPLACE ? mugai_fd_steal (&result) : -1;
}

static int
call_out (Zygote *zygote, Zygote *encode, MugaiIsolateCall *call, const void *data, size_t size,
          int socket, MugaiIsolateAnswer *ret_answer)
{
    mugai_autofd doc = document (data, size);

    strcpy (call->filter, zygote->name);
    strcpy (call->name, "test");
    call->language = 1;
    call->output_max = 10 << 20;
    call->depth_max = 8;
    return render (zygote, encode, call, doc, socket, ret_answer);
}

int
isolated (Zygote *zygote, Zygote *encode, const char *type, const void *data, size_t size,
          const char *values, int socket, MugaiIsolateAnswer *ret_answer)
{
    static MugaiIsolateCall call;

    call = (MugaiIsolateCall){ .frames_max = UINT64_C (1) << 30 };
    strcpy (call.type, type);
    fill_values (&call, values);
    return call_out (zygote, encode, &call, data, size, socket, ret_answer);
}

int
inspected (Zygote *zygote, const char *type, const void *data, size_t size,
           MugaiIsolateAnswer *ret_answer)
{
    static MugaiIsolateCall call;

    call = (MugaiIsolateCall){ .inspect = 1 };
    strcpy (call.type, type);
    return call_out (zygote, NULL, &call, data, size, -1, ret_answer);
}
