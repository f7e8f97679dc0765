/* SPDX-License-Identifier: Apache-2.0
 *
 * pool-private: what pool.c (who waits for what), job.c (one item) and isolated.c (one isolated
 * call) share.
 */
#pragma once

#include "pool/poison.h"
#include "pool/pool.h"
#include "wire/walk.h"

typedef struct MugaiPolicy { /* rules in force, with every job that began under them */
    unsigned refs;
    MugaiRules *rules;
    int fd; /* their binary form, sealed */
} MugaiPolicy;

typedef struct MugaiIsolated MugaiIsolated;

struct MugaiPool {
    MugaiLoop *loop;
    MugaiPoolConfig config;
    char *programs, *poison_path;
    char **filter_dirs;
    MugaiPolicy *policy;
    MugaiNursery *walk, *verify, *reader;
    MugaiNursery *encode; /* NULL until first asked for */
    GHashTable *render;   /* filter name -> MugaiNursery, started when first asked for */
    GPtrArray *nurseries; /* all of them; owns */
    MugaiPoison *poison;
    GQueue waiting;          /* of MugaiPoolJob: for a walk child */
    GQueue waiting_verify;   /* of MugaiPoolJob: for a verify child */
    GQueue waiting_isolated; /* of MugaiIsolated: for a render or encode child */
    GHashTable *jobs;        /* set of MugaiPoolJob */
    unsigned walking;
    unsigned isolating; /* calls that hold a render or encode child */
    bool pumping, pump_again;
    uint64_t next_nonce;
    MugaiPoolCounts counts;
};

struct MugaiPoolJob {
    MugaiPool *pool;
    uint64_t nonce;
    int content, envelope_fd;
    MugaiSubmission submission;
    MugaiEnvelope *envelope;
    MugaiPolicy *policy;
    MugaiPoolDone done;
    void *data;

    MugaiWalkTask task;
    char reason[48];         /* of a NOTICE */
    unsigned deaths, losses; /* its own; its zygotes' */
    char signature[64];      /* of the last death */

    MugaiChild *walk_child, *verify_child;
    MugaiTimer *deadline;
    int output, report_fd;
    MugaiWalkResult result;
    MugaiReport *report;
    GHashTable *isolated; /* handle -> MugaiIsolated */
    unsigned n_buffers;   /* memfds the walk child asked for */
};

const MugaiLimits *mugai_pool_job_limits (const MugaiPoolJob *job);
void G_GNUC_PRINTF (3, 4) mugai_pool_say (MugaiPool *pool, int priority, const char *format, ...);
/* Start what can be started. Called whenever something became free. */
void mugai_pool_pump (MugaiPool *pool);

/* job.c */
/* Returns: false when no walk child is free now. */
bool mugai_job_walk (MugaiPoolJob *job);
bool mugai_job_verify (MugaiPoolJob *job);
/* End every process and descriptor of this try. */
void mugai_job_stop (MugaiPoolJob *job);
/* The try failed. @signature: what kind of death; @counted: false when it was not the item's doing.
 */
void mugai_job_failed (MugaiPoolJob *job, const char *signature, bool counted);
/* From now on the job is a notice in place of a poison item. Returns: false when it was answered at
 * once (a file). */
bool mugai_job_give_notice (MugaiPoolJob *job, const char *reason);
/* Answer and forget the job. */
void mugai_job_answer (MugaiPoolJob *job, MugaiAnswer answer, const char *reason, const char *text);
void mugai_job_free (MugaiPoolJob *job);
void mugai_policy_unref (MugaiPolicy *policy);

/* isolated.c */
/* Begin the call of an ISOLATE frame. Returns: false when the frame is nonsense. */
bool mugai_isolated_begin (MugaiPoolJob *job, MugaiFrame *frame);
/* Try to go on with a call that waits for a child. Returns: false when there is none yet. */
bool mugai_isolated_step (MugaiIsolated *call);
void mugai_isolated_free (MugaiIsolated *call);
/* pool.c: nursery of a filter's render program, or of the encoder; NULL when it cannot be started.
 */
const MugaiCatalogueFilter *mugai_pool_find_filter (const MugaiPool *pool, const char *name);
MugaiNursery *mugai_pool_render (MugaiPool *pool, const MugaiCatalogueFilter *filter);
MugaiNursery *mugai_pool_encode (MugaiPool *pool);
