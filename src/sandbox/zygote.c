/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/zygote.h"

#include "base/cursor.h"
#include "base/engine.h"
#include "base/fd.h"
#include "base/kind.h"
#include "base/pack.h"
#include "sandbox/asan.h"
#include "sandbox/heap.h"
#include "sandbox/image.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum {
    EXIT_BROKEN = 70,    /* sysexits.h, EX_SOFTWARE */
    CHILDREN_MAX = 1024, /* twice what a pool may want */
    REAP_MS = 1000,      /* how long a dead child may wait to be waited for... */
    REAP_ROUNDS = 3,     /* ...after the last fork; later ones wait for the next request */
    HURRY_MS = 10,       /* after a REAP, until the dead child is seen... */
    HURRY_ROUNDS = 20,   /* ...or the supervisor has given up waiting */
};

typedef struct {
    int control;
    MugaiProfile profile;
    MugaiSandboxOptions options;
    MugaiZygoteChild child;
    void *data;
    int rounds; /* timed looks at dead children that are left */
    int hurry;  /* quick ones */
    struct {
        pid_t pid; /* 0: free */
        uint64_t job;
    } children[CHILDREN_MAX];
} Zygote;

size_t
mugai_zygote_hello_write (const MugaiZygoteHello *hello, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_bytes (&p, hello->version, sizeof hello->version);
    mugai_pack_bytes (&p, hello->engine, sizeof hello->engine);
    mugai_pack_u32 (&p, hello->missing);
    mugai_pack_bytes (&p, hello->status, sizeof hello->status);
    return p.failed ? 0 : p.size;
}

bool
mugai_zygote_hello_read (const void *data, size_t size, MugaiZygoteHello *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiZygoteHello hello = { 0 };
    const uint8_t *version = mugai_cursor_bytes (&c, sizeof hello.version);
    const uint8_t *engine = mugai_cursor_bytes (&c, sizeof hello.engine);

    hello.missing = mugai_cursor_u32 (&c);
    const uint8_t *status = mugai_cursor_bytes (&c, sizeof hello.status);
    if (!mugai_cursor_done (&c) || memchr (version, 0, sizeof hello.version) == NULL ||
        memchr (status, 0, sizeof hello.status) == NULL)
        return false;
    memcpy (hello.version, version, sizeof hello.version);
    memcpy (hello.engine, engine, sizeof hello.engine);
    memcpy (hello.status, status, sizeof hello.status);
    *ret = hello;
    return true;
}

size_t
mugai_zygote_fork_write (const MugaiZygoteFork *fork, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u64 (&p, fork->memory);
    mugai_pack_u32 (&p, fork->cpu_seconds);
    return p.failed ? 0 : p.size;
}

bool
mugai_zygote_fork_read (const void *data, size_t size, MugaiZygoteFork *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiZygoteFork fork = { .memory = mugai_cursor_u64 (&c) };

    fork.cpu_seconds = mugai_cursor_u32 (&c);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = fork;
    return true;
}

static int
say_hello (const Zygote *z, const MugaiLockdownStatus *status, int error)
{
    uint8_t buffer[1024];
    MugaiZygoteHello hello = { .missing = status->missing };

    snprintf (hello.version, sizeof hello.version, "%s", MUGAI_VERSION);
    snprintf (hello.status, sizeof hello.status, "%s", status->text);
    mugai_engine_digest (hello.engine);
    MugaiFrame frame = { .kind = MUGAI_KIND_HELLO,
                         .part = (uint32_t)-error,
                         .payload = buffer,
                         .size = mugai_zygote_hello_write (&hello, buffer, sizeof buffer) };
    return mugai_frame_send (z->control, &frame);
}

/* In the child; never returns. */
static void
be_child (Zygote *z, const MugaiZygoteFork *bounds, int channel)
{
    MugaiSandboxOptions options = z->options;

    close (z->control);
    if (bounds->memory > 0)
        options.memory = bounds->memory;
    if (bounds->cpu_seconds > 0)
        options.cpu_seconds = bounds->cpu_seconds;
    if (mugai_sandbox_child (z->profile, &options) < 0)
        _exit (EXIT_BROKEN);
    _exit (z->child (z->data, channel));
}

static int
free_slot (const Zygote *z)
{
    for (int i = 0; i < CHILDREN_MAX; i++)
        if (z->children[i].pid == 0)
            return i;
    return -1;
}

/* A zygote has one thread, which holds no lock: the preparations of fork() for others would only
 * write to pages that the child then has to copy. */
static pid_t
plain_fork (void)
{
#if defined(MUGAI_ASAN) || !defined(HAVE_PLAIN_FORK)
    return fork();
#else
    return _Fork();
#endif
}

/* Fork the child of channel @index. It keeps that channel alone: with a sibling's it could speak in
 * the sibling's name, and the sibling's death would not be seen. Returns: its pid or a negative
 * errno.
 */
static pid_t
fork_child (Zygote *z, const MugaiFrame *request, unsigned index, const MugaiZygoteFork *bounds,
            const MugaiFrame *answer)
{
    int slot = free_slot (z);

    if (slot < 0)
        return -EAGAIN;
    pid_t pid = plain_fork();
    if (pid == 0) {
        for (unsigned i = 0; i < request->n_fds; i++)
            if (i != index)
                close (request->fds[i]);
        for (unsigned i = 0; i < answer->n_fds; i++)
            close (answer->fds[i]);
        be_child (z, bounds, request->fds[index]);
    }
    if (pid < 0)
        return -errno;
    z->children[slot].pid = pid;
    z->children[slot].job = request->job + index;
    return pid;
}

/* A child for each channel in @request, which names the first. */
static bool
on_fork (Zygote *z, const MugaiFrame *request)
{
    uint8_t buffer[4 * MUGAI_FRAME_FDS_MAX];
    MugaiZygoteFork bounds;
    MugaiPack p = mugai_pack (buffer, sizeof buffer);
    MugaiFrame answer = { .kind = MUGAI_KIND_FORKED, .job = request->job, .payload = buffer };

    if (request->n_fds == 0 || !mugai_zygote_fork_read (request->payload, request->size, &bounds))
        return false;
    for (unsigned i = 0; i < request->n_fds; i++) {
        pid_t pid = fork_child (z, request, i, &bounds, &answer);
        int pidfd = pid > 0 ? (int)syscall (SYS_pidfd_open, pid, 0) : -1;
        mugai_pack_u32 (&p, pidfd >= 0 ? (uint32_t)pid : 0);
        if (pidfd >= 0)
            answer.fds[answer.n_fds++] = pidfd;
        else
            answer.part = pid < 0 ? (uint32_t)-pid : EMFILE;
    }
    z->rounds = REAP_ROUNDS;
    answer.size = p.size;
    bool sent = mugai_frame_send (z->control, &answer) == 0;
    mugai_frame_close_fds (&answer);
    return sent;
}

static void
report_exit (const Zygote *z, uint64_t job, int status)
{
    uint8_t buffer[4];
    MugaiPack p = mugai_pack (buffer, sizeof buffer);

    mugai_pack_u32 (&p, (uint32_t)status);
    MugaiFrame frame = { .kind = MUGAI_KIND_EXITED, .job = job, .payload = buffer, .size = p.size };
    mugai_frame_send (z->control, &frame);
}

static void
reap (Zygote *z)
{
    int status;
    pid_t pid;

    while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
        for (int i = 0; i < CHILDREN_MAX; i++)
            if (z->children[i].pid == pid) {
                z->children[i].pid = 0;
                if (status != 0 && !(WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL))
                    report_exit (z, z->children[i].job, status);
                break;
            }
}

static bool
on_request (Zygote *z, const MugaiFrame *request)
{
    if (request->kind == MUGAI_KIND_FORK)
        return on_fork (z, request);
    if (request->kind != MUGAI_KIND_REAP || request->n_fds > 0 || request->size > 0)
        return false;
    z->hurry = HURRY_ROUNDS;
    return true;
}

/* Milliseconds to sleep until the next look at dead children; -1: until the next request. */
static int
patience (Zygote *z)
{
    if (z->hurry > 0) {
        z->hurry--;
        return HURRY_MS;
    }
    if (z->rounds == 0)
        return -1;
    z->rounds--;
    return REAP_MS;
}

static int
serve (Zygote *z)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 64];

    for (;;) {
        struct pollfd p = { .fd = z->control, .events = POLLIN };
        MugaiFrame request;
        if (poll (&p, 1, patience (z)) < 0 && errno != EINTR)
            return EXIT_BROKEN;
        reap (z);
        if (p.revents == 0)
            continue;
        int r = mugai_frame_recv (z->control, buffer, sizeof buffer, &request, NULL);
        if (r == 0)
            return 0;
        bool good = r == 1 && on_request (z, &request);
        if (r == 1)
            mugai_frame_close_fds (&request);
        if (!good)
            return EXIT_BROKEN;
    }
}

int
mugai_zygote_run_warm (int control, MugaiProfile profile, const MugaiSandboxOptions *options,
                       MugaiZygoteWarm warm, MugaiZygoteChild child, void *data)
{
    static Zygote z; /* static: 16 KiB of table, zero at start */
    MugaiLockdownStatus status = { 0 };

    z = (Zygote){
        .control = control, .profile = profile, .options = *options, .child = child, .data = data
    };
    signal (SIGPIPE, SIG_IGN);
    mugai_sandbox_image();
    int error = mugai_sandbox_zygote (profile, options, &status);
    if (error == 0 && warm != NULL && warm (data) != 0) {
        error = -ECANCELED;
        snprintf (status.text, sizeof status.text, "what it serves could not be started");
    }
    if (say_hello (&z, &status, error) < 0 || error < 0)
        return EXIT_BROKEN;
    if (warm == NULL) /* else its heap is not one of few pages */
        mugai_heap_settle();
    return serve (&z);
}

int
mugai_zygote_run (int control, MugaiProfile profile, const MugaiSandboxOptions *options,
                  MugaiZygoteChild child, void *data)
{
    return mugai_zygote_run_warm (control, profile, options, NULL, child, data);
}
