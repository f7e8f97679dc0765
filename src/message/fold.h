/* SPDX-License-Identifier: Apache-2.0
 *
 * fold: header fields written word by word, folded so that no line passes 76 characters.
 *
 * Process: worker. Trust: words are ours: printable ASCII without spaces (but inside a quoted
 * string). Source: PROFILE.md M-1.3, M-1.4, H-9, H-10.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum { MUGAI_FOLD_LINE = 76 };

typedef struct MugaiFold {
    GString *out; /* borrowed */
    size_t line;  /* characters in the line so far */
    bool empty;   /* no word of this field yet */
} MugaiFold;

/* Begin the field "@name: ". */
void mugai_fold_begin (MugaiFold *fold, const char *name);
/* A word; a space or a fold goes before it unless it is the first. */
void mugai_fold_word (MugaiFold *fold, const char *word);
/* Append to the word written last; the caller keeps it short. */
void mugai_fold_glue (MugaiFold *fold, const char *text);
void mugai_fold_end (MugaiFold *fold);

/* @utf8 as encoded-words (RFC 2047, B, UTF-8), each of whole characters and short enough for its
 * line. */
void mugai_fold_encoded (MugaiFold *fold, const char *utf8);

/* @utf8 as words when it is ASCII that stands for itself, else as encoded-words. */
void mugai_fold_text (MugaiFold *fold, const char *utf8);

/* Would a reader take a part of it for an encoded-word? */
bool mugai_fold_resembles_encoded (const char *text);
