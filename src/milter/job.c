/* SPDX-License-Identifier: Apache-2.0
 *
 * The worker and the disk work at the same time: neither needs the other's answer, and both must be
 * there before the first edit. An answer that is there at once (the high-water mark) saves the
 * original's way to the disk.
 */
#include "milter/job.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "core/error.h"
#include "core/report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    SLICE_US = 3000000, /* between two signs of life to the MTA */
    PUT_TIMEOUT_US =
        45000000, /* below Sendmail's R=60s, because no sign of life is possible meanwhile */
    RECORD_TIMEOUT_US = 10000000,
    RESERVE_US = 25000000, /* kept back of the deadline for records and edits */
};

void
mugai_job_end_clear (MugaiJobEnd *end)
{
    mugai_fd_clear (&end->output);
    mugai_fd_clear (&end->report);
}

static int64_t
left (const MugaiJob *job)
{
    return job->deadline_us - RESERVE_US - g_get_monotonic_time();
}

/* (transfer full) the envelope as a sealed memfd, or -1. */
static int
envelope_memfd (const MugaiEnvelope *envelope, GError **error)
{
    g_autoptr (GBytes) bytes = mugai_envelope_write (envelope);
    gsize size = 0;
    const void *data = g_bytes_get_data (bytes, &size);
    mugai_autofd fd = mugai_memfd_new ("mugai-envelope");
    int r = fd < 0 ? fd : mugai_memfd_append (fd, data, size);

    if (r >= 0)
        r = mugai_memfd_seal (fd);
    if (r < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "no memory for the envelope: %s",
                     g_strerror (-r));
        return -1;
    }
    return mugai_fd_steal (&fd);
}

/* A connection that waited may have died in this moment, so a failed send is tried once more on
 * another. */
static bool
submit (MugaiLinks *links, const MugaiJob *job, uint64_t number, int envelope, MugaiFrontLink *ret,
        GError **error)
{
    MugaiSubmission submission = { .size = job->size, .time_us = (uint64_t)MAX (left (job), 1) };
    int r = 0;

    memcpy (submission.sha256, job->sha256, sizeof submission.sha256);
    for (int attempt = 0; attempt < 2; attempt++) {
        if (!mugai_links_take_front (links, ret, error))
            return false;
        r = mugai_front_submit (ret->fd, number, &submission, job->content, envelope);
        if (r == 0)
            return true;
        mugai_links_give_front (links, ret, false);
    }
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "the supervisor took no job: %s",
                 g_strerror (-r));
    return false;
}

static bool
put (MugaiLinks *links, const MugaiJob *job, int envelope, const uint8_t *policy,
     const uint8_t *engine, GError **error)
{
    MugaiKeepPut request = { .kind = MUGAI_ITEM_MAIL };
    int64_t timeout_us = MIN (left (job), PUT_TIMEOUT_US);

    memcpy (request.id, job->envelope->id, sizeof request.id);
    memcpy (request.content_sha256, job->sha256, sizeof request.content_sha256);
    memcpy (request.policy, policy, sizeof request.policy);
    memcpy (request.engine, engine, sizeof request.engine);
    for (int attempt = 0;; attempt++) {
        g_autoptr (GError) failure = NULL;
        MugaiKeepClient *client = mugai_links_take_keep (links, attempt > 0, error);
        if (client == NULL)
            return false;
        bool ok = mugai_keep_put (client, &request, job->content, envelope, MAX (timeout_us, 1),
                                  &failure);
        bool broken = !mugai_keep_usable (client);
        mugai_links_give_keep (links, client);
        if (ok)
            return true;
        if (!broken || attempt > 0 || left (job) < timeout_us) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return false;
        }
    }
}

/* 1 with the outcome, 0 not within @timeout_us, -1 with @error. */
static int
listen_once (const MugaiFrontLink *link, uint64_t number, int64_t timeout_us, MugaiJobEnd *ret,
             GError **error)
{
    int r = mugai_front_wait (link->fd, number, (uint64_t)MAX (timeout_us, 0), &ret->outcome,
                              &ret->output, &ret->report);

    if (r < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s",
                     r == -EPIPE ? "the supervisor ended while it had the job"
                                 : "the supervisor's answer makes no sense");
        return -1;
    }
    return r;
}

static bool
wait_outcome (const MugaiFrontLink *link, uint64_t number, const MugaiJob *job, MugaiJobEnd *ret,
              GError **error)
{
    for (;;) {
        int64_t rest = left (job);
        if (rest <= 0) {
            g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_DEADLINE,
                                 "no outcome within the deadline");
            return false;
        }
        int r = listen_once (link, number, MIN (rest, SLICE_US), ret, error);
        if (r != 0)
            return r > 0;
        if (!job->alive (job->data)) {
            g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED, "the MTA went away");
            return false;
        }
    }
}

static bool
wants_original (const MugaiOutcomeFrame *outcome)
{
    return outcome->answer != MUGAI_ANSWER_UNTOUCHED && outcome->answer != MUGAI_ANSWER_TRY_AGAIN;
}

/* Put and wait, in the order that @link's supervisor allows. */
static bool
run_on (MugaiLinks *links, MugaiFrontLink *link, uint64_t number, const MugaiJob *job, int envelope,
        MugaiJobEnd *ret, GError **error)
{
    const MugaiGreeting *greeting = &link->greeting;
    int r = greeting->outbound ? 0 : listen_once (link, number, 0, ret, error);

    if (r < 0)
        return false;
    if (r == 0 && !greeting->outbound) {
        ret->kept = put (links, job, envelope, greeting->policy, greeting->engine, error);
        if (!ret->kept)
            return false;
    }
    if (r == 0 && !wait_outcome (link, number, job, ret, error))
        return false;
    if (!ret->kept && wants_original (&ret->outcome)) {
        ret->kept = put (links, job, envelope, ret->outcome.policy, ret->outcome.engine, error);
        return ret->kept;
    }
    return true;
}

bool
mugai_job_run (MugaiLinks *links, const MugaiJob *job, MugaiJobEnd *ret, GError **error)
{
    MugaiFrontLink link;
    mugai_autofd envelope = envelope_memfd (job->envelope, error);
    uint64_t number = g_ascii_strtoull (job->envelope->id + 16, NULL, 16);

    if (envelope < 0 || !submit (links, job, number, envelope, &link, error))
        return false;
    bool ok = run_on (links, &link, number, job, envelope, ret, error);
    /* New rules: the next mail greets again, so that the keep is told the policy in force. */
    bool same = ok && memcmp (link.greeting.policy, ret->outcome.policy, MUGAI_SHA256_SIZE) == 0;
    mugai_links_give_front (links, &link, same);
    return ok;
}

/* As put(): a connection that waited may have died unseen. */
static bool
send_record (MugaiLinks *links, const MugaiKeepRecord *record, int report, GError **error)
{
    for (int attempt = 0;; attempt++) {
        g_autoptr (GError) failure = NULL;
        int64_t began_us = g_get_monotonic_time();
        MugaiKeepClient *client = mugai_links_take_keep (links, attempt > 0, error);
        if (client == NULL)
            return false;
        bool ok = mugai_keep_record (client, record, report, RECORD_TIMEOUT_US, &failure);
        bool broken = !mugai_keep_usable (client);
        mugai_links_give_keep (links, client);
        if (ok)
            return true;
        if (!broken || attempt > 0 || g_get_monotonic_time() - began_us > RECORD_TIMEOUT_US / 2) {
            g_propagate_error (error, g_steal_pointer (&failure));
            return false;
        }
    }
}

/* What the report knows for the index; a report that cannot be read is the supervisor's defect, not
 * the mail's. */
static MugaiReport *
read_report (int fd)
{
    mugai_automap map = { 0 };

    if (fd < 0 || mugai_memfd_view (fd, MUGAI_KEEP_REPORT_MAX, &map) < 0)
        return NULL;
    return mugai_report_read (map.data, map.size, MUGAI_KEEP_REPORT_MAX, NULL);
}

bool
mugai_job_record (MugaiLinks *links, const MugaiJob *job, const MugaiJobEnd *end,
                  MugaiKeepState state, bool durable, const char *reason, const uint8_t *digest,
                  GError **error)
{
    const MugaiEnvelope *envelope = job->envelope;
    MugaiKeepRecord record = { .kind = MUGAI_ITEM_MAIL };
    g_autoptr (MugaiReport) report = read_report (end->report);
    g_autofree char *findings = NULL;

    if (report != NULL)
        mugai_keep_record_from_report (&record, report, &findings);
    memcpy (record.id, envelope->id, sizeof record.id);
    record.state = state;
    record.durable = durable;
    record.kind = MUGAI_ITEM_MAIL;
    record.size_in = job->size;
    record.client = envelope->client_address;
    record.queue_id = envelope->queue_id;
    record.reason = reason != NULL && *reason != '\0' ? reason : record.reason;
    if (digest != NULL) {
        memcpy (record.sha256_out, digest, sizeof record.sha256_out);
        record.size_out = end->outcome.output_size;
    }
    if (state == MUGAI_KEEP_UNTOUCHED) {
        record.sender = envelope->sender;
        record.recipient =
            envelope->recipients->len > 0 ? g_ptr_array_index (envelope->recipients, 0) : NULL;
        record.recipients = envelope->recipients->len;
    }
    return send_record (links, &record, end->report, error);
}
