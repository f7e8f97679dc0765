/* SPDX-License-Identifier: Apache-2.0
 *
 * prescan: one bounded pass over the raw bytes of a mail before anything is parsed: sizes, and
 * bytes that readers of mail disagree about.
 *
 * Process: worker. Trust: input is hostile. Pure; one pass, linear, no allocation.
 */
#pragma once

#include "base/limits.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiPrescan {
    uint64_t lines;
    uint64_t longest_line; /* bytes without the line end */
    uint64_t nul;          /* how many */
    uint64_t bare_cr;      /* CR without LF after it */
    uint64_t bare_lf;      /* LF without CR before it */
    uint64_t high;         /* bytes above 0x7F */
    uint64_t dash_lines;   /* lines that begin with "--": no mail has more delimiters than these */
    uint64_t header;       /* bytes before the first empty line */
    bool crlf;             /* at least one line ends with CRLF */
} MugaiPrescan;

/* mugai_prescan:
 * @data: borrowed, @size bytes. @limits: item, header.
 * Errors: MUGAI_ERROR_LIMIT naming limit and number; @ret is filled all the same, as far as was
 * read.
 */
bool mugai_prescan (const uint8_t *data, size_t size, const MugaiLimits *limits, MugaiPrescan *ret,
                    GError **error);
