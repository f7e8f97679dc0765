/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/make-model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 60000, NESTED = 16 /* groups in groups */ };

typedef struct Attr {
    const char *name;
    int value;
    bool required;
} Attr;

typedef struct Child {
    const char *name;
    const Statement *at;
    int type, rank, item, least, most, rank_least, rank_most;
} Child;

typedef struct Type {
    int attr, n_attr, child, n_child;
    int text; /* -1: none */
    const char *last;
} Type;

static Attr attr[LINES];
static Child child[LINES];
static int n_attrs, n_children;
static Type type[SYMBOLS];
static Symbols names = { .what = "name" }; /* of elements */

/* What the lines that follow belong to. */
typedef struct Place {
    Type *type;
    int rank;
    bool braces;
    int least, most; /* of the braces */
} Place;

/* The namespace of a QName; MUGAI_MODEL_ANY: none, or that of xml:. */
static int
space_of (const char *name, const Statement *s)
{
    const char *colon = strchr (name, ':');

    if (colon == NULL || strncmp (name, "xml:", 4) == 0)
        return MUGAI_MODEL_ANY;
    return find_or_die (&namespaces, copy_of (name, (size_t)(colon - name)), s);
}

unsigned
name_of (const char *name, const Statement *s)
{
    space_of (name, s);
    return (unsigned)find_or_add (&names, name);
}

static void
read_quantity (const char *text, const Statement *s, int *ret_least, int *ret_most)
{
    if (strlen (text) != 1 || strchr ("1?+*", text[0]) == NULL)
        die (s, "quantity", text);
    *ret_least = text[0] == '1' || text[0] == '+';
    *ret_most = text[0] == '1' || text[0] == '?' ? 1 : MUGAI_MODEL_ANY;
}

static void
add_attr (Type *t, const Statement *s)
{
    if (s->n < 3)
        die (s, "too few words", s->word[0]);
    for (int i = 0; i < t->n_attr; i++)
        if (is (attr[t->attr + i].name, s->word[1]))
            die (s, "attribute twice", s->word[1]);
    if (n_attrs == LINES)
        abort();
    space_of (s->word[1], s);
    attr[n_attrs++] =
        (Attr){ s->word[1], value_of (s->word[2], s), s->n > 3 && is (s->word[3], "required") };
    t->n_attr++;
}

static void
add_child (Place *p, const Statement *s)
{
    Child c = { .name = s->word[1], .at = s, .item = -1, .rank = p->rank };

    if (s->n < 4)
        die (s, "too few words", s->word[0]);
    for (int i = 0; i < p->type->n_child; i++)
        if (is (child[p->type->child + i].name, s->word[1]))
            die (s, "child twice", s->word[1]);
    if (n_children == LINES)
        abort();
    c.type = find_or_die (&types, s->word[2], s);
    read_quantity (s->word[3], s, &c.least, &c.most);
    if (s->n > 4 && strncmp (s->word[4], "item:", 5) == 0)
        c.item = find_or_add (&items, s->word[4] + 5);
    c.rank_most = MUGAI_MODEL_ANY;
    if (p->braces) {
        c.rank_least = p->least;
        c.rank_most = p->most;
    } else {
        p->rank++;
    }
    name_of (c.name, s);
    child[n_children++] = c;
    p->type->n_child++;
}

static void
open_braces (Place *p, const Statement *s)
{
    if (p->braces)
        die (s, "braces within braces", s->word[0]);
    p->braces = true;
    read_quantity (s->n > 1 ? s->word[1] : "*", s, &p->least, &p->most);
}

static void
close_braces (Place *p, const Statement *s)
{
    if (!p->braces)
        die (s, "no brace is open", s->word[0]);
    p->braces = false;
    p->rank++;
}

static void
expand (Place *p, const Block *block, unsigned depth)
{
    for (int i = 0; i < block->n; i++) {
        const Statement *s = &statements[block->first + i];
        const char *word = s->word[0];
        if (is (word, "{"))
            open_braces (p, s);
        else if (is (word, "}"))
            close_braces (p, s);
        else if (s->n < 2)
            die (s, "too few words", word);
        else if (is (word, "attr"))
            add_attr (p->type, s);
        else if (is (word, "child"))
            add_child (p, s);
        else if (is (word, "text"))
            p->type->text = value_of (s->word[1], s);
        else if (is (word, "last"))
            p->type->last = s->word[1];
        else if (is (word, "use") && depth < NESTED)
            expand (p, &group_blocks[find_or_die (&groups, s->word[1], s)], depth + 1);
        else if (!is (word, "unwrap"))
            die (s, "no such line, or groups in a circle", word);
    }
}

void
expand_types (void)
{
    for (int i = 0; i < types.n; i++) {
        Place p = { .type = &type[i] };
        if (!type_blocks[i].defined) {
            fprintf (stderr, "type %s is not there\n", types.name[i]);
            exit (EXIT_FAILURE);
        }
        type[i] = (Type){ .attr = n_attrs, .child = n_children, .text = -1 };
        expand (&p, &type_blocks[i], 0);
        if (p.braces)
            die (&statements[type_blocks[i].first], "a brace is open", types.name[i]);
    }
}

static void
print_hash (void)
{
    unsigned size = 64;

    while (size < 3 * (unsigned)names.n)
        size *= 2;
    uint16_t *table = calloc (size, sizeof *table);
    if (table == NULL || names.n >= MUGAI_MODEL_NONE)
        abort();
    for (int i = 0; i < names.n; i++) {
        unsigned at = mugai_model_hash_of (names.name[i]) & (size - 1);
        while (table[at] != 0)
            at = (at + 1) & (size - 1);
        table[at] = (uint16_t)(i + 1);
    }
    printf ("const uint16_t mugai_model_hash[] = {");
    for (unsigned i = 0; i < size; i++)
        printf ("%s%d,", i % 20 == 0 ? "\n    " : " ",
                table[i] != 0 ? table[i] - 1 : MUGAI_MODEL_NONE);
    printf ("\n};\n");
    free (table);
    printf ("const struct MugaiModelSizes mugai_model_sizes = { %u, %d, %d, %d, %d, %d, %d };\n",
            size, namespaces.n, relations.n, parts.n, n_kinds, items.n, find (&relations, "image"));
}

static void
print_children (void)
{
    printf ("const MugaiModelChild mugai_model_children[] = {\n");
    for (int i = 0; i < n_children; i++) {
        const Child *c = &child[i];
        printf ("    { %u, %d, %d, %d, %d, %d, %d, %d },\n", name_of (c->name, c->at), c->type,
                c->rank, c->item < 0 ? MUGAI_MODEL_NONE : c->item, c->least, c->most, c->rank_least,
                c->rank_most);
    }
    printf ("    { 0 }\n};\n");
}

void
print_types (void)
{
    static const Statement none = { .file = "attribute" };

    print_children();
    printf ("const MugaiModelAttr mugai_model_attrs[] = {\n");
    for (int i = 0; i < n_attrs; i++)
        printf ("    { %u, %d, %d, %d },\n", text_of (attr[i].name), attr[i].value,
                space_of (attr[i].name, &none), attr[i].required);
    printf ("    { 0 }\n};\nconst MugaiModelType mugai_model_types[] = {\n");
    for (int i = 0; i < types.n; i++) {
        const Type *t = &type[i];
        bool needs = t->last != NULL;
        for (int c = t->child; c < t->child + t->n_child; c++)
            needs = needs || child[c].least > 0 || child[c].rank_least > 0;
        printf ("    { %d, %d, %d, %d, %d, %d, %d },\n", t->attr, t->child, t->n_attr, t->n_child,
                t->text < 0 ? MUGAI_MODEL_NONE : t->text,
                t->last == NULL ? MUGAI_MODEL_NONE : (int)name_of (t->last, &none), needs);
    }
    printf ("};\nconst MugaiModelName mugai_model_names[] = {\n");
    for (int i = 0; i < names.n; i++)
        printf ("    { %u, %d },\n", text_of (names.name[i]), space_of (names.name[i], &none));
    printf ("};\n");
    print_hash();
}
