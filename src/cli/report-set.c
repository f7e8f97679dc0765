/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-set.h"

#include "cli/report-csv.h"
#include "cli/report-file.h"
#include "cli/report-html.h"

struct MugaiReportSet {
    MugaiReportFile *json;
    MugaiReportCsv *csv;   /* NULL: none */
    MugaiReportHtml *html; /* likewise */
};

MugaiReportSet *
mugai_report_set_open (const MugaiReportSetOptions *options, GError **error)
{
    g_autoptr (MugaiReportSet) set = g_new0 (MugaiReportSet, 1);

    set->json = mugai_report_file_open (options->json, options->to_stdout, error);
    if (set->json == NULL)
        return NULL;
    if (options->csv != NULL && (set->csv = mugai_report_csv_open (options->csv, error)) == NULL)
        return NULL;
    if (options->html != NULL &&
        (set->html = mugai_report_html_open (options->html, options->japanese, error)) == NULL)
        return NULL;
    return g_steal_pointer (&set);
}

void
mugai_report_set_passed_over (MugaiReportSet *set, guint count)
{
    mugai_report_file_passed_over (set->json, count);
}

void
mugai_report_set_item (MugaiReportSet *set, JsonNode *row)
{
    mugai_report_file_item (set->json, row);
    if (set->csv != NULL)
        mugai_report_csv_item (set->csv, row);
    if (set->html != NULL)
        mugai_report_html_item (set->html, row);
}

void
mugai_report_set_failure (MugaiReportSet *set, const char *input, const char *why)
{
    mugai_report_file_failure (set->json, input, why);
    if (set->csv != NULL)
        mugai_report_csv_failure (set->csv, input, why);
    if (set->html != NULL)
        mugai_report_html_failure (set->html, input, why);
}

bool
mugai_report_set_close (MugaiReportSet *set, GError **error)
{
    bool ok = mugai_report_file_close (set->json, error);

    if (set->csv != NULL)
        ok = mugai_report_csv_close (set->csv, ok ? error : NULL) && ok;
    if (set->html != NULL)
        ok = mugai_report_html_close (set->html, ok ? error : NULL) && ok;
    return ok;
}

void
mugai_report_set_free (MugaiReportSet *set)
{
    if (set == NULL)
        return;
    mugai_report_file_free (set->json);
    mugai_report_csv_free (set->csv);
    mugai_report_html_free (set->html);
    g_free (set);
}
