/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config.h"

#include "core/error.h"
#include "rules/yaml-tree.h"

#include <string.h>

enum { QUEUE = 200, QUEUE_MAX = 10000, ACTIVE_MAX = 256 };
static const uint64_t default_bytes = (uint64_t)1 << 30;

static bool
fail (GError **error, const MugaiConfig *config, const MugaiYaml *at, const char *what)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%u: %s", config->file, at->line,
                 at->column, what);
    return false;
}

/* ---- one value of each kind */

static bool
take_text (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    char **text = at;

    if (value->kind != MUGAI_YAML_SCALAR)
        return fail (error, config, value, "expected a text");
    g_free (*text);
    *text = g_strdup (value->text);
    return true;
}

static bool
take_path (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    if (value->kind == MUGAI_YAML_SCALAR && !g_path_is_absolute (value->text))
        return fail (error, config, value, "expected an absolute path");
    return take_text (config, value, at, error);
}

static bool
take_sandbox (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    bool *partial = at;

    if (value->kind != MUGAI_YAML_SCALAR ||
        (strcmp (value->text, "required") != 0 && strcmp (value->text, "partial") != 0))
        return fail (error, config, value, "expected `required` or `partial`");
    *partial = strcmp (value->text, "partial") == 0;
    return true;
}

static bool
take_number (MugaiConfig *config, const MugaiYaml *value, uint64_t max, uint64_t *ret,
             GError **error)
{
    g_autofree char *what = NULL;

    if (value->kind == MUGAI_YAML_SCALAR &&
        g_ascii_string_to_unsigned (value->text, 10, 1, max, ret, NULL))
        return true;
    what = g_strdup_printf ("expected a number from 1 to %" G_GUINT64_FORMAT, max);
    return fail (error, config, value, what);
}

static bool
take_active (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    uint64_t number = 0;

    if (!take_number (config, value, ACTIVE_MAX, &number, error))
        return false;
    *(unsigned *)at = (unsigned)number;
    return true;
}

static bool
take_queue (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    uint64_t number = 0;

    if (!take_number (config, value, QUEUE_MAX, &number, error))
        return false;
    *(unsigned *)at = (unsigned)number;
    return true;
}

/* "512MiB": a number and MiB or GiB. */
static bool
take_bytes (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    g_autofree char *digits =
        value->kind == MUGAI_YAML_SCALAR ? g_strdup (value->text) : g_strdup ("");
    uint64_t number = 0;
    unsigned shift = g_str_has_suffix (digits, "GiB")   ? 30
                     : g_str_has_suffix (digits, "MiB") ? 20
                                                        : 0;

    if (shift > 0)
        digits[strlen (digits) - 3] = '\0';
    if (shift == 0 || !g_ascii_string_to_unsigned (digits, 10, 1, 1 << 20, &number, NULL))
        return fail (error, config, value, "expected a size such as 512MiB or 2GiB");
    *(uint64_t *)at = number << shift;
    return true;
}

static bool
take_folders (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error)
{
    g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

    if (value->kind != MUGAI_YAML_LIST)
        return fail (error, config, value, "expected a list of folders");
    for (guint i = 0; i < value->items->len; i++) {
        const MugaiYaml *item = g_ptr_array_index (value->items, i);
        if (item->kind != MUGAI_YAML_SCALAR || !g_path_is_absolute (item->text))
            return fail (error, config, item, "expected an absolute path");
        g_ptr_array_add (folders, g_strdup (item->text));
    }
    g_ptr_array_add (folders, NULL);
    g_strfreev (*(char ***)at);
    *(char ***)at = g_strdupv ((char **)folders->pdata);
    return true;
}

/* ---- the keys */

typedef struct {
    const char *section; /* "" at the top */
    const char *key;
    size_t offset;
    bool (*take) (MugaiConfig *config, const MugaiYaml *value, void *at, GError **error);
} Key;

static const Key keys[] = {
    { "", "rules", G_STRUCT_OFFSET (MugaiConfig, rules), take_path },
    { "", "run", G_STRUCT_OFFSET (MugaiConfig, run), take_path },
    { "", "state", G_STRUCT_OFFSET (MugaiConfig, state), take_path },
    { "", "user", G_STRUCT_OFFSET (MugaiConfig, user), take_text },
    { "", "sandbox", G_STRUCT_OFFSET (MugaiConfig, partial), take_sandbox },
    { "", "active", G_STRUCT_OFFSET (MugaiConfig, active), take_active },
    { "", "queue", G_STRUCT_OFFSET (MugaiConfig, queue), take_queue },
    { "", "memory", G_STRUCT_OFFSET (MugaiConfig, bytes), take_bytes },
    { "", "filters", G_STRUCT_OFFSET (MugaiConfig, filters), take_folders },
    { "keep", "folder", G_STRUCT_OFFSET (MugaiConfig, keep), take_path },
    { "keep", "quota", G_STRUCT_OFFSET (MugaiConfig, keep_quota), take_text },
    { "keep", "retention", G_STRUCT_OFFSET (MugaiConfig, keep_retention), take_text },
    { "milter", "socket", G_STRUCT_OFFSET (MugaiConfig, milter_socket), take_text },
    { "milter", "mode", G_STRUCT_OFFSET (MugaiConfig, milter_mode), take_text },
    { "milter", "group", G_STRUCT_OFFSET (MugaiConfig, milter_group), take_text },
};

static bool load_section (MugaiConfig *config, const MugaiYaml *map, const char *section,
                          GError **error);

static bool
load_key (MugaiConfig *config, const MugaiYaml *key, const MugaiYaml *value, const char *section,
          GError **error)
{
    g_autofree char *what = NULL;

    if (*section == '\0' && (strcmp (key->text, "keep") == 0 || strcmp (key->text, "milter") == 0))
        return load_section (config, value, key->text, error);
    for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
        if (strcmp (keys[i].section, section) == 0 && strcmp (keys[i].key, key->text) == 0)
            return keys[i].take (config, value, (char *)config + keys[i].offset, error);
    g_autofree char *escaped = g_strescape (key->text, NULL);
    what = g_strdup_printf ("unknown key \"%s\"; see mugai.yaml(5)", escaped);
    return fail (error, config, key, what);
}

static bool
load_section (MugaiConfig *config, const MugaiYaml *map, const char *section, GError **error)
{
    if (map->kind != MUGAI_YAML_MAP)
        return fail (error, config, map, "expected `key: value` lines");
    for (guint i = 0; i + 1 < map->items->len; i += 2)
        if (!load_key (config, g_ptr_array_index (map->items, i),
                       g_ptr_array_index (map->items, i + 1), section, error))
            return false;
    return true;
}

MugaiConfig *
mugai_config_load (const char *path, GError **error)
{
    g_autoptr (MugaiConfig) config = g_new0 (MugaiConfig, 1);
    g_autofree char *text = NULL;
    gsize size = 0;

    *config = (MugaiConfig){ .file = g_strdup (path != NULL ? path : ""),
                             .run = g_strdup ("/run/mugai"),
                             .state = g_strdup ("/var/lib/mugai"),
                             .keep = g_strdup ("/var/lib/mugai/keep"),
                             .keep_quota = g_strdup (""),
                             .keep_retention = g_strdup ("90d"),
                             .milter_socket = g_strdup ("unix:/run/mugai/milter.sock"),
                             .milter_mode = g_strdup ("0660"),
                             .milter_group = g_strdup (""),
                             .user = g_strdup ("mugai"),
                             .queue = QUEUE,
                             .bytes = default_bytes,
                             .filters = g_new0 (char *, 1) };
    if (path != NULL) {
        g_autoptr (GError) cause = NULL;
        if (!g_file_get_contents (path, &text, &size, &cause)) {
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                         "%s; name an existing file with --config", cause->message);
            return NULL;
        }
        g_autoptr (MugaiYaml) root = mugai_yaml_parse (path, text, size, error);
        if (root == NULL || !load_section (config, root, "", error))
            return NULL;
    }
    if (config->active == 0)
        config->active = MIN (2 * g_get_num_processors(), (guint)ACTIVE_MAX);
    return g_steal_pointer (&config);
}

void
mugai_config_free (MugaiConfig *config)
{
    if (config == NULL)
        return;
    g_free (config->file);
    g_free (config->rules);
    g_free (config->run);
    g_free (config->state);
    g_free (config->keep);
    g_free (config->keep_quota);
    g_free (config->keep_retention);
    g_free (config->milter_socket);
    g_free (config->milter_mode);
    g_free (config->milter_group);
    g_free (config->user);
    g_strfreev (config->filters);
    g_free (config);
}

char *
mugai_config_jobs_socket (const MugaiConfig *config)
{
    return g_build_filename (config->run, "jobs.sock", NULL);
}

char *
mugai_config_keep_socket (const MugaiConfig *config)
{
    return g_build_filename (config->run, "keep.sock", NULL);
}
