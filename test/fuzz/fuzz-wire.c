/* SPDX-License-Identifier: Apache-2.0
 *
 * Every reader of messages between processes: the first byte chooses the reader, the rest is the
 * payload; 0 sends the rest as one raw packet through mugai_frame_recv(). What a reader accepts
 * must come out of its writer unchanged.
 */
#include "base/frame.h"
#include "base/verdict.h"
#include "sandbox/zygote.h"
#include "wire/front.h"
#include "wire/walk.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* @read into a value, @write it again: the same bytes, or the reader took something that is not
 * canonical. */
#define ROUND_TRIP(type, read, write)                                                              \
    do {                                                                                           \
        static type value;                                                                         \
        static uint8_t again[MUGAI_FRAME_PAYLOAD_MAX];                                             \
        if (read (data, size, &value) &&                                                           \
            (write (&value, again, sizeof again) != size || memcmp (again, data, size) != 0))      \
            abort();                                                                               \
    } while (0)

static void
receive_raw (const uint8_t *data, size_t size)
{
    static uint8_t buffer[MUGAI_FRAME_HEAD_SIZE + 256];
    MugaiFrame frame;
    uint16_t version = 0;
    int pair[2];

    if (size == 0 || size > 4096 || mugai_frame_pair (pair) < 0)
        return;
    if (send (pair[0], data, size, 0) == (ssize_t)size &&
        mugai_frame_recv (pair[1], buffer, sizeof buffer, &frame, &version) == 1) {
        if (frame.size > sizeof buffer || frame.n_fds != 0)
            abort();
        mugai_frame_close_fds (&frame);
    }
    close (pair[0]);
    close (pair[1]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    uint8_t reader = size > 0 ? data[0] : 0;

    data += size > 0;
    size -= size > 0;
    switch (reader) {
    case 0:
        receive_raw (data, size);
        break;
    case 1:
        ROUND_TRIP (MugaiVerifyRequest, mugai_verify_request_read, mugai_verify_request_write);
        break;
    case 2:
        ROUND_TRIP (MugaiVerdict, mugai_verdict_read, mugai_verdict_write);
        break;
    case 3:
        ROUND_TRIP (MugaiWalkJob, mugai_walk_job_read, mugai_walk_job_write);
        break;
    case 4:
        ROUND_TRIP (MugaiWalkResult, mugai_walk_result_read, mugai_walk_result_write);
        break;
    case 5:
        ROUND_TRIP (MugaiGreeting, mugai_greeting_read, mugai_greeting_write);
        break;
    case 6:
        ROUND_TRIP (MugaiSubmission, mugai_submission_read, mugai_submission_write);
        break;
    case 7:
        ROUND_TRIP (MugaiOutcomeFrame, mugai_outcome_read, mugai_outcome_write);
        break;
    case 8:
        ROUND_TRIP (MugaiReloaded, mugai_reloaded_read, mugai_reloaded_write);
        break;
    case 9:
        ROUND_TRIP (MugaiZygoteFork, mugai_zygote_fork_read, mugai_zygote_fork_write);
        break;
    default:
        break;
    }
    return 0;
}
