/* SPDX-License-Identifier: Apache-2.0
 *
 * keep-print: items of the keep as a table, a page or JSON (src/cli/keep.schema.json). Everything that came with a mail is
 * escaped. Process: mugai.
 */
#pragma once

#include "wire/keep.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

/* The members of one item, into an open object. */
void mugai_keep_print_json (JsonBuilder *builder, const MugaiKeepEntry *entry);

/* A table over @entries (of MugaiKeepEntry *), its columns aligned by what a terminal shows. @columns: of the terminal; 0: do
 * not cut. */
void mugai_keep_print_table (FILE *out, const GPtrArray *entries, unsigned columns);

/* "name: value" lines. */
void mugai_keep_print_page (FILE *out, const MugaiKeepEntry *entry);

/* Print a finished document. */
void mugai_keep_print_document (JsonBuilder *builder);
