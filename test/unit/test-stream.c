/* SPDX-License-Identifier: Apache-2.0
 *
 * stream: what libmilter's calls do to an accepted connection, and what the MTA sees of it.
 */
#include "milter/stream.h"

#include "tap.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct Pair {
    int mta, ours;
} Pair;

static Pair
open_pair (void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    socklen_t size = sizeof (sa_family_t); /* the kernel chooses an abstract name */
    int listening = socket (AF_UNIX, SOCK_STREAM, 0);
    Pair pair = { .mta = socket (AF_UNIX, SOCK_STREAM, 0), .ours = -1 };

    CHECK (bind (listening, (struct sockaddr *)&address, size) == 0 && listen (listening, 1) == 0);
    size = sizeof address;
    CHECK (getsockname (listening, (struct sockaddr *)&address, &size) == 0 &&
           connect (pair.mta, (struct sockaddr *)&address, size) == 0);
    pair.ours = accept (listening, NULL, NULL);
    CHECK (pair.ours >= 0);
    close (listening);
    return pair;
}

/* A packet as libmilter writes it: head and body apart. */
static ssize_t
reply (int fd, char command, char *body)
{
    size_t size = strlen (body);
    char head[5] = { 0, 0, 0, (char)(size + 1), command };
    struct iovec parts[2] = { { head, sizeof head }, { body, size } };

    return writev (fd, parts, 2);
}

/* Bytes that wait for the MTA; -1: the connection is closed. */
static ssize_t
waiting (int fd)
{
    char buffer[512];

    ssize_t n = recv (fd, buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
    return n > 0 ? n : n == 0 ? -1 : 0;
}

static int
unread (int fd)
{
    int n = -1;

    return ioctl (fd, FIONREAD, &n) == 0 ? n : -1;
}

static void
test_edits (void)
{
    char name[] = "From", body[] = "text", none[] = "";
    Pair p = open_pair();

    CHECK (reply (p.ours, 'm', name) == 9 && waiting (p.mta) == 0);
    CHECK (reply (p.ours, 'b', body) == 9 && waiting (p.mta) == 0);
    CHECK (mugai_stream_flush() && waiting (p.mta) == 18);
    CHECK (reply (p.ours, 'i', name) == 9 && waiting (p.mta) == 18);
    CHECK (reply (p.ours, 'c', none) == 5 && waiting (p.mta) == 32);
    CHECK (reply (p.ours, 'p', none) == 5 && waiting (p.mta) == 37);
    close (p.ours);
    close (p.mta);
}

static void
test_lost (void)
{
    char name[] = "From", none[] = "";
    Pair p = open_pair();

    CHECK (reply (p.ours, 'm', name) == 9);
    close (p.ours);
    CHECK_NAMED (waiting (p.mta) == -1, "edits without an end are not sent");
    CHECK (mugai_stream_flush());
    close (p.mta);
    p = open_pair();
    CHECK (reply (p.ours, 'm', name) == 9);
    close (p.mta);
    CHECK_NAMED (!mugai_stream_flush(), "an MTA that is gone is seen");
    CHECK (reply (p.ours, 'm', name) == -1 && reply (p.ours, 'c', none) == -1);
    close (p.ours);
}

static void
test_reading (void)
{
    char buffer[64];
    Pair p = open_pair();
    struct pollfd ask = { .fd = p.ours, .events = POLLIN };

    CHECK (write (p.mta, "onetwothree", 11) == 11);
    CHECK_NAMED (read (p.ours, buffer, 3) == 3 && unread (p.ours) == 8,
                 "nothing is read ahead for who does not poll");
    CHECK (poll (&ask, 1, 0) == 1 && read (p.ours, buffer, 3) == 3);
    CHECK_NAMED (memcmp (buffer, "two", 3) == 0 && unread (p.ours) == 0,
                 "the rest is read at once");
    ask.revents = 0;
    CHECK_NAMED (poll (&ask, 1, 0) == 1 && ask.revents == POLLIN, "and poll knows of it");
    CHECK (read (p.ours, buffer, sizeof buffer) == 5 && memcmp (buffer, "three", 5) == 0);
    CHECK (poll (&ask, 1, 0) == 0 && ask.revents == 0);
    close (p.mta);
    CHECK (poll (&ask, 1, 0) == 1 && read (p.ours, buffer, 3) == 0);
    close (p.ours);
}

static void
test_others (void)
{
    char name[] = "From", buffer[16];
    int pair[2];

    CHECK (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_NAMED (reply (pair[0], 'm', name) == 9 && waiting (pair[1]) == 9,
                 "a descriptor that was not accepted has no buffer");
    CHECK (read (pair[1], buffer, 5) == 5 && unread (pair[1]) == 4);
    close (pair[0]);
    close (pair[1]);
}

/* The ways by which bytes can leave a connection, but for writev with few parts. */
typedef ssize_t (*Way) (int fd, char *bytes, size_t size);

static ssize_t
by_write (int fd, char *bytes, size_t size)
{
    return write (fd, bytes, size);
}

static ssize_t
by_send (int fd, char *bytes, size_t size)
{
    return send (fd, bytes, size, MSG_NOSIGNAL);
}

static ssize_t
by_sendto (int fd, char *bytes, size_t size)
{
    return sendto (fd, bytes, size, MSG_NOSIGNAL, NULL, 0);
}

static ssize_t
by_sendmsg (int fd, char *bytes, size_t size)
{
    struct iovec part = { bytes, size };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    return sendmsg (fd, &message, MSG_NOSIGNAL);
}

static ssize_t
by_sendmmsg (int fd, char *bytes, size_t size)
{
    struct iovec part = { bytes, size };
    struct mmsghdr message = { .msg_hdr = { .msg_iov = &part, .msg_iovlen = 1 } };

    return sendmmsg (fd, &message, 1, MSG_NOSIGNAL) == 1 ? (ssize_t)message.msg_len : -1;
}

static ssize_t
by_sendfile (int fd, char *bytes, size_t size)
{
    off_t from = 0;
    int file = memfd_create ("reply", 0);

    CHECK (write (file, bytes, size) == (ssize_t)size);
    ssize_t n = sendfile (fd, file, &from, size);
    close (file);
    return n;
}

static ssize_t
by_dup (int fd, char *bytes, size_t size)
{
    int other = dup (fd);
    ssize_t n = other >= 0 ? write (other, bytes, size) : -1;

    if (other >= 0)
        close (other);
    return n;
}

static ssize_t
by_many_parts (int fd, char *bytes, size_t size)
{
    struct iovec parts[5] = { { bytes, 1 }, { bytes + 1, 1 }, { bytes + 2, 1 }, { bytes + 3, 1 } };

    parts[4] = (struct iovec){ bytes + 4, size - 4 };
    return writev (fd, parts, 5);
}

/* A libmilter that writes its replies in another way: no reply overtakes the edits before it. */
static void
test_other_ways (void)
{
    static const Way ways[] = { by_write,    by_send,     by_sendto, by_sendmsg,
                                by_sendmmsg, by_sendfile, by_dup,    by_many_parts };
    static const char sent[] = "\0\0\0\5mFrom\0\0\0\1c";
    char name[] = "From", end[] = { 0, 0, 0, 1, 'c' }, got[32];

    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        Pair p = open_pair();
        CHECK (reply (p.ours, 'm', name) == 9 && waiting (p.mta) == 0);
        CHECK (ways[i](p.ours, end, sizeof end) == 5);
        CHECK_NAMED (recv (p.mta, got, sizeof got, MSG_DONTWAIT) == 14 && !memcmp (got, sent, 14),
                     "the edits come first");
        CHECK_NAMED (ways[i](p.ours, end, sizeof end) == 5 && waiting (p.mta) == 5,
                     "and only once");
        CHECK (reply (p.ours, 'm', name) == 9);
        close (p.mta);
        CHECK_NAMED (ways[i](p.ours, end, sizeof end) == -1, "lost edits: no reply after them");
        CHECK (ways[i](p.ours, end, sizeof end) == -1);
        close (p.ours);
    }
}

int
main (void)
{
    signal (SIGPIPE, SIG_IGN);
    test_edits();
    test_lost();
    test_reading();
    test_others();
    test_other_ways();
    return tap_done();
}
