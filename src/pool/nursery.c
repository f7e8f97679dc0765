/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a child is asked for by sending the zygote one end of a socket pair; it may be
 * given a job before the zygote has answered, since frames wait in the socket. FORKED brings the
 * pidfd with which a child is killed, EXITED the wait status of one that did not end with 0. End of
 * file on a child's channel is its death; the status may come a moment later, so the owner hears of
 * the death when both are known or after STATUS_WAIT_US; a status that never came is SIGKILL's.
 * Idle children that die, and forks that fail, are made up for after REFILL_US, so that a host
 * without processes or memory to spare is not asked in a tight loop. A zygote that was ready once
 * is started again for ever; one that never was gives up at its first exit, or after DEATHS_EARLY
 * deaths by a signal.
 */
#include "pool/nursery.h"

#include "base/cursor.h"
#include "base/fd.h"
#include "base/kind.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

enum { STATUS_WAIT_US = 200000, YOUNG_US = 2000000, BACKOFF_US = 50000, BACKOFF_MAX_US = 5000000 };
enum { REFILL_US = 20000, DEATHS_EARLY = 5 };
enum {
    FINISHED_US = 100000,
    FINISHED_MAX = 64
}; /* how long, how many, before the rest is killed */

struct MugaiChild {
    MugaiNursery *nursery;
    uint64_t id;
    int channel, pidfd;
    MugaiWatch *watch;
    MugaiTimer *status_timer;
    int status; /* wait status, -1 unknown */
    bool ended, zygote_lost;
    MugaiChildFrame on_frame; /* NULL: idle */
    MugaiChildDeath on_death;
    void *data;
};

struct MugaiNursery {
    MugaiLoop *loop;
    char *name;
    char **argv;
    unsigned wanted;
    MugaiPoolLog log;
    void *log_data;
    MugaiZygoteFork bounds;
    void (*ready) (void *data);
    void *ready_data;

    pid_t pid;
    int control;
    MugaiWatch *watch;
    MugaiTimer *restart_timer, *refill_timer;
    uint64_t started_us, backoff_us;
    unsigned restarts;
    bool greeted, ever_greeted;
    MugaiZygoteHello hello;
    char *broken;

    GHashTable *children; /* id -> MugaiChild, every living one */
    GQueue idle;          /* of MugaiChild, oldest first */
    uint64_t next_id;
    GArray *finished; /* of int: pidfds of children that gave their answer and are about to exit */
    MugaiTimer *finished_timer;
};

static void start_zygote (MugaiNursery *n);
static void refill_later (MugaiNursery *n);
static void on_control (void *data, uint32_t events);

static void G_GNUC_PRINTF (3, 4) say (MugaiNursery *n, int priority, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    if (n->log != NULL)
        n->log (n->log_data, priority, text);
}

/* ---- children */

static void
child_free (MugaiChild *child)
{
    MugaiNursery *n = child->nursery;

    mugai_loop_unwatch (n->loop, child->watch);
    mugai_loop_cancel (n->loop, child->status_timer);
    g_hash_table_remove (n->children, &child->id);
    if (child->pidfd >= 0)
        syscall (SYS_pidfd_send_signal, child->pidfd, SIGKILL, NULL, 0);
    mugai_fd_clear (&child->pidfd);
    mugai_fd_clear (&child->channel);
    g_free (child);
}

void
mugai_child_release (MugaiChild *child)
{
    if (child != NULL)
        child_free (child);
}

/* Whoever has not ended by itself by now is killed. */
static void
end_finished (void *data)
{
    MugaiNursery *n = data;

    for (guint i = 0; i < n->finished->len; i++) {
        int pidfd = g_array_index (n->finished, int, i);
        syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
        close (pidfd);
    }
    g_array_set_size (n->finished, 0);
    mugai_loop_cancel (n->loop, n->finished_timer);
    n->finished_timer = NULL;
}

void
mugai_child_finish (MugaiChild *child)
{
    MugaiNursery *n = child->nursery;
    int pidfd = mugai_fd_steal (&child->pidfd);

    child_free (child);
    if (pidfd < 0)
        return;
    g_array_append_val (n->finished, pidfd);
    if (n->finished->len >= FINISHED_MAX)
        end_finished (n);
    else if (n->finished_timer == NULL)
        n->finished_timer = mugai_loop_after (n->loop, FINISHED_US, end_finished, n);
}

int
mugai_child_status (const MugaiChild *child)
{
    return child->status;
}

int
mugai_child_send (MugaiChild *child, const MugaiFrame *frame)
{
    return mugai_frame_try_send (child->channel, frame);
}

/* Tell the owner; an idle child is simply dropped. */
static void
child_is_dead (MugaiChild *child, MugaiDeath death)
{
    MugaiNursery *n = child->nursery;

    mugai_loop_unwatch (n->loop, child->watch);
    child->watch = NULL;
    mugai_loop_cancel (n->loop, child->status_timer);
    child->status_timer = NULL;
    if (child->on_frame == NULL) {
        g_queue_remove (&n->idle, child);
        child_free (child);
        refill_later (n);
        return;
    }
    child->on_death (child->data, child, death);
}

static void
death_is_clear (MugaiChild *child)
{
    child_is_dead (child, child->zygote_lost ? MUGAI_DEATH_ZYGOTE : MUGAI_DEATH_CHILD);
}

static void
on_status_wait (void *data)
{
    MugaiChild *child = data;

    child->status_timer = NULL; /* it is gone with this call */
    death_is_clear (child);
}

static void
child_ended (MugaiChild *child)
{
    if (child->ended)
        return;
    child->ended = true;
    mugai_loop_unwatch (child->nursery->loop, child->watch);
    child->watch = NULL;
    if (child->zygote_lost || child->status >= 0 || child->on_frame == NULL)
        death_is_clear (child);
    else {
        static const MugaiFrame reap = { .kind = MUGAI_KIND_REAP };
        mugai_frame_try_send (child->nursery->control, &reap); /* else the timer decides */
        child->status_timer =
            mugai_loop_after (child->nursery->loop, STATUS_WAIT_US, on_status_wait, child);
    }
}

static void
on_channel (void *data, uint32_t events)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX];
    MugaiChild *child = data;
    MugaiFrame frame;

    (void)events;
    int r = mugai_frame_try_recv (child->channel, buffer, sizeof buffer, &frame, NULL);
    if (r == -EAGAIN)
        return;
    if (r == 0 || (r < 0 && r != -EPROTO && r != -EPROTONOSUPPORT)) {
        child_ended (child);
        return;
    }
    if (r < 0 || child->on_frame == NULL) { /* nonsense, or an idle child that speaks */
        if (r == 1)
            mugai_frame_close_fds (&frame);
        child_is_dead (child, MUGAI_DEATH_FRAME);
        return;
    }
    child->on_frame (child->data, child, &frame);
    mugai_frame_close_fds (&frame);
}

/* A new child, whose other end of the channel is added to @frame; the first gives it its name. */
static MugaiChild *
conceive (MugaiNursery *n, MugaiFrame *frame)
{
    int pair[2];

    if (mugai_frame_pair (pair) < 0)
        return NULL;
    MugaiChild *child = g_new0 (MugaiChild, 1);
    *child = (MugaiChild){
        .nursery = n, .id = ++n->next_id, .channel = pair[0], .pidfd = -1, .status = -1
    };
    g_hash_table_insert (n->children, &child->id, child);
    child->watch = mugai_loop_watch (n->loop, child->channel, EPOLLIN, on_channel, child);
    if (child->watch == NULL) {
        child_free (child);
        close (pair[1]);
        return NULL;
    }
    if (frame->n_fds == 0)
        frame->job = child->id;
    frame->fds[frame->n_fds++] = pair[1];
    return child;
}

/* Ask for at most @count children in one frame. Returns: false when there was not one. */
static bool
ask_for_children (MugaiNursery *n, unsigned count)
{
    uint8_t buffer[16];
    MugaiChild *born[MUGAI_FRAME_FDS_MAX];
    MugaiFrame frame = { .kind = MUGAI_KIND_FORK,
                         .payload = buffer,
                         .size = mugai_zygote_fork_write (&n->bounds, buffer, sizeof buffer) };

    while (frame.n_fds < MIN (count, (unsigned)MUGAI_FRAME_FDS_MAX)) {
        unsigned i = frame.n_fds;
        born[i] = conceive (n, &frame);
        if (born[i] == NULL)
            break;
    }
    unsigned n_born = frame.n_fds;
    bool sent = n_born > 0 && mugai_frame_try_send (n->control, &frame) == 0;
    mugai_frame_close_fds (&frame);
    for (unsigned i = 0; i < n_born; i++)
        if (sent)
            g_queue_push_tail (&n->idle, born[i]);
        else
            child_free (born[i]);
    return sent;
}

/* Not before half of them are gone: then several are forked for one waking of the zygote. */
static void
refill (MugaiNursery *n)
{
    if (!n->greeted || n->broken != NULL || n->idle.length > n->wanted / 2)
        return;
    while (n->idle.length < n->wanted)
        if (!ask_for_children (n, n->wanted - n->idle.length)) {
            refill_later (n);
            return;
        }
}

static void
on_refill (void *data)
{
    MugaiNursery *n = data;

    n->refill_timer = NULL;
    refill (n);
    if (n->idle.length > 0 && n->ready != NULL)
        n->ready (n->ready_data);
}

static void
refill_later (MugaiNursery *n)
{
    if (n->refill_timer == NULL)
        n->refill_timer = mugai_loop_after (n->loop, REFILL_US, on_refill, n);
}

MugaiChild *
mugai_nursery_take (MugaiNursery *n, MugaiChildFrame frame, MugaiChildDeath death, void *data)
{
    MugaiChild *child = g_queue_pop_head (&n->idle);

    if (child == NULL)
        return NULL;
    child->on_frame = frame;
    child->on_death = death;
    child->data = data;
    refill (n);
    return child;
}

/* ---- the zygote */

/* What a child writes there may be hostile. Test builds keep stderr for the reports of the
 * sanitizers. */
static void
silence_stdio (void)
{
    int null = open ("/dev/null", O_RDWR);

    dup2 (null, STDIN_FILENO);
    dup2 (null, STDOUT_FILENO);
#if !defined(__SANITIZE_ADDRESS__)
    dup2 (null, STDERR_FILENO);
#endif
}

static void
exec_zygote (const MugaiNursery *n, int control)
{
    /* An empty environment but for what the sanitizers of a test build read. Symbols of all
     * libraries are bound at once: children would each do it again (sandbox/shed.h counts on it).
     * GLib before 2.76 has an allocator of its own, whose free pieces lie all over the pages that a
     * child would have to copy first. */
    const char *asan = g_getenv ("ASAN_OPTIONS"), *ubsan = g_getenv ("UBSAN_OPTIONS");
    g_autofree char *asan_line =
        g_strdup_printf ("ASAN_OPTIONS=%s", asan != NULL ? asan : "detect_leaks=0");
    g_autofree char *ubsan_line =
        g_strdup_printf ("UBSAN_OPTIONS=%s", ubsan != NULL ? ubsan : "print_stacktrace=1");
    char *environment[] = { (char *)"LANG=C.UTF-8",
                            (char *)"LD_BIND_NOW=1",
                            (char *)"G_SLICE=always-malloc",
                            asan_line,
                            ubsan_line,
                            NULL };
    sigset_t none;

    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    if (control == MUGAI_ZYGOTE_FD)
        fcntl (control, F_SETFD, 0);
    else if (dup2 (control, MUGAI_ZYGOTE_FD) < 0)
        _exit (127);
    silence_stdio();
    syscall (SYS_close_range, MUGAI_ZYGOTE_FD + 1, ~0u, 0);
    execve (n->argv[0], n->argv, environment);
    _exit (127);
}

static void
give_up (MugaiNursery *n, const char *why)
{
    g_free (n->broken);
    n->broken = g_strdup (why);
    say (n, LOG_CRIT, "%s: %s", n->name, why);
    if (n->ready != NULL)
        n->ready (n->ready_data);
}

static void
on_restart (void *data)
{
    MugaiNursery *n = data;

    n->restart_timer = NULL;
    start_zygote (n);
}

/* The zygote is gone: its idle children are useless, the owners of busy ones hear of it. The idle
 * ones go first: an owner that tries again at once must not be given one of them. */
static void
lose_children (MugaiNursery *n)
{
    while (n->idle.length > 0)
        child_free (g_queue_pop_head (&n->idle));
    g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (uint64_t));
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, n->children);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_array_append_vals (ids, key, 1);
    for (guint i = 0; i < ids->len;
         i++) { /* by id: an owner may release other children meanwhile */
        MugaiChild *child = g_hash_table_lookup (n->children, &g_array_index (ids, uint64_t, i));
        if (child == NULL)
            continue;
        child->zygote_lost = true;
        if (child->pidfd >= 0)
            syscall (SYS_pidfd_send_signal, child->pidfd, SIGKILL, NULL, 0);
        child_ended (child);
    }
}

/* Returns: its wait status; SIGKILL's when there was no process. */
static int
stop_zygote (MugaiNursery *n)
{
    int status = SIGKILL;

    mugai_loop_unwatch (n->loop, n->watch);
    n->watch = NULL;
    mugai_fd_clear (&n->control);
    if (n->pid > 0) {
        kill (n->pid, SIGKILL);
        waitpid (n->pid, &status, 0);
    }
    n->pid = 0;
    n->greeted = false;
    return status;
}

static void
zygote_died (MugaiNursery *n)
{
    bool young = mugai_now_us() - n->started_us < YOUNG_US;
    int status = stop_zygote (n);

    lose_children (n);
    if (!n->ever_greeted && (WIFEXITED (status) || n->restarts + 1 >= DEATHS_EARLY)) {
        g_autofree char *why = g_strdup_printf (
            WIFEXITED (status) && WEXITSTATUS (status) == 127
                ? "cannot run %s; reinstall Mugai or check that this user may read the folder"
                : "%s ended before it was ready",
            n->argv[0]);
        give_up (n, why);
        return;
    }
    n->backoff_us = !young               ? 0
                    : n->backoff_us == 0 ? BACKOFF_US
                                         : MIN (n->backoff_us * 2, (uint64_t)BACKOFF_MAX_US);
    n->restarts++;
    say (n, LOG_WARNING, "%s: zygote died (status %d), starting it again in %d ms", n->name, status,
         (int)(n->backoff_us / 1000));
    n->restart_timer = mugai_loop_after (n->loop, n->backoff_us, on_restart, n);
}

static void
start_zygote (MugaiNursery *n)
{
    int pair[2];

    if (mugai_frame_pair (pair) < 0) {
        zygote_died (n);
        return;
    }
    n->started_us = mugai_now_us();
    n->pid = fork();
    if (n->pid == 0)
        exec_zygote (n, pair[1]);
    close (pair[1]);
    n->control = pair[0];
    n->watch = n->pid < 0 ? NULL : mugai_loop_watch (n->loop, n->control, EPOLLIN, on_control, n);
    if (n->watch == NULL)
        zygote_died (n);
}

static void
on_hello (MugaiNursery *n, const MugaiFrame *frame)
{
    MugaiZygoteHello hello;

    if (n->greeted || !mugai_zygote_hello_read (frame->payload, frame->size, &hello)) {
        zygote_died (n);
        return;
    }
    g_autofree char *why = NULL;
    if (strcmp (hello.version, MUGAI_VERSION) != 0)
        why = g_strdup_printf (
            "%s is version %.31s, this program is %s; install one version of all of Mugai and "
            "restart it",
            n->argv[0], hello.version, MUGAI_VERSION);
    else if (frame->part != 0 && n->ever_greeted) { /* it could lock itself down before */
        say (n, LOG_ERR, "%s: sandbox: %s (%s)", n->name, hello.status,
             strerror ((int)frame->part));
        zygote_died (n);
        return;
    } else if (frame->part != 0)
        why = g_strdup_printf ("sandbox: %s (%s)", hello.status, strerror ((int)frame->part));
    if (why != NULL) {
        stop_zygote (n);
        give_up (n, why);
        return;
    }
    n->hello = hello;
    n->greeted = n->ever_greeted = true;
    refill (n);
    if (n->ready != NULL)
        n->ready (n->ready_data);
}

static uint32_t
payload_u32 (const MugaiFrame *frame)
{
    MugaiCursor c = mugai_cursor (frame->payload, frame->size);

    return mugai_cursor_u32 (&c);
}

static void
on_forked (MugaiNursery *n, MugaiFrame *frame)
{
    MugaiCursor c = mugai_cursor (frame->payload, frame->size);
    unsigned next = 0;

    if (frame->part != 0) /* the end of its channel follows, and refill_later() */
        say (n, LOG_WARNING, "%s: cannot fork: %s", n->name, strerror ((int)frame->part));
    for (uint64_t id = frame->job; mugai_cursor_left (&c) > 0 && !c.failed; id++) {
        if (mugai_cursor_u32 (&c) == 0)
            continue;
        MugaiChild *child = g_hash_table_lookup (n->children, &id);
        mugai_autofd pidfd = mugai_frame_steal_fd (frame, next++);
        if (child != NULL)
            child->pidfd = mugai_fd_steal (&pidfd);
        else if (pidfd >= 0) /* released before the answer came; its channel is closed */
            syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
    }
}

static void
on_exited (MugaiNursery *n, const MugaiFrame *frame)
{
    MugaiChild *child = g_hash_table_lookup (n->children, &frame->job);

    if (child == NULL)
        return;
    child->status = (int)payload_u32 (frame);
    if (child->ended)
        death_is_clear (child);
}

/* A program of another release, whose frames are not ours to read. */
static void
wire_differs (MugaiNursery *n, unsigned version)
{
    g_autofree char *why = g_strdup_printf (
        "%s speaks wire version %u, this program %d; install one version of all of Mugai and "
        "restart it",
        n->argv[0], version, MUGAI_WIRE_VERSION);

    stop_zygote (n);
    lose_children (n);
    give_up (n, why);
}

static void
on_control (void *data, uint32_t events)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 1024];
    MugaiNursery *n = data;
    MugaiFrame frame;
    uint16_t version = 0;

    (void)events;
    int r = mugai_frame_try_recv (n->control, buffer, sizeof buffer, &frame, &version);
    if (r == -EAGAIN)
        return;
    if (r == -EPROTONOSUPPORT) {
        wire_differs (n, version);
        return;
    }
    if (r <= 0) {
        zygote_died (n);
        return;
    }
    if (frame.kind == MUGAI_KIND_HELLO)
        on_hello (n, &frame);
    else if (frame.kind == MUGAI_KIND_FORKED)
        on_forked (n, &frame);
    else if (frame.kind == MUGAI_KIND_EXITED)
        on_exited (n, &frame);
    else
        zygote_died (n);
    mugai_frame_close_fds (&frame);
}

MugaiNursery *
mugai_nursery_new (MugaiLoop *loop, const MugaiNurseryConfig *config)
{
    MugaiNursery *n = g_new0 (MugaiNursery, 1);

    n->loop = loop;
    n->name = g_strdup (config->name);
    n->argv = g_strdupv ((char **)config->argv);
    n->wanted = config->idle;
    n->log = config->log;
    n->log_data = config->log_data;
    n->control = -1;
    n->children = g_hash_table_new (g_int64_hash, g_int64_equal);
    n->finished = g_array_new (FALSE, FALSE, sizeof (int));
    g_queue_init (&n->idle);
    start_zygote (n);
    return n;
}

void
mugai_nursery_free (MugaiNursery *n)
{
    if (n == NULL)
        return;
    stop_zygote (n);
    mugai_loop_cancel (n->loop, n->restart_timer);
    mugai_loop_cancel (n->loop, n->refill_timer);
    end_finished (n);
    g_array_unref (n->finished);
    n->ready = NULL;
    g_autoptr (GList) all = g_hash_table_get_values (n->children);
    for (GList *l = all; l != NULL; l = l->next)
        child_free (l->data);
    g_queue_clear (&n->idle);
    g_hash_table_unref (n->children);
    g_strfreev (n->argv);
    g_free (n->name);
    g_free (n->broken);
    g_free (n);
}

void
mugai_nursery_set_bounds (MugaiNursery *n, uint64_t memory, uint32_t cpu_seconds)
{
    if (n->bounds.memory == memory && n->bounds.cpu_seconds == cpu_seconds)
        return;
    n->bounds = (MugaiZygoteFork){ .memory = memory, .cpu_seconds = cpu_seconds };
    while (n->idle.length > 0)
        child_free (g_queue_pop_head (&n->idle));
    refill (n);
}

const uint8_t *
mugai_nursery_engine (const MugaiNursery *n)
{
    return n->hello.engine;
}

void
mugai_nursery_on_ready (MugaiNursery *n, void (*ready) (void *data), void *data)
{
    n->ready = ready;
    n->ready_data = data;
}

const MugaiZygoteHello *
mugai_nursery_hello (const MugaiNursery *n)
{
    return n->greeted ? &n->hello : NULL;
}

const char *
mugai_nursery_broken (const MugaiNursery *n)
{
    return n->broken;
}

const char *
mugai_nursery_name (const MugaiNursery *n)
{
    return n->name;
}

pid_t
mugai_nursery_pid (const MugaiNursery *n)
{
    return n->pid;
}

unsigned
mugai_nursery_idle (const MugaiNursery *n)
{
    return n->idle.length;
}

unsigned
mugai_nursery_restarts (const MugaiNursery *n)
{
    return n->restarts;
}
