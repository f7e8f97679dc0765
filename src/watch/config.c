/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/config.h"

#include "core/error.h"
#include "rules/yaml-tree.h"

#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <string.h>

enum { ACTIVE_MAX = 256, SECOND = 1000000, DROPS_MAX = 64 };

static bool
fail (GError **error, const char *file, const MugaiYaml *at, const char *what)
{
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%u: %s", file, at->line, at->column,
                 what);
    return false;
}

/* ---- one value of each kind */

typedef bool (*Take) (const char *file, const MugaiYaml *value, void *at, GError **error);

static bool
take_text (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    char **text = at;

    if (value->kind != MUGAI_YAML_SCALAR || value->text[0] == '\0')
        return fail (error, file, value, "expected a text");
    g_free (*text);
    *text = g_strdup (value->text);
    return true;
}

static bool
take_path (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    char **path = at;

    if (value->kind != MUGAI_YAML_SCALAR || !g_path_is_absolute (value->text))
        return fail (error, file, value, "expected an absolute path");
    g_free (*path);
    *path = g_canonicalize_filename (value->text, NULL);
    return true;
}

static bool
take_time (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    g_autofree char *digits = value->kind == MUGAI_YAML_SCALAR ? g_strdup (value->text) : NULL;
    uint64_t number = 0, unit = 0;
    size_t length = digits != NULL ? strlen (digits) : 0;

    if (length > 1) {
        unit = digits[length - 1] == 's' ? 1 : digits[length - 1] == 'm' ? 60 : 0;
        digits[length - 1] = '\0';
    }
    if (unit == 0 || !g_ascii_string_to_unsigned (digits, 10, 1, 3600, &number, NULL))
        return fail (error, file, value, "expected a time such as 5s or 2m");
    *(uint64_t *)at = number * unit * SECOND;
    return true;
}

static bool
take_mode (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    uint64_t number = 0;

    if (value->kind != MUGAI_YAML_SCALAR ||
        !g_ascii_string_to_unsigned (value->text, 8, 0400, 0666, &number, NULL))
        return fail (error, file, value, "expected an octal mode such as 0640");
    *(mode_t *)at = (mode_t)number;
    return true;
}

static bool
take_language (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    if (value->kind != MUGAI_YAML_SCALAR ||
        (strcmp (value->text, "ja") != 0 && strcmp (value->text, "en") != 0))
        return fail (error, file, value, "expected `ja` or `en`");
    *(bool *)at = strcmp (value->text, "ja") == 0;
    return true;
}

static bool
take_sandbox (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    if (value->kind != MUGAI_YAML_SCALAR ||
        (strcmp (value->text, "required") != 0 && strcmp (value->text, "partial") != 0))
        return fail (error, file, value, "expected `required` or `partial`");
    *(bool *)at = strcmp (value->text, "partial") == 0;
    return true;
}

static bool
take_active (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    uint64_t number = 0;

    if (value->kind != MUGAI_YAML_SCALAR ||
        !g_ascii_string_to_unsigned (value->text, 10, 1, ACTIVE_MAX, &number, NULL))
        return fail (error, file, value, "expected a number from 1 to 256");
    *(unsigned *)at = (unsigned)number;
    return true;
}

static bool
take_folders (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

    if (value->kind != MUGAI_YAML_LIST)
        return fail (error, file, value, "expected a list of folders");
    for (guint i = 0; i < value->items->len; i++) {
        char *folder = NULL;
        if (!take_path (file, g_ptr_array_index (value->items, i), &folder, error))
            return false;
        g_ptr_array_add (folders, folder);
    }
    g_ptr_array_add (folders, NULL);
    g_strfreev (*(char ***)at);
    *(char ***)at = g_strdupv ((char **)folders->pdata);
    return true;
}

/* "user", "user:group" or ":group", names or numbers. */
static bool
take_owner (const char *file, const MugaiYaml *value, void *at, GError **error)
{
    MugaiDropConfig *drop = (MugaiDropConfig *)((char *)at - offsetof (MugaiDropConfig, owned));
    g_auto (GStrv) names =
        value->kind == MUGAI_YAML_SCALAR ? g_strsplit (value->text, ":", 3) : NULL;
    guint count = names != NULL ? g_strv_length (names) : 0;
    const struct passwd *user = NULL;
    const struct group *group = NULL;

    if (count < 1 || count > 2)
        return fail (error, file, value, "expected USER, USER:GROUP or :GROUP");
    if (names[0][0] != '\0' && (user = getpwnam (names[0])) == NULL)
        return fail (error, file, value, "no such user on this host");
    drop->uid = user != NULL ? user->pw_uid : (uid_t)-1;
    if (count == 2 && (group = getgrnam (names[1])) == NULL)
        return fail (error, file, value, "no such group on this host");
    drop->gid = group != NULL ? group->gr_gid : (gid_t)-1;
    drop->owned = true;
    return true;
}

/* ---- the keys */

typedef struct {
    const char *key;
    size_t offset;
    Take take;
} Key;

static const Key drop_keys[] = {
    { "name", offsetof (MugaiDropConfig, name), take_text },
    { "in", offsetof (MugaiDropConfig, in), take_path },
    { "out", offsetof (MugaiDropConfig, out), take_path },
    { "failed", offsetof (MugaiDropConfig, failed), take_path },
    { "state", offsetof (MugaiDropConfig, state), take_path },
    { "rules", offsetof (MugaiDropConfig, rules), take_path },
    { "retention", offsetof (MugaiDropConfig, retention), take_text },
    { "quota", offsetof (MugaiDropConfig, quota), take_text },
    { "owner", offsetof (MugaiDropConfig, owned), take_owner },
    { "mode", offsetof (MugaiDropConfig, mode), take_mode },
    { "settle", offsetof (MugaiDropConfig, settle_us), take_time },
    { "rescan", offsetof (MugaiDropConfig, rescan_us), take_time },
    { "language", offsetof (MugaiDropConfig, japanese), take_language },
};

static const Key top_keys[] = {
    { "active", offsetof (MugaiWatchConfig, active), take_active },
    { "sandbox", offsetof (MugaiWatchConfig, partial), take_sandbox },
    { "filters", offsetof (MugaiWatchConfig, filters), take_folders },
};

static bool
take_key (const Key *keys, size_t count, void *base, const char *file, const MugaiYaml *key,
          const MugaiYaml *value, GError **error)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp (keys[i].key, key->text) == 0)
            return keys[i].take (file, value, (char *)base + keys[i].offset, error);
    g_autofree char *escaped = g_strescape (key->text, NULL);
    g_autofree char *what = g_strdup_printf ("unknown key \"%s\"; see watch.yaml(5)", escaped);
    return fail (error, file, key, what);
}

/* ---- drops */

static void
drop_free (void *data)
{
    MugaiDropConfig *drop = data;

    g_free (drop->name);
    g_free (drop->in);
    g_free (drop->out);
    g_free (drop->failed);
    g_free (drop->state);
    g_free (drop->rules);
    g_free (drop->retention);
    g_free (drop->quota);
    g_free (drop);
}

static bool
load_drop (MugaiWatchConfig *config, const MugaiYaml *map, GError **error)
{
    MugaiDropConfig *drop = g_new0 (MugaiDropConfig, 1);

    g_ptr_array_add (config->drops, drop);
    *drop =
        (MugaiDropConfig){ .settle_us = 5 * SECOND, .rescan_us = 10 * SECOND, .japanese = true };
    if (map->kind != MUGAI_YAML_MAP)
        return fail (error, config->file, map,
                     "expected the keys of a drop: name, in, out, failed, state");
    for (guint i = 0; i + 1 < map->items->len; i += 2)
        if (!take_key (drop_keys, G_N_ELEMENTS (drop_keys), drop, config->file,
                       g_ptr_array_index (map->items, i), g_ptr_array_index (map->items, i + 1),
                       error))
            return false;
    for (size_t i = 0; i < 5; i++)
        if (*(char **)((char *)drop + drop_keys[i].offset) == NULL) {
            g_autofree char *what = g_strdup_printf ("this drop has no `%s:`", drop_keys[i].key);
            return fail (error, config->file, map, what);
        }
    return true;
}

/* Is @path the folder @folder or below it? Both canonical. */
static bool
lies_in (const char *path, const char *folder)
{
    size_t length = strlen (folder);

    return strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* No folder of one kind may lie in a watched one, and no two drops share any. */
static bool
check_folders (const MugaiWatchConfig *config, const MugaiYaml *at, GError **error)
{
    enum { FOLDERS = 4 };
    g_autoptr (GPtrArray) all = g_ptr_array_new();

    for (guint i = 0; i < config->drops->len; i++) {
        MugaiDropConfig *drop = g_ptr_array_index (config->drops, i);
        g_ptr_array_add (all, drop->in);
        g_ptr_array_add (all, drop->out);
        g_ptr_array_add (all, drop->failed);
        g_ptr_array_add (all, drop->state);
    }
    for (guint i = 0; i < all->len; i++)
        for (guint j = 0; j < all->len; j++) {
            const char *one = all->pdata[i], *other = all->pdata[j];
            bool watched = j % FOLDERS == 0;
            if (i != j && (strcmp (one, other) == 0 || (watched && lies_in (one, other)))) {
                g_autofree char *what = g_strdup_printf (
                    "%s lies in %s, which is another folder of a drop; every drop needs four "
                    "folders of its own, none inside of an `in:`",
                    one, other);
                return fail (error, config->file, at, what);
            }
        }
    return true;
}

static bool
load_drops (MugaiWatchConfig *config, const MugaiYaml *list, GError **error)
{
    if (list->kind != MUGAI_YAML_LIST || list->items->len == 0 || list->items->len > DROPS_MAX)
        return fail (error, config->file, list, "expected a list of 1 to 64 drops");
    for (guint i = 0; i < list->items->len; i++)
        if (!load_drop (config, g_ptr_array_index (list->items, i), error))
            return false;
    return check_folders (config, list, error);
}

static bool
load (MugaiWatchConfig *config, const MugaiYaml *root, GError **error)
{
    for (guint i = 0; i + 1 < root->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (root->items, i);
        const MugaiYaml *value = g_ptr_array_index (root->items, i + 1);
        bool ok = strcmp (key->text, "drops") == 0
                      ? load_drops (config, value, error)
                      : take_key (top_keys, G_N_ELEMENTS (top_keys), config, config->file, key,
                                  value, error);
        if (!ok)
            return false;
    }
    return config->drops->len > 0 || fail (error, config->file, root, "there is no `drops:`");
}

MugaiWatchConfig *
mugai_watch_config_load (const char *path, GError **error)
{
    g_autoptr (MugaiWatchConfig) config = g_new0 (MugaiWatchConfig, 1);
    g_autoptr (GError) cause = NULL;
    g_autofree char *text = NULL;
    gsize size = 0;

    config->file = g_strdup (path);
    config->drops = g_ptr_array_new_with_free_func (drop_free);
    config->filters = g_new0 (char *, 1);
    if (!g_file_get_contents (path, &text, &size, &cause)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s; name an existing file with --config", cause->message);
        return NULL;
    }
    g_autoptr (MugaiYaml) root = mugai_yaml_parse (path, text, size, error);
    if (root == NULL)
        return NULL;
    if (root->kind != MUGAI_YAML_MAP) {
        fail (error, path, root, "expected `key: value` lines");
        return NULL;
    }
    return load (config, root, error) ? g_steal_pointer (&config) : NULL;
}

void
mugai_watch_config_free (MugaiWatchConfig *config)
{
    if (config == NULL)
        return;
    g_free (config->file);
    g_ptr_array_unref (config->drops);
    g_strfreev (config->filters);
    g_free (config);
}
