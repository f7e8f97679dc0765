/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inputs.h"

#include "core/error.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
    DEPTH_MAX = 64 /* folders within folders */,
    STEM_MAX = 200 /* bytes; 255 with extension and marks */
};

static void
input_free (gpointer data)
{
    MugaiInput *input = data;

    g_free (input->path);
    g_free (input->relative);
    g_free (input->stem);
    g_free (input->refused);
    g_free (input);
}

static void
add (GPtrArray *inputs, const char *path, const char *relative, const char *refused)
{
    MugaiInput *input = g_new0 (MugaiInput, 1);

    input->path = g_strdup (path);
    input->relative = g_strdup (relative);
    input->refused = g_strdup (refused);
    input->index = inputs->len;
    g_ptr_array_add (inputs, input);
}

static gint
by_name (gconstpointer a, gconstpointer b)
{
    return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void add_any (GPtrArray *inputs, const char *path, const char *relative, int depth);

static void
add_folder (GPtrArray *inputs, const char *path, const char *relative, int depth)
{
    g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
    DIR *folder = depth < DEPTH_MAX ? opendir (path) : NULL;

    if (folder == NULL) {
        add (inputs, path, relative,
             depth < DEPTH_MAX ? strerror (errno) : "folders nested too deep");
        return;
    }
    for (struct dirent *entry; (entry = readdir (folder)) != NULL;)
        if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
            g_ptr_array_add (names, g_strdup (entry->d_name));
    closedir (folder);
    g_ptr_array_sort (names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *inner = g_build_filename (path, g_ptr_array_index (names, i), NULL);
        g_autofree char *inner_relative =
            g_build_filename (relative, g_ptr_array_index (names, i), NULL);
        add_any (inputs, inner, inner_relative, depth + 1);
    }
}

static void
add_any (GPtrArray *inputs, const char *path, const char *relative, int depth)
{
    struct stat st;

    if (lstat (path, &st) < 0)
        add (inputs, path, relative, strerror (errno));
    else if (S_ISDIR (st.st_mode))
        add_folder (inputs, path, relative, depth);
    else if (S_ISREG (st.st_mode))
        add (inputs, path, relative, NULL);
    else
        add (inputs, path, relative, S_ISLNK (st.st_mode) ? "symbolic link" : "not a regular file");
}

/* ---- names */

char *
mugai_inputs_readable (const char *name)
{
    char *text = g_utf8_validate (name, -1, NULL) ? g_strdup (name) : NULL;

    if (text == NULL) /* what unpacked archives from Japanese Windows leave behind */
        text = g_convert (name, -1, "UTF-8", "CP932", NULL, NULL, NULL);
    return text != NULL && g_utf8_validate (text, -1, NULL) ? text : g_utf8_make_valid (name, -1);
}

static char *
stem_of (const char *relative)
{
    g_autofree char *base = g_path_get_basename (relative);
    char *dot = strrchr (base, '.');

    if (dot != NULL && dot != base)
        *dot = '\0';
    return g_steal_pointer (&base);
}

/* What two inputs of one folder must not share. */
static char *
stem_key (const char *relative)
{
    g_autofree char *folder = g_path_get_dirname (relative), *stem = stem_of (relative);
    g_autofree char *valid = mugai_inputs_readable (stem);
    g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
    g_autofree char *folded = g_utf8_casefold (normal, -1);

    return g_strconcat (folder, "/", folded, NULL);
}

static void
mark_shared_stems (GPtrArray *inputs)
{
    g_autoptr (GHashTable) first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < inputs->len; i++) {
        MugaiInput *input = g_ptr_array_index (inputs, i);
        char *key = stem_key (input->relative);
        MugaiInput *other = g_hash_table_lookup (first, key);
        if (other != NULL)
            input->shared_stem = other->shared_stem = true;
        g_hash_table_insert (first, key, other != NULL ? other : input);
    }
}

static bool
is_device_name (const char *name)
{
    static const char *const devices[] = {
        "con", "prn", "aux", "nul", "conin$", "conout$", "clock$"
    };
    size_t length = strcspn (name, ".");

    while (length > 0 && name[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < G_N_ELEMENTS (devices); i++)
        if (strlen (devices[i]) == length && g_ascii_strncasecmp (name, devices[i], length) == 0)
            return true;
    return length == 4 &&
           (g_ascii_strncasecmp (name, "com", 3) == 0 ||
            g_ascii_strncasecmp (name, "lpt", 3) == 0) &&
           g_ascii_isdigit (name[3]);
}

/* One component without anything that Windows or Unix forbids or hides. */
static char *
safe_component (const char *name)
{
    g_autofree char *valid = mugai_inputs_readable (name);
    g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFC);
    g_autoptr (GString) safe = g_string_new (NULL);

    for (const char *at = normal; *at != '\0'; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        bool bad = c < 0x20 || c == 0x7f || (c < 0x80 && strchr ("\"*:<>?\\|/", (int)c) != NULL) ||
                   c == 0xfffd || !g_unichar_isdefined (c) ||
                   g_unichar_type (c) == G_UNICODE_FORMAT ||
                   g_unichar_type (c) == G_UNICODE_CONTROL ||
                   g_unichar_type (c) == G_UNICODE_PRIVATE_USE ||
                   g_unichar_type (c) == G_UNICODE_SURROGATE;
        if (safe->len + 6 > STEM_MAX)
            break;
        g_string_append_unichar (safe, bad ? '_' : c);
    }
    while (safe->len > 0 && (safe->str[safe->len - 1] == '.' || safe->str[safe->len - 1] == ' '))
        g_string_truncate (safe, safe->len - 1);
    if (safe->len == 0 || is_device_name (safe->str) || safe->str[0] == ' ')
        g_string_prepend_c (safe, '_');
    return g_string_free (g_steal_pointer (&safe), FALSE);
}

/* Every component made safe. */
static char *
safe_path (const char *relative)
{
    g_auto (GStrv) parts = g_strsplit (relative, "/", -1);

    for (char **part = parts; *part != NULL; part++) {
        char *safe = safe_component (*part);
        g_free (*part);
        *part = safe;
    }
    return g_strjoinv ("/", parts);
}

/* The output's path below the output folder, with this last component. */
static char *
output_path (const MugaiInput *input, const char *last)
{
    g_autofree char *folder = g_path_get_dirname (input->relative);

    if (strcmp (folder, ".") == 0)
        return g_strdup (last);
    g_autofree char *safe = safe_path (folder);
    return g_build_filename (safe, last, NULL);
}

static char *
output_key (const MugaiInput *input, const char *last)
{
    g_autofree char *path = output_path (input, last);

    return g_utf8_casefold (path, -1);
}

static void
note_names (MugaiInputs *inputs)
{
    inputs->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    inputs->stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < inputs->list->len; i++) {
        MugaiInput *input = g_ptr_array_index (inputs->list, i);
        g_autofree char *base = g_path_get_basename (input->relative),
                        *stem = stem_of (input->relative);
        g_autofree char *safe = safe_component (base), *safe_stem = safe_component (stem);
        char *key = output_key (input, safe);
        if (g_hash_table_contains (inputs->names, key))
            g_free (key);
        else
            g_hash_table_insert (inputs->names, key, input);
        if (input->shared_stem) /* only for results that keep their own name */
            g_hash_table_add (inputs->stems, output_key (input, safe_stem));
    }
}

/* Give every input a stem that no other has. */
static void
give_stems (MugaiInputs *inputs)
{
    for (guint i = 0; i < inputs->list->len; i++) {
        MugaiInput *input = g_ptr_array_index (inputs->list, i);
        g_autofree char *wanted =
            input->shared_stem ? g_path_get_basename (input->relative) : stem_of (input->relative);
        char *stem = safe_component (wanted), *key = output_key (input, stem);
        while (g_hash_table_contains (inputs->stems, key)) {
            char *longer = g_strdup_printf ("%s~%u", stem, input->index);
            g_free (stem);
            g_free (key);
            stem = longer;
            key = output_key (input, stem);
        }
        g_hash_table_add (inputs->stems, key);
        input->stem = stem;
    }
}

MugaiInputs *
mugai_inputs_list (char *const *paths, GError **error)
{
    g_autoptr (MugaiInputs) inputs = g_new0 (MugaiInputs, 1);

    inputs->list = g_ptr_array_new_with_free_func (input_free);
    for (; *paths != NULL; paths++) {
        struct stat st;
        g_autofree char *canonical = g_canonicalize_filename (*paths, NULL);
        g_autofree char *base = g_path_get_basename (canonical);
        if (lstat (*paths, &st) < 0) {
            g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                         "%s: %s; name an existing file or folder", *paths, strerror (errno));
            return NULL;
        }
        add_any (inputs->list, *paths, base, 0);
    }
    mark_shared_stems (inputs->list);
    note_names (inputs);
    give_stems (inputs);
    return g_steal_pointer (&inputs);
}

void
mugai_inputs_free (MugaiInputs *inputs)
{
    if (inputs == NULL)
        return;
    g_clear_pointer (&inputs->names, g_hash_table_unref);
    g_clear_pointer (&inputs->stems, g_hash_table_unref);
    g_ptr_array_unref (inputs->list);
    g_free (inputs);
}

char *
mugai_inputs_output (const MugaiInputs *inputs, const MugaiInput *input, const char *extension)
{
    g_autofree char *base = g_path_get_basename (input->relative),
                    *suffix = g_strconcat (".", extension, NULL);

    if (input->shared_stem && g_str_has_suffix (base, suffix) && strlen (base) > strlen (suffix)) {
        g_autofree char *own = stem_of (base);
        g_autofree char *safe = safe_component (own), *name = g_strconcat (safe, suffix, NULL);
        g_autofree char *key = output_key (input, name);
        if (g_hash_table_lookup (inputs->names, key) == input)
            return output_path (input, name);
    }
    g_autofree char *name = g_strconcat (input->stem, suffix, NULL);
    return output_path (input, name);
}
