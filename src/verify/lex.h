/* SPDX-License-Identifier: Apache-2.0
 *
 * lex: the tokens of a header: literals, runs of a class of characters, separators. Every function
 * consumes exactly what it says or nothing. Process: verify. Input is hostile. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {                               /* classes of characters, may be joined */
       MUGAI_LEX_UPPER = 1u << 0,    /* A-Z */
       MUGAI_LEX_LOWER = 1u << 1,    /* a-z */
       MUGAI_LEX_DIGIT = 1u << 2,    /* 0-9 */
       MUGAI_LEX_DOT = 1u << 3,      /* . */
       MUGAI_LEX_DASH = 1u << 4,     /* - */
       MUGAI_LEX_UNDER = 1u << 5,    /* _ */
       MUGAI_LEX_COLON = 1u << 6,    /* : */
       MUGAI_LEX_ATOM = 1u << 7,     /* the marks of an atom of RFC 5322, dash and underscore too */
       MUGAI_LEX_QUOTED = 1u << 8,   /* VCHAR but " \ < > */
       MUGAI_LEX_SPACE = 1u << 9,    /* SP */
       MUGAI_LEX_VISIBLE = 1u << 10, /* VCHAR */
       MUGAI_LEX_BASE64 = 1u << 11,  /* alphabet and = */
       MUGAI_LEX_HEX = 1u << 12,     /* 0-9 a-f */
       MUGAI_LEX_NAME = 1u << 13,    /* of a field: VCHAR but : */
       MUGAI_LEX_ALPHA = MUGAI_LEX_UPPER | MUGAI_LEX_LOWER,
       MUGAI_LEX_ALNUM = MUGAI_LEX_ALPHA | MUGAI_LEX_DIGIT,
};

typedef struct MugaiLex {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t at;
    bool loose; /* D-4: separators as an MTA may fold them */
} MugaiLex;

/* Returns: the byte @ahead of the next, or -1 past the end. */
static inline int
mugai_lex_peek (const MugaiLex *lex, size_t ahead)
{
    return ahead < lex->size - lex->at ? lex->data[lex->at + ahead] : -1;
}

bool mugai_lex_is (uint8_t byte, unsigned classes);

/* Returns: whether @text was next; consumes it then. */
bool mugai_lex_literal (MugaiLex *lex, const char *text);

/* Consume the longest run of @classes, at most @max. Returns: its length. */
size_t mugai_lex_run (MugaiLex *lex, unsigned classes, size_t max);

/* SEP of M-1.4. */
bool mugai_lex_sep (MugaiLex *lex);

/* Exactly @digits decimal digits (at most 9), or nothing. Returns: the value or -1. */
int32_t mugai_lex_number (MugaiLex *lex, unsigned digits);

/* Whether [from, to) of the input contains @text. */
bool mugai_lex_contains (const MugaiLex *lex, size_t from, size_t to, const char *text);
