/* SPDX-License-Identifier: Apache-2.0
 *
 * clean: take out of a text what a reader cannot see or a program would obey: controls, directional
 * formatting, invisible code points. Private use, undecodable bytes and replacement characters
 * become visible notation. One function for mail bodies, header values and names, so that all of
 * them follow one table (unicode.h). Process: the walk. Trust: input is hostile. libc only.
 * Idempotent; linear in time.
 */
#pragma once

#include "common/buffer.h"

typedef struct MugaiCleanStats {
    uint64_t control;     /* code points removed */
    uint64_t bidi;        /* removed */
    uint64_t invisible;   /* removed */
    uint64_t never;       /* noncharacters removed */
    uint64_t private_use; /* shown as [外字 U+E000] */
    uint64_t replacement; /* U+FFFD of the input, shown as [U+FFFD] */
    uint64_t undecodable; /* bytes that are no UTF-8, shown as [?E3] */
    uint64_t tags;        /* of the invisible ones: tag characters, which spell a hidden text */
} MugaiCleanStats;

typedef enum MugaiCleanForm {
    MUGAI_CLEAN_TEXT, /* line ends become LF; TAB stays */
    MUGAI_CLEAN_LINE, /* line ends and tabs become one space each: header values and names */
} MugaiCleanForm;

/* mugai_clean:
 * @utf8: borrowed, @size bytes. @out: what fits below its bound is appended. @stats: added to; may
 * be NULL.
 */
void mugai_clean (const void *utf8, size_t size, MugaiCleanForm form, MugaiBuffer *out,
                  MugaiCleanStats *stats);
