/* SPDX-License-Identifier: Apache-2.0
 *
 * report-html: a batch run as static pages: index.html with totals and a table of items grouped by
 * outcome, and a page for each item with its tree of parts and the decisions. No script, no
 * external resource (a Content-Security-Policy in each page says so too); prints well. Process:
 * mugai. Trust: every string is hostile; all text goes through one function that escapes it for
 * HTML, and rows are free of controls already (report-row.h).
 */
#pragma once

#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef struct MugaiReportHtml MugaiReportHtml;

/* @folder: made when it is not there. Errors: MUGAI_ERROR_USAGE: not writable. */
MugaiReportHtml *mugai_report_html_open (const char *folder, bool japanese, GError **error);
void mugai_report_html_item (MugaiReportHtml *html, JsonNode *row);
void mugai_report_html_failure (MugaiReportHtml *html, const char *input, const char *why);
/* Writes index.html. Errors: MUGAI_ERROR_RESOURCE: a page could not be written. */
bool mugai_report_html_close (MugaiReportHtml *html, GError **error);
void mugai_report_html_free (MugaiReportHtml *html);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiReportHtml, mugai_report_html_free)
