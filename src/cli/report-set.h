/* SPDX-License-Identifier: Apache-2.0
 *
 * report-set: the reports that a batch run was asked for, each fed with the same rows.
 * Process: mugai.
 */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef struct MugaiReportSetOptions {
    const char *json, *csv; /* files; NULL: none */
    const char *html;       /* a folder; NULL: none */
    bool to_stdout;         /* JSON there too */
    bool japanese;          /* language of the HTML report */
} MugaiReportSetOptions;

typedef struct MugaiReportSet MugaiReportSet;

/* Errors: MUGAI_ERROR_USAGE: one cannot be written. */
MugaiReportSet *mugai_report_set_open (const MugaiReportSetOptions *options, GError **error);
/* Inputs that were not taken; before the end. */
void mugai_report_set_passed_over (MugaiReportSet *set, guint count);
/* @row: of report-row.h, with its names. */
void mugai_report_set_item (MugaiReportSet *set, JsonNode *row);
/* An input that was not finished: unreadable, or to be tried again. */
void mugai_report_set_failure (MugaiReportSet *set, const char *input, const char *why);
/* Errors: MUGAI_ERROR_RESOURCE: one could not be written; the others are complete. */
bool mugai_report_set_close (MugaiReportSet *set, GError **error);
void mugai_report_set_free (MugaiReportSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiReportSet, mugai_report_set_free)
