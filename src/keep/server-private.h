/* SPDX-License-Identifier: Apache-2.0
 *
 * server-private: what server.c (loop, connections) and request.c (one request each) share. Process: mugai-keep only.
 */
#pragma once

#include "base/frame.h"
#include "keep/audit-verify.h"
#include "keep/peer.h"
#include "keep/server.h"

typedef enum MugaiConnState {
    MUGAI_CONN_NEW,     /* nothing but GREET */
    MUGAI_CONN_READY,   /* waits for a request */
    MUGAI_CONN_COMMIT,  /* its request is in the open batch */
    MUGAI_CONN_EXPIRE,  /* a step in each turn */
    MUGAI_CONN_VERIFY,  /* likewise */
    MUGAI_CONN_LIST,    /* sends as the peer takes */
    MUGAI_CONN_CLOSED,
} MugaiConnState;

typedef struct MugaiConn {
    int fd;
    MugaiConnState state;
    MugaiPeer peer;
    uint16_t answer;          /* COMMIT: the kind to answer with */
    uint8_t payload[16];      /* COMMIT: and its payload */
    size_t payload_size;
    MugaiDepotExpiry expiry;
    MugaiAuditVerify *verify;
    GPtrArray *out;           /* of GBytes: frames of LIST and VERIFY that wait; kind in the first two bytes */
    guint sent;
    bool wants_write;
} MugaiConn;

struct MugaiKeepServer {
    MugaiDepot *depot;
    const char *version;
    MugaiDepotNote note;
    void *note_data;
    int listen_fd, epoll;
    GPtrArray *conns; /* of MugaiConn */
    MugaiDepotExpiry daily;
    bool daily_runs;
    bool noted_refusal;
    uint8_t *content;  /* scratch for small memfds */
    uint8_t in[MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX];
    uint8_t payload[MUGAI_FRAME_PAYLOAD_MAX];
};

MugaiDepotWho mugai_conn_who (const MugaiConn *conn);

/* Send one frame; a peer that does not take it is closed. */
void mugai_conn_send (MugaiKeepServer *server, MugaiConn *conn, uint16_t kind, const void *payload, size_t size,
                      const int *fds, unsigned n_fds);
void mugai_conn_fail (MugaiKeepServer *server, MugaiConn *conn, MugaiKeepCode code, const char *text);
/* Put one frame into the queue of LIST and VERIFY. */
void mugai_conn_queue (MugaiConn *conn, uint16_t kind, const void *payload, size_t size);

/* Handle one frame of @conn; may change its state. Everything unexpected closes it. */
void mugai_keep_request (MugaiKeepServer *server, MugaiConn *conn, MugaiFrame *frame);
/* One step of EXPIRE or VERIFY. */
void mugai_keep_step (MugaiKeepServer *server, MugaiConn *conn);
/* Tell everyone in the open batch how it ended. */
void mugai_keep_finish_batch (MugaiKeepServer *server);
