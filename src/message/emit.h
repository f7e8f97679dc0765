/* SPDX-License-Identifier: Apache-2.0
 *
 * emit: the canonical mail of the profile: header lines made elsewhere, result line, one body, a
 * flat list of attachments.
 *
 * Process: worker. Trust: what it is given obeys the profile; what it writes is checked by another
 * program all the same. Source: PROFILE.md sections M, B, N.
 */
#pragma once

#include "core/report.h"
#include "core/type.h"
#include "message/jis-output.h"

#include <glib.h>
#include <stdint.h>

typedef struct MugaiEmitLeaf {
    uint32_t part;         /* source in the report, or MUGAI_REPORT_NO_PART */
    const MugaiType *type; /* text for the body */
    const char *name;      /* NULL for the body */
    GBytes *data;          /* borrowed; at least one byte */
} MugaiEmitLeaf;

typedef struct MugaiEmit {
    const GString *header;       /* borrowed: all lines up to and without MIME-Version */
    const MugaiReport *report;   /* borrowed: id, policy and sums */
    const MugaiEmitLeaf *leaves; /* the body first */
    size_t n_leaves;             /* at least 1 */
    const MugaiJisOutput *jis; /* borrowed: the body goes out in ISO-2022-JP and is fitted; NULL */
} MugaiEmit;

/* Bytes that mugai_emit_mail would write, or a few more. */
size_t mugai_emit_size (const MugaiEmit *emit);

/* Returns: (transfer full) the mail. */
GBytes *mugai_emit_mail (const MugaiEmit *emit);

/* Write the output leaves into the report. */
void mugai_emit_report (const MugaiEmit *emit, MugaiReport *report);
