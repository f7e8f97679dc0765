/* SPDX-License-Identifier: Apache-2.0
 *
 * loader: what the files that read rules share: where they are, how an error is said, and the small readers of values.
 * For load.c, load-settings.c and load-rule.c only.
 */
#pragma once

#include "rules/model.h"
#include "rules/yaml-tree.h"

typedef struct MugaiLoader {
    MugaiRules *rules;
    const MugaiCatalogue *catalogue; /* may be NULL */
    const char *path;                /* for messages */
    const char *file;                /* for traces: independent of where the rules lie; in the arena */
    bool preset;
    bool drop_in; /* a file of rules.d */
} MugaiLoader;

/* "PATH:LINE:COLUMN: ..." with MUGAI_ERROR_USAGE. Returns: false. */
bool mugai_loader_fail (const MugaiLoader *l, const MugaiYaml *at, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* @at is a mapping, and each of its keys is one of the space-separated @keys. @what: "a rule". */
bool mugai_loader_keys (const MugaiLoader *l, const MugaiYaml *at, const char *what, const char *keys,
                        GError **error);

/* The values below are optional: @at NULL leaves *ret alone and is true. @key: for messages. */

/* One non-empty string (@empty: "" is allowed), in the arena. */
bool mugai_loader_text (const MugaiLoader *l, const MugaiYaml *at, const char *key, bool empty, const char **ret,
                        GError **error);
/* A string or a list of strings. @each: NULL, or checks one; its error text in @why (MUGAI_CONDITION_WHY bytes). */
bool mugai_loader_list (const MugaiLoader *l, const MugaiYaml *at, const char *key,
                        bool (*each) (const char *text, char *why), const char *const **ret, GError **error);
/* One of the space-separated @words; *ret is its index from 1. */
bool mugai_loader_choice (const MugaiLoader *l, const MugaiYaml *at, const char *key, const char *words,
                          unsigned *ret, GError **error);

/* mugai_loader_read:
 * A whole file, of rules or beside them. Errors: MUGAI_ERROR_USAGE when there is none that can be read;
 * MUGAI_ERROR_RESOURCE.
 */
GBytes *mugai_loader_read (const char *path, GError **error);

/* Everything of a file but its rules. */
bool mugai_loader_settings (const MugaiLoader *l, const MugaiYaml *root, GError **error);
/* One entry of `rules`. */
bool mugai_loader_rule (const MugaiLoader *l, const MugaiYaml *at, GError **error);
