/* SPDX-License-Identifier: Apache-2.0 */
#include "fake.h"

#include "base/frame.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "wire/isolate.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 16, QUIET_MS = 60 };

typedef struct Call {
    uint32_t handle;
    uint8_t text[256];
    size_t size;
} Call;

static uint8_t room[MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX];

static int
blob (const char *head, size_t head_size, const uint8_t *tail, size_t tail_size, size_t fill,
      int seal)
{
    int fd = mugai_memfd_new ("fake");

    mugai_memfd_append (fd, head, head_size);
    mugai_memfd_append (fd, tail, tail_size);
    for (size_t i = 0; i < fill; i++)
        mugai_memfd_append (fd, "0123456789abcde\n", 16);
    if (seal)
        mugai_memfd_seal (fd);
    return fd;
}

static void
send_answer (int channel, const MugaiIsolateAnswer *wire, MugaiFrame frame)
{
    uint8_t payload[20000];

    frame.payload = payload;
    frame.size = mugai_isolate_answer_write (wire, payload, sizeof payload);
    if (frame.size == 0 || mugai_frame_send (channel, &frame) < 0)
        _exit (3);
    mugai_frame_close_fds (&frame);
}

static void
add_fact (MugaiIsolateAnswer *wire, const char *key, uint64_t value)
{
    strcpy (wire->facts[wire->n_facts].key, key);
    wire->facts[wire->n_facts++].value = value;
}

/* Fills what a well-behaved supervisor could send. */
static void
fill (const Call *call, MugaiIsolateAnswer *wire, MugaiFrame *frame)
{
    const uint8_t *rest = call->text + 1;
    size_t size = call->size - 1;

    switch (call->text[0]) {
    case 'P':
    case '2':
        strcpy (wire->type, "png");
        frame->fds[frame->n_fds++] = blob ("\x89PNG", 4, rest, size, 0, 1);
        break;
    case 'T':
    case 'B':
        wire->again = 1;
        frame->fds[frame->n_fds++] = blob ("", 0, rest, size, call->text[0] == 'B' ? 200000 : 0, 1);
        break;
    case 'V':
        strcpy (wire->type, "csv");
        frame->fds[frame->n_fds++] = blob ("a,b", 3, rest, size, 0, 1);
        break;
    case 'X':
    case 'N':
        strcpy (wire->type, call->text[0] == 'X' ? "exe" : "png");
        frame->fds[frame->n_fds++] = blob ("MZ", 2, rest, size, 0, 1);
        break;
    case 'u':
        frame->fds[frame->n_fds++] = blob ("\x89PNG", 4, rest, size, 0, 0);
        break;
    case 'd':
        break;
    case 'D':
    case 'R':
        wire->verdict = call->text[0] == 'D' ? MUGAI_DROP : MUGAI_REFUSE;
        strcpy (wire->reason, "withheld.encrypted");
        strcpy (wire->evidence, "red \033[31m");
        break;
    case 'L':
        wire->verdict = MUGAI_LATER;
        break;
    case 'C':
        strcpy (wire->findings[wire->n_findings++].code, "no.such-code");
        wire->verdict = MUGAI_KEEP;
        break;
    case 'F':
    case 'f':
        wire->verdict = MUGAI_KEEP;
        add_fact (wire, "encrypted", 0);
        add_fact (wire, "pages", 12);
        add_fact (wire, call->text[0] == 'F' ? "active:macro" : "active:nonsense", 1);
        break;
    default:
        wire->verdict = MUGAI_KEEP;
        break;
    }
    if (call->text[0] == 'k')
        frame->fds[frame->n_fds++] = blob ("x", 1, rest, 0, 0, 1);
}

static void
answer (int channel, const Call *call)
{
    static MugaiIsolateAnswer wire;
    MugaiFrame frame = { .kind = MUGAI_KIND_ISOLATED, .job = FAKE_JOB, .part = call->handle };

    wire = (MugaiIsolateAnswer){ .verdict = MUGAI_REPLACE };
    fill (call, &wire, &frame);
    switch (call->text[0]) {
    case 'h':
        frame.part += 1000;
        break;
    case 'j':
        frame.job++;
        break;
    case 'w':
        frame.kind = MUGAI_KIND_VERDICT;
        break;
    case 'e':
        _exit (0);
    case 'm':
        frame.payload = (const uint8_t *)"xyz";
        frame.size = 3;
        mugai_frame_send (channel, &frame);
        return;
    case '2':
        send_answer (channel, &wire, frame);
        frame.n_fds = 0;
        wire.verdict = MUGAI_KEEP;
        break;
    default:
        break;
    }
    send_answer (channel, &wire, frame);
}

static void
take (MugaiFrame *frame, Call *call)
{
    static MugaiIsolateCall wire;

    if (frame->job != FAKE_JOB || frame->n_fds != 1 || frame->part == 0 ||
        !mugai_isolate_call_read (frame->payload, frame->size, &wire) ||
        mugai_memfd_seal (frame->fds[0]) < 0)
        _exit (4);
    call->handle = frame->part;
    ssize_t n = pread (frame->fds[0], call->text, sizeof call->text, 0);
    call->size = n > 0 ? (size_t)n : 0;
    mugai_frame_close_fds (frame);
}

static void
lend (int channel)
{
    MugaiFrame frame = { .kind = MUGAI_KIND_BUFFER,
                         .job = FAKE_JOB,
                         .fds = { mugai_memfd_new ("buffer") },
                         .n_fds = 1 };

    mugai_frame_send (channel, &frame);
    mugai_frame_close_fds (&frame);
}

static void
serve (int channel)
{
    static Call calls[CALLS];
    int n = 0, most = 0;

    for (;;) {
        struct pollfd p = { .fd = channel, .events = POLLIN };
        MugaiFrame frame;
        if (n == CALLS || poll (&p, 1, n > 0 ? QUIET_MS : -1) == 0) {
            most = n > most ? n : most;
            while (n > 0)
                answer (channel, &calls[--n]);
            continue;
        }
        if (mugai_frame_recv (channel, room, sizeof room, &frame, NULL) <= 0)
            _exit (100 + most);
        if (frame.kind == MUGAI_KIND_BUFFER)
            lend (channel);
        else if (frame.kind == MUGAI_KIND_ISOLATE)
            take (&frame, &calls[n++]);
        else
            _exit (5);
    }
}

Fake
fake_start (void)
{
    int pair[2];
    Fake fake = { .channel = -1 };

    if (mugai_frame_pair (pair) < 0)
        abort();
    fake.pid = fork();
    if (fake.pid == 0) {
        close (pair[0]);
        serve (pair[1]);
    }
    close (pair[1]);
    fake.channel = pair[0];
    return fake;
}

int
fake_stop (Fake *fake)
{
    int status = 0;

    close (fake->channel);
    waitpid (fake->pid, &status, 0);
    return WIFEXITED (status) && WEXITSTATUS (status) >= 100 ? WEXITSTATUS (status) - 100 : -1;
}
