/* SPDX-License-Identifier: Apache-2.0
 *
 * make-model: the parts of the program that compiles the models for the verifier, at build time.
 * Trust: its input is ours; whatever is wrong ends the build. libc only.
 */
#pragma once

#include "verify/model-table.h"

#include <stdbool.h>
#include <stddef.h>

enum { STATEMENTS = 60000, WORDS = 128, SYMBOLS = 20000, TEXTS = 60000 };

typedef struct Statement {
    const char *file, *word[WORDS];
    unsigned line;
    int n; /* words */
} Statement;

/* A space of names; the index is what others refer to. */
typedef struct Symbols {
    const char *what, *name[SYMBOLS];
    int n;
} Symbols;

typedef struct Block { /* lines of a type or group, in statements[] */
    int first, n;
    bool defined;
} Block;

extern Statement statements[STATEMENTS];
extern Symbols types, groups, enums, values, parts, relations, items, namespaces;
extern Block type_blocks[SYMBOLS], group_blocks[SYMBOLS];
extern int n_kinds;
extern int value_statements[SYMBOLS], part_statements[SYMBOLS]; /* 1 + where; 0: not declared */

void die (const Statement *s, const char *why, const char *word) __attribute__ ((noreturn));
int find (const Symbols *symbols, const char *name); /* -1: none */
int find_or_add (Symbols *symbols, const char *name);
int find_or_die (const Symbols *symbols, const char *name, const Statement *s);
bool is (const char *a, const char *b);
char *copy_of (const char *text, size_t size);

/* make-model-value.c: the first form of what is written as @text. */
int value_of (const char *text, const Statement *s);
void check_values (void); /* every one that was named is defined, none by way of itself */
void print_values (void);

/* make-model-type.c */
void expand_types (void);
unsigned name_of (const char *name, const Statement *s); /* of an element */
void print_types (void);

/* make-model-text.c: the texts of all tables. */
unsigned text_of (const char *text); /* offset */
void print_texts (void);
void print_sorted (char **word, size_t n); /* as offsets, each with a comma; sorts @word */
