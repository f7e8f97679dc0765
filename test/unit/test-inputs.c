/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inputs.h"

#include "tap.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
touch (const char *folder, const char *name)
{
    char *path = g_build_filename (folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname (path);

    g_mkdir_with_parents (parent, 0700);
    g_file_set_contents (path, "x", 1, NULL);
    return path;
}

/* The output name of the input with this relative path, or NULL. */
static char *
output_of (const MugaiInputs *inputs, const char *relative, const char *extension)
{
    for (guint i = 0; i < inputs->list->len; i++) {
        const MugaiInput *input = g_ptr_array_index (inputs->list, i);
        if (strcmp (input->relative, relative) == 0)
            return mugai_inputs_output (inputs, input, extension);
    }
    return NULL;
}

static void
check_output (const MugaiInputs *inputs, const char *relative, const char *extension,
              const char *expected)
{
    g_autofree char *got = output_of (inputs, relative, extension);

    CHECK_NAMED (g_strcmp0 (got, expected) == 0, "%s as %s: %s (expected %s)", relative, extension,
                 got != NULL ? got : "nothing", expected);
}

int
main (void)
{
    static const char *const names[] = { "報告.txt",          "様式.xlsm", "様式.xlsx",
                                         "a:b?.eml",          "a_b_.eml",  "con.txt",
                                         "noextension",       "x/.hidden", "末尾. .txt",
                                         "Case.doc",          "case.PDF",  "が.csv",
                                         "か\xe3\x82\x99.txt" };
    g_autofree char *root = g_dir_make_tmp ("mugai-test-XXXXXX", NULL);
    g_autofree char *drop = g_build_filename (root, "drop", NULL);
    g_autoptr (GError) error = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        g_free (touch (drop, names[i]));
    g_autofree char *link = g_build_filename (drop, "link.txt", NULL),
                    *fifo = g_build_filename (drop, "pipe", NULL);
    CHECK (symlink ("/etc/passwd", link) == 0 && mkfifo (fifo, 0600) == 0);

    char *paths[] = { drop, NULL };
    g_autoptr (MugaiInputs) inputs = mugai_inputs_list (paths, &error);
    CHECK (inputs != NULL && inputs->list->len == G_N_ELEMENTS (names) + 2);
    check_output (inputs, "drop/報告.txt", "txt", "drop/報告.txt");
    check_output (inputs, "drop/様式.xlsm", "xlsx", "drop/様式.xlsm.xlsx");
    check_output (inputs, "drop/様式.xlsx", "xlsx", "drop/様式.xlsx");
    check_output (inputs, "drop/noextension", "txt", "drop/noextension.txt");
    check_output (inputs, "drop/con.txt", "txt", "drop/_con.txt");
    check_output (inputs, "drop/x/.hidden", "txt", "drop/x/.hidden.txt");
    check_output (inputs, "drop/末尾. .txt", "txt", "drop/末尾.txt");
    check_output (inputs, "drop/Case.doc", "txt",
                  "drop/Case.doc.txt"); /* shares its stem with case.PDF */
    check_output (inputs, "drop/case.PDF", "txt", "drop/case.PDF.txt");
    check_output (inputs, "drop/が.csv", "txt", "drop/が.csv.txt"); /* NFC and NFD of one name */
    g_autofree char *first = output_of (inputs, "drop/a:b?.eml", "eml"),
                    *second = output_of (inputs, "drop/a_b_.eml", "eml");
    CHECK (g_strcmp0 (first, second) != 0);

    int refused = 0;
    for (guint i = 0; i < inputs->list->len; i++)
        refused += ((const MugaiInput *)g_ptr_array_index (inputs->list, i))->refused != NULL;
    CHECK (refused == 2);

    char *missing[] = { (char *)"/nonexistent/file", NULL };
    g_autoptr (MugaiInputs) none = mugai_inputs_list (missing, &error);
    CHECK (none == NULL && error != NULL && strstr (error->message, "/nonexistent/file") != NULL);

    g_autofree char *command = g_strdup_printf ("rm -r '%s'", root);
    CHECK (system (command) == 0);
    return tap_done();
}
