/* SPDX-License-Identifier: Apache-2.0
 *
 * explain: a report as text for people: what went on, what did not and why, part by part. Made from the report alone, which the
 * decision and the filters wrote while they worked; nothing is decided again here. Process: command line.
 * Trust: the report is hostile; everything is escaped.
 */
#pragma once

#include "core/report.h"

#include <stdbool.h>

typedef struct MugaiExplainOptions {
    bool japanese;
    bool brief;               /* without the rules that did not match */
    bool kept;                /* the original is in the keep */
    const char *const *rules; /* names by index, NULL-terminated; NULL: their numbers are shown */
} MugaiExplainOptions;

/* @envelope: may be NULL. Returns: (transfer full) UTF-8, lines end with LF. */
char *mugai_explain (const MugaiReport *report, const MugaiEnvelope *envelope, const MugaiExplainOptions *options);
