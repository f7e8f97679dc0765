/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "office/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fail (const Line *line, const char *format, ...)
{
    va_list list;

    if (line != NULL)
        fprintf (stderr, "%s:%u: ", line->file, line->number);
    va_start (list, format);
    vfprintf (stderr, format, list);
    va_end (list);
    fputc ('\n', stderr);
    exit (1);
}

char *
print (const char *format, ...)
{
    char *text = NULL;
    va_list list;

    va_start (list, format);
    if (vasprintf (&text, format, list) < 0)
        fail (NULL, "no memory");
    va_end (list);
    return text;
}

void *
grow (void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    *room = *room == 0 ? 64 : 2 * *room;
    array = realloc (array, *room * size);
    if (array == NULL)
        fail (NULL, "no memory");
    return array;
}

/* Words up to a comment. */
static void
split (Line *line, char *text)
{
    static const char blanks[] = " \t\r\n";

    for (char *at = text + strspn (text, blanks); *at != '\0' && *at != '#';) {
        size_t size = strcspn (at, blanks);
        if (line->n == WORDS)
            fail (line, "more than %d words", WORDS);
        line->word[line->n++] = strndup (at, size);
        at += size;
        at += strspn (at, blanks);
    }
}

void
source_read (Source *source, const char *path)
{
    FILE *file = fopen (path, "r");
    const char *slash = strrchr (path, '/');
    char *text = NULL;
    size_t room = 0;

    if (file == NULL)
        fail (NULL, "%s: cannot be read", path);
    for (unsigned number = 1; getline (&text, &room, file) >= 0; number++) {
        Line line = { .file = slash != NULL ? slash + 1 : path, .number = number };
        split (&line, text);
        if (line.n == 0)
            continue;
        if (line.n == 1 && strchr ("{}", line.word[0][0]) == NULL)
            fail (&line, "%s what?", line.word[0]);
        source->line = grow (source->line, source->count, &source->room, sizeof line);
        source->line[source->count++] = line;
    }
    fclose (file);
    free (text);
}

bool
is (const Line *line, const char *word)
{
    return strcmp (line->word[0], word) == 0;
}

unsigned
list_append (List *list, char *text)
{
    list->item = grow (list->item, list->count, &list->room, sizeof *list->item);
    list->item[list->count] = text;
    return (unsigned)list->count++;
}

unsigned
list_number (List *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp (list->item[i], text) == 0)
            return (unsigned)i;
    return list_append (list, strdup (text));
}

unsigned
list_find (const Line *line, const List *list, const char *text, const char *what)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp (list->item[i], text) == 0)
            return (unsigned)i;
    fail (line, "no %s %s", what, text);
}

static unsigned
namespace_of (const Model *model, const Line *line, const char *name, const char **ret_local)
{
    const char *colon = strchr (name, ':');

    *ret_local = colon != NULL ? colon + 1 : name;
    if (colon == NULL)
        return MUGAI_NS_NONE;
    return list_find (line, &model->prefixes, strndup (name, (size_t)(colon - name)), "namespace");
}

static int
compare_names (const void *a, const void *b)
{
    const Name *x = a, *y = b;

    return x->ns != y->ns ? (x->ns < y->ns ? -1 : 1) : strcmp (x->local, y->local);
}

static void
add_name (Model *model, const Line *line, const char *text, bool ignored)
{
    bool attribute = text[0] == '@';
    Name name = { .ignored = ignored && !attribute, .ignored_attribute = ignored && attribute };

    name.ns = namespace_of (model, line, text + attribute, &name.local);
    model->names = grow (model->names, model->n_names, &model->names_room, sizeof *model->names);
    model->names[model->n_names++] = name;
}

static void
unite_names (Model *model)
{
    Name *names = model->names;
    size_t kept = 0;

    qsort (names, model->n_names, sizeof *names, compare_names);
    for (size_t i = 0; i < model->n_names; i++) {
        if (kept == 0 || compare_names (&names[kept - 1], &names[i]) != 0) {
            names[kept++] = names[i];
            continue;
        }
        names[kept - 1].ignored |= names[i].ignored;
        names[kept - 1].ignored_attribute |= names[i].ignored_attribute;
    }
    model->n_names = kept;
}

void
names_gather (Model *model)
{
    static const char *const second[] = { "attr", "child", "last", "unwrap" };

    for (size_t i = 0; i < model->source.count; i++) {
        const Line *line = &model->source.line[i];
        for (size_t k = 0; k < sizeof second / sizeof second[0]; k++)
            if (is (line, second[k]))
                add_name (model, line, line->word[1], false);
        if (is (line, "part") && line->n > 2)
            add_name (model, line, line->word[2], false);
        for (unsigned k = 1; k < line->n && (is (line, "name") || is (line, "ignore")); k++)
            add_name (model, line, line->word[k], is (line, "ignore"));
    }
    unite_names (model);
}

unsigned
names_number (const Model *model, const Line *line, const char *text)
{
    Name key = { 0 };

    key.ns = namespace_of (model, line, text, &key.local);
    const Name *found =
        bsearch (&key, model->names, model->n_names, sizeof *model->names, compare_names);
    if (found == NULL)
        fail (line, "no name %s", text);
    return (unsigned)(found - model->names) + 2;
}
