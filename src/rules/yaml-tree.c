/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a stack of open mappings and lists, one loop over libyaml's events, no recursion
 * but in freeing, which MUGAI_YAML_DEPTH bounds.
 */
#include "rules/yaml-tree.h"

#include "core/error.h"

#include <string.h>
#include <yaml.h>

typedef struct Builder {
    const char *file;
    MugaiYaml *root;                    /* owned */
    MugaiYaml *open[MUGAI_YAML_DEPTH];  /* borrowed, from the root down */
    GHashTable *keys[MUGAI_YAML_DEPTH]; /* of the open mapping: borrowed texts */
    unsigned depth;
    unsigned documents;
} Builder;

void
mugai_yaml_free (MugaiYaml *node)
{
    if (node == NULL)
        return;
    g_free (node->text);
    if (node->items != NULL)
        g_ptr_array_unref (node->items);
    g_free (node);
}

static void
free_item (void *data)
{
    mugai_yaml_free (data);
}

const MugaiYaml *
mugai_yaml_get (const MugaiYaml *map, const char *key)
{
    for (guint i = 0; map->kind == MUGAI_YAML_MAP && i + 1 < map->items->len; i += 2) {
        const MugaiYaml *at = g_ptr_array_index (map->items, i);
        if (g_str_equal (at->text, key))
            return g_ptr_array_index (map->items, i + 1);
    }
    return NULL;
}

G_GNUC_PRINTF (4, 5)
static bool
fail (const Builder *b, yaml_mark_t mark, GError **error, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *what = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%zu:%zu: %s", b->file, mark.line + 1,
                 mark.column + 1, what);
    return false;
}

static bool
fail_parser (const Builder *b, const yaml_parser_t *parser, GError **error)
{
    const char *problem = parser->problem != NULL ? parser->problem : "not readable";
    yaml_mark_t mark = parser->problem_mark;

    if (parser->error == YAML_READER_ERROR)
        return fail (b, parser->mark, error, "%s at byte %zu; the file must be UTF-8", problem,
                     parser->problem_offset);
    if (strstr (problem, "cannot start any token") != NULL)
        problem = "this character cannot stand here: check the indentation (spaces, no tabs), or "
                  "put the value in quotes";
    if (strstr (problem, "tab character") != NULL)
        problem = "a tab cannot indent; use spaces";
    if (strstr (problem, "mapping values are not allowed") != NULL)
        problem = "a \": \" cannot stand here: put the value in quotes, or check the indentation";
    return fail (b, mark, error, "%s", problem);
}

static MugaiYaml *
node_new (MugaiYamlKind kind, yaml_mark_t mark)
{
    MugaiYaml *node = g_new0 (MugaiYaml, 1);

    node->kind = kind;
    node->line = (uint32_t)mark.line + 1;
    node->column = (uint32_t)mark.column + 1;
    if (kind != MUGAI_YAML_SCALAR)
        node->items = g_ptr_array_new_with_free_func (free_item);
    return node;
}

/* Put @node (owned) where the next value or key belongs. */
static bool
place (Builder *b, MugaiYaml *node, yaml_mark_t mark, GError **error)
{
    if (b->depth == 0) {
        b->root = node;
        return true;
    }
    MugaiYaml *parent = b->open[b->depth - 1];
    bool key = parent->kind == MUGAI_YAML_MAP && parent->items->len % 2 == 0;
    g_ptr_array_add (parent->items, node);
    if (key && node->kind != MUGAI_YAML_SCALAR)
        return fail (b, mark, error, "a key must be a word, not a list or mapping");
    if (key && !g_hash_table_add (b->keys[b->depth - 1], node->text)) {
        return fail (b, mark, error, "\"%.100s\" stands twice in this mapping; remove one of them",
                     node->text);
    }
    return true;
}

static bool
open_node (Builder *b, MugaiYamlKind kind, yaml_mark_t mark, GError **error)
{
    MugaiYaml *node = node_new (kind, mark);

    if (!place (b, node, mark, error))
        return false;
    if (b->depth == MUGAI_YAML_DEPTH)
        return fail (b, mark, error, "nested deeper than %d levels", MUGAI_YAML_DEPTH);
    b->keys[b->depth] = g_hash_table_new (g_str_hash, g_str_equal);
    b->open[b->depth++] = node;
    return true;
}

/* Controls, and characters that change the writing direction: such a value cannot be shown as it
 * is. libyaml has made sure that it is UTF-8. */
static bool
has_control (const char *text, size_t size)
{
    if (memchr (text, '\0', size) != NULL)
        return true;
    for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at)) {
        gunichar c = g_utf8_get_char (at);
        if (g_unichar_iscntrl (c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
            c == 0x200e || c == 0x200f || c == 0x2028 || c == 0x2029)
            return true;
    }
    return false;
}

static bool
scalar (Builder *b, const yaml_event_t *event, GError **error)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t size = event->data.scalar.length;

    if (has_control (value, size))
        return fail (b, event->start_mark, error,
                     "a control character or line break stands in this value; take it out");
    MugaiYaml *node = node_new (MUGAI_YAML_SCALAR, event->start_mark);
    node->text = g_strndup (value, size);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return place (b, node, event->start_mark, error);
}

/* Anchors, aliases and tags, whatever they are put on. */
static bool
check_plain (const Builder *b, const yaml_event_t *event, GError **error)
{
    const void *anchor = NULL, *tag = NULL;

    if (event->type == YAML_ALIAS_EVENT)
        return fail (b, event->start_mark, error,
                     "aliases (*name) are not allowed; put a value that begins with * in quotes");
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor != NULL)
        return fail (b, event->start_mark, error,
                     "anchors (&name) are not allowed; put a value that begins with & in quotes");
    if (tag != NULL)
        return fail (b, event->start_mark, error,
                     "tags (!name) are not allowed; put a value that begins with ! in quotes");
    return true;
}

static bool
take (Builder *b, const yaml_event_t *event, GError **error)
{
    if (!check_plain (b, event, error))
        return false;
    if (event->type == YAML_DOCUMENT_START_EVENT && ++b->documents > 1)
        return fail (b, event->start_mark, error,
                     "a second document begins here; one file holds one document");
    if (event->type == YAML_SCALAR_EVENT)
        return scalar (b, event, error);
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return open_node (b, MUGAI_YAML_LIST, event->start_mark, error);
    if (event->type == YAML_MAPPING_START_EVENT)
        return open_node (b, MUGAI_YAML_MAP, event->start_mark, error);
    if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
        g_clear_pointer (&b->keys[--b->depth], g_hash_table_unref);
    return true;
}

static bool
parse_all (Builder *b, yaml_parser_t *parser, GError **error)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (yaml_parser_parse (parser, &event) == 0)
            return fail_parser (b, parser, error);
        more = event.type != YAML_STREAM_END_EVENT;
        bool taken = take (b, &event, error);
        yaml_event_delete (&event);
        if (!taken)
            return false;
    }
    return true;
}

MugaiYaml *
mugai_yaml_parse (const char *file, const void *data, size_t size, GError **error)
{
    Builder b = { .file = file };
    yaml_parser_t parser;

    if (size > MUGAI_YAML_SIZE) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s:1:1: larger than %d bytes; split it into rules.d", file, MUGAI_YAML_SIZE);
        return NULL;
    }
    if (yaml_parser_initialize (&parser) == 0)
        g_error ("out of memory");
    yaml_parser_set_encoding (&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string (&parser, size > 0 ? data : (const void *)"", size);
    bool done = parse_all (&b, &parser, error);
    yaml_parser_delete (&parser);
    while (b.depth > 0)
        g_clear_pointer (&b.keys[--b.depth], g_hash_table_unref);
    if (!done) {
        mugai_yaml_free (b.root);
        return NULL;
    }
    return b.root != NULL ? b.root : node_new (MUGAI_YAML_MAP, (yaml_mark_t){ 0 });
}
