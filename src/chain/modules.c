/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: every module is opened to read what it is. A filter that runs in the walk stays; of
 * the others the description is copied and the module closed again, so that no decoder's library
 * stays mapped in the process that parses mail.
 */
#include "chain/modules.h"

#include "core/error.h"

#include <errno.h>
#include <string.h>

struct MugaiModules {
    GPtrArray *filters; /* of MugaiFilter *, sorted by name */
    MugaiCatalogue *catalogue;
    GStringChunk *strings;
};

static void
filter_free (void *data)
{
    MugaiFilter *filter = data;

    g_free ((void *)filter->info.codes);
    mugai_module_close (&filter->module);
    g_free (filter);
}

void
mugai_modules_free (MugaiModules *modules)
{
    if (modules == NULL)
        return;
    g_ptr_array_unref (modules->filters);
    mugai_catalogue_free (modules->catalogue);
    g_string_chunk_free (modules->strings);
    g_free (modules);
}

const MugaiCatalogue *
mugai_modules_catalogue (const MugaiModules *modules)
{
    return modules->catalogue;
}

GPtrArray *
mugai_modules_handles (const MugaiModules *modules)
{
    GPtrArray *handles = g_ptr_array_new();

    for (guint i = 0; i < modules->filters->len; i++) {
        const MugaiFilter *filter = g_ptr_array_index (modules->filters, i);
        if (filter->module.handle != NULL)
            g_ptr_array_add (handles, filter->module.handle);
    }
    return handles;
}

const MugaiFilter *
mugai_modules_at (const MugaiModules *modules, size_t index)
{
    return index < modules->filters->len ? g_ptr_array_index (modules->filters, index) : NULL;
}

const MugaiFilter *
mugai_modules_find (const MugaiModules *modules, const char *name)
{
    for (guint i = 0; i < modules->filters->len; i++) {
        const MugaiFilter *filter = g_ptr_array_index (modules->filters, i);
        if (g_str_equal (filter->info.name, name))
            return filter;
    }
    return NULL;
}

static const char *
keep (MugaiModules *modules, const char *text)
{
    return text != NULL ? g_string_chunk_insert_const (modules->strings, text) : NULL;
}

/* What outlives the module: all but functions and parameters. */
static void
copy_info (MugaiModules *modules, const mugai_filter_info *from, mugai_filter_info *to)
{
    mugai_code *codes = g_new0 (mugai_code, from->n_codes);

    for (size_t i = 0; i < from->n_codes; i++)
        codes[i] = (mugai_code){ .code = keep (modules, from->codes[i].code),
                                 .en = keep (modules, from->codes[i].en),
                                 .ja = keep (modules, from->codes[i].ja) };
    *to = *from;
    to->name = keep (modules, from->name);
    to->summary = keep (modules, from->summary);
    to->summary_ja = keep (modules, from->summary_ja);
    to->takes = keep (modules, from->takes);
    to->gives = keep (modules, from->gives);
    to->socket_param = keep (modules, from->socket_param);
    to->command_param = keep (modules, from->command_param);
    to->codes = codes;
    to->lacks = NULL;
    if (from->runs != MUGAI_RUNS_WALK) {
        to->params = NULL;
        to->n_params = 0;
        to->setup = NULL;
        to->run = NULL;
        to->room = NULL;
    }
}

/* Takes @module over. */
static bool
add (MugaiModules *modules, MugaiModule *module, const char *file, GError **error)
{
    MugaiFilter *filter = g_new0 (MugaiFilter, 1);
    bool walk = module->info.runs == MUGAI_RUNS_WALK;

    copy_info (modules, &module->info, &filter->info);
    filter->lacks = keep (modules, module->info.lacks != NULL ? module->info.lacks (0) : NULL);
    filter->module = *module;
    g_ptr_array_add (modules->filters, filter);
    if (mugai_catalogue_find (modules->catalogue, filter->info.name) != NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s: a second filter named %s", file,
                     filter->info.name);
        return false;
    }
    mugai_catalogue_add (modules->catalogue, &module->info, file);
    if (walk && !mugai_module_setup (&filter->module)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s: setup of %s failed", file,
                     filter->info.name);
        return false;
    }
    if (!walk) {
        mugai_module_close (&filter->module);
        filter->info.inspect = NULL; /* the catalogue knows whether it has one */
    }
    return true;
}

static gint
by_text (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gint
by_name (gconstpointer a, gconstpointer b)
{
    const MugaiFilter *one = *(const MugaiFilter *const *)a;
    const MugaiFilter *other = *(const MugaiFilter *const *)b;

    return strcmp (one->info.name, other->info.name);
}

/* Returns: (transfer full) paths of the *.so of @directory, sorted; empty when it does not exist.
 */
static GPtrArray *
list (const char *directory, GError **error)
{
    g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GError) failed = NULL;
    g_autoptr (GDir) dir = g_dir_open (directory, 0, &failed);

    if (dir == NULL && g_error_matches (failed, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return g_steal_pointer (&files);
    if (dir == NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s: filters cannot be read: %s",
                     directory, failed->message);
        return NULL;
    }
    for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
        if (name[0] != '.' && g_str_has_suffix (name, ".so"))
            g_ptr_array_add (files, g_build_filename (directory, name, NULL));
    g_ptr_array_sort (files, by_text);
    return g_steal_pointer (&files);
}

static bool
load_directory (MugaiModules *modules, const char *directory, GError **error)
{
    g_autoptr (GPtrArray) files = list (directory, error);

    for (guint i = 0; files != NULL && i < files->len; i++) {
        const char *file = g_ptr_array_index (files, i);
        char why[MUGAI_MODULE_WHY];
        MugaiModule module = { 0 };
        if (!mugai_module_open (file, &module, why)) {
            g_set_error_literal (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, why);
            return false;
        }
        if (!add (modules, &module, file, error))
            return false;
    }
    return files != NULL;
}

MugaiModules *
mugai_modules_load (const char *const *directories, GError **error)
{
    g_autoptr (MugaiModules) modules = g_new0 (MugaiModules, 1);

    modules->filters = g_ptr_array_new_with_free_func (filter_free);
    modules->catalogue = mugai_catalogue_new();
    modules->strings = g_string_chunk_new (4096);
    for (size_t i = 0; directories != NULL && directories[i] != NULL; i++)
        if (!load_directory (modules, directories[i], error))
            return NULL;
    g_ptr_array_sort (modules->filters, by_name);
    return g_steal_pointer (&modules);
}
