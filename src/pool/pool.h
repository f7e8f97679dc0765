/* SPDX-License-Identifier: Apache-2.0
 *
 * pool: sanitize items in confined children and let through only what was verified. The same code
 * serves mugaid and `mugai sanitize`; there is no other path.
 *
 * One item: a walk child makes output and report (isolated calls go to render and encode children
 * meanwhile); both are sealed; a verify child recognises the output; the report is compared with
 * what it found (P3). A death, a passed deadline, a refusal by the verifier or a lie is tried again
 * at once; the second of its kind makes the item poison: remembered by content digest, answered
 * with a notice in its place. Lack of resources is TRY_AGAIN. Process: supervisor, one thread.
 * Trust: reads frames and reports that children wrote (bounded), never content.
 */
#pragma once

#include "base/loop.h"
#include "core/report.h"
#include "pool/nursery.h"
#include "rules/rules.h"
#include "wire/front.h"

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiPool MugaiPool;
typedef struct MugaiPoolJob MugaiPoolJob;

typedef struct MugaiPoolConfig {     /* copied */
    const char *programs;            /* folder of mugai-worker and its kin */
    const char *const *filter_dirs;  /* NULL-terminated */
    const MugaiCatalogue *catalogue; /* borrowed, must outlive the pool */
    unsigned active;                 /* items walked at once */
    unsigned queue; /* items taken at once, waiting ones too: the high-water mark */
    uint64_t bytes; /* of content taken at once: the other high-water mark; one item always fits */
    bool partial;   /* `sandbox: partial` */
    const char *poison_file; /* NULL: remembered until the pool ends */
    MugaiPoolLog log;
    void *log_data;
} MugaiPoolConfig;

typedef struct MugaiPoolOutcome { /* borrowed for the call */
    MugaiOutcomeFrame frame;
    int output;    /* sealed, -1 when there is none */
    int report_fd; /* sealed, -1 likewise */
    const MugaiReport
        *report;      /* the same, checked against the verifier's count; NULL without one */
    uint32_t grammar; /* MugaiGrammar of the output */
} MugaiPoolOutcome;

typedef void (*MugaiPoolDone) (void *data, const MugaiPoolOutcome *outcome);

/* Start the zygotes. @rules: (transfer full). Errors: MUGAI_ERROR_USAGE: a program is missing. */
MugaiPool *mugai_pool_new (MugaiLoop *loop, const MugaiPoolConfig *config, MugaiRules *rules,
                           GError **error);

/* Kills every child; jobs in flight end without a call. */
void mugai_pool_free (MugaiPool *pool);

/* Turn the loop until children are ready. Errors: MUGAI_ERROR_USAGE: a program cannot run or cannot
 * lock itself down; MUGAI_ERROR_RESOURCE: the loop was ended meanwhile. */
bool mugai_pool_wait_ready (MugaiPool *pool, uint64_t timeout_us, GError **error);

/* Why no item can be sanitized any more (a program is of another version or cannot lock itself
 * down); NULL when all is well. Every item is then answered TRY_AGAIN; end and start again. */
const char *mugai_pool_broken (const MugaiPool *pool);

/* New items are decided under these; running ones end under the rules they began with. @rules:
 * (transfer full). */
void mugai_pool_set_rules (MugaiPool *pool, MugaiRules *rules);
const MugaiRules *mugai_pool_rules (const MugaiPool *pool);

/* Digest over all programs, libraries and filters that were started. */
void mugai_pool_engine (const MugaiPool *pool, uint8_t ret_engine[MUGAI_SHA256_SIZE]);

/* mugai_pool_submit:
 * @content, @envelope: sealed memfds; duplicated, so the caller's stay the caller's.
 * @done: called once, from the loop or from within this call; not after mugai_pool_cancel().
 * Returns: (borrowed) the job, for cancelling; NULL when @done was already called.
 */
MugaiPoolJob *mugai_pool_submit (MugaiPool *pool, int content, int envelope,
                                 const MugaiSubmission *submission, MugaiPoolDone done, void *data);
void mugai_pool_cancel (MugaiPool *pool, MugaiPoolJob *job);

/* Items taken and not yet answered. */
unsigned mugai_pool_jobs (const MugaiPool *pool);

typedef struct MugaiPoolCounts {
    uint64_t items, delivered, withheld, held, rejected, untouched, try_again, retries, deaths;
    uint64_t bytes_now;
    unsigned jobs_now;
} MugaiPoolCounts;

MugaiPoolCounts mugai_pool_counts (const MugaiPool *pool);
/* @ret_count: how many. Returns: (borrowed) the nurseries. */
MugaiNursery *const *mugai_pool_nurseries (const MugaiPool *pool, size_t *ret_count);
