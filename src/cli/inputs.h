/* SPDX-License-Identifier: Apache-2.0
 *
 * inputs: the files that a batch run takes, and where each result goes.
 *
 * A folder is walked in byte order of names; symbolic links and special files are never followed,
 * only listed as refused. An output name keeps the stem and gets the extension of its new type; the
 * old extension stays in front when another input of the same folder has the same stem (Unicode
 * NFC, case folded). Names are made safe for Windows and Unix and cut; one that would meet another
 * input's then gets "~N" (its place in the list), so that results never meet, whatever type they
 * have, and a rerun gives the same names.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct MugaiInput {
    char *path;     /* to open */
    char *relative; /* below the output folder, as cp -r would place it */
    char *refused;  /* NULL, or why it is not read: "symbolic link" */
    bool shared_stem;
    char *stem;  /* of the output's name, like no other input's of that folder */
    guint index; /* in the list */
} MugaiInput;

typedef struct MugaiInputs {
    GPtrArray *list;   /* of MugaiInput * */
    GHashTable *names; /* safe, folded relative name -> the first MugaiInput that has it */
    GHashTable *stems; /* set of safe, folded relative stems that are given away */
} MugaiInputs;

/* @paths: NULL-terminated. Returns: (transfer full) the files in order.
 * Errors: MUGAI_ERROR_USAGE: a path that does not exist. A folder that cannot be read is an entry
 * with `refused` set. */
MugaiInputs *mugai_inputs_list (char *const *paths, GError **error);
void mugai_inputs_free (MugaiInputs *inputs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiInputs, mugai_inputs_free)

/* Returns: (transfer full) @name in UTF-8: as it is, decoded from CP932, or with replacement
 * characters. */
char *mugai_inputs_readable (const char *name);

/* @extension: of the output type: "txt". Returns: (transfer full) relative path below the output
 * folder. */
char *mugai_inputs_output (const MugaiInputs *inputs, const MugaiInput *input,
                           const char *extension);
