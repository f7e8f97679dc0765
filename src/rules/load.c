/* SPDX-License-Identifier: Apache-2.0
 *
 * Files: the main file with settings and rules, then rules.d with rules alone (a drop-in can change
 * no setting), then the preset.
 */
#include "rules/loader.h"

#include "core/error.h"
#include "rules/lint.h"
#include "rules/nearest.h"
#include "rules/preset.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

bool
mugai_loader_fail (const MugaiLoader *l, const MugaiYaml *at, GError **error, const char *format,
                   ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *what = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%u: %s", l->path, at->line,
                 at->column, what);
    return false;
}

/* Copies the word at *@at and moves past it. */
static bool
next_word (const char **at, char *word, size_t room)
{
    size_t length = strcspn (*at, " ");

    if (length == 0 || length >= room)
        return false;
    memcpy (word, *at, length);
    word[length] = '\0';
    *at += length;
    *at += strspn (*at, " ");
    return true;
}

/* Index of @text among @words from 1, or 0; *ret_nearest then holds the nearest. */
static unsigned
find_word (const char *words, const char *text, MugaiNearest *ret_nearest)
{
    char word[64];

    *ret_nearest = mugai_nearest (text);
    for (unsigned i = 1; next_word (&words, word, sizeof word); i++) {
        if (strcmp (word, text) == 0)
            return i;
        mugai_nearest_try (ret_nearest, word);
    }
    return 0;
}

bool
mugai_loader_keys (const MugaiLoader *l, const MugaiYaml *at, const char *what, const char *keys,
                   GError **error)
{
    if (at->kind != MUGAI_YAML_MAP)
        return mugai_loader_fail (l, at, error, "%s is a mapping with the keys: %s", what, keys);
    for (guint i = 0; i < at->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (at->items, i);
        MugaiNearest nearest;
        if (find_word (keys, key->text, &nearest) > 0)
            continue;
        if (nearest.best[0] != '\0')
            return mugai_loader_fail (l, key, error, "%s has no key \"%s\"; did you mean \"%s\"?",
                                      what, key->text, nearest.best);
        return mugai_loader_fail (l, key, error, "%s has no key \"%s\"; it takes: %s", what,
                                  key->text, keys);
    }
    return true;
}

bool
mugai_loader_text (const MugaiLoader *l, const MugaiYaml *at, const char *key, bool empty,
                   const char **ret, GError **error)
{
    if (at == NULL)
        return true;
    if (at->kind != MUGAI_YAML_SCALAR)
        return mugai_loader_fail (l, at, error, "%s takes one value", key);
    if (!empty && at->text[0] == '\0')
        return mugai_loader_fail (l, at, error, "%s has no value", key);
    if (strlen (at->text) > MUGAI_RULES_TEXT)
        return mugai_loader_fail (l, at, error, "%s is longer than %d bytes", key,
                                  MUGAI_RULES_TEXT);
    *ret = mugai_rules_text (l->rules, at->text);
    return true;
}

static bool
add_text (const MugaiLoader *l, const MugaiYaml *at, const char *key,
          bool (*each) (const char *text, char *why), GPtrArray *list, GError **error)
{
    const char *text = NULL;
    char why[MUGAI_CONDITION_WHY];

    if (!mugai_loader_text (l, at, key, false, &text, error))
        return false;
    if (each != NULL && !each (text, why))
        return mugai_loader_fail (l, at, error, "%s: %s", key, why);
    g_ptr_array_add (list, (char *)text);
    return true;
}

bool
mugai_loader_list (const MugaiLoader *l, const MugaiYaml *at, const char *key,
                   bool (*each) (const char *text, char *why), const char *const **ret,
                   GError **error)
{
    g_autoptr (GPtrArray) list = g_ptr_array_new();

    if (at == NULL)
        return true;
    if (at->kind == MUGAI_YAML_MAP)
        return mugai_loader_fail (l, at, error, "%s takes a list: [one, two]", key);
    if (at->kind == MUGAI_YAML_SCALAR && !add_text (l, at, key, each, list, error))
        return false;
    for (guint i = 0; at->kind == MUGAI_YAML_LIST && i < at->items->len; i++)
        if (!add_text (l, g_ptr_array_index (at->items, i), key, each, list, error))
            return false;
    if (list->len > MUGAI_RULES_LIST)
        return mugai_loader_fail (l, at, error, "%s has more than %d entries", key,
                                  MUGAI_RULES_LIST);
    *ret = mugai_rules_list (l->rules, list);
    return true;
}

bool
mugai_loader_choice (const MugaiLoader *l, const MugaiYaml *at, const char *key, const char *words,
                     unsigned *ret, GError **error)
{
    const char *text = NULL;
    MugaiNearest nearest;

    if (at == NULL)
        return true;
    if (!mugai_loader_text (l, at, key, false, &text, error))
        return false;
    unsigned index = find_word (words, text, &nearest);
    if (index == 0 && nearest.best[0] != '\0')
        return mugai_loader_fail (l, at, error, "%s: \"%s\" is not known; did you mean \"%s\"?",
                                  key, text, nearest.best);
    if (index == 0)
        return mugai_loader_fail (l, at, error, "%s: \"%s\" is not known; one of: %s", key, text,
                                  words);
    *ret = index;
    return true;
}

static bool
check_version (const MugaiLoader *l, const MugaiYaml *root, GError **error)
{
    const MugaiYaml *version = mugai_yaml_get (root, "version");

    if (version == NULL && l->drop_in)
        return true;
    if (version == NULL)
        return mugai_loader_fail (l, root, error, "version is missing; begin with \"version: 1\"");
    if (version->kind != MUGAI_YAML_SCALAR || strcmp (version->text, "1") != 0)
        return mugai_loader_fail (l, version, error, "version: this program reads version 1 only");
    return true;
}

static bool
load_rules (const MugaiLoader *l, const MugaiYaml *root, GError **error)
{
    const MugaiYaml *list = mugai_yaml_get (root, "rules");

    if (list == NULL)
        return true;
    if (list->kind != MUGAI_YAML_LIST)
        return mugai_loader_fail (l, list, error,
                                  "rules is a list: each rule begins with \"- name:\"");
    for (guint i = 0; i < list->items->len; i++) {
        const MugaiYaml *rule = g_ptr_array_index (list->items, i);
        if (l->rules->rules->len >= MUGAI_RULES_RULES)
            return mugai_loader_fail (l, rule, error, "more than %d rules", MUGAI_RULES_RULES);
        if (!mugai_loader_rule (l, rule, error))
            return false;
    }
    return true;
}

static bool
load_bytes (MugaiLoader *l, const void *data, size_t size, GError **error)
{
    static const char all[] = "version preset language body notice headers inner outbound limits rules";
    g_autoptr (MugaiYaml) root = mugai_yaml_parse (l->path, data, size, error);

    if (root == NULL)
        return false;
    if (root->kind != MUGAI_YAML_MAP)
        return mugai_loader_fail (l, root, error,
                                  "a rules file is a mapping that begins with \"version: 1\"");
    bool settings = !l->preset && !l->drop_in;
    for (guint i = 0; !settings && i < root->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (root->items, i);
        MugaiNearest nearest;
        if (find_word ("version rules", key->text, &nearest) == 0 &&
            find_word (all, key->text, &nearest) > 0)
            return mugai_loader_fail (l, key, error,
                                      "\"%s\" belongs into the main file; a file of rules.d holds "
                                      "rules only",
                                      key->text);
    }
    if (!mugai_loader_keys (l, root, "a rules file", settings ? all : "version rules", error) ||
        !check_version (l, root, error))
        return false;
    if (settings && !mugai_loader_settings (l, root, error))
        return false;
    return load_rules (l, root, error);
}

GBytes *
mugai_loader_read (const char *path, GError **error)
{
    struct stat st;
    mugai_autofd fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int problem = fd < 0 || fstat (fd, &st) != 0 ? errno : S_ISREG (st.st_mode) ? 0 : EISDIR;

    if (problem == 0 && st.st_size > MUGAI_YAML_SIZE)
        problem = EFBIG;
    if (problem != 0) {
        bool wrong = problem == ENOENT || problem == ENOTDIR || problem == EISDIR;
        g_set_error (error, MUGAI_ERROR, wrong ? MUGAI_ERROR_USAGE : MUGAI_ERROR_RESOURCE,
                     "%s: the file cannot be read: %s; name a readable file", path,
                     problem == EISDIR ? "it is no regular file" : g_strerror (problem));
        return NULL;
    }
    g_autofree char *data = g_malloc ((size_t)st.st_size + 1);
    size_t size = 0;
    ssize_t got = 1;
    while (size < (size_t)st.st_size && got > 0) {
        got = read (fd, data + size, (size_t)st.st_size - size);
        size += got > 0 ? (size_t)got : 0;
    }
    if (got < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "%s: the file cannot be read: %s", path, g_strerror (errno));
        return NULL;
    }
    return g_bytes_new_take (g_steal_pointer (&data), size);
}

static bool
load_file (MugaiLoader *l, GError **error)
{
    g_autoptr (GBytes) bytes = mugai_loader_read (l->path, error);

    if (bytes == NULL)
        return false;
    size_t size;
    const void *data = g_bytes_get_data (bytes, &size);
    return load_bytes (l, data, size, error);
}

static int
by_name (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Names of rules.d in order; a name that looks like rules but would be passed over is an error. */
static GPtrArray *
drop_ins (const char *folder, GError **error)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GError) problem = NULL;
    g_autoptr (GDir) dir = g_dir_open (folder, 0, &problem);

    if (dir == NULL && !g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT) &&
        !g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s: the folder cannot be read: %s",
                     folder, problem->message);
        return NULL;
    }
    for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;) {
        if (name[0] != '.' && g_str_has_suffix (name, ".yml")) {
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                         "%s/%s:1:1: this file would be passed over; rename it to end in .yaml",
                         folder, name);
            return NULL;
        }
        if (name[0] != '.' && g_str_has_suffix (name, ".yaml"))
            g_ptr_array_add (names, g_strdup (name));
    }
    if (names->len > 0)
        qsort (names->pdata, names->len, sizeof names->pdata[0], by_name);
    return g_steal_pointer (&names);
}

static bool
load_drop_ins (MugaiLoader *main_file, GError **error)
{
    g_autofree char *parent = g_path_get_dirname (main_file->path);
    g_autofree char *folder = g_build_filename (parent, "rules.d", NULL);
    g_autoptr (GPtrArray) names = drop_ins (folder, error);

    for (guint i = 0; names != NULL && i < names->len; i++) {
        const char *name = g_ptr_array_index (names, i);
        g_autofree char *path = g_build_filename (folder, name, NULL);
        g_autofree char *file = g_build_filename ("rules.d", name, NULL);
        MugaiLoader l = *main_file;
        l.path = mugai_rules_text (l.rules, path);
        l.file = mugai_rules_text (l.rules, file);
        l.drop_in = true;
        if (!load_file (&l, error))
            return false;
    }
    return names != NULL;
}

static bool
load_preset (MugaiRules *rules, const MugaiCatalogue *catalogue, GError **error)
{
    const MugaiPreset *preset = mugai_presets;

    while (preset->name != NULL && strcmp (preset->name, rules->settings.preset) != 0)
        preset++;
    g_assert (preset->name != NULL); /* load-settings.c has refused others */
    MugaiLoader l = {
        .rules = rules,
        .catalogue = catalogue,
        .path = preset->file,
        .file = preset->file,
        .preset = true,
    };
    return load_bytes (&l, preset->data, preset->size, error);
}

MugaiRules *
mugai_rules_parse (const char *path, const void *data, size_t size, const MugaiCatalogue *catalogue,
                   GError **error)
{
    g_autoptr (MugaiRules) rules = mugai_rules_new();
    MugaiLoader l = { .rules = rules, .catalogue = catalogue };

    if (path != NULL) {
        g_autofree char *file = g_path_get_basename (path);
        l.path = mugai_rules_text (rules, path);
        l.file = mugai_rules_text (rules, file);
        bool loaded = data != NULL ? load_bytes (&l, data, size, error)
                                   : load_file (&l, error) && load_drop_ins (&l, error);
        if (!loaded)
            return NULL;
    }
    if (!load_preset (rules, catalogue, error))
        return NULL;
    mugai_rules_seal (rules);
    return g_steal_pointer (&rules);
}

MugaiRules *
mugai_rules_load (const char *path, const MugaiCatalogue *catalogue, GError **error)
{
    g_autoptr (MugaiRules) rules = mugai_rules_parse (path, NULL, 0, catalogue, error);

    if (rules == NULL)
        return NULL;
    g_autoptr (GPtrArray) found = mugai_rules_lint (rules, catalogue, 0);
    for (guint i = 0; i < found->len; i++) {
        const MugaiLint *lint = g_ptr_array_index (found, i);
        if (!lint->error)
            continue;
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%u: %s", lint->path, lint->line,
                     lint->column, lint->en);
        return NULL;
    }
    return g_steal_pointer (&rules);
}
