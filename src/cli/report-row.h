/* SPDX-License-Identifier: Apache-2.0
 *
 * report-row: one item of a batch run as all its reports take it: the JSON object of
 * core/report-json.h with "input" and "output". The journal keeps rows, so that a resumed run
 * reports all items. Trust: every string in a row is escaped already (base/escape.h).
 */
#pragma once

#include "core/report.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>

/* @report: NULL when there is none (poison). @delivered: outcome then. Returns: (transfer full). */
JsonNode *mugai_report_row (const MugaiReport *report, const MugaiEnvelope *envelope,
                            bool delivered);
/* @output: NULL when nothing was written. */
void mugai_report_row_name (JsonNode *row, const char *input, const char *output);

bool mugai_report_row_delivered (JsonNode *row);
/* Of the item's root part. Returns: (borrowed) "unknown" when there is none. */
const char *mugai_report_row_type (JsonNode *row);
/* Of an object of a row. Returns: (borrowed) "" when there is none. */
const char *mugai_report_row_text (JsonObject *object, const char *member);
/* Filters that ran, over all parts, each once, in order. Returns: (transfer full) "a, b". */
char *mugai_report_row_methods (JsonNode *row);
/* Codes why the item, or parts of it, were withheld, each once. Returns: (transfer full) "a, b". */
char *mugai_report_row_reasons (JsonNode *row);
