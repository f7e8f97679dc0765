/* SPDX-License-Identifier: Apache-2.0
 *
 * report-file: the JSON report of a batch run: {"schema": "mugai.report/1", "items": [...],
 * "summary": {...}}, written as items end. A file gets its name only when it is complete; what is
 * no regular file (a terminal, a pipe) is written to as it is.
 */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef struct MugaiReportFile MugaiReportFile;

/* @path: NULL: nowhere. @to_stdout: also there. Errors: MUGAI_ERROR_USAGE: not writable. */
MugaiReportFile *mugai_report_file_open (const char *path, bool to_stdout, GError **error);
/* @row: of report-row.h. */
void mugai_report_file_item (MugaiReportFile *file, JsonNode *row);
void mugai_report_file_passed_over (MugaiReportFile *file, guint count);
/* An input that was not finished: unreadable, or to be tried again. */
void mugai_report_file_failure (MugaiReportFile *file, const char *input, const char *why);
/* Errors: MUGAI_ERROR_RESOURCE: could not be written. */
bool mugai_report_file_close (MugaiReportFile *file, GError **error);
void mugai_report_file_free (MugaiReportFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiReportFile, mugai_report_file_free)
