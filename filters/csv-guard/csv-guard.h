/* SPDX-License-Identifier: Apache-2.0
 *
 * csv-guard: a table of comma- or tab-separated values in the one form of the profile (PROFILE.md,
 * section C; RFC 4180), with every cell that a spreadsheet would take for a formula made a text by
 * an apostrophe in front.
 *
 * Process: the walk. Trust: input is hostile. Linear in time; memory: the output. libc only.
 */
#pragma once

#include "common/buffer.h"

typedef struct MugaiCsvStats {
    uint64_t cells;
    uint64_t guarded; /* apostrophes put in */
} MugaiCsvStats;

/* mugai_csv_guard:
 * @text: borrowed, @size bytes of valid UTF-8; CR LF, LF and CR end a record. The separator is the
 * one of comma, tab and semicolon that the first record has most of; output has commas. @out:
 * appended to; begins with a byte order mark. Returns: 0, or -EINVAL when a quoted cell is not
 * closed, or goes on behind its quote: then it is no such table.
 */
int mugai_csv_guard (const char *text, size_t size, MugaiBuffer *out, MugaiCsvStats *ret_stats);
