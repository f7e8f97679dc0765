/* SPDX-License-Identifier: Apache-2.0
 *
 * trial: items that are run for their reports alone: nothing is kept and nothing is delivered. What `explain`, `facts`,
 * `rules test` and `rules replay` have in common; the path is the gateway's (session.h). Process: mugai.
 */
#pragma once

#include "cli/session.h"
#include "core/envelope.h"
#include "core/report.h"
#include "wire/keep.h"

typedef struct MugaiTrial {
    char *name; /* for people: a path, or the id of a kept item */
    int content; /* sealed */
    MugaiEnvelope *envelope;
    MugaiSubmission submission;
} MugaiTrial;

/* mugai_trial_file:
 * @path: "-": stdin. @mail: it is a mail as an MTA hands it over; else a file.
 * Errors: MUGAI_ERROR_USAGE: there is no such file; MUGAI_ERROR_RESOURCE: it cannot be read now.
 */
MugaiTrial *mugai_trial_file (const char *path, bool mail, GError **error);
/* The same with the bytes at hand. @name: of the file. */
MugaiTrial *mugai_trial_bytes (const char *name, const void *data, size_t size, bool mail,
                               GError **error);
/* The original of a kept item and its envelope (audited; administrators only). @id: as
 * mugai_keep_id_prefix() takes it. */
MugaiTrial *mugai_trial_kept (MugaiKeepClient *client, const char *id, GError **error);
void mugai_trial_free (MugaiTrial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiTrial, mugai_trial_free)

/* Returns: (transfer full) the @index-th item; NULL with @error: it cannot be had. */
typedef MugaiTrial *(*MugaiTrialNext) (void *data, guint index, GError **error);
/* @trial, @report: borrowed for the call; NULL when there is none, and then @why says why. */
typedef void (*MugaiTrialDone) (void *data, guint index, const MugaiTrial *trial,
                                const MugaiReport *report, const char *why);

/* mugai_trial_run:
 * Run @count items, as many at once as the session takes; @done is called once for each, in any order.
 * Returns: false when the loop was ended before all were done.
 */
bool mugai_trial_run (MugaiSession *session, guint count, MugaiTrialNext next, MugaiTrialDone done,
                      void *data);

/* One item. @trial: (transfer full). Returns: (transfer full). Errors: MUGAI_ERROR_RESOURCE: try again later;
 * MUGAI_ERROR_REFUSED: there is no report (mail that leaves). */
MugaiReport *mugai_trial_one (MugaiSession *session, MugaiTrial *trial, GError **error);

/* Does @path look like a mail (ends in .eml)? */
bool mugai_trial_is_mail (const char *path);
