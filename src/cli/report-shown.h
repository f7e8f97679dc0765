/* SPDX-License-Identifier: Apache-2.0
 *
 * report-shown: what `mugai report` and `mugai stats` found, and the forms in which they show it.
 * Process: mugai. Trust: texts of the tally are escaped already; rules are the administrator's.
 */
#pragma once

#include "cli/tally.h"
#include "rules/rules.h"

typedef struct MugaiReportOptions {
    const char *since, *until, *socket, *dir, *rules, *html, *departments, *language;
    bool json, japanese, all;
} MugaiReportOptions;

typedef struct MugaiReportShown {
    const MugaiReportOptions *options;
    MugaiTally *tally;
    MugaiRules *rules; /* in force */
    int64_t since_us, until_us, now_us;
    MugaiKeepLogResult log; /* the audit log, checked just now */
    bool log_checked;
} MugaiReportShown;

typedef struct MugaiReportCheck { /* a promise, and what was looked at */
    const char *name, *en, *ja;
    guint64 of, wrong;
    bool checked;
} MugaiReportCheck;

enum { MUGAI_REPORT_CHECKS = 4 };

void mugai_report_checks (const MugaiReportShown *shown,
                          MugaiReportCheck checks[MUGAI_REPORT_CHECKS]);
const char *mugai_report_check_words (const MugaiReportCheck *check, bool ja);
/* Local time with its offset. Returns: (transfer full). */
char *mugai_report_time (int64_t us);

/* index.html and conformity.html. Errors: MUGAI_ERROR_USAGE, or those of g_file_set_contents(). */
bool mugai_report_pages (const MugaiReportShown *shown, GError **error);
void mugai_report_print (const MugaiReportShown *shown);
void mugai_report_print_json (const MugaiReportShown *shown);
/* Hits of each rule, as text or JSON. */
void mugai_report_print_rules (const MugaiReportShown *shown);
