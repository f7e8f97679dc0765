/* SPDX-License-Identifier: Apache-2.0
 *
 * One item on its way: walk -> seal -> verify -> compare -> answer.
 */
#include "pool/pool-private.h"

#include "base/fd.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "core/error.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

enum {
    DEATHS_SAME = 2, /* identical deaths that make an item poison */
    DEATHS_ANY = 3,
    LOSSES_MAX = 8, /* zygotes that may die under one item before it is put off */
    BUFFERS_MAX = 20000,
    VERIFY_US = 30000000,
};

const MugaiLimits *
mugai_pool_job_limits (const MugaiPoolJob *job)
{
    return mugai_rules_limits (job->policy->rules);
}

/* ---- the end of a try, and of the job */

void
mugai_job_stop (MugaiPoolJob *job)
{
    if (job->walk_child != NULL)
        job->pool->walking--;
    mugai_child_release (job->walk_child);
    mugai_child_release (job->verify_child);
    job->walk_child = job->verify_child = NULL;
    mugai_loop_cancel (job->pool->loop, job->deadline);
    job->deadline = NULL;
    g_hash_table_remove_all (job->isolated);
    g_queue_remove (&job->pool->waiting, job);
    g_queue_remove (&job->pool->waiting_verify, job);
    mugai_fd_clear (&job->output);
    mugai_fd_clear (&job->report_fd);
    g_clear_pointer (&job->report, mugai_report_free);
    job->n_buffers = 0;
}

void
mugai_job_free (MugaiPoolJob *job)
{
    mugai_job_stop (job);
    g_hash_table_remove (job->pool->jobs, job);
    job->pool->counts.bytes_now -= job->submission.size;
    job->pool->counts.jobs_now--;
    g_hash_table_unref (job->isolated);
    mugai_fd_clear (&job->content);
    mugai_fd_clear (&job->envelope_fd);
    g_clear_pointer (&job->envelope, mugai_envelope_free);
    mugai_policy_unref (job->policy);
    g_free (job);
}

static void
count_answer (MugaiPoolCounts *counts, MugaiAnswer answer)
{
    switch (answer) {
    case MUGAI_ANSWER_DELIVER:
        counts->delivered++;
        break;
    case MUGAI_ANSWER_WITHHELD:
        counts->withheld++;
        break;
    case MUGAI_ANSWER_HOLD:
        counts->held++;
        break;
    case MUGAI_ANSWER_REJECT:
        counts->rejected++;
        break;
    case MUGAI_ANSWER_UNTOUCHED:
        counts->untouched++;
        break;
    case MUGAI_ANSWER_TRY_AGAIN:
        counts->try_again++;
        break;
    }
}

void
mugai_job_answer (MugaiPoolJob *job, MugaiAnswer answer, const char *reason, const char *text)
{
    MugaiPool *pool = job->pool;
    MugaiPoolOutcome outcome = { .output = job->output,
                                 .report_fd = job->report_fd,
                                 .report = job->report,
                                 .grammar = job->result.grammar };

    outcome.frame.answer = answer;
    snprintf (outcome.frame.reason, sizeof outcome.frame.reason, "%s", reason);
    snprintf (outcome.frame.text, sizeof outcome.frame.text, "%s", text);
    memcpy (outcome.frame.policy, mugai_rules_policy (job->policy->rules), MUGAI_SHA256_SIZE);
    mugai_pool_engine (pool, outcome.frame.engine);
    if (job->report != NULL) {
        outcome.frame.in = job->report->in;
        outcome.frame.delivered = job->report->delivered;
        outcome.frame.converted = job->report->converted;
        outcome.frame.withheld = job->report->withheld;
        outcome.frame.output_size = job->report->size_out;
        memcpy (outcome.frame.output_sha256, job->report->sha256_out, MUGAI_SHA256_SIZE);
    }
    count_answer (&pool->counts, answer);
    job->done (job->data, &outcome);
    mugai_job_free (job);
    mugai_pool_pump (pool);
}

/* ---- failure */

/* A file that is poison has no notice mail: its report is made here, from what the supervisor knows
 * itself. */
static void
answer_poison_file (MugaiPoolJob *job)
{
    uint32_t index;
    MugaiReport *report = mugai_report_new();
    MugaiReportPart *part = mugai_report_add_part (report, 0, &index);

    memcpy (report->id, job->envelope->id, sizeof report->id);
    report->outcome = MUGAI_ITEM_WITHHELD;
    g_free (report->reason);
    report->reason = g_strdup (job->reason);
    report->size_in = part->size = job->submission.size;
    memcpy (report->sha256_in, job->submission.sha256, MUGAI_SHA256_SIZE);
    memcpy (part->sha256, job->submission.sha256, MUGAI_SHA256_SIZE);
    memcpy (report->policy, mugai_rules_policy (job->policy->rules), MUGAI_SHA256_SIZE);
    part->leaf = true;
    part->outcome = MUGAI_OUTCOME_WITHHELD;
    g_free (part->reason);
    part->reason = g_strdup (job->reason);
    mugai_report_count (report);
    job->report = report;
    mugai_job_answer (job, MUGAI_ANSWER_WITHHELD, job->reason, "the item ended its worker twice");
}

bool
mugai_job_give_notice (MugaiPoolJob *job, const char *reason)
{
    job->task = MUGAI_WALK_NOTICE;
    snprintf (job->reason, sizeof job->reason, "%s", reason);
    if (job->envelope->kind == MUGAI_ITEM_MAIL)
        return true;
    answer_poison_file (job);
    return false;
}

static void
make_poison (MugaiPoolJob *job, const char *reason)
{
    uint8_t engine[MUGAI_SHA256_SIZE];
    char id[MUGAI_SHA256_HEX_SIZE];

    mugai_pool_engine (job->pool, engine);
    mugai_sha256_hex (job->submission.sha256, id);
    mugai_pool_say (job->pool, LOG_ERR, "%s: %s; content %s is poison from now on",
                    job->envelope->id, job->signature, id);
    if (!mugai_poison_add (job->pool->poison, job->submission.sha256, engine))
        mugai_pool_say (job->pool, LOG_ERR, "cannot write the list of poison items: %s",
                        strerror (errno));
    if (mugai_job_give_notice (job, reason))
        g_queue_push_head (&job->pool->waiting, job);
}

void
mugai_job_failed (MugaiPoolJob *job, const char *signature, bool counted)
{
    MugaiPool *pool = job->pool;
    bool same = strcmp (job->signature, signature) == 0;

    mugai_job_stop (job);
    mugai_pool_say (pool, LOG_WARNING, "%s: %s", job->envelope->id, signature);
    pool->counts.retries++;
    if (counted) {
        pool->counts.deaths++;
        job->deaths++;
        snprintf (job->signature, sizeof job->signature, "%s", signature);
    } else
        job->losses++;
    if (job->losses > LOSSES_MAX ||
        (counted && job->task == MUGAI_WALK_NOTICE && job->deaths > 2 * DEATHS_ANY)) {
        mugai_job_answer (job, MUGAI_ANSWER_TRY_AGAIN, "poison.crashed", signature);
        return;
    }
    bool poison = counted && job->task == MUGAI_WALK_SANITIZE &&
                  ((same && job->deaths >= DEATHS_SAME) || job->deaths >= DEATHS_ANY);
    if (poison)
        make_poison (job, g_str_has_prefix (signature, "deadline")   ? "poison.deadline"
                          : g_str_has_prefix (signature, "verifier") ? "poison.verifier"
                                                                     : "poison.crashed");
    else
        g_queue_push_head (&pool->waiting, job);
    mugai_pool_pump (pool);
}

static void
on_deadline (void *data)
{
    MugaiPoolJob *job = data;

    job->deadline = NULL;
    mugai_job_failed (job,
                      job->verify_child != NULL ? "verifier: passed its deadline"
                                                : "deadline: the walk passed it",
                      true);
}

static void
on_child_death (void *data, MugaiChild *child, MugaiDeath death)
{
    MugaiPoolJob *job = data;
    const char *who = child == job->verify_child ? "verifier" : "worker";
    int status = mugai_child_status (child);
    char signature[64];

    if (death == MUGAI_DEATH_FRAME)
        snprintf (signature, sizeof signature, "%s: sent nonsense", who);
    else if (death == MUGAI_DEATH_ZYGOTE)
        snprintf (signature, sizeof signature, "%s: lost with its zygote", who);
    else if (status >= 0 && WIFSIGNALED (status))
        snprintf (
            signature, sizeof signature, "%s: killed by signal %d (%s)", who, WTERMSIG (status),
            WTERMSIG (status) == SIGSYS ? "forbidden system call" : strsignal (WTERMSIG (status)));
    else
        snprintf (signature, sizeof signature, "%s: %s", who,
                  status >= 0 ? "ended with an error" : "was killed or ended without a result");
    mugai_job_failed (job, signature, death != MUGAI_DEATH_ZYGOTE);
}

/* ---- verify and compare */

static MugaiAnswer
answer_of (const MugaiPoolJob *job)
{
    if (job->task == MUGAI_WALK_NOTICE)
        return MUGAI_ANSWER_HOLD;
    switch (job->report->outcome) {
    case MUGAI_ITEM_DELIVERED:
        return MUGAI_ANSWER_DELIVER;
    case MUGAI_ITEM_WITHHELD:
        return MUGAI_ANSWER_WITHHELD;
    case MUGAI_ITEM_HELD:
        return MUGAI_ANSWER_HOLD;
    case MUGAI_ITEM_REJECTED:
        return MUGAI_ANSWER_REJECT;
    }
    return MUGAI_ANSWER_TRY_AGAIN;
}

static void
compare_and_answer (MugaiPoolJob *job, const MugaiVerdict *verdict)
{
    g_autoptr (GError) error = NULL;
    char text[192];

    /* A file states no sums, and mugai_report_check() takes four zeros for that: a mail may not. */
    bool silent = job->result.output_size > 0 && job->result.grammar == MUGAI_GRAMMAR_MAIL &&
                  verdict->in != job->report->in;
    if (silent)
        g_set_error (&error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL,
                     "conservation: the mail states in=%u, the report %u", verdict->in,
                     job->report->in);
    if (silent || !mugai_report_check (job->report, verdict, &error)) {
        mugai_pool_say (job->pool, LOG_ERR, "%s: %s", job->envelope->id, error->message);
        mugai_job_failed (job, "verifier: the report is not what was found", true);
        return;
    }
    snprintf (text, sizeof text, "in %u = delivered %u + converted %u + withheld %u",
              job->report->in, job->report->delivered, job->report->converted,
              job->report->withheld);
    mugai_job_answer (job, answer_of (job),
                      job->task == MUGAI_WALK_NOTICE ? job->reason : job->report->reason, text);
}

static void
on_verdict (void *data, MugaiChild *child, MugaiFrame *frame)
{
    MugaiPoolJob *job = data;
    MugaiVerdict verdict;

    (void)child;
    if (frame->kind != MUGAI_KIND_VERDICT || frame->job != job->nonce ||
        !mugai_verdict_read (frame->payload, frame->size, &verdict)) {
        mugai_job_failed (job, "verifier: sent nonsense", true);
        return;
    }
    mugai_child_finish (job->verify_child);
    job->verify_child = NULL;
    mugai_loop_cancel (job->pool->loop, job->deadline);
    job->deadline = NULL;
    if (!verdict.ok) {
        char signature[64];
        mugai_pool_say (
            job->pool, LOG_ERR,
            "%s: the verifier refused the result: clause %s, byte %" G_GUINT64_FORMAT ", %s: %s",
            job->envelope->id, verdict.clause, verdict.offset, verdict.path, verdict.why);
        snprintf (signature, sizeof signature, "verifier: refused by clause %s", verdict.clause);
        mugai_job_failed (job, signature, true);
    } else if (verdict.leaves != job->result.leaves ||
               memcmp (verdict.leaves_sha256, job->result.leaves_sha256, MUGAI_SHA256_SIZE) != 0)
        mugai_job_failed (job, "verifier: found other leaves than the worker told", true);
    else if (memcmp (verdict.output_sha256, job->report->sha256_out, MUGAI_SHA256_SIZE) != 0)
        mugai_job_failed (job, "verifier: the report has the digest of other bytes", true);
    else
        compare_and_answer (job, &verdict);
}

bool
mugai_job_verify (MugaiPoolJob *job)
{
    uint8_t buffer[64];
    const MugaiLimits *limits = mugai_pool_job_limits (job);
    MugaiVerifyRequest request = { .grammar = job->result.grammar,
                                   .output_max = limits->output,
                                   .parts_max = limits->parts };

    job->verify_child = mugai_nursery_take (job->pool->verify, on_verdict, on_child_death, job);
    if (job->verify_child == NULL)
        return false;
    MugaiFrame frame = { .kind = MUGAI_KIND_VERIFY,
                         .job = job->nonce,
                         .payload = buffer,
                         .size = mugai_verify_request_write (&request, buffer, sizeof buffer),
                         .fds = { job->output },
                         .n_fds = 1 };
    job->deadline = mugai_loop_after (job->pool->loop, VERIFY_US, on_deadline, job);
    if (mugai_child_send (job->verify_child, &frame) < 0)
        mugai_job_failed (job, "verifier: lost before it began", false);
    return true;
}

/* ---- the walk's result */

static const char no_memory[] = "no memory for the report";

/* Seal what the worker wrote and read its report. Returns: NULL, or what is wrong with it. */
static const char *
take_result (MugaiPoolJob *job)
{
    const MugaiLimits *limits = mugai_pool_job_limits (job);
    g_autoptr (GError) error = NULL;
    g_autofree void *data = NULL;
    uint64_t size = 0;

    if (mugai_memfd_seal (job->output) < 0 || mugai_memfd_seal (job->report_fd) < 0)
        return "worker: keeps its output writable";
    if (mugai_memfd_check (job->output, limits->output, &size) < 0 ||
        size != job->result.output_size)
        return "worker: output has another size than told";
    int64_t report_size =
        mugai_memfd_read (job->report_fd, (uint32_t)MIN (limits->report, G_MAXUINT32), &data);
    if (report_size == -ENOMEM)
        return no_memory;
    if (report_size < 0 || (uint64_t)report_size != job->result.report_size)
        return "worker: report has another size than told";
    job->report = mugai_report_read (data, (size_t)report_size, limits->report, &error);
    if (job->report == NULL)
        return "worker: the report cannot be read";
    if (strcmp (job->report->id, job->envelope->id) != 0 ||
        job->report->outcome != job->result.outcome ||
        job->report->size_out != job->result.output_size ||
        memcmp (job->report->policy, mugai_rules_policy (job->policy->rules), MUGAI_SHA256_SIZE) !=
            0)
        return "worker: the report is of another item";
    return NULL;
}

static void
on_result (MugaiPoolJob *job, const MugaiFrame *frame)
{
    static const MugaiVerdict nothing = { .ok = true };
    const char *wrong = NULL;

    if (!mugai_walk_result_read (frame->payload, frame->size, &job->result) || frame->n_fds != 0) {
        mugai_job_failed (job, "worker: sent nonsense", true);
        return;
    }
    mugai_child_finish (job->walk_child);
    job->walk_child = NULL;
    job->pool->walking--;
    mugai_loop_cancel (job->pool->loop, job->deadline);
    job->deadline = NULL;
    g_hash_table_remove_all (job->isolated);
    wrong = take_result (job);
    bool file = job->envelope->kind == MUGAI_ITEM_FILE;
    bool nothing_out = job->report != NULL && job->result.output_size == 0 &&
                       (job->report->outcome == MUGAI_ITEM_REJECTED ||
                        (file && job->report->outcome != MUGAI_ITEM_DELIVERED));
    if (wrong == NULL && !nothing_out && !file && job->result.grammar != MUGAI_GRAMMAR_MAIL)
        wrong = "worker: the result of a mail is no mail";
    if (wrong != NULL)
        mugai_job_failed (job, wrong, wrong != no_memory);
    else if (nothing_out) {
        MugaiVerdict verdict = nothing;
        mugai_sha256 (NULL, 0, verdict.leaves_sha256);
        compare_and_answer (job, &verdict);
    } else if (!mugai_job_verify (job))
        g_queue_push_tail (&job->pool->waiting_verify, job);
    else
        mugai_pool_pump (job->pool);
}

/* The child asks for an empty memfd. Returns: false when that is nonsense. */
static bool
give_buffer (MugaiPoolJob *job, const MugaiFrame *request)
{
    if (request->size != 0 || request->n_fds != 0 || ++job->n_buffers > BUFFERS_MAX)
        return false;
    mugai_autofd fd = mugai_memfd_new ("mugai-part");
    MugaiFrame answer = { .kind = MUGAI_KIND_BUFFER, .job = job->nonce, .fds = { fd }, .n_fds = 1 };
    if (fd < 0)
        mugai_job_answer (job, MUGAI_ANSWER_TRY_AGAIN, "resource.descriptors",
                          "no memory or descriptor left");
    else if (mugai_child_send (job->walk_child, &answer) < 0)
        mugai_job_failed (job, "worker: does not take its answers", true);
    return true;
}

static void
on_walk_frame (void *data, MugaiChild *child, MugaiFrame *frame)
{
    MugaiPoolJob *job = data;

    (void)child;
    if (frame->job == job->nonce && frame->kind == MUGAI_KIND_RESULT)
        on_result (job, frame);
    else if (frame->job == job->nonce && frame->kind == MUGAI_KIND_BUFFER &&
             give_buffer (job, frame))
        return;
    else if (frame->job == job->nonce && frame->kind == MUGAI_KIND_ISOLATE &&
             mugai_isolated_begin (job, frame))
        return;
    else
        mugai_job_failed (job, "worker: sent nonsense", true);
}

/* ---- the walk */

static bool
send_walk (MugaiPoolJob *job)
{
    uint8_t buffer[256];
    MugaiWalkJob walk = { .task = job->task, .content_size = job->submission.size };
    mugai_autofd nothing = -1;

    if (job->task == MUGAI_WALK_NOTICE) { /* it must not see the content again */
        nothing = mugai_memfd_new ("mugai-nothing");
        mugai_memfd_seal (nothing);
    }
    memcpy (walk.content_sha256, job->submission.sha256, sizeof walk.content_sha256);
    memcpy (walk.reason, job->reason, sizeof walk.reason);
    MugaiFrame frame = { .kind = MUGAI_KIND_WALK,
                         .job = job->nonce,
                         .payload = buffer,
                         .size = mugai_walk_job_write (&walk, buffer, sizeof buffer),
                         .fds = { nothing >= 0 ? nothing : job->content, job->envelope_fd,
                                  job->policy->fd, job->output, job->report_fd },
                         .n_fds = 5 };
    return mugai_child_send (job->walk_child, &frame) == 0;
}

static uint64_t
walk_time_us (const MugaiPoolJob *job)
{
    uint64_t time_us = mugai_pool_job_limits (job)->time;

    if (job->submission.time_us > 0 && job->submission.time_us < time_us)
        time_us = job->submission.time_us;
    return time_us;
}

bool
mugai_job_walk (MugaiPoolJob *job)
{
    job->walk_child = mugai_nursery_take (job->pool->walk, on_walk_frame, on_child_death, job);
    if (job->walk_child == NULL)
        return false;
    job->pool->walking++;
    job->output = mugai_memfd_new ("mugai-output");
    job->report_fd = mugai_memfd_new ("mugai-report");
    if (job->output < 0 || job->report_fd < 0) {
        mugai_job_answer (job, MUGAI_ANSWER_TRY_AGAIN, "resource.descriptors",
                          "no memory or descriptor left");
        return true;
    }
    job->deadline = mugai_loop_after (job->pool->loop, walk_time_us (job), on_deadline, job);
    if (!send_walk (job))
        mugai_job_failed (job, "worker: lost before it began", false);
    return true;
}
