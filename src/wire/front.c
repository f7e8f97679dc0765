/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/front.h"

#include "base/cursor.h"
#include "base/fd.h"
#include "base/frame.h"
#include "base/kind.h"
#include "base/pack.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

/* A NUL-terminated text in a field of fixed size. */
static void
pack_text (MugaiPack *p, const char *text, size_t size)
{
    size_t length = strnlen (text, size - 1);

    mugai_pack_blob (p, text, length);
}

static void
read_text (MugaiCursor *c, char *text, size_t size)
{
    size_t length = 0;
    const uint8_t *b = mugai_cursor_blob (c, size - 1, &length);

    if (b == NULL)
        return;
    if (memchr (b, 0, length) != NULL)
        c->failed = true;
    memcpy (text, b, length);
    text[length] = '\0';
}

static void
read_digest (MugaiCursor *c, uint8_t digest[MUGAI_SHA256_SIZE])
{
    const uint8_t *b = mugai_cursor_bytes (c, MUGAI_SHA256_SIZE);

    if (b != NULL)
        memcpy (digest, b, MUGAI_SHA256_SIZE);
}

static bool
read_bool (MugaiCursor *c)
{
    uint8_t value = mugai_cursor_u8 (c);

    if (value > 1)
        c->failed = true;
    return value == 1;
}

size_t
mugai_greeting_write (const MugaiGreeting *greeting, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    pack_text (&p, greeting->version, sizeof greeting->version);
    mugai_pack_u8 (&p, greeting->outbound);
    mugai_pack_bytes (&p, greeting->policy, sizeof greeting->policy);
    mugai_pack_bytes (&p, greeting->engine, sizeof greeting->engine);
    return p.failed ? 0 : p.size;
}

bool
mugai_greeting_read (const void *data, size_t size, MugaiGreeting *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiGreeting greeting = { 0 };

    read_text (&c, greeting.version, sizeof greeting.version);
    greeting.outbound = read_bool (&c);
    read_digest (&c, greeting.policy);
    read_digest (&c, greeting.engine);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = greeting;
    return true;
}

size_t
mugai_submission_write (const MugaiSubmission *submission, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u64 (&p, submission->size);
    mugai_pack_bytes (&p, submission->sha256, sizeof submission->sha256);
    mugai_pack_u64 (&p, submission->time_us);
    return p.failed ? 0 : p.size;
}

bool
mugai_submission_read (const void *data, size_t size, MugaiSubmission *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiSubmission submission = { .size = mugai_cursor_u64 (&c) };

    read_digest (&c, submission.sha256);
    submission.time_us = mugai_cursor_u64 (&c);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = submission;
    return true;
}

size_t
mugai_outcome_write (const MugaiOutcomeFrame *outcome, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u32 (&p, outcome->answer);
    pack_text (&p, outcome->reason, sizeof outcome->reason);
    pack_text (&p, outcome->text, sizeof outcome->text);
    mugai_pack_u32 (&p, outcome->in);
    mugai_pack_u32 (&p, outcome->delivered);
    mugai_pack_u32 (&p, outcome->converted);
    mugai_pack_u32 (&p, outcome->withheld);
    mugai_pack_u64 (&p, outcome->output_size);
    mugai_pack_bytes (&p, outcome->output_sha256, sizeof outcome->output_sha256);
    mugai_pack_bytes (&p, outcome->policy, sizeof outcome->policy);
    mugai_pack_bytes (&p, outcome->engine, sizeof outcome->engine);
    return p.failed ? 0 : p.size;
}

bool
mugai_outcome_read (const void *data, size_t size, MugaiOutcomeFrame *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiOutcomeFrame outcome = { .answer = mugai_cursor_u32 (&c) };

    read_text (&c, outcome.reason, sizeof outcome.reason);
    read_text (&c, outcome.text, sizeof outcome.text);
    outcome.in = mugai_cursor_u32 (&c);
    outcome.delivered = mugai_cursor_u32 (&c);
    outcome.converted = mugai_cursor_u32 (&c);
    outcome.withheld = mugai_cursor_u32 (&c);
    outcome.output_size = mugai_cursor_u64 (&c);
    read_digest (&c, outcome.output_sha256);
    read_digest (&c, outcome.policy);
    read_digest (&c, outcome.engine);
    if (!mugai_cursor_done (&c) || outcome.answer < MUGAI_ANSWER_DELIVER ||
        outcome.answer > MUGAI_ANSWER_TRY_AGAIN)
        return false;
    *ret = outcome;
    return true;
}

size_t
mugai_reloaded_write (const MugaiReloaded *reloaded, void *buffer, size_t room)
{
    MugaiPack p = mugai_pack (buffer, room);

    mugai_pack_u8 (&p, reloaded->ok);
    mugai_pack_bytes (&p, reloaded->policy, sizeof reloaded->policy);
    pack_text (&p, reloaded->text, sizeof reloaded->text);
    return p.failed ? 0 : p.size;
}

bool
mugai_reloaded_read (const void *data, size_t size, MugaiReloaded *ret)
{
    MugaiCursor c = mugai_cursor (data, size);
    MugaiReloaded reloaded = { .ok = read_bool (&c) };

    read_digest (&c, reloaded.policy);
    read_text (&c, reloaded.text, sizeof reloaded.text);
    if (!mugai_cursor_done (&c))
        return false;
    *ret = reloaded;
    return true;
}

/* Wait until @fd is readable. Returns: 1, 0 after @timeout_us, or a negative errno. */
static int
wait_readable (int fd, uint64_t timeout_us)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    struct timespec ts = { .tv_sec = (time_t)(timeout_us / 1000000),
                           .tv_nsec = (long)(timeout_us % 1000000) * 1000 };
    int n = ppoll (&p, 1, &ts, NULL);

    if (n < 0)
        return errno == EINTR ? 0 : -errno;
    return n;
}

/* One frame of @kind within @timeout_us: 1, 0 (not yet), or a negative errno. */
static int
receive (int front, uint16_t kind, uint64_t timeout_us, uint8_t *buffer, size_t room,
         MugaiFrame *ret_frame)
{
    int r = wait_readable (front, timeout_us);

    if (r <= 0)
        return r;
    r = mugai_frame_recv (front, buffer, room, ret_frame, NULL);
    if (r == 0)
        return -EPIPE;
    if (r == 1 && ret_frame->kind != kind) {
        mugai_frame_close_fds (ret_frame);
        return -EPROTO;
    }
    return r;
}

static int
unix_connect (const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen (path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    memcpy (address.sun_path, path, strlen (path) + 1);
    mugai_autofd fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect (fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    return mugai_fd_steal (&fd);
}

static int
greet (int fd, const char *version, uint64_t timeout_us, MugaiGreeting *ret_greeting, char why[256])
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 1024];
    MugaiFrame frame = { .kind = MUGAI_KIND_GREET, .payload = buffer };
    MugaiGreeting mine = { 0 }, theirs;

    snprintf (mine.version, sizeof mine.version, "%s", version);
    frame.size = mugai_greeting_write (&mine, buffer, sizeof buffer);
    int r = mugai_frame_send (fd, &frame);
    if (r == 0)
        r = receive (fd, MUGAI_KIND_GREET, timeout_us, buffer, sizeof buffer, &frame);
    if (r == 0)
        r = -ETIMEDOUT;
    if (r == -EPROTONOSUPPORT) {
        snprintf (why, 256, "the running supervisor is of another version than %s; restart mugaid",
                  version);
        return r;
    }
    if (r < 0) {
        snprintf (why, 256, "no greeting from the supervisor: %s", strerror (-r));
        return r;
    }
    mugai_frame_close_fds (&frame);
    if (!mugai_greeting_read (frame.payload, frame.size, &theirs))
        return -EPROTO;
    if (strcmp (theirs.version, version) != 0) {
        snprintf (why, 256,
                  "the running supervisor is version %s, this program is %s; restart mugaid",
                  theirs.version, version);
        return -EPROTONOSUPPORT;
    }
    *ret_greeting = theirs;
    return 0;
}

int
mugai_front_connect (const char *path, const char *version, uint64_t timeout_us,
                     MugaiGreeting *ret_greeting, char why[256])
{
    mugai_autofd fd = unix_connect (path);

    if (fd < 0) {
        snprintf (why, 256, "%.150s: %s; is mugaid running?", path, strerror (-fd));
        return fd;
    }
    snprintf (why, 256, "%.150s: not a Mugai supervisor", path);
    int r = greet (fd, version, timeout_us, ret_greeting, why);
    return r < 0 ? r : mugai_fd_steal (&fd);
}

int
mugai_front_submit (int front, uint64_t job, const MugaiSubmission *submission, int content,
                    int envelope)
{
    uint8_t buffer[128];
    MugaiFrame frame = { .kind = MUGAI_KIND_SUBMIT,
                         .job = job,
                         .payload = buffer,
                         .size = mugai_submission_write (submission, buffer, sizeof buffer),
                         .fds = { content, envelope },
                         .n_fds = 2 };
    return mugai_frame_send (front, &frame);
}

int
mugai_front_wait (int front, uint64_t job, uint64_t timeout_us, MugaiOutcomeFrame *ret_outcome,
                  int *ret_output, int *ret_report)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 2048];
    MugaiFrame frame;
    MugaiOutcomeFrame outcome;
    int r = receive (front, MUGAI_KIND_OUTCOME, timeout_us, buffer, sizeof buffer, &frame);

    if (r <= 0)
        return r;
    if (frame.job != job || !mugai_outcome_read (frame.payload, frame.size, &outcome)) {
        mugai_frame_close_fds (&frame);
        return -EPROTO;
    }
    bool has_output = outcome.answer <= MUGAI_ANSWER_HOLD;
    unsigned expected = has_output ? 2 : outcome.answer == MUGAI_ANSWER_REJECT ? 1 : 0;
    if (frame.n_fds != expected) {
        mugai_frame_close_fds (&frame);
        return -EPROTO;
    }
    *ret_outcome = outcome;
    *ret_output = has_output ? mugai_frame_steal_fd (&frame, 0) : -1;
    *ret_report = expected > 0 ? mugai_frame_steal_fd (&frame, expected - 1) : -1;
    return 1;
}

int
mugai_front_reload (int front, uint64_t timeout_us, MugaiReloaded *ret)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 4096];
    MugaiFrame frame = { .kind = MUGAI_KIND_RELOAD };
    int r = mugai_frame_send (front, &frame);

    if (r == 0)
        r = receive (front, MUGAI_KIND_RELOADED, timeout_us, buffer, sizeof buffer, &frame);
    if (r <= 0)
        return r == 0 ? -ETIMEDOUT : r;
    mugai_frame_close_fds (&frame);
    return mugai_reloaded_read (frame.payload, frame.size, ret) ? 0 : -EPROTO;
}

int
mugai_front_status (int front, uint64_t timeout_us)
{
    uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 64];
    MugaiFrame frame = { .kind = MUGAI_KIND_STATUS };
    int r = mugai_frame_send (front, &frame);

    if (r == 0)
        r = receive (front, MUGAI_KIND_STATUS_IS, timeout_us, buffer, sizeof buffer, &frame);
    if (r <= 0)
        return r == 0 ? -ETIMEDOUT : r;
    int fd = mugai_frame_steal_fd (&frame, 0);
    mugai_frame_close_fds (&frame);
    return fd >= 0 ? fd : -EPROTO;
}
