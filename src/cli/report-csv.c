/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-csv.h"

#include "cli/report-row.h"
#include "core/error.h"
#include "core/finding-text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 11 };

struct MugaiReportCsv {
    char *path, *temporary;
    FILE *out;
};

static void
put_field (FILE *out, const char *text)
{
    fputc ('"', out);
    if (*text != '\0' && strchr ("=+-@\t\r", *text) != NULL)
        fputc ('\'', out);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"')
            fputc ('"', out);
        fputc (*at, out);
    }
    fputc ('"', out);
}

static void
put_line (FILE *out, const char *const fields[COLUMNS])
{
    for (unsigned i = 0; i < COLUMNS; i++) {
        if (i > 0)
            fputc (',', out);
        put_field (out, fields[i]);
    }
    fputs ("\r\n", out);
}

MugaiReportCsv *
mugai_report_csv_open (const char *path, GError **error)
{
    static const char *const heads[COLUMNS] = { "input",     "output",     "number",  "outcome",
                                                "type",      "method",     "size_in", "size_out",
                                                "sha256_in", "sha256_out", "reason" };
    g_autoptr (MugaiReportCsv) csv = g_new0 (MugaiReportCsv, 1);

    csv->path = g_strdup (path);
    csv->temporary = g_strconcat (path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full (csv->temporary, O_WRONLY | O_CLOEXEC, 0666);
    csv->out = fd >= 0 ? fdopen (fd, "w") : NULL;
    if (csv->out == NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: %s; name a manifest that you may write", path, strerror (errno));
        return NULL;
    }
    fputs ("\xef\xbb\xbf", csv->out);
    put_line (csv->out, heads);
    return g_steal_pointer (&csv);
}

void
mugai_report_csv_item (MugaiReportCsv *csv, JsonNode *row)
{
    JsonObject *object = json_node_get_object (row);
    g_autofree char *methods = mugai_report_row_methods (row),
                    *reasons = mugai_report_row_reasons (row);
    g_autofree char *in = g_strdup_printf (
                        "%" G_GINT64_FORMAT,
                        json_object_get_int_member_with_default (object, "size_in", 0)),
                    *out = g_strdup_printf (
                        "%" G_GINT64_FORMAT,
                        json_object_get_int_member_with_default (object, "size_out", 0));
    const char *const fields[COLUMNS] = { mugai_report_row_text (object, "input"),
                                          mugai_report_row_text (object, "output"),
                                          mugai_report_row_text (object, "number"),
                                          mugai_report_row_text (object, "outcome"),
                                          mugai_report_row_type (row),
                                          methods,
                                          in,
                                          out,
                                          mugai_report_row_text (object, "sha256_in"),
                                          mugai_report_row_text (object, "sha256_out"),
                                          reasons };

    put_line (csv->out, fields);
}

void
mugai_report_csv_failure (MugaiReportCsv *csv, const char *input, const char *why)
{
    g_autofree char *input_text = mugai_shown (input, false), *why_text = mugai_shown (why, false);
    const char *const fields[COLUMNS] = { input_text, "", "", "later", "",      "",
                                          "",         "", "", "",      why_text };

    put_line (csv->out, fields);
}

bool
mugai_report_csv_close (MugaiReportCsv *csv, GError **error)
{
    bool ok = ferror (csv->out) == 0;

    ok = fclose (csv->out) == 0 && ok;
    csv->out = NULL;
    ok = ok && rename (csv->temporary, csv->path) == 0;
    if (ok)
        g_clear_pointer (&csv->temporary, g_free);
    else
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "%s: cannot write the manifest: %s; the results themselves are complete",
                     csv->path, strerror (errno));
    return ok;
}

void
mugai_report_csv_free (MugaiReportCsv *csv)
{
    if (csv == NULL)
        return;
    if (csv->out != NULL)
        fclose (csv->out);
    if (csv->temporary != NULL)
        unlink (csv->temporary);
    g_free (csv->temporary);
    g_free (csv->path);
    g_free (csv);
}
