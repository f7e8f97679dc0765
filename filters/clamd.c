/* SPDX-License-Identifier: Apache-2.0
 *
 * clamd: ask ClamAV's daemon about a part, over its Unix socket. It only judges: KEEP (nothing
 * found), DROP (infected: no other chain may deliver it), LATER (no proper answer: the item is
 * tried again). Process: render, profile supervised; the socket was connected by the supervisor.
 * Trust: the part is hostile; clamd is the administrator's, but what it says may echo the part.
 * Source: clamd(8), INSTREAM: "zINSTREAM\0", chunks of u32 big-endian length and data, a chunk of
 * length 0; the answer is "stream: OK", "stream: NAME FOUND" or "... ERROR", ended by NUL.
 */
#include <errno.h>
#include <mugai/filter.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

enum { CHUNK = 65536, ANSWER = 512 };

static const mugai_param params[] = {
    { .name = "socket",
      .kind = MUGAI_PARAM_TEXT,
      .value = "/run/clamav/clamd.ctl",
      .help = "path of clamd's Unix socket (LocalSocket of clamd.conf)",
      .help_ja = "clamdのUNIXソケットのパス（clamd.confのLocalSocket）" },
    { .name = "too-large",
      .kind = MUGAI_PARAM_WORD,
      .value = "later",
      .words = "later drop",
      .help = "what follows when the part is larger than StreamMaxLength of clamd.conf",
      .help_ja = "clamd.confのStreamMaxLengthを超えるときの扱い" },
};

static const mugai_code codes[] = {
    { "clamd.infected", "the virus scanner found malware", "ウイルス検査で検出されました" },
    { "clamd.too-large", "too large for the virus scanner", "ウイルス検査の上限を超えています" },
    { "clamd.unavailable", "the virus scanner gave no answer", "ウイルス検査の応答がありません" },
};

static bool
wait_for (int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = events };
    int r;

    do
        r = poll (&p, 1, -1); /* the supervisor's deadline ends it */
    while (r < 0 && errno == EINTR);
    return r == 1 && (p.revents & (events | POLLHUP)) != 0;
}

/* Returns: false when clamd does not take more; it may have answered why. */
static bool
send_all (int fd, const void *data, size_t size)
{
    const uint8_t *at = data;

    while (size > 0) {
        ssize_t n = send (fd, at, size, MSG_NOSIGNAL);
        if (n < 0 && (errno == EINTR || (errno == EAGAIN && wait_for (fd, POLLOUT))))
            continue;
        if (n <= 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool
send_chunk (int fd, const uint8_t *data, size_t size)
{
    uint8_t head[4] = { 0, (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size };

    return send_all (fd, head, sizeof head) && send_all (fd, data, size);
}

static void
send_part (int fd, const mugai_part *part)
{
    static const char command[] = "zINSTREAM";

    if (!send_all (fd, command, sizeof command))
        return;
    for (size_t at = 0; at < part->size;) {
        size_t n = part->size - at < CHUNK ? part->size - at : CHUNK;
        if (!send_chunk (fd, part->data + at, n))
            return;
        at += n;
    }
    send_chunk (fd, NULL, 0);
}

/* Returns: true when a whole answer stands in @answer (NUL-terminated). */
static bool
receive (int fd, char *answer)
{
    size_t held = 0;

    while (held < ANSWER - 1) {
        ssize_t n = recv (fd, answer + held, ANSWER - 1 - held, 0);
        if (n < 0 && (errno == EINTR || (errno == EAGAIN && wait_for (fd, POLLIN))))
            continue;
        if (n <= 0)
            return false;
        held += (size_t)n;
        if (memchr (answer, '\0', held) != NULL)
            return true;
    }
    return false;
}

static bool
ends_with (const char *text, const char *end)
{
    size_t size = strlen (text), n = strlen (end);

    return size >= n && strcmp (text + size - n, end) == 0;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    char answer[ANSWER] = "";
    int fd = host->socket (call);

    if (fd < 0)
        return MUGAI_REFUSE;
    send_part (fd, part);
    bool whole = receive (fd, answer);
    if (whole && strcmp (answer, "stream: OK") == 0)
        return MUGAI_KEEP;
    if (whole && strncmp (answer, "stream: ", 8) == 0 && ends_with (answer, " FOUND")) {
        answer[strlen (answer) - 6] = '\0';
        host->reason (call, "clamd.infected", answer + 8);
        return MUGAI_DROP;
    }
    if (whole && strstr (answer, "size limit exceeded") != NULL && part->values[1].number == 1) {
        host->reason (call, "clamd.too-large", NULL);
        return MUGAI_DROP;
    }
    host->reason (call, "clamd.unavailable", answer);
    return MUGAI_LATER;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "clamd",
    .summary = "virus scan by ClamAV's daemon",
    .summary_ja = "ClamAV（clamd）によるウイルス検査",
    .takes = "*",
    .gives = NULL,
    .runs = MUGAI_RUNS_SUPERVISED,
    .socket_param = "socket",
    .params = params,
    MUGAI_TABLE (param, params),
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
