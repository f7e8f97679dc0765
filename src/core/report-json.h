/* SPDX-License-Identifier: Apache-2.0
 *
 * report-json: a report (and its envelope) as JSON, "schema": "mugai.report/1"; report.schema.json
 * in this folder is its schema. A library of its own (report_json_dep), so that workers do not link
 * a JSON writer. Process: command line, supervisor. Trust: every string of a report is hostile;
 * each is escaped (base/escape.h) before it becomes a JSON string.
 */
#pragma once

#include "core/report.h"

#include <json-glib/json-glib.h>

/* mugai_report_json_node:
 * @envelope: may be NULL. @rules: names of rules by index, for the trace; NULL-terminated or NULL.
 * Returns: (transfer full) an object node.
 */
JsonNode *mugai_report_json_node (const MugaiReport *report, const MugaiEnvelope *envelope,
                                  const char *const *rules);

/* The same as text, without a line end; @pretty: indented. Returns: (transfer full). */
char *mugai_report_json (const MugaiReport *report, const MugaiEnvelope *envelope,
                         const char *const *rules, bool pretty);
