/* SPDX-License-Identifier: Apache-2.0
 *
 * make-model: src/profile/office/ (NAME.model) to the tables of office/model.h, or to the header
 * with the numbers of what has a name. A program of the build.
 *
 *   make-model tables|header FILE...
 *
 * How it works: statements are read, all names gathered and sorted, then types are made one after
 * the other with their groups put in; values are numbered as they are met and written at the end.
 */
#define _GNU_SOURCE
#include "office/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NESTING = 16 /* of groups */, CHILDREN = 2048 /* of a type */ };

typedef struct Child {
    unsigned name, type, rank, space, quantity;
} Child;

typedef struct Type { /* in hand */
    Child child[CHILDREN];
    unsigned n, ranks, rank_quantity[CHILDREN];
    unsigned text, last; /* last: a name, or NONE */
    bool block;
} Type;

static Model model;
static List attributes, children, unwraps, needs, type_rows, sources;
static unsigned slots;

static unsigned
quantity (const Line *line, const char *word)
{
    static const char words[] = "1?+*";
    const char *at = strlen (word) == 1 ? strchr (words, word[0]) : NULL;

    if (at == NULL)
        fail (line, "%s is no quantity", word);
    return (unsigned)(at - words) + 1;
}

static void
want (const Line *line, unsigned least, unsigned most)
{
    if (line->n < least || line->n > most)
        fail (line, "%s with %u words", line->word[0], line->n);
}

/* --- types --- */

static void
add_attribute (const Line *line)
{
    want (line, 3, 6);
    bool required = line->n > 3 && strcmp (line->word[3], "required") == 0;
    if ((line->n > 3 && !required) ||
        (line->n > 4 && (line->n != 6 || strcmp (line->word[4], "=") != 0)))
        fail (line, "attr NAME VALUE [required [= DEFAULT]]");
    list_append (&attributes,
                 print ("%u, %u, %s, %s%s%s", names_number (&model, line, line->word[1]),
                        value_number (&model, line, line->word[2]), required ? "true" : "false",
                        line->n > 4 ? "\"" : "", line->n > 4 ? line->word[5] : "NULL",
                        line->n > 4 ? "\"" : ""));
}

static void
add_child (Type *type, const Line *line)
{
    want (line, 4, 5);
    if (type->n == CHILDREN)
        fail (line, "too many children");
    Child *child = &type->child[type->n++];
    *child = (Child){ .name = names_number (&model, line, line->word[1]),
                      .type = list_find (line, &model.types, line->word[2], "type"),
                      .quantity = quantity (line, line->word[3]),
                      .space = MUGAI_MODEL_NONE };
    if (line->n > 4 && strncmp (line->word[4], "item:", 5) != 0)
        fail (line, "%s?", line->word[4]);
    if (line->n > 4)
        child->space = list_number (&model.spaces, line->word[4] + 5);
    if (!type->block)
        type->rank_quantity[type->ranks++] = MUGAI_ANY;
    child->rank = type->ranks - 1;
    for (unsigned i = 0; i + 1 < type->n; i++)
        if (type->child[i].name == child->name)
            fail (line, "%s stands here twice", line->word[1]);
}

static void add_body (Type *type, size_t at, unsigned nesting);

static void
add_line (Type *type, const Line *line, unsigned nesting)
{
    if (is (line, "attr")) {
        add_attribute (line);
    } else if (is (line, "child")) {
        add_child (type, line);
    } else if (is (line, "{")) {
        if (type->block)
            fail (line, "a block in a block");
        type->block = true;
        type->rank_quantity[type->ranks++] =
            line->n > 1 ? quantity (line, line->word[1]) : (unsigned)MUGAI_ANY;
    } else if (is (line, "}")) {
        type->block = false;
    } else if (is (line, "text")) {
        type->text = value_number (&model, line, line->word[1]);
    } else if (is (line, "last")) {
        type->last = names_number (&model, line, line->word[1]);
    } else if (is (line, "unwrap")) {
        list_append (&unwraps, print ("%u", names_number (&model, line, line->word[1])));
    } else if (is (line, "use")) {
        unsigned group = list_find (line, &model.groups, line->word[1], "group");
        if (nesting == NESTING)
            fail (line, "groups use each other");
        add_body (type, (size_t)atol (model.groups.item[group] + strlen (line->word[1]) + 1),
                  nesting + 1);
    } else {
        fail (line, "%s?", line->word[0]);
    }
}

static bool
is_top (const Line *line)
{
    static const char *const words[] = {
        "namespace", "foreign", "relation", "kind", "part", "from",
        "enum",      "value",   "ignore",   "name", "type", "group"
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (is (line, words[i]))
            return true;
    return false;
}

/* The lines below the statement with the number @at. */
static void
add_body (Type *type, size_t at, unsigned nesting)
{
    for (size_t i = at + 1; i < model.source.count && !is_top (&model.source.line[i]); i++)
        add_line (type, &model.source.line[i], nesting);
}

static int
compare_children (const void *a, const void *b)
{
    const Child *x = a, *y = b;

    return x->name < y->name ? -1 : x->name > y->name;
}

static bool
must (unsigned quantity)
{
    return quantity == MUGAI_ONE || quantity == MUGAI_SOME;
}

/* Returns: index of the child @type->last, or NONE. */
static unsigned
write_children (const Type *type)
{
    unsigned last = MUGAI_MODEL_NONE;

    for (unsigned i = 0; i < type->n; i++) {
        const Child *c = &type->child[i];
        list_append (&children, print ("%u, %u, %u, %u, %u, %u", c->name, c->type, c->rank,
                                       c->space, c->quantity, type->rank_quantity[c->rank]));
        if (must (c->quantity))
            list_append (&needs, print ("%u", i));
        if (c->name == type->last)
            last = i;
    }
    for (unsigned i = 0; i < type->ranks; i++)
        if (must (type->rank_quantity[i]))
            list_append (&needs, print ("%u", 0x8000 + i));
    return last;
}

static void
write_type (size_t at)
{
    static Type type;
    unsigned first[] = { (unsigned)attributes.count, (unsigned)children.count,
                         (unsigned)unwraps.count, (unsigned)needs.count };

    type = (Type){ .text = MUGAI_MODEL_NONE, .last = MUGAI_MODEL_NONE };
    add_body (&type, at, 0);
    qsort (type.child, type.n, sizeof *type.child, compare_children);
    slots = type.n > slots ? type.n : slots;
    unsigned last = write_children (&type);
    if (type.last != MUGAI_MODEL_NONE && last == MUGAI_MODEL_NONE)
        fail (&model.source.line[at], "its last child is none of it");
    list_append (&type_rows, print ("%u, %zu, %u, %zu, %u, %zu, %u, %zu, %u, %u", first[0],
                                    attributes.count - first[0], first[1],
                                    children.count - first[1], first[2], unwraps.count - first[2],
                                    first[3], needs.count - first[3], type.text, last));
}

/* --- declarations --- */

static void
declare (const Line *line, size_t at)
{
    if (is (line, "namespace") || is (line, "foreign"))
        list_append (&model.prefixes, line->word[1]);
    else if (is (line, "relation"))
        list_append (&model.relations, line->word[1]);
    else if (is (line, "type"))
        list_append (&model.types, line->word[1]);
    else if (is (line, "part"))
        list_append (&model.parts, line->word[1]);
    else if (is (line, "group")) /* its name, and behind the NUL its line */
    {
        char *item = calloc (1, strlen (line->word[1]) + 24);
        sprintf (item + sprintf (item, "%s", line->word[1]) + 1, "%zu", at);
        list_append (&model.groups, item);
    }
}

static void
check_twice (const List *list, const char *what)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp (list->item[i], list->item[k]) == 0)
                fail (NULL, "two %s %s", what, list->item[i]);
}

static void
read_all (int n, char **paths)
{
    list_append (&model.prefixes, strdup (""));
    list_append (&model.prefixes, strdup ("xml"));
    for (int i = 0; i < n; i++)
        source_read (&model.source, paths[i]);
    for (size_t i = 0; i < model.source.count; i++)
        declare (&model.source.line[i], i);
    check_twice (&model.prefixes, "namespaces");
    check_twice (&model.relations, "relations");
    check_twice (&model.types, "types");
    check_twice (&model.groups, "groups");
    check_twice (&model.parts, "parts");
    names_gather (&model);
    for (size_t i = 0; i < model.source.count; i++)
        if (is (&model.source.line[i], "type"))
            write_type (i);
}

/* --- output --- */

static void
put_list (const List *list, const char *type, const char *name, bool braces)
{
    printf ("const %s mugai_office_%s[] = {\n", type, name);
    for (size_t i = 0; i < list->count; i++)
        printf (braces ? "    { %s },\n" : "    %s,\n", list->item[i]);
    printf (list->count == 0 ? "    0\n};\n" : "};\n");
}

static void
put_count (const char *name, size_t count)
{
    printf ("const uint16_t mugai_office_%s = %zu;\n", name, count);
}

static int
compare_texts (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

/* URIs of `namespace` or `relation` lines, sorted. */
static void
put_uris (const char *name, const char *word, const char *other, size_t number)
{
    List list = { 0 };

    for (size_t i = 0; i < model.source.count; i++) {
        const Line *line = &model.source.line[i];
        if (!is (line, word) && !is (line, other))
            continue;
        want (line, 3, WORDS);
        for (unsigned k = 2; k < line->n; k++)
            list_append (&list, print ("\"%s\", %zu", line->word[k], number));
        number++;
    }
    qsort (list.item, list.count, sizeof *list.item, compare_texts);
    printf ("/* sorted by bytes up to the quote */\n");
    put_list (&list, "MugaiModelUri", name, true);
    put_count (print ("%ss", name), list.count);
}

static void
put_part (List *rows, const Line *line, size_t at)
{
    unsigned first = (unsigned)sources.count;

    want (line, 7, 7);
    for (size_t i = at + 1; i < model.source.count && is (&model.source.line[i], "from"); i++) {
        const Line *from = &model.source.line[i];
        want (from, 3, 4);
        unsigned source = strcmp (from->word[1], "package") == 0
                              ? (unsigned)MUGAI_MODEL_NONE
                              : list_find (from, &model.parts, from->word[1], "part");
        list_append (&sources, print ("%u, %u, %s", source, quantity (from, from->word[2]),
                                      from->n > 3 ? "true" : "false"));
    }
    list_append (rows,
                 print ("\"%s\", \"%s\", \"%s\", %u, %u, %u, %u, %zu", line->word[1], line->word[4],
                        line->word[6], names_number (&model, line, line->word[2]),
                        list_find (line, &model.types, line->word[3], "type"),
                        list_find (line, &model.relations, line->word[5], "relation"), first,
                        sources.count - first));
}

static void
put_rows (void)
{
    List parts = { 0 }, kinds = { 0 }, namespaces = { 0 }, relations = { 0 };

    list_append (&namespaces, print ("\"\", \"\", false"));
    list_append (&namespaces, print ("\"xml\", \"http://www.w3.org/XML/1998/namespace\", false"));
    for (size_t i = 0; i < model.source.count; i++) {
        const Line *line = &model.source.line[i];
        if (is (line, "part"))
            put_part (&parts, line, i);
        else if (is (line, "kind"))
            list_append (&kinds, print ("\"%s\", \"%s\", %u", line->word[1], line->word[3],
                                        list_find (line, &model.parts, line->word[2], "part")));
        else if (is (line, "namespace") || is (line, "foreign"))
            list_append (&namespaces, print ("\"%s\", \"%s\", %s", line->word[1], line->word[2],
                                             is (line, "foreign") ? "true" : "false"));
        else if (is (line, "relation"))
            list_append (&relations, print ("\"%s\", \"%s\"", line->word[1], line->word[2]));
    }
    put_list (&parts, "MugaiModelPart", "part", true);
    put_list (&sources, "MugaiModelSource", "source", true);
    put_list (&kinds, "MugaiModelKind", "kind", true);
    put_list (&namespaces, "MugaiModelNamespace", "namespace", true);
    put_list (&relations, "MugaiModelRelation", "relation", true);
    put_count ("parts", parts.count);
    put_count ("kinds", kinds.count);
    put_count ("namespaces", namespaces.count);
    put_count ("relations", relations.count);
}

static void
put_tables (void)
{
    printf ("/* made by make-model */\n#include \"office/model.h\"\n\n");
    put_uris ("uri", "namespace", "foreign", 2);
    put_uris ("relation_uri", "relation", "relation", 0);
    printf ("const MugaiModelName mugai_office_name[] = {\n    { 0, false, false, \"\" },\n"
            "    { 0, false, false, \"\" },\n");
    for (size_t i = 0; i < model.n_names; i++)
        printf ("    { %u, %s, %s, \"%s\" },\n", model.names[i].ns,
                model.names[i].ignored ? "true" : "false",
                model.names[i].ignored_attribute ? "true" : "false", model.names[i].local);
    printf ("};\n");
    put_count ("names", model.n_names + 2);
    put_rows();
    put_list (&model.words, "char *const", "word", false);
    put_list (&model.eithers, "uint16_t", "either", false);
    put_list (&unwraps, "uint16_t", "unwrap", false);
    put_list (&needs, "uint16_t", "need", false);
    put_list (&model.value_rows, "MugaiModelValue", "value", true);
    put_list (&attributes, "MugaiModelAttr", "attr", true);
    put_list (&children, "MugaiModelChild", "child", true);
    put_list (&type_rows, "MugaiModelType", "type", true);
    put_count ("spaces", model.spaces.count);
    put_count ("slots", slots);
}

static void
put_symbol (const char *kind, const char *prefix, const char *name, size_t number)
{
    char *symbol = print ("MUGAI_%s_%s%s%s", kind, prefix, prefix[0] != '\0' ? "_" : "", name);

    for (char *at = symbol; *at != '\0'; at++)
        if (*at == '-' || *at == '.')
            *at = '_';
    printf ("    %s = %zu,\n", symbol, number);
}

static void
put_header (void)
{
    printf ("/* made by make-model */\n#pragma once\n\n#include \"office/model.h\"\n\nenum {\n");
    for (size_t i = 0; i < model.n_names; i++)
        put_symbol ("N", model.prefixes.item[model.names[i].ns], model.names[i].local, i + 2);
    for (size_t i = 0; i < model.relations.count; i++)
        put_symbol ("REL", "", model.relations.item[i], i);
    for (size_t i = 0; i < model.parts.count; i++)
        put_symbol ("PART", "", model.parts.item[i], i);
    for (size_t i = 0; i < model.spaces.count; i++)
        put_symbol ("SPACE", "", model.spaces.item[i], i);
    for (size_t i = 2; i < model.prefixes.count; i++)
        put_symbol ("NS", "", model.prefixes.item[i], i);
    printf ("};\n");
}

int
main (int argc, char **argv)
{
    bool header = argc > 2 && strcmp (argv[1], "header") == 0;

    if (argc < 3)
        fail (NULL, "make-model tables|header FILE...");
    read_all (argc - 2, argv + 2);
    if (header)
        put_header();
    else
        put_tables();
    return 0;
}
