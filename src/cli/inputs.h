/* SPDX-License-Identifier: Apache-2.0
 *
 * inputs: the files that a batch run takes.
 *
 * A folder is walked in byte order of names; symbolic links and special files are never followed,
 * only listed as refused. What desktops leave behind (Thumbs.db, ~$report.docx) and what patterns
 * leave out is passed over and counted. Where results go: output-names.h. Process: mugai. Trust:
 * names are hostile, and whoever may write to the folders may change them meanwhile.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiInput {
    char *path;     /* for people */
    size_t below;   /* bytes of path that the user named; what follows is opened step by step */
    char *relative; /* below the output folder, as cp -r would place it */
    char *refused;  /* NULL, or why it is not read: "symbolic link" */
    bool shared_stem;
    char *folder; /* of the output, safe; "" for the output folder itself */
    char *stem;   /* of the output's name, like no other input's of that folder */
    guint index;  /* in the list */
} MugaiInput;

typedef struct MugaiInputsOptions {
    const char *const *include; /* patterns with * and ?, NULL-terminated; may be NULL: all */
    const char *const *exclude; /* likewise; may be NULL: none */
    const char *output;         /* a folder that is passed over when it is met; may be NULL */
} MugaiInputsOptions;

typedef struct MugaiInputs {
    GPtrArray *list;     /* of MugaiInput * */
    guint leftovers;     /* passed over: files that desktops leave behind */
    guint unmatched;     /* passed over: by include and exclude */
    GHashTable *names;   /* safe, folded relative name -> the first MugaiInput that has it */
    GHashTable *stems;   /* set of safe, folded relative stems that are given away */
    GHashTable *folders; /* set of safe, folded folders of outputs */
} MugaiInputs;

/* mugai_inputs_list:
 * @paths: NULL-terminated. @options: borrowed, may be NULL. A pattern with "/" is compared with the
 * relative path, another with each name of it (so an excluded folder is not entered); NFC, case
 * folded. `include` counts for files alone.
 * Returns: (transfer full) the files in order. Errors: MUGAI_ERROR_USAGE: a path that does not
 * exist. A folder that cannot be read is an entry with `refused` set.
 */
MugaiInputs *mugai_inputs_list (char *const *paths, const MugaiInputsOptions *options,
                                GError **error);
void mugai_inputs_free (MugaiInputs *inputs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiInputs, mugai_inputs_free)

/* Open the regular file that was listed: no step below what the user named may be a symbolic link,
 * whatever happened since. Returns: a descriptor, or -1 with errno (EINVAL: no regular file). */
int mugai_inputs_open (const MugaiInput *input);

/* Is it a name of what desktops leave behind ("Thumbs.db", "~$report.docx")? */
bool mugai_inputs_is_leftover (const char *name);
