/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-test-sanitize: the walk's pipeline in one process, without sandbox and supervisor, for
 * tests and for looking at single mails. Never installed.
 *
 *   mugai-test-sanitize [--modules DIR] [--rules FILE] [--report] [--repeat N] (IN OUT)...
 *
 * A folder as IN is walked one level deep, OUT is then a folder. --repeat N prints the time of one
 * run in microseconds.
 */
#include "message/sanitize.h"

#include "core/error.h"
#include "test-item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static gboolean arg_report;
static gint arg_repeat = 1;
static gchar *arg_modules, *arg_rules;

static const GOptionEntry options[] = {
    { "modules", 0, 0, G_OPTION_ARG_FILENAME, &arg_modules, "folder of filter modules", "DIR" },
    { "rules", 0, 0, G_OPTION_ARG_FILENAME, &arg_rules, "rules file", "FILE" },
    { "report", 0, 0, G_OPTION_ARG_NONE, &arg_report, "print one line a part", NULL },
    { "repeat", 0, 0, G_OPTION_ARG_INT, &arg_repeat, "run N times and print the mean time", "N" },
    { NULL, 0, 0, 0, NULL, NULL, NULL },
};

static void
print_report (const char *path, const MugaiReport *report)
{
    printf ("%s: outcome %d %s: %u = %u + %u + %u, %u leaves\n", path, (int)report->outcome,
            report->reason != NULL ? report->reason : "", report->in, report->delivered,
            report->converted, report->withheld, report->leaves->len);
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);

        printf ("  [%s] %s %s %" G_GUINT64_FORMAT " outcome %d%s %s %s\n", part->path,
                part->declared, part->type, part->size, (int)part->outcome,
                part->chosen ? "" : " (not chosen)", part->method != NULL ? part->method : "",
                part->reason != NULL ? part->reason : "");
        for (guint k = 0; k < part->findings->len; k++) {
            const MugaiFinding *finding = g_ptr_array_index (part->findings, k);
            printf ("      %s %" G_GUINT64_FORMAT " %s\n", finding->code, finding->count,
                    finding->evidence);
        }
    }
    for (guint k = 0; k < report->findings->len; k++) {
        const MugaiFinding *finding = g_ptr_array_index (report->findings, k);
        printf ("  %s %" G_GUINT64_FORMAT " %s\n", finding->code, finding->count,
                finding->evidence);
    }
}

static int
sanitize_one (const TestEngine *engine, const char *in, const char *out)
{
    g_autofree char *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size;
    MugaiSanitizeOutput output = { 0 };

    if (!g_file_get_contents (in, &data, &size, &error)) {
        fprintf (stderr, "%s\n", error->message);
        return 2;
    }
    gint64 from = g_get_monotonic_time();
    for (gint i = 0; i < arg_repeat; i++) {
        mugai_sanitize_output_clear (&output);
        if (!test_sanitize (engine, data, size, in, &output, &error)) {
            fprintf (stderr, "%s: %s\n", in, error->message);
            return 1;
        }
    }
    if (arg_repeat > 1)
        printf ("%s: %.1f us\n", in, (double)(g_get_monotonic_time() - from) / arg_repeat);
    if (arg_report)
        print_report (in, output.report);
    gsize written;
    const void *bytes = g_bytes_get_data (output.output, &written);
    bool ok = g_file_set_contents_full (out, bytes, (gssize)written, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                        &error);
    mugai_sanitize_output_clear (&output);
    if (!ok)
        fprintf (stderr, "%s\n", error->message);
    return ok ? 0 : 2;
}

static int
sanitize_path (const TestEngine *engine, const char *in, const char *out)
{
    g_autoptr (GDir) dir = g_dir_open (in, 0, NULL);
    int worst = 0;

    if (dir == NULL)
        return sanitize_one (engine, in, out);
    g_mkdir_with_parents (out, 0755);
    for (const char *name; (name = g_dir_read_name (dir)) != NULL;) {
        g_autofree char *from = g_build_filename (in, name, NULL),
                        *to = g_build_filename (out, name, NULL);
        if (g_str_has_suffix (name, ".eml"))
            worst |= sanitize_one (engine, from, to);
    }
    return worst;
}

int
main (int argc, char **argv)
{
    g_autoptr (GOptionContext) context = g_option_context_new ("IN OUT...");
    g_autoptr (GError) error = NULL;
    TestEngine engine;
    int worst = 0;

    g_option_context_add_main_entries (context, options, NULL);
    if (!g_option_context_parse (context, &argc, &argv, &error) || argc < 3 ||
        !test_engine_init (&engine, arg_modules, arg_rules, &error)) {
        fprintf (stderr, "%s\n",
                 error != NULL ? error->message : "usage: mugai-test-sanitize IN OUT...");
        return 2;
    }
    for (int i = 1; i + 1 < argc; i += 2)
        worst |= sanitize_path (&engine, argv[i], argv[i + 1]);
    test_engine_clear (&engine);
    return worst;
}
