/* SPDX-License-Identifier: Apache-2.0
 *
 * source: the statements of the model's files, and the numbers of everything that has a name in
 * them. For make-model, a program of the build: it ends with a message at the first mistake, and
 * frees nothing.
 */
#pragma once

#include "office/model.h"

enum { WORDS = 64 /* of a statement */ };

typedef struct Line {
    const char *file;
    unsigned number, n;
    char *word[WORDS];
} Line;

typedef struct List { /* of strings, numbered */
    char **item;
    size_t count, room;
} List;

typedef struct Source {
    Line *line;
    size_t count, room;
} Source;

typedef struct Name {
    unsigned ns;
    const char *local;
    bool ignored, ignored_attribute;
} Name;

typedef struct Model { /* everything that make-model knows */
    Source source;
    List prefixes, relations, enums, aliases, types, groups, parts, spaces;
    Name *names;
    size_t n_names, names_room;
    List value_texts; /* as the model writes them: "int:0:5" */
    List value_rows, words, eithers;
} Model;

void fail (const Line *line, const char *format, ...)
    __attribute__ ((format (printf, 2, 3), noreturn));
char *print (const char *format, ...) __attribute__ ((format (printf, 1, 2)));
/* Room for one more of an array that grows. */
void *grow (void *array, size_t count, size_t *room, size_t size);

void source_read (Source *source, const char *path);
bool is (const Line *line, const char *word); /* its first */

/* Number of @text, added when it is new. */
unsigned list_number (List *list, const char *text);
/* Append without looking. Returns: its number. */
unsigned list_append (List *list, char *text);
/* Number of @text, which must be there. */
unsigned list_find (const Line *line, const List *list, const char *text, const char *what);

/* All names of the model, sorted; then the number of one. */
void names_gather (Model *model);
unsigned names_number (const Model *model, const Line *line, const char *text);

/* Number of the value that @text says. */
unsigned value_number (Model *model, const Line *line, const char *text);
