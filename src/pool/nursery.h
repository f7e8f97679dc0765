/* SPDX-License-Identifier: Apache-2.0
 *
 * nursery: one zygote process and the children it forked that wait for a job, so that an item never
 * waits for a fork. A dead zygote is started again (with back-off when it dies young); its children
 * die with it. Process: supervisor. Trust: frames of a child may say anything; here they are only
 * received and bounded.
 */
#pragma once

#include "base/frame.h"
#include "base/loop.h"
#include "sandbox/zygote.h"

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiNursery MugaiNursery;
typedef struct MugaiChild MugaiChild;

typedef void (*MugaiPoolLog) (void *data, int priority /* syslog.h */, const char *text);

typedef struct MugaiNurseryConfig { /* copied */
    const char *name;               /* "walk", for logs and status */
    const char *const
        *argv;     /* of the program, [0] its path; the control socket is its descriptor 3 */
    unsigned idle; /* children to have ready */
    MugaiPoolLog log;
    void *log_data;
} MugaiNurseryConfig;

typedef enum MugaiDeath {
    MUGAI_DEATH_CHILD = 1, /* it exited or was killed; see mugai_child_status() */
    MUGAI_DEATH_FRAME,     /* it sent nonsense */
    MUGAI_DEATH_ZYGOTE,    /* its zygote died: not the child's doing */
} MugaiDeath;

/* @frame: descriptors not stolen are closed after the call. */
typedef void (*MugaiChildFrame) (void *data, MugaiChild *child, MugaiFrame *frame);
/* The child is gone; mugai_child_release() is still the owner's duty. */
typedef void (*MugaiChildDeath) (void *data, MugaiChild *child, MugaiDeath death);

MugaiNursery *mugai_nursery_new (MugaiLoop *loop, const MugaiNurseryConfig *config);
void mugai_nursery_free (MugaiNursery *nursery); /* kills the zygote and with it its children */

/* Bounds of children; idle ones with other bounds are replaced. */
void mugai_nursery_set_bounds (MugaiNursery *nursery, uint64_t memory, uint32_t cpu_seconds);

/* Call @ready whenever an idle child appears. */
void mugai_nursery_on_ready (MugaiNursery *nursery, void (*ready) (void *data), void *data);

/* Returns: (transfer full) an idle child, to be given back with mugai_child_release(); NULL when
 * there is none now. */
MugaiChild *mugai_nursery_take (MugaiNursery *nursery, MugaiChildFrame frame, MugaiChildDeath death,
                                void *data);

/* Never waits. 0 or a negative errno; -EAGAIN when the child does not read. */
int mugai_child_send (MugaiChild *child, const MugaiFrame *frame);
/* Wait status after MUGAI_DEATH_CHILD; -1: SIGKILL, or exit status 0. */
int mugai_child_status (const MugaiChild *child);
/* Kill and forget; no callback comes after this. */
void mugai_child_release (MugaiChild *child);
/* Likewise for a child that gave its answer and is about to exit: it gets a moment to do so by
 * itself, which saves everybody a signal. */
void mugai_child_finish (MugaiChild *child);

/* What the zygote said of itself. NULL before its HELLO. */
const MugaiZygoteHello *mugai_nursery_hello (const MugaiNursery *nursery);
/* Engine digest of the program, zero before the first HELLO; it stays known while the zygote is
 * started again. */
const uint8_t *mugai_nursery_engine (const MugaiNursery *nursery);
/* Set once the zygote could not lock itself down or could not be started: it will not be tried
 * again. NULL otherwise. */
const char *mugai_nursery_broken (const MugaiNursery *nursery);
const char *mugai_nursery_name (const MugaiNursery *nursery);
pid_t mugai_nursery_pid (const MugaiNursery *nursery);
unsigned mugai_nursery_idle (const MugaiNursery *nursery);
unsigned mugai_nursery_restarts (const MugaiNursery *nursery);
