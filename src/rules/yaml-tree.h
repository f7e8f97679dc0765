/* SPDX-License-Identifier: Apache-2.0
 *
 * yaml-tree: a small tree of mappings, lists and strings, each with its place, read from YAML 1.1 by libyaml's events. What
 * makes YAML surprising is refused: anchors, aliases, tags, duplicate keys, several documents, keys that are no strings.
 * Every scalar is a string. Process: supervisor, command line. Trust: the administrator's file; bounded all the same.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_YAML_SIZE = 4 << 20, /* bytes of one file */
    MUGAI_YAML_DEPTH = 16,     /* nesting; the rules' grammar needs 7 */
};

typedef enum MugaiYamlKind { MUGAI_YAML_SCALAR = 1, MUGAI_YAML_LIST, MUGAI_YAML_MAP } MugaiYamlKind;

typedef struct MugaiYaml {
    MugaiYamlKind kind;
    uint32_t line, column; /* from 1; column in characters */
    char *text;            /* SCALAR */
    bool quoted;           /* SCALAR: it was written in quotes or as a block */
    GPtrArray *items;      /* LIST: values; MAP: key, value, key, value; of MugaiYaml *, owned */
} MugaiYaml;

/* mugai_yaml_parse:
 * @file: for messages. @data: borrowed, UTF-8.
 * Returns: (transfer full) the root of the one document; an empty file gives an empty mapping.
 * Errors: MUGAI_ERROR_USAGE "FILE:LINE:COLUMN: ...".
 */
MugaiYaml *mugai_yaml_parse (const char *file, const void *data, size_t size, GError **error);
void mugai_yaml_free (MugaiYaml *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiYaml, mugai_yaml_free)

/* Returns: (borrowed) the value of @key in the mapping @map, or NULL. */
const MugaiYaml *mugai_yaml_get (const MugaiYaml *map, const char *key);
