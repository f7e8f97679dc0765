/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output-names.h"

#include "cli/safe-name.h"

#include <string.h>

enum { MARKS_MAX = 28 /* "~1000000" and ".withheld.txt" behind a stem, and what is to spare */ };

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
    g_autofree char *valid = mugai_safe_name_readable (stem);
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

/* UTF-16 units, as Windows counts. */
static size_t
length_of (const char *text)
{
    size_t length = 0;

    for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
        length += g_utf8_get_char (at) >= 0x10000 ? 2 : 1;
    return length;
}

/* The input's folder below the output folder: made safe, or, where a name in it could pass
 * MUGAI_OUTPUT_PATH_MAX, "_long/" and digits of the SHA-256 of what it would have been. */
static char *
folder_of (const MugaiInput *input)
{
    g_autofree char *folder = g_path_get_dirname (input->relative);
    g_autofree char *stem = g_path_get_basename (input->relative), *name = mugai_safe_name (stem);

    if (strcmp (folder, ".") == 0)
        return g_strdup ("");
    g_autofree char *safe = mugai_safe_path (folder);
    if (length_of (safe) + 1 + length_of (name) + MARKS_MAX <= MUGAI_OUTPUT_PATH_MAX)
        return g_steal_pointer (&safe);
    g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folder, -1);
    return g_strdup_printf ("_long/%.16s", digest);
}

/* The output's path below the output folder, with this last component. */
static char *
output_path (const MugaiInput *input, const char *last)
{
    return *input->folder != '\0' ? g_build_filename (input->folder, last, NULL) : g_strdup (last);
}

static char *
output_key (const MugaiInput *input, const char *last)
{
    g_autofree char *path = output_path (input, last);

    return g_utf8_casefold (path, -1);
}

/* The folder of an output and all around it: no output may have such a name. */
static void
note_folders (MugaiInputs *inputs, const MugaiInput *input)
{
    g_autofree char *key = g_utf8_casefold (input->folder, -1);

    while (*key != '\0' && g_hash_table_add (inputs->folders, g_strdup (key))) {
        char *slash = strrchr (key, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

static void
note_names (MugaiInputs *inputs)
{
    inputs->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    inputs->stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    inputs->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < inputs->list->len; i++) {
        MugaiInput *input = g_ptr_array_index (inputs->list, i);
        input->folder = folder_of (input);
        note_folders (inputs, input);
        g_autofree char *base = g_path_get_basename (input->relative),
                        *stem = stem_of (input->relative);
        g_autofree char *safe = mugai_safe_name (base), *safe_stem = mugai_safe_name (stem);
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
        char *stem = mugai_safe_name (wanted), *key = output_key (input, stem);
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

void
mugai_output_names_give (MugaiInputs *inputs)
{
    mark_shared_stems (inputs->list);
    note_names (inputs);
    give_stems (inputs);
}

char *
mugai_output_name (const MugaiInputs *inputs, const MugaiInput *input, const char *extension)
{
    g_autofree char *base = g_path_get_basename (input->relative),
                    *suffix = g_strconcat (".", extension, NULL);

    if (input->shared_stem && g_str_has_suffix (base, suffix) && strlen (base) > strlen (suffix)) {
        g_autofree char *own = stem_of (base);
        g_autofree char *safe = mugai_safe_name (own), *name = g_strconcat (safe, suffix, NULL);
        g_autofree char *key = output_key (input, name);
        if (g_hash_table_lookup (inputs->names, key) == input &&
            !g_hash_table_contains (inputs->folders, key))
            return output_path (input, name);
    }
    g_autofree char *stem = g_strdup (input->stem);
    for (;;) {
        g_autofree char *name = g_strconcat (stem, suffix, NULL), *key = output_key (input, name);
        if (!g_hash_table_contains (inputs->folders, key))
            return output_path (input, name);
        char *longer = g_strdup_printf ("%s~%u", stem, input->index); /* of no other input */
        g_free (stem);
        stem = longer;
    }
}
