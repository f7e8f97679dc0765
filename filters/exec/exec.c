/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: packets of mugai-exec, one byte that says what and what it is. The exit status is
 * the verdict; what was written besides is the result, or evidence.
 */
#include "exec/exec.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { PACKET = 65536, OK = 0, REJECTED = 1, REFUSED = 2, TEMPFAIL = 75, NOT_RUN = 126, NO_FILE };

/* Append what belongs to the first line. */
static void
keep_line (char *line, const uint8_t *data, size_t size)
{
    size_t held = strlen (line);

    for (size_t i = 0; i < size && held < EXEC_LINE - 2; i++) {
        if (data[i] == '\n' || data[i] == '\0') { /* a mark that the line is whole: see its end */
            memcpy (line + held, "\n", 2);
            return;
        }
        if (held > 0 && line[held - 1] == '\n')
            return;
        line[held++] = (char)data[i];
        line[held] = '\0';
    }
}

static void
end_line (char *line)
{
    size_t size = strlen (line);

    if (size > 0 && line[size - 1] == '\n')
        line[size - 1] = '\0';
}

/* Returns: bytes, 0 at the end of the channel. */
static size_t
receive (int fd, uint8_t *packet)
{
    for (;;) {
        ssize_t n = recv (fd, packet, PACKET, 0);
        if (n >= 0)
            return (size_t)n;
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (errno != EINTR && (errno != EAGAIN || poll (&p, 1, -1) < 0))
            return 0;
    }
}

static void
take_end (const uint8_t *packet, ExecEnd *end)
{
    end->told = true;
    end->exited = packet[1] == 'e';
    end->number = packet[2];
    end->read_all = packet[3] == 1;
}

void
exec_listen (const mugai_host *host, mugai_call *call, bool put, ExecEnd *ret)
{
    static uint8_t packet[PACKET]; /* static: one call in each process */
    int fd = host->socket (call);

    *ret = (ExecEnd){ 0 };
    for (size_t n; fd >= 0 && !ret->told && !ret->full && (n = receive (fd, packet)) > 0;) {
        if (packet[0] == 'o' && put) {
            ret->put = true;
            ret->full = host->put (call, packet + 1, n - 1) != 0;
        } else if (packet[0] == 'o' || packet[0] == 'e')
            keep_line (packet[0] == 'o' ? ret->out : ret->err, packet + 1, n - 1);
        else if (packet[0] == 'x' && n == 4)
            take_end (packet, ret);
        else
            break;
    }
    end_line (ret->out);
    end_line (ret->err);
}

void
exec_reason (const mugai_host *host, mugai_call *call, const char *name, const char *what,
             const char *evidence)
{
    char code[64];

    snprintf (code, sizeof code, "%s.%s", name, what);
    host->reason (call, code, evidence);
}

static mugai_verdict_t
failed (const mugai_host *host, mugai_call *call, const char *name, const ExecEnd *end)
{
    char text[EXEC_LINE + 32];

    snprintf (text, sizeof text, "%s %d%s%s", end->exited ? "exit" : "signal", end->number,
              end->err[0] != '\0' ? ", " : "", end->err);
    exec_reason (host, call, name, "failed", text);
    return MUGAI_REFUSE;
}

mugai_verdict_t
exec_verdict (const mugai_host *host, mugai_call *call, const char *name, const ExecEnd *end)
{
    if (end->full) /* the host has noted which limit was passed */
        return MUGAI_REFUSE;
    if (end->told && !end->exited)
        return failed (host, call, name, end);
    switch (end->told ? end->number : NOT_RUN) {
    case OK:
        return MUGAI_KEEP;
    case REJECTED:
        exec_reason (host, call, name, "rejected", end->out[0] != '\0' ? end->out : end->err);
        return MUGAI_DROP;
    case REFUSED:
        exec_reason (host, call, name, "refused", end->err);
        return MUGAI_REFUSE;
    case TEMPFAIL:
    case NOT_RUN:
    case NO_FILE:
        exec_reason (host, call, name, "unavailable", end->err);
        return MUGAI_LATER;
    default:
        return failed (host, call, name, end);
    }
}
