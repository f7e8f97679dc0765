/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inputs.h"

#include "base/fd.h"
#include "cli/output-names.h"
#include "cli/safe-name.h"
#include "core/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum {
    DEPTH_MAX = 64, /* folders within folders */
    STEP = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
    FILE_STEP = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
};

typedef struct {
    MugaiInputs *inputs;
    const MugaiInputsOptions *options;
    size_t below;       /* of the path that is walked */
    struct stat output; /* st_nlink 0: none */
} Walk;

static void
input_free (gpointer data)
{
    MugaiInput *input = data;

    g_free (input->path);
    g_free (input->relative);
    g_free (input->refused);
    g_free (input->folder);
    g_free (input->stem);
    g_free (input);
}

/* ---- what is passed over */

/* Of a name that is safe to compare: NFC, case folded. */
static char *
folded (const char *text)
{
    g_autofree char *valid = mugai_safe_name_readable (text);
    g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);

    return g_utf8_casefold (normal, -1);
}

bool
mugai_inputs_is_leftover (const char *name)
{
    static const char *const patterns[] = { "~$*",         "thumbs.db", "ehthumbs.db",
                                            "desktop.ini", ".ds_store", "._*" };
    g_autofree char *key = folded (name);

    for (size_t i = 0; i < G_N_ELEMENTS (patterns); i++)
        if (g_pattern_match_simple (patterns[i], key))
            return true;
    return false;
}

static bool
matches (const char *const *patterns, const char *name, const char *relative)
{
    g_autofree char *name_key = folded (name), *relative_key = folded (relative);

    for (; patterns != NULL && *patterns != NULL; patterns++) {
        g_autofree char *pattern = folded (*patterns);
        if (g_pattern_match_simple (pattern,
                                    strchr (pattern, '/') != NULL ? relative_key : name_key))
            return true;
    }
    return false;
}

static bool
passes_over (Walk *walk, const char *name, const char *relative, const struct stat *st)
{
    const MugaiInputsOptions *options = walk->options;
    bool folder = S_ISDIR (st->st_mode);

    if (folder && walk->output.st_nlink > 0 && st->st_dev == walk->output.st_dev &&
        st->st_ino == walk->output.st_ino)
        return true;
    if (S_ISREG (st->st_mode) && mugai_inputs_is_leftover (name)) {
        walk->inputs->leftovers++;
        return true;
    }
    if (matches (options->exclude, name, relative) ||
        (!folder && options->include != NULL && *options->include != NULL &&
         !matches (options->include, name, relative))) {
        walk->inputs->unmatched++;
        return true;
    }
    return false;
}

/* ---- the walk */

static void
add (Walk *walk, const char *path, const char *relative, const char *refused)
{
    MugaiInput *input = g_new0 (MugaiInput, 1);

    input->path = g_strdup (path);
    input->below = walk->below;
    input->relative = g_strdup (relative);
    input->refused = g_strdup (refused);
    input->index = walk->inputs->list->len;
    g_ptr_array_add (walk->inputs->list, input);
}

static gint
by_name (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
names_in (DIR *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            g_ptr_array_add (names, g_strdup (entry->d_name));
    g_ptr_array_sort (names, by_name);
    return names;
}

static void add_any (Walk *walk, int at, const char *name, const char *path, const char *relative,
                     int depth);

/* Calls nest at most DEPTH_MAX deep. */
static void
add_folder (Walk *walk, int at, const char *name, const char *path, const char *relative, int depth)
{
    mugai_autofd fd = depth < DEPTH_MAX ? openat (at, name, STEP) : -1;
    DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;

    if (folder == NULL) {
        add (walk, path, relative,
             depth < DEPTH_MAX ? strerror (errno) : "folders nested too deep");
        return;
    }
    mugai_fd_steal (&fd);
    g_autoptr (GPtrArray) names = names_in (folder);
    for (guint i = 0; i < names->len; i++) {
        const char *inner = g_ptr_array_index (names, i);
        g_autofree char *inner_path = g_build_filename (path, inner, NULL);
        g_autofree char *inner_relative = g_build_filename (relative, inner, NULL);
        add_any (walk, dirfd (folder), inner, inner_path, inner_relative, depth + 1);
    }
    closedir (folder);
}

static void
add_any (Walk *walk, int at, const char *name, const char *path, const char *relative, int depth)
{
    g_autofree char *base = g_path_get_basename (relative);
    struct stat st;

    if (fstatat (at, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        add (walk, path, relative, strerror (errno));
    else if (passes_over (walk, base, relative, &st))
        return;
    else if (S_ISDIR (st.st_mode))
        add_folder (walk, at, name, path, relative, depth);
    else if (S_ISREG (st.st_mode))
        add (walk, path, relative, NULL);
    else
        add (walk, path, relative, S_ISLNK (st.st_mode) ? "symbolic link" : "not a regular file");
}

MugaiInputs *
mugai_inputs_list (char *const *paths, const MugaiInputsOptions *options, GError **error)
{
    static const MugaiInputsOptions none = { NULL, NULL, NULL };
    g_autoptr (MugaiInputs) inputs = g_new0 (MugaiInputs, 1);
    Walk walk = { .inputs = inputs, .options = options != NULL ? options : &none };

    inputs->list = g_ptr_array_new_with_free_func (input_free);
    if (walk.options->output == NULL || stat (walk.options->output, &walk.output) < 0)
        walk.output.st_nlink = 0;
    for (; *paths != NULL; paths++) {
        struct stat st;
        g_autofree char *canonical = g_canonicalize_filename (*paths, NULL);
        g_autofree char *base = g_path_get_basename (canonical);
        if (lstat (*paths, &st) < 0) {
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                         "%s: %s; name an existing file or folder", *paths, strerror (errno));
            return NULL;
        }
        walk.below = strlen (*paths);
        add_any (&walk, AT_FDCWD, *paths, *paths, base, 0);
    }
    mugai_output_names_give (inputs);
    return g_steal_pointer (&inputs);
}

void
mugai_inputs_free (MugaiInputs *inputs)
{
    if (inputs == NULL)
        return;
    g_clear_pointer (&inputs->names, g_hash_table_unref);
    g_clear_pointer (&inputs->stems, g_hash_table_unref);
    g_clear_pointer (&inputs->folders, g_hash_table_unref);
    g_ptr_array_unref (inputs->list);
    g_free (inputs);
}

/* ---- reading */

/* The file @rest below the folder @top, step by step. */
static int
open_below (const char *top, const char *rest)
{
    g_auto (GStrv) steps = g_strsplit (rest, "/", -1);
    mugai_autofd at = open (top, STEP);

    for (char **step = steps; at >= 0 && *step != NULL; step++) {
        if (**step == '\0')
            continue;
        int next = openat (at, *step, step[1] != NULL ? STEP : FILE_STEP);
        int saved = errno;
        mugai_fd_clear (&at);
        errno = saved;
        at = next;
    }
    return mugai_fd_steal (&at);
}

int
mugai_inputs_open (const MugaiInput *input)
{
    g_autofree char *top = g_strndup (input->path, input->below);
    const char *rest = input->path + input->below;
    mugai_autofd fd = *rest != '\0' ? open_below (top, rest) : open (top, FILE_STEP);
    struct stat st;

    if (fd >= 0 && (fstat (fd, &st) < 0 || !S_ISREG (st.st_mode))) {
        errno = EINVAL;
        return -1;
    }
    return mugai_fd_steal (&fd);
}
