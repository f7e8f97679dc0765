/* SPDX-License-Identifier: Apache-2.0
 *
 * tree: the elements of one XML part, with numbers for names. What no model names is a node without
 * attributes and content (MUGAI_N_UNKNOWN); markup compatibility (ISO/IEC 29500-3) is resolved: of
 * an mc:AlternateContent stands what its first Choice that the model understands holds, else its
 * Fallback. No document type, no entities but the five, no file, no network.
 *
 * Process: render. Input is hostile: nodes, bytes and depth are bounded. libxml2. Linear in time.
 */
#pragma once

#include "office/model.h"

enum { MUGAI_TREE_DEPTH = 200 };

/* Memory that ends all at once. */
typedef struct MugaiArena {
    struct MugaiArenaBlock *block;
    size_t left; /* bytes it may still take from the system */
    char *at, *end;
    bool failed; /* no memory, or the bound was passed; stays */
} MugaiArena;

/* @max: bytes. */
MugaiArena mugai_arena (size_t max);
/* Zeroed, aligned for any object, or NULL with `failed`. */
void *mugai_arena_take (MugaiArena *arena, size_t size);
/* Copy with a NUL behind it, or NULL. */
char *mugai_arena_copy (MugaiArena *arena, const char *text, size_t size);
void mugai_arena_clear (MugaiArena *arena);

typedef struct MugaiAttr {
    const char *value; /* NUL-terminated; NULL: it is gone */
    uint32_t size;
    uint16_t name;
    uint16_t target; /* of a relationship: see document.h */
} MugaiAttr;

typedef struct MugaiNode {
    struct MugaiNode *parent, *next, *first, *last;
    MugaiAttr *attrs;
    const char *text; /* MUGAI_N_TEXT: NUL-terminated; MUGAI_N_UNKNOWN: the local name */
    uint32_t size;    /* of text */
    uint16_t name, n_attrs;
    uint16_t type, slot; /* judge.c: type of the model, and which child of its parent's */
    uint8_t gone;        /* dropped: to be taken out by whoever passes by */
    uint8_t keep;        /* for hooks */
} MugaiNode;

typedef struct MugaiTree {
    MugaiArena *arena; /* borrowed */
    MugaiNode *root;   /* NULL: none */
    uint64_t unknown_attributes;
} MugaiTree;

/* mugai_tree_read:
 * @data: hostile, @size bytes. @text: may change a text (into @arena) before it is kept, and the
 * value of an attribute. Returns: false when it is not well-formed, has a document type, is too
 * deep, or memory ended.
 */
typedef const char *(*MugaiTextRule) (void *user, const char *text, size_t size, size_t *ret_size);
bool mugai_tree_read (const void *data, size_t size, MugaiArena *arena, MugaiTextRule rule,
                      void *user, MugaiTree *ret);

/* --- for hooks --- */

/* The next node in document order below @top, NULL at the end; without going into @at when @skip.
 */
MugaiNode *mugai_node_after (const MugaiNode *top, MugaiNode *at, bool skip);
/* First child (or, after @at, next sibling) of this name that is not gone, or NULL. */
MugaiNode *mugai_node_child (const MugaiNode *node, uint16_t name);
MugaiNode *mugai_node_next (const MugaiNode *at, uint16_t name);
/* Value, or NULL. */
const char *mugai_node_attr (const MugaiNode *node, uint16_t name);
/* Set or add; @value: NUL-terminated, copied. */
bool mugai_node_set (MugaiArena *arena, MugaiNode *node, uint16_t name, const char *value);
void mugai_node_unset (MugaiNode *node, uint16_t name);
/* A new one, of no parent. */
MugaiNode *mugai_node_new (MugaiArena *arena, uint16_t name);
MugaiNode *mugai_node_text (MugaiArena *arena, const char *text, size_t size);
/* As last child of @parent; or behind @at, its sibling. @node: of no parent. NULLs do nothing. */
void mugai_node_append (MugaiNode *parent, MugaiNode *node);
void mugai_node_insert (MugaiNode *at, MugaiNode *node);
/* The children of @node stand in its place; it is gone. */
void mugai_node_unwrap (MugaiNode *node);
/* The text of all text nodes below, into @out of @room bytes, cut. Returns: bytes. */
size_t mugai_node_words (const MugaiNode *node, char *out, size_t room);
