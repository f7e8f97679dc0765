/* SPDX-License-Identifier: Apache-2.0
 *
 * job: one mail through keep and supervisor, seen from the milter: the original is durable and the
 * outcome is there when mugai_job_run() returns true; mugai_job_record() then says what became of
 * it. Process: mugai-milter, in libmilter's threads. Trust: keep and supervisor are ours; the
 * output was verified.
 */
#pragma once

#include "core/envelope.h"
#include "milter/link.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct MugaiJob { /* borrowed for the call */
    const MugaiEnvelope *envelope;
    int content; /* sealed memfd */
    uint64_t size;
    uint8_t sha256[MUGAI_SHA256_SIZE];
    int64_t deadline_us;        /* g_get_monotonic_time() by which everything must be over */
    bool (*alive) (void *data); /* called every few seconds; false: nobody waits any more */
    void *data;
} MugaiJob;

typedef struct MugaiJobEnd {
    bool kept; /* the original is in the keep: also set when mugai_job_run() fails later */
    MugaiOutcomeFrame outcome;
    int output; /* sealed memfd or -1 */
    int report; /* sealed memfd or -1 */
} MugaiJobEnd;

#define MUGAI_JOB_END_INIT                                                                         \
    {                                                                                              \
        .output = -1, .report = -1                                                                 \
    }
void mugai_job_end_clear (MugaiJobEnd *end);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiJobEnd, mugai_job_end_clear)

/* mugai_job_run:
 * Hand the mail to the supervisor and, while it works, the original to the keep; then wait. Where
 * the supervisor may answer UNTOUCHED (mail that leaves), the original is put after the answer, and
 * not at all for such mail. Returns: true with *ret filled: every answer but UNTOUCHED and
 * TRY_AGAIN has its original in the keep. Errors: RESOURCE: keep or supervisor not there, full or
 * gone; DEADLINE; REFUSED: @alive said no.
 */
bool mugai_job_run (MugaiLinks *links, const MugaiJob *job, MugaiJobEnd *ret, GError **error);

/* mugai_job_record:
 * @state: what is true now. @reason: finding code or reply text, may be NULL. @digest: SHA-256 of
 * the output as the milter read it, NULL where there is none.
 */
bool mugai_job_record (MugaiLinks *links, const MugaiJob *job, const MugaiJobEnd *end,
                       MugaiKeepState state, bool durable, const char *reason,
                       const uint8_t *digest, GError **error);
