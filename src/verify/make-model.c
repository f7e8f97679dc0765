/* SPDX-License-Identifier: Apache-2.0
 *
 * Usage: make-model FILE...: compile src/profile/office/ to the tables of model-table.h, on
 * standard output. *.model are models, functions.list and fields.list words, one or more a line.
 * The README there says how a model is read; this reader knows nothing of the rebuild's.
 */
#include "verify/make-model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Statement statements[STATEMENTS];
Symbols types = { .what = "type" }, groups = { .what = "group" }, enums = { .what = "enum" },
        values = { .what = "value" }, parts = { .what = "part" },
        relations = { .what = "relation" }, items = { .what = "space" },
        namespaces = { .what = "namespace" };
Block type_blocks[SYMBOLS], group_blocks[SYMBOLS];
int value_statements[SYMBOLS], part_statements[SYMBOLS];

static int n_statements, from_statements[SYMBOLS], from_parts[SYMBOLS], n_froms;
static int kind_statements[16], odf_statements[16], n_odfs;
int n_kinds;
static const char *uris[SYMBOLS], *relation_uris[SYMBOLS];
static Block *block;    /* that lines belong to */
static int part_before; /* that a `from` belongs to */

void
die (const Statement *s, const char *why, const char *word)
{
    fprintf (stderr, "%s:%u: %s: %s\n", s->file, s->line, why, word);
    exit (EXIT_FAILURE);
}

bool
is (const char *a, const char *b)
{
    return strcmp (a, b) == 0;
}

char *
copy_of (const char *text, size_t size)
{
    char *copy = strndup (text, size);

    if (copy == NULL)
        abort();
    return copy;
}

int
find (const Symbols *symbols, const char *name)
{
    for (int i = 0; i < symbols->n; i++)
        if (is (symbols->name[i], name))
            return i;
    return -1;
}

int
find_or_add (Symbols *symbols, const char *name)
{
    int at = find (symbols, name);

    if (at >= 0)
        return at;
    if (symbols->n == SYMBOLS)
        abort();
    symbols->name[symbols->n] = name;
    return symbols->n++;
}

int
find_or_die (const Symbols *symbols, const char *name, const Statement *s)
{
    int at = find (symbols, name);

    if (at < 0)
        die (s, symbols->what, name);
    return at;
}

/* A new name; used before it was declared, or declared twice (-> die). */
static int
declare (Symbols *symbols, const Statement *s, int *where)
{
    int at = find_or_add (symbols, s->word[1]);

    if (where[at] != 0)
        die (s, "declared twice", s->word[1]);
    where[at] = (int)(s - statements) + 1;
    return at;
}

static void
begin_block (Symbols *symbols, Block *blocks, const Statement *s)
{
    block = &blocks[find_or_add (symbols, s->word[1])];
    if (block->defined)
        die (s, "declared twice", s->word[1]);
    *block = (Block){ .first = (int)(s - statements) + 1, .defined = true };
}

static void
read_from (const Statement *s)
{
    from_statements[n_froms] = (int)(s - statements);
    from_parts[n_froms++] = part_before;
}

/* Returns: false when @s is no statement of the top level. */
static bool
read_top (const Statement *s)
{
    const char *word = s->word[0];
    int room = s->n - 1, needed = 1;

    if (is (word, "type")) {
        begin_block (&types, type_blocks, s);
        return true;
    }
    if (is (word, "group")) {
        begin_block (&groups, group_blocks, s);
        return true;
    }
    if (is (word, "namespace") && (needed = 2) <= room)
        uris[find_or_add (&namespaces, s->word[1])] = s->word[2];
    else if (is (word, "relation") && (needed = 2) <= room)
        relation_uris[find_or_add (&relations, s->word[1])] = s->word[2];
    else if (is (word, "kind") && (needed = 3) <= room)
        kind_statements[n_kinds++] = (int)(s - statements);
    else if ((is (word, "odf") || is (word, "object")) && (needed = 3) <= room)
        odf_statements[n_odfs++] = (int)(s - statements);
    else if (is (word, "part") && (needed = 6) <= room)
        part_before = declare (&parts, s, part_statements);
    else if (is (word, "from") && (needed = 2) <= room)
        read_from (s);
    else if (is (word, "value") && (needed = 2) <= room)
        declare (&values, s, value_statements);
    else if (is (word, "enum"))
        find_or_add (&enums, s->word[1]);
    else if (!is (word, "foreign") && !is (word, "ignore") && !is (word, "name"))
        return false;
    if (room < needed)
        die (s, "too few words", word);
    block = NULL;
    return true;
}

/* Cut @line in words; a comment begins at the begin of a line or behind a blank. */
static void
read_line (const char *file, unsigned number, char *line)
{
    Statement *s = &statements[n_statements];
    char *rest = line;

    *s = (Statement){ .file = file, .line = number };
    for (char *word; (word = strsep (&rest, " \t\r\n")) != NULL;) {
        if (word[0] == '#')
            break;
        if (word[0] == '\0')
            continue;
        if (s->n == WORDS)
            die (s, "too many words", word);
        s->word[s->n++] = copy_of (word, strlen (word));
    }
    if (s->n == 0)
        return;
    if (++n_statements == STATEMENTS)
        abort();
    if (read_top (s))
        return;
    if (block == NULL)
        die (s, "no such statement", s->word[0]);
    block->n++;
}

static void
read_file (const char *path, void (*each) (const char *, unsigned, char *))
{
    FILE *f = fopen (path, "r");
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;

    if (f == NULL) {
        fprintf (stderr, "%s: %s\n", path, strerror (errno));
        exit (EXIT_FAILURE);
    }
    while (getline (&line, &room, f) >= 0)
        each (path, ++number, line);
    free (line);
    fclose (f);
    block = NULL;
}

static char *list[SYMBOLS];
static size_t n_list;

static void
read_words (const char *file, unsigned number, char *line)
{
    char *rest = line;

    (void)file, (void)number;
    for (char *word; (word = strsep (&rest, " \t\r\n")) != NULL && word[0] != '#';)
        if (word[0] != '\0')
            list[n_list++] = copy_of (word, strlen (word));
}

static const char *
last_name (const char *path)
{
    const char *slash = strrchr (path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* The list that one of the files is, empty without. */
static void
print_list (int argc, char **argv, const char *name, const char *table)
{
    n_list = 0;
    for (int i = 1; i < argc; i++) {
        if (is (last_name (argv[i]), name))
            read_file (argv[i], read_words);
    }
    printf ("const uint32_t mugai_model_%s[] = {", table);
    print_sorted (list, n_list);
    printf ("\n    0 };\nconst uint32_t mugai_model_n_%s = %zu;\n", table, n_list);
}

static void
print_quantity (const char *quantity, const Statement *s)
{
    if (strlen (quantity) != 1 || strchr ("1?+*", quantity[0]) == NULL)
        die (s, "quantity", quantity);
    printf ("%d, %d", strchr ("1+", quantity[0]) != NULL,
            strchr ("1?", quantity[0]) != NULL ? 1 : MUGAI_MODEL_ANY);
}

static void
print_froms (void)
{
    printf ("const MugaiModelFrom mugai_model_froms[] = {\n");
    for (int part = 0; part < parts.n; part++)
        for (int i = 0; i < n_froms; i++) {
            const Statement *s = &statements[from_statements[i]];
            if (from_parts[i] != part)
                continue;
            printf ("    { %d, ", is (s->word[1], "package") ? (int)MUGAI_MODEL_PACKAGE
                                                             : find_or_die (&parts, s->word[1], s));
            print_quantity (s->word[2], s);
            printf (", %d },\n", s->n > 3 && is (s->word[3], "named"));
        }
    printf ("    { 0 }\n};\n");
}

static void
print_parts (void)
{
    int first = 0;

    print_froms();
    printf ("const MugaiModelPart mugai_model_parts[] = {\n");
    for (int part = 0; part < parts.n; part++) {
        const Statement *s = &statements[part_statements[part] - 1];
        int type = find_or_die (&types, s->word[3], s), n = 0;
        bool absolute = s->word[6][0] == '/';
        for (int i = 0; i < n_froms; i++)
            n += from_parts[i] == part;
        printf ("    { %u, %u, %u, %d, %d, %d, %d, %d },\n", text_of (s->word[4]),
                text_of (s->word[6] + absolute), name_of (s->word[2], s), type,
                is (s->word[5], "-") ? (int)MUGAI_MODEL_NONE
                                     : find_or_die (&relations, s->word[5], s),
                first, n, absolute);
        first += n;
    }
    printf ("};\nconst MugaiModelKindRow mugai_model_kinds[] = {\n");
    for (int i = 0; i < n_kinds; i++) {
        const Statement *s = &statements[kind_statements[i]];
        printf ("    { %u, %u, %d },\n", text_of (s->word[1]), text_of (s->word[3]),
                find_or_die (&parts, s->word[2], s));
    }
    printf ("};\n");
}

static void
print_odfs (void)
{
    printf ("const MugaiModelOdf mugai_model_odfs[] = {\n");
    for (int i = 0; i < n_odfs; i++) {
        const Statement *s = &statements[odf_statements[i]];
        if (s->n - 3 > MUGAI_MODEL_FILES)
            die (s, "too many parts", s->word[1]);
        printf ("    { %u, %u, %d, {", text_of (s->word[1]), text_of (s->word[2]), s->n - 3);
        for (int part = 3; part < s->n; part++)
            printf (" %d,", find_or_die (&parts, s->word[part], s));
        printf (" }, %d },\n", is (s->word[0], "object"));
    }
    printf ("    { 0 }\n};\nconst uint32_t mugai_model_n_odfs = %d;\n", n_odfs);
}

static void
print_spaces (void)
{
    printf ("const MugaiModelSpace mugai_model_spaces[] = {\n");
    for (int i = 0; i < namespaces.n; i++)
        printf ("    { %u, %u },\n", text_of (namespaces.name[i]), text_of (uris[i]));
    printf ("};\nconst uint32_t mugai_model_items[] = {");
    for (int i = 0; i < items.n; i++)
        printf (" %u,", text_of (items.name[i]));
    printf (" 0 };\nconst uint32_t mugai_model_relations[] = {");
    for (int i = 0; i < relations.n; i++)
        printf (" %u,", text_of (relation_uris[i]));
    printf (" };\n");
}

static int
by_name (const void *a, const void *b)
{
    return strcmp (last_name (*(char *const *)a), last_name (*(char *const *)b));
}

int
main (int argc, char **argv)
{
    qsort (argv + 1, (size_t)argc - 1, sizeof *argv, by_name); /* the order of namespaces */
    for (int i = 1; i < argc; i++) {
        const char *dot = strrchr (argv[i], '.');
        if (dot != NULL && is (dot, ".model"))
            read_file (argv[i], read_line);
    }
    if (namespaces.n >= MUGAI_MODEL_ANY || parts.n > MUGAI_MODEL_PARTS)
        abort();
    printf ("/* Made by make-model from src/profile/office. */\n"
            "#include \"verify/model-table.h\"\n\n");
    expand_types();
    check_values();
    print_parts();
    print_odfs();
    print_spaces();
    print_types();
    print_values();
    print_list (argc, argv, "functions.list", "functions");
    print_list (argc, argv, "fields.list", "fields");
    print_texts();
    return fflush (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
