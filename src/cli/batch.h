/* SPDX-License-Identifier: Apache-2.0
 *
 * batch: files and folders to an output folder, or stdin to stdout, over the same pool as the
 * gateway.
 *
 * A result appears by rename, after it was verified and is durable. With `keep` the original is
 * durable in the keep before that. A failure of one file never stops the others; the exit code
 * tells the worst. What is finished is in the journal, so that a run can be resumed. Process:
 * mugai.
 */
#pragma once

#include "cli/inputs.h"
#include "cli/report-set.h"
#include "cli/session.h"

typedef struct MugaiBatchOptions { /* all borrowed */
    MugaiSessionOptions session;
    MugaiInputsOptions inputs;
    MugaiReportSetOptions reports;
    const char *output; /* folder; NULL: stdin to stdout */
    const char *keep;   /* folder; NULL: none */
    bool tombstones, preserve_times, resume, quiet;
    bool dry_run;    /* the same path, and the result thrown away */
    bool date_given; /* by the user, so that a journal must have it too */
    int64_t date_us; /* of evaluation */
} MugaiBatchOptions;

/* @paths: NULL-terminated; empty: stdin. Prints. Returns: exit code. */
int mugai_batch_run (const MugaiBatchOptions *options, char *const *paths);
