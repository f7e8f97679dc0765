/* SPDX-License-Identifier: Apache-2.0
 *
 * frame: the messages between processes of one Mugai. One frame is one packet of a SOCK_SEQPACKET
 * Unix socket: a 32-byte head (magic, wire version, kind, job, part, payload size), the payload,
 * and up to MUGAI_FRAME_FDS_MAX descriptors. Both bounds are checked before anything is allocated;
 * the payload never exceeds the caller's buffer. Whoever receives a frame it did not expect must
 * give up the job, never guess. Process: all. Trust: the sender may be a sandboxed process that was
 * taken over. libc only. Functions return a negative errno on failure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_WIRE_VERSION = 1,
    MUGAI_FRAME_FDS_MAX = 6,
    MUGAI_FRAME_HEAD_SIZE = 32,      /* bytes */
    MUGAI_FRAME_PAYLOAD_MAX = 60000, /* bytes; a packet must fit the default socket buffer */
};

typedef struct MugaiFrame {
    uint16_t kind; /* see wire/kind.h */
    uint64_t job;  /* nonce of the job this belongs to; 0 outside of jobs */
    uint32_t part; /* handle within the job; 0 for the job itself */
    const uint8_t *payload;
    size_t size; /* bytes of payload */
    int fds[MUGAI_FRAME_FDS_MAX];
    unsigned n_fds;
} MugaiFrame;

/* mugai_frame_send: @frame's descriptors stay the caller's. MSG_NOSIGNAL; blocks unless @socket is
 * non-blocking. Returns: 0; -EAGAIN when a non-blocking socket is full; -EMSGSIZE; other negative
 * errno. */
int mugai_frame_send (int socket, const MugaiFrame *frame);
/* The same, but never waits: -EAGAIN when the socket is full, blocking or not. */
int mugai_frame_try_send (int socket, const MugaiFrame *frame);

/* mugai_frame_recv:
 * @buffer: @room bytes that will hold head and payload; payload points into it.
 * Returns: 1 and a frame whose descriptors (close-on-exec) are now the caller's; 0 at end of
 * stream; -EAGAIN; -EPROTONOSUPPORT: the peer speaks another wire version (ret_version says which;
 * may be NULL); -EPROTO: anything malformed. On failure every received descriptor is closed. */
int mugai_frame_recv (int socket, void *buffer, size_t room, MugaiFrame *ret_frame,
                      uint16_t *ret_version);
/* The same, but never waits: -EAGAIN when nothing is there, blocking or not. */
int mugai_frame_try_recv (int socket, void *buffer, size_t room, MugaiFrame *ret_frame,
                          uint16_t *ret_version);

/* Close the frame's descriptors that were not stolen (set to -1). */
void mugai_frame_close_fds (MugaiFrame *frame);

/* Take descriptor @index out of the frame; -1 when there is none. */
int mugai_frame_steal_fd (MugaiFrame *frame, unsigned index);

/* A pair of connected SOCK_SEQPACKET sockets, close-on-exec. */
int mugai_frame_pair (int ret_pair[2]);
