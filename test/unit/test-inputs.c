/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inputs.h"
#include "cli/output-names.h"
#include "cli/safe-name.h"

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
            return mugai_output_name (inputs, input, extension);
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

/* Names that differ only in what is lost on the way: undecodable bytes, a long tail, an extension
 * that another's old one repeats. Whatever the types, results never meet. */
static void
check_distinct (void)
{
    static const char *const names[] = {
        "\x83\xff.html",   "\x84\xff.html",  "\x83\x41.pdf", "\x83\x43.pdf",
        "a.html",          "a.pdf",          "a.html.pdf",   "a",
        "a.txt",           "a~1.txt",        "B.txt",        "b.txt",
        "line\nbreak.txt", "line\rbreak.txt"
    };
    static const char *const extensions[] = { "txt", "eml", "html", "pdf" };
    g_autofree char *root = g_dir_make_tmp ("mugai-test-XXXXXX", NULL),
                    *tail = g_strnfill (245, 'x');
    g_autofree char *drop = g_build_filename (root, "drop", NULL);
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    unsigned met = 0, invalid = 0, too_long = 0;

    for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
        g_free (touch (drop, names[i]));
    for (char last = '1'; last <= '3'; last++) {
        tail[244] = last;
        g_free (touch (drop, tail));
    }
    char *paths[] = { drop, NULL };
    g_autoptr (MugaiInputs) inputs = mugai_inputs_list (paths, NULL, NULL);
    CHECK (inputs->list->len == G_N_ELEMENTS (names) + 3);
    for (size_t e = 0; e < G_N_ELEMENTS (extensions); e++)
        for (guint i = 0; i < inputs->list->len; i++) {
            const MugaiInput *input = g_ptr_array_index (inputs->list, i);
            g_autofree char *out = mugai_output_name (inputs, input, extensions[e]);
            g_autofree char *base = g_path_get_basename (out);
            met += !g_hash_table_add (seen, g_utf8_casefold (out, -1));
            invalid += !g_utf8_validate (out, -1, NULL) || strpbrk (out, "\r\n") != NULL;
            too_long += strlen (base) > 255;
        }
    CHECK_NAMED (met == 0, "%u of %u output names meet another", met,
                 (unsigned)(inputs->list->len * G_N_ELEMENTS (extensions)));
    CHECK (invalid == 0);
    CHECK (too_long == 0);
    g_autofree char *command = g_strdup_printf ("rm -r '%s'", root);
    CHECK (system (command) == 0);
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
    g_autoptr (MugaiInputs) inputs = mugai_inputs_list (paths, NULL, &error);
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

    check_distinct();

    int refused = 0;
    for (guint i = 0; i < inputs->list->len; i++)
        refused += ((const MugaiInput *)g_ptr_array_index (inputs->list, i))->refused != NULL;
    CHECK (refused == 2);

    char *missing[] = { (char *)"/nonexistent/file", NULL };
    g_autoptr (MugaiInputs) none = mugai_inputs_list (missing, NULL, &error);
    CHECK (none == NULL && error != NULL && strstr (error->message, "/nonexistent/file") != NULL);

    g_autofree char *command = g_strdup_printf ("rm -r '%s'", root);
    CHECK (system (command) == 0);
    return tap_done();
}
