/* SPDX-License-Identifier: Apache-2.0
 *
 * notice-list: the lists of a notice: what was withheld and why, what changed its form, what else
 * the reader should know. Each is bounded; what is left out is counted.
 *
 * Process: worker. Trust: names and evidence are hostile; they are cleaned here.
 */
#pragma once

#include "core/report.h"
#include "message/notice-text.h"

#include <glib.h>
#include <stdbool.h>

/* Append @text in lines of at most 72 columns: @first before the first, @rest before the others.
 * Breaks at spaces, and anywhere in text without them. */
void mugai_notice_wrapped (GString *out, const char *first, const char *rest, const char *text);

/* A line made of a sentence of the table (MugaiText) with its values, @lead before it. */
void mugai_notice_line (GString *out, const char *lead, MugaiLanguage language, int text, ...);
/* Returns: (transfer full) the sentence alone. */
char *mugai_notice_format (MugaiLanguage language, int text, ...);

/* "24 KB". Returns: (transfer full). */
char *mugai_notice_size (uint64_t size, MugaiLanguage language);
/* A finding code in words. Returns: (transfer full). */
char *mugai_notice_reason (const char *code, uint64_t count, const char *evidence,
                           MugaiLanguage language);
/* The first finding of @code, or NULL. */
const MugaiFinding *mugai_notice_find (const GPtrArray *findings, const char *code);

bool mugai_notice_is_withheld (const MugaiReportPart *part);
bool mugai_notice_is_converted (const MugaiReportPart *part);
bool mugai_notice_has_findings (const MugaiReport *report);

/* Nothing is appended when there is nothing to say. */
void mugai_notice_withheld (GString *out, const MugaiReport *report, MugaiLanguage language);
void mugai_notice_converted (GString *out, const MugaiReport *report, MugaiLanguage language);
void mugai_notice_findings (GString *out, const MugaiReport *report, MugaiLanguage language);
