/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a table from descriptor to stream; system calls are made directly, because these
 * functions stand in place of the C library's.
 */
#include "milter/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    FDS_MAX = 1 << 16,     /* descriptors above it have no stream */
    IN_SIZE = 16384,       /* bytes read ahead */
    OUT_SIZE = 128 * 1024, /* bytes of edits gathered: more than a packet of 64 KiB */
    HEAD_SIZE = 5,         /* length and command of a packet */
    SHORT_MS = 1,          /* how long libmilter's threads wait before they leave a connection... */
    PATIENT_MS = 50,       /* ...and how long they wait here */
    PARTS_MAX = 3,         /* of a reply in one writev */
};

typedef struct Stream {
    int fd;
    bool polled; /* libmilter asks by poll() whether it may read */
    bool broken;
    size_t in_at, in_end, out_size;
    uint8_t *out; /* OUT_SIZE bytes, made with the first edit */
    uint8_t in[IN_SIZE];
} Stream;

static _Atomic (Stream *) streams[FDS_MAX];
static _Thread_local Stream *written; /* by this thread, last; NULL when closed */

/* Declared here and not by <unistd.h>: the checked variants of a fortified libmilter. */
int __poll_chk (struct pollfd *fds, nfds_t count, int timeout, size_t size);
ssize_t __read_chk (int fd, void *buffer, size_t size, size_t room);

static Stream *
stream_of (int fd)
{
    return fd >= 0 && fd < FDS_MAX ? atomic_load (&streams[fd]) : NULL;
}

/* ---- the kernel's ---- */

static int
kernel_poll (struct pollfd *fds, nfds_t count, int timeout)
{
    struct timespec t = { .tv_sec = timeout / 1000, .tv_nsec = timeout % 1000 * 1000000L };

    return (int)syscall (SYS_ppoll, fds, count, timeout < 0 ? NULL : &t, NULL, 0);
}

static ssize_t
kernel_read (int fd, void *buffer, size_t size)
{
    return syscall (SYS_read, fd, buffer, size);
}

/* Write all of it. */
static bool
kernel_write_all (int fd, struct iovec *parts, int count)
{
    while (count > 0) {
        ssize_t n = syscall (SYS_writev, fd, parts, count);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        size_t left = (size_t)n;
        for (; count > 0 && left >= parts->iov_len; parts++, count--)
            left -= parts->iov_len;
        if (count > 0) {
            parts->iov_base = (uint8_t *)parts->iov_base + left;
            parts->iov_len -= left;
        }
    }
    return true;
}

/* ---- a stream's life ---- */

int
accept4 (int listening, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
    int fd = (int)syscall (SYS_accept4, listening, address, size, flags);

    if (fd >= 0 && fd < FDS_MAX) { /* without memory it goes unbuffered */
        Stream *stream = malloc (sizeof *stream);
        if (stream != NULL) {
            memset (stream, 0, offsetof (Stream, in));
            stream->fd = fd;
        }
        free (atomic_exchange (&streams[fd], stream));
    }
    return fd;
}

int
accept (int listening, struct sockaddr *restrict address, socklen_t *restrict size)
{
    return accept4 (listening, address, size, 0);
}

int
close (int fd)
{
    Stream *stream = fd >= 0 && fd < FDS_MAX ? atomic_load (&streams[fd]) : NULL;

    if (stream != NULL) {
        atomic_store (&streams[fd], NULL);
        if (written == stream)
            written = NULL;
        free (stream->out);
        free (stream);
    }
    return (int)syscall (SYS_close, fd);
}

/* ---- towards us ---- */

ssize_t
read (int fd, void *buffer, size_t size)
{
    Stream *stream = stream_of (fd);

    if (stream == NULL || !stream->polled)
        return kernel_read (fd, buffer, size);
    if (stream->in_at == stream->in_end) {
        if (size >= sizeof stream->in)
            return kernel_read (fd, buffer, size);
        ssize_t n = kernel_read (fd, stream->in, sizeof stream->in);
        if (n <= 0)
            return n;
        stream->in_at = 0;
        stream->in_end = (size_t)n;
    }
    size_t left = stream->in_end - stream->in_at;
    size_t n = size < left ? size : left;
    memcpy (buffer, stream->in + stream->in_at, n);
    stream->in_at += n;
    return (ssize_t)n;
}

ssize_t
__read_chk (int fd, void *buffer, size_t size, size_t room)
{
    if (size > room)
        abort();
    return read (fd, buffer, size);
}

/* ---- towards the MTA ---- */

static bool
is_edit (const struct iovec *head)
{
    const uint8_t *bytes = head->iov_base;

    return head->iov_len == HEAD_SIZE && bytes[HEAD_SIZE - 1] != '\0' &&
           strchr ("+-2behimq", bytes[HEAD_SIZE - 1]) != NULL;
}

static size_t
sum (const struct iovec *parts, int count)
{
    size_t size = 0;

    for (int i = 0; i < count; i++)
        size += parts[i].iov_len;
    return size;
}

static bool
gather (Stream *stream, const struct iovec *parts, int count, size_t size)
{
    if (stream->out == NULL)
        stream->out = malloc (OUT_SIZE);
    if (stream->out == NULL || size > OUT_SIZE - stream->out_size)
        return false;
    for (int i = 0; i < count; i++) {
        memcpy (stream->out + stream->out_size, parts[i].iov_base, parts[i].iov_len);
        stream->out_size += parts[i].iov_len;
    }
    return true;
}

/* What was gathered, then @parts. */
static bool
send_all (Stream *stream, const struct iovec *parts, int count)
{
    struct iovec all[PARTS_MAX + 1] = { { .iov_base = stream->out, .iov_len = stream->out_size } };
    int n = stream->out_size > 0 ? 1 : 0;

    for (int i = 0; i < count; i++)
        all[n++] = parts[i];
    stream->out_size = 0;
    stream->broken = stream->broken || !kernel_write_all (stream->fd, all, n);
    return !stream->broken;
}

/* Before any byte that goes another way than by writev: a reply must never overtake its edits. */
static bool
flush_first (int fd)
{
    Stream *stream = stream_of (fd);

    if (stream == NULL || (!stream->broken && stream->out_size == 0))
        return true;
    if (!stream->broken && send_all (stream, NULL, 0))
        return true;
    errno = EPIPE;
    return false;
}

ssize_t
writev (int fd, const struct iovec *parts, int count)
{
    Stream *stream = stream_of (fd);

    if (stream == NULL || count < 1 || count > PARTS_MAX)
        return flush_first (fd) ? syscall (SYS_writev, fd, parts, count) : -1;
    size_t size = sum (parts, count);
    written = stream;
    bool good = !stream->broken && ((is_edit (parts) && gather (stream, parts, count, size)) ||
                                    send_all (stream, parts, count));
    if (!good)
        errno = EPIPE;
    return good ? (ssize_t)size : -1;
}

ssize_t
write (int fd, const void *buffer, size_t size)
{
    return flush_first (fd) ? syscall (SYS_write, fd, buffer, size) : -1;
}

ssize_t
sendto (int fd, const void *buffer, size_t size, int flags, const struct sockaddr *address,
        socklen_t address_size)
{
    return flush_first (fd) ? syscall (SYS_sendto, fd, buffer, size, flags, address, address_size)
                            : -1;
}

ssize_t
send (int fd, const void *buffer, size_t size, int flags)
{
    return sendto (fd, buffer, size, flags, NULL, 0);
}

ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
    return flush_first (fd) ? syscall (SYS_sendmsg, fd, message, flags) : -1;
}

int
sendmmsg (int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    return flush_first (fd) ? (int)syscall (SYS_sendmmsg, fd, messages, count, flags) : -1;
}

ssize_t
sendfile (int fd, int from, off_t *offset, size_t count)
{
    return flush_first (fd) ? syscall (SYS_sendfile, fd, from, offset, count) : -1;
}

/* A second name of a connection would go around the table. */
int
dup (int fd)
{
    return flush_first (fd) ? (int)syscall (SYS_dup, fd) : -1;
}

bool
mugai_stream_flush (void)
{
    return written == NULL || send_all (written, NULL, 0);
}

/* ---- readiness ---- */

/* Answers what buffers alone decide. Returns: how many of @fds are ready. */
static int
ready_buffers (struct pollfd *fds, nfds_t count)
{
    int ready = 0;

    for (nfds_t i = 0; i < count; i++) {
        Stream *stream = stream_of (fds[i].fd);
        fds[i].revents = 0;
        if (stream == NULL)
            continue;
        if ((fds[i].events & POLLOUT) != 0) /* gathered, or written with a wait in the kernel */
            fds[i].revents = POLLOUT;
        if ((fds[i].events & POLLIN) != 0) {
            stream->polled = true;
            if (stream->in_at < stream->in_end)
                fds[i].revents |= POLLIN;
        }
        ready += fds[i].revents != 0;
    }
    return ready;
}

/* By another name than poll(), whose declaration says that @fds is only written. */
static __attribute__ ((noinline)) int
poll_streams (struct pollfd *fds, nfds_t count, int timeout)
{
    int ready = ready_buffers (fds, count);
    bool alone =
        count == 1 && stream_of (fds[0].fd) != NULL; /* libmilter's thread, not its poller */

    if (ready > 0)
        return ready; /* others are asked for next time */
    return kernel_poll (fds, count, alone && timeout == SHORT_MS ? PATIENT_MS : timeout);
}

int
poll (struct pollfd *fds, nfds_t count, int timeout)
{
    return poll_streams (fds, count, timeout);
}

int
__poll_chk (struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
    if (size / sizeof *fds < count)
        abort();
    return poll_streams (fds, count, timeout);
}
