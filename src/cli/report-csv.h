/* SPDX-License-Identifier: Apache-2.0
 *
 * report-csv: the manifest of a batch run for spreadsheets: UTF-8 with BOM, CRLF, every field
 * quoted (RFC 4180), and an apostrophe before what a spreadsheet would take for a formula. It gets
 * its name when it is complete. Process: mugai.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef struct MugaiReportCsv MugaiReportCsv;

/* Errors: MUGAI_ERROR_USAGE: not writable. */
MugaiReportCsv *mugai_report_csv_open (const char *path, GError **error);
void mugai_report_csv_item (MugaiReportCsv *csv, JsonNode *row);
void mugai_report_csv_failure (MugaiReportCsv *csv, const char *input, const char *why);
/* Errors: MUGAI_ERROR_RESOURCE. */
bool mugai_report_csv_close (MugaiReportCsv *csv, GError **error);
void mugai_report_csv_free (MugaiReportCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiReportCsv, mugai_report_csv_free)
