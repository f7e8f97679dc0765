/* SPDX-License-Identifier: Apache-2.0 */
#include "pool/programs.h"

#include "core/error.h"

#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MUGAI_LIBEXECDIR
#define MUGAI_LIBEXECDIR "/usr/libexec/mugai"
#endif
#ifndef MUGAI_FILTERDIR
#define MUGAI_FILTERDIR "/usr/lib/mugai/filters"
#endif

static bool
holds_worker (const char *folder)
{
    g_autofree char *worker = g_build_filename (folder, "mugai-worker", NULL);

    return access (worker, X_OK) == 0;
}

MugaiPrograms *
mugai_programs_find (const char *const *extra_filters, GError **error)
{
    g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
    g_autofree char *beside = self != NULL ? g_path_get_dirname (self) : NULL;
    g_autoptr (GPtrArray) filters = g_ptr_array_new_with_free_func (g_free);

    if (self == NULL)
        return NULL;
    bool built = holds_worker (beside);
    if (!built && !holds_worker (MUGAI_LIBEXECDIR)) {
        g_set_error (
            error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
            "mugai-worker is neither in %s nor in %s, or may not be run; install all of Mugai",
            beside, MUGAI_LIBEXECDIR);
        return NULL;
    }
    bool in_libexec = built && strcmp (beside, MUGAI_LIBEXECDIR) == 0;
    g_ptr_array_add (filters, built && !in_libexec ? g_build_filename (beside, "filters", NULL)
                                                   : g_strdup (MUGAI_FILTERDIR));
    for (; extra_filters != NULL && *extra_filters != NULL; extra_filters++) {
        if (!g_file_test (*extra_filters, G_FILE_TEST_IS_DIR)) {
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                         "%s: no folder of filters that can be read; correct its name",
                         *extra_filters);
            return NULL;
        }
        g_ptr_array_add (filters, g_strdup (*extra_filters));
    }
    g_ptr_array_add (filters, NULL);
    MugaiPrograms *programs = g_new0 (MugaiPrograms, 1);
    programs->folder = g_strdup (built ? beside : MUGAI_LIBEXECDIR);
    programs->filter_dirs = g_strdupv ((char **)filters->pdata);
    return programs;
}

void
mugai_programs_free (MugaiPrograms *programs)
{
    if (programs == NULL)
        return;
    g_strfreev (programs->filter_dirs);
    g_free (programs->folder);
    g_free (programs);
}

/* Everything a child writes to @fd, at most @max bytes. */
static GByteArray *
read_all (int fd, size_t max)
{
    GByteArray *bytes = g_byte_array_new();
    uint8_t block[16384];
    ssize_t n;

    while ((n = read (fd, block, sizeof block)) > 0 && bytes->len <= max)
        g_byte_array_append (bytes, block, (guint)n);
    return bytes;
}

MugaiCatalogue *
mugai_programs_describe (const MugaiPrograms *programs, GError **error)
{
    g_autofree char *worker = g_build_filename (programs->folder, "mugai-worker", NULL);
    g_autoptr (GPtrArray) argv = g_ptr_array_new();
    int out = -1, status = 0;
    GPid pid;

    g_ptr_array_add (argv, worker);
    g_ptr_array_add (argv, (gpointer) "--describe");
    for (char **dir = programs->filter_dirs; *dir != NULL; dir++) {
        g_ptr_array_add (argv, (gpointer) "--filters");
        g_ptr_array_add (argv, *dir);
    }
    g_ptr_array_add (argv, NULL);
    if (!g_spawn_async_with_pipes (NULL, (char **)argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                                   NULL, NULL, &pid, NULL, &out, NULL, error))
        return NULL;
    g_autoptr (GByteArray) bytes = read_all (out, 4 << 20);
    close (out);
    if (waitpid (pid, &status, 0) != pid || status != 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s --describe failed (status %d); a filter module is broken or of "
                     "another version: see its message above",
                     worker, status);
        return NULL;
    }
    return mugai_catalogue_read (bytes->data, bytes->len, error);
}
