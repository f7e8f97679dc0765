/* SPDX-License-Identifier: Apache-2.0 */
#include "base/frame.h"

#include "base/cursor.h"
#include "base/fd.h"
#include "base/pack.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

static const uint32_t frame_magic = 0x4147554d; /* "MUGA" */

typedef union {
    struct cmsghdr align;
    char space[CMSG_SPACE (sizeof (int) * MUGAI_FRAME_FDS_MAX)];
} Control;

int
mugai_frame_pair (int ret_pair[2])
{
    return socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_pair) < 0 ? -errno : 0;
}

static int
send_frame (int socket, const MugaiFrame *frame, int flags)
{
    uint8_t head[MUGAI_FRAME_HEAD_SIZE];
    Control control = { 0 };
    ssize_t n;

    if (frame->size > MUGAI_FRAME_PAYLOAD_MAX || frame->n_fds > MUGAI_FRAME_FDS_MAX)
        return -EMSGSIZE;
    MugaiPack p = mugai_pack (head, sizeof head);
    mugai_pack_u32 (&p, frame_magic);
    mugai_pack_u16 (&p, MUGAI_WIRE_VERSION);
    mugai_pack_u16 (&p, frame->kind);
    mugai_pack_u64 (&p, frame->job);
    mugai_pack_u32 (&p, frame->part);
    mugai_pack_u32 (&p, (uint32_t)frame->size);
    mugai_pack_u32 (&p, frame->n_fds);
    mugai_pack_u32 (&p, 0);

    struct iovec iov[2] = { { head, sizeof head }, { (void *)frame->payload, frame->size } };
    struct msghdr msg = { .msg_iov = iov, .msg_iovlen = frame->size > 0 ? 2 : 1 };
    if (frame->n_fds > 0) {
        msg.msg_control = control.space;
        msg.msg_controllen = CMSG_SPACE (sizeof (int) * frame->n_fds);
        struct cmsghdr *c = CMSG_FIRSTHDR (&msg);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN (sizeof (int) * frame->n_fds);
        memcpy (CMSG_DATA (c), frame->fds, sizeof (int) * frame->n_fds);
    }
    do
        n = sendmsg (socket, &msg, MSG_NOSIGNAL | flags);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    return (size_t)n == sizeof head + frame->size ? 0 : -EPROTO;
}

int
mugai_frame_send (int socket, const MugaiFrame *frame)
{
    return send_frame (socket, frame, 0);
}

int
mugai_frame_try_send (int socket, const MugaiFrame *frame)
{
    return send_frame (socket, frame, MSG_DONTWAIT);
}

static void
take_fds (struct msghdr *msg, MugaiFrame *frame)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR (msg); c != NULL; c = CMSG_NXTHDR (msg, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN (0)) / sizeof (int);
        for (size_t i = 0; i < n; i++) {
            int fd;
            memcpy (&fd, CMSG_DATA (c) + i * sizeof (int), sizeof fd);
            if (frame->n_fds < MUGAI_FRAME_FDS_MAX)
                frame->fds[frame->n_fds++] = fd;
            else
                close (fd);
        }
    }
}

static int
read_head (const uint8_t *buffer, size_t size, MugaiFrame *frame, uint16_t *ret_version)
{
    MugaiCursor c = mugai_cursor (buffer, size);
    uint32_t magic = mugai_cursor_u32 (&c);
    uint16_t version = mugai_cursor_u16 (&c);

    frame->kind = mugai_cursor_u16 (&c);
    frame->job = mugai_cursor_u64 (&c);
    frame->part = mugai_cursor_u32 (&c);
    frame->size = mugai_cursor_u32 (&c);
    uint32_t n_fds = mugai_cursor_u32 (&c);
    uint32_t reserved = mugai_cursor_u32 (&c);
    if (c.failed || magic != frame_magic)
        return -EPROTO;
    if (version != MUGAI_WIRE_VERSION) {
        if (ret_version != NULL)
            *ret_version = version;
        return -EPROTONOSUPPORT;
    }
    if (frame->size != mugai_cursor_left (&c) || n_fds != frame->n_fds || reserved != 0)
        return -EPROTO;
    frame->payload = c.at;
    return 1;
}

static int
recv_frame (int socket, void *buffer, size_t room, int flags, MugaiFrame *ret_frame,
            uint16_t *ret_version)
{
    Control control;
    MugaiFrame frame = { 0 };
    struct iovec iov = { buffer, room };
    struct msghdr msg = { .msg_iov = &iov,
                          .msg_iovlen = 1,
                          .msg_control = control.space,
                          .msg_controllen = sizeof control.space };
    ssize_t n;

    do
        n = recvmsg (socket, &msg, MSG_CMSG_CLOEXEC | flags);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == ECONNRESET ? 0 : -errno;
    take_fds (&msg, &frame);
    if (n == 0 && frame.n_fds == 0)
        return 0;
    int r = (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0
                ? -EPROTO
                : read_head (buffer, (size_t)n, &frame, ret_version);
    if (r < 0)
        mugai_frame_close_fds (&frame);
    else
        *ret_frame = frame;
    return r;
}

int
mugai_frame_recv (int socket, void *buffer, size_t room, MugaiFrame *ret_frame,
                  uint16_t *ret_version)
{
    return recv_frame (socket, buffer, room, 0, ret_frame, ret_version);
}

int
mugai_frame_try_recv (int socket, void *buffer, size_t room, MugaiFrame *ret_frame,
                      uint16_t *ret_version)
{
    return recv_frame (socket, buffer, room, MSG_DONTWAIT, ret_frame, ret_version);
}

void
mugai_frame_close_fds (MugaiFrame *frame)
{
    for (unsigned i = 0; i < frame->n_fds; i++)
        mugai_fd_clear (&frame->fds[i]);
    frame->n_fds = 0;
}

int
mugai_frame_steal_fd (MugaiFrame *frame, unsigned index)
{
    return index < frame->n_fds ? mugai_fd_steal (&frame->fds[index]) : -1;
}
