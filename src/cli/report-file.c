/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-file.h"

#include "cli/report-row.h"
#include "core/error.h"
#include "core/finding-text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct MugaiReportFile {
    char *path, *temporary; /* the latter NULL: written in place */
    FILE *out;              /* NULL: nowhere */
    bool to_stdout, any;
    uint64_t items, delivered, withheld;
    guint passed_over;
    JsonArray *failures;
};

static FILE *
open_out (MugaiReportFile *file)
{
    struct stat st;

    if (stat (file->path, &st) == 0 && !S_ISREG (st.st_mode))
        return fopen (file->path, "we");
    file->temporary = g_strconcat (file->path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full (file->temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
        g_clear_pointer (&file->temporary, g_free);
    return fd < 0 ? NULL : fdopen (fd, "w");
}

MugaiReportFile *
mugai_report_file_open (const char *path, bool to_stdout, GError **error)
{
    MugaiReportFile *file = g_new0 (MugaiReportFile, 1);

    file->path = g_strdup (path);
    file->to_stdout = to_stdout;
    file->failures = json_array_new();
    file->out = path != NULL ? open_out (file) : NULL;
    if (path != NULL && file->out == NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: %s; name a report file that you may write", path, strerror (errno));
        mugai_report_file_free (file);
        return NULL;
    }
    return file;
}

static void
put (MugaiReportFile *file, const char *text)
{
    if (file->out != NULL)
        fputs (text, file->out);
    if (file->to_stdout)
        fputs (text, stdout);
}

/* What stands between two items, or before the first. */
static void
put_separator (MugaiReportFile *file)
{
    put (file, file->any ? ",\n" : "{\"schema\": \"mugai.report/1\",\n\"items\": [\n");
    file->any = true;
}

void
mugai_report_file_item (MugaiReportFile *file, JsonNode *row)
{
    if (file->out != NULL || file->to_stdout) {
        g_autofree char *text = json_to_string (row, FALSE);
        put_separator (file);
        put (file, text);
    }
    file->items++;
    if (mugai_report_row_delivered (row))
        file->delivered++;
    else
        file->withheld++;
}

void
mugai_report_file_passed_over (MugaiReportFile *file, guint count)
{
    file->passed_over = count;
}

void
mugai_report_file_failure (MugaiReportFile *file, const char *input, const char *why)
{
    JsonObject *object = json_object_new();
    g_autofree char *input_text = mugai_shown (input, false), *why_text = mugai_shown (why, false);

    json_object_set_string_member (object, "input", input_text);
    json_object_set_string_member (object, "why", why_text);
    json_array_add_object_element (file->failures, object);
}

static void
put_end (MugaiReportFile *file)
{
    g_autoptr (JsonNode) failures = json_node_new (JSON_NODE_ARRAY);

    json_node_set_array (failures, file->failures);
    g_autofree char *text = json_to_string (failures, FALSE);
    if (!file->any)
        put (file, "{\"schema\": \"mugai.report/1\",\n\"items\": [");
    g_autofree char *end = g_strdup_printf (
        "\n],\n\"failures\": %s,\n\"summary\": {\"items\": %" G_GUINT64_FORMAT
        ", \"delivered\": %" G_GUINT64_FORMAT ", \"withheld\": %" G_GUINT64_FORMAT
        ", \"failed\": %u, \"passed_over\": %u}}\n",
        text, file->items + json_array_get_length (file->failures), file->delivered, file->withheld,
        json_array_get_length (file->failures), file->passed_over);
    put (file, end);
}

bool
mugai_report_file_close (MugaiReportFile *file, GError **error)
{
    bool ok = true;

    if (file->out == NULL && !file->to_stdout)
        return true;
    put_end (file);
    if (file->to_stdout)
        ok = fflush (stdout) == 0;
    if (file->out != NULL) {
        ok = ferror (file->out) == 0 && ok;
        ok = fclose (file->out) == 0 && ok;
        file->out = NULL;
        ok = ok && (file->temporary == NULL || rename (file->temporary, file->path) == 0);
        if (ok)
            g_clear_pointer (&file->temporary, g_free);
    }
    if (!ok)
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "%s: cannot write the report: %s; the results themselves are complete",
                     file->path != NULL ? file->path : "standard output", strerror (errno));
    return ok;
}

void
mugai_report_file_free (MugaiReportFile *file)
{
    if (file == NULL)
        return;
    if (file->out != NULL)
        fclose (file->out);
    if (file->temporary != NULL)
        unlink (file->temporary);
    g_free (file->temporary);
    json_array_unref (file->failures);
    g_free (file->path);
    g_free (file);
}
