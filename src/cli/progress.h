/* SPDX-License-Identifier: Apache-2.0
 *
 * progress: what a batch run tells its user on stderr: a bar with rate and remaining time on a
 * terminal, one plain line for each input otherwise, and at the end counts by outcome and type on
 * one screen. Process: mugai. Trust: names are hostile and printed escaped.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum MugaiTallied {
    MUGAI_TALLIED_DELIVERED,
    MUGAI_TALLIED_WITHHELD,
    MUGAI_TALLIED_LATER,
    MUGAI_TALLIED_N
} MugaiTallied;

typedef struct MugaiProgress MugaiProgress;

/* @total: inputs. @quiet: only what failed is told. @silent: nothing is. */
MugaiProgress *mugai_progress_new (guint total, bool quiet, bool silent);
void mugai_progress_free (MugaiProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiProgress, mugai_progress_free)

/* One input ended. @type: content type id, NULL: unknown. @path: NULL: not told. @more: reason, may
 * be "". */
void mugai_progress_item (MugaiProgress *progress, MugaiTallied how, const char *type,
                          const char *path, const char *more);
/* It had been finished by the run that is resumed. */
void mugai_progress_resumed (MugaiProgress *progress);

uint64_t mugai_progress_count (const MugaiProgress *progress, MugaiTallied how);

/* @leftovers, @unmatched: passed over. @dry: nothing was written. */
void mugai_progress_summary (const MugaiProgress *progress, guint leftovers, guint unmatched,
                             bool dry);
