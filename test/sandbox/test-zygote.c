/* SPDX-License-Identifier: Apache-2.0
 *
 * The zygote's loop under its own lock-down, in every profile: HELLO, FORK, FORKED with a pidfd,
 * one job, EXITED.
 */
#include "base/cursor.h"
#include "base/fd.h"
#include "base/kind.h"
#include "locked.h"
#include "sandbox/zygote.h"
#include "unit/tap.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROOM = 2048 };

/* One job: say back what came, and end with its first byte as status; "k" does what no profile
 * allows. */
static int
echo (void *data, int channel)
{
    uint8_t buffer[ROOM];
    MugaiFrame frame;

    (void)data;
    if (mugai_frame_recv (channel, buffer, sizeof buffer, &frame, NULL) != 1 || frame.size < 1)
        return 99;
    if (frame.payload[0] == 'k')
        syscall (SYS_ptrace, 0, 0, 0, 0);
    return mugai_frame_send (channel, &frame) < 0 ? 98 : frame.payload[0];
}

static bool
receive (int socket, uint8_t buffer[ROOM], MugaiFrame *ret_frame, int kind)
{
    struct pollfd p = { .fd = socket, .events = POLLIN };

    return poll (&p, 1, 5000) == 1 &&
           mugai_frame_recv (socket, buffer, ROOM, ret_frame, NULL) == 1 && ret_frame->kind == kind;
}

static uint32_t
number (const MugaiFrame *frame)
{
    MugaiCursor c = mugai_cursor (frame->payload, frame->size);

    return mugai_cursor_u32 (&c);
}

/* Let the zygote fork a child. Returns: our end of its channel, or -1. */
static int
fork_one (int control, uint64_t job, int *ret_pidfd)
{
    uint8_t buffer[ROOM], payload[64];
    int pair[2];
    MugaiFrame frame;
    MugaiZygoteFork bounds = { .cpu_seconds = 5 };

    if (mugai_frame_pair (pair) < 0)
        return -1;
    MugaiFrame request = { .kind = MUGAI_KIND_FORK, .job = job, .payload = payload, .n_fds = 1 };
    request.size = mugai_zygote_fork_write (&bounds, payload, sizeof payload);
    request.fds[0] = pair[1];
    bool sent = mugai_frame_send (control, &request) == 0;
    close (pair[1]);
    if (!sent || !receive (control, buffer, &frame, MUGAI_KIND_FORKED) || frame.job != job ||
        number (&frame) == 0) {
        close (pair[0]);
        return -1;
    }
    *ret_pidfd = mugai_frame_steal_fd (&frame, 0);
    return pair[0];
}

/* Returns: the wait status in EXITED, or -1. */
static int
run_one (int control, uint64_t job, const char *text, bool *ret_answered)
{
    uint8_t buffer[ROOM];
    int child_pidfd = -1;
    MugaiFrame frame,
        question = { .kind = 1, .payload = (const uint8_t *)text, .size = strlen (text) };
    mugai_autofd channel = fork_one (control, job, &child_pidfd);
    mugai_autofd pidfd = child_pidfd;

    if (channel < 0 || pidfd < 0 || mugai_frame_send (channel, &question) < 0)
        return -1;
    *ret_answered = receive (channel, buffer, &frame, 1) && frame.size == strlen (text);
    return receive (control, buffer, &frame, MUGAI_KIND_EXITED) && frame.job == job
               ? (int)number (&frame)
               : -1;
}

static void
test_profile (MugaiProfile profile, const MugaiSandboxOptions *options)
{
    const char *name = mugai_sandbox_name (profile);
    uint8_t buffer[ROOM];
    int control[2], status = 0;
    bool answered = false;
    MugaiFrame frame;
    MugaiZygoteHello hello;

    CHECK (mugai_frame_pair (control) == 0);
    fflush (stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close (control[0]);
        _exit (mugai_zygote_run (control[1], profile, options, echo, NULL));
    }
    close (control[1]);
    bool greeted = receive (control[0], buffer, &frame, MUGAI_KIND_HELLO) &&
                   mugai_zygote_hello_read (frame.payload, frame.size, &hello);
    CHECK_NAMED (greeted && frame.part == 0, "%s: HELLO", name);
    CHECK_NAMED (greeted && (options->partial || hello.missing == 0), "%s: nothing is missing",
                 name);
    status = run_one (control[0], 1, "\x07 is the status", &answered);
    CHECK_NAMED (answered && WIFEXITED (status) && WEXITSTATUS (status) == 7, "%s: a job (0x%x)",
                 name, (unsigned)status);
    status = run_one (control[0], 2, "k", &answered);
    CHECK_NAMED (!answered && WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS,
                 "%s: a breach (0x%x)", name, (unsigned)status);
    status = run_one (control[0], 3, "\x01", &answered);
    CHECK_NAMED (answered && WIFEXITED (status) && WEXITSTATUS (status) == 1, "%s: the next job",
                 name);
    close (control[0]);
    CHECK_NAMED (waitpid (pid, &status, 0) == pid && status == 0,
                 "%s: ends when the supervisor hangs up", name);
}

int
main (void)
{
    MugaiLockdownStatus host;
    MugaiSandboxOptions options = { .partial = !locked_host_has_all (&host) };

    if (options.partial) {
        locked_explain (&host);
        if (locked_must_work())
            CHECK_NAMED (false, "this host has every step of the lock-down");
    }
    for (MugaiProfile p = 0; p < MUGAI_PROFILE_COUNT; p++)
        test_profile (p, &options);
    return tap_done();
}
