/* SPDX-License-Identifier: Apache-2.0
 *
 * likeness: the words of a text as a set, and how many words of one text another one lacks. What
 * two writers of the same text do differently counts for nothing: white space, folds, case, width
 * of letters, marks, quoting, addresses of the web and of mail.
 *
 * Process: worker. Trust: texts are hostile. Linear; deterministic; pure. Words are compared by
 * hash: a collision hides a difference, it never makes one.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiLikeness MugaiLikeness;

typedef struct MugaiMissing {
    uint32_t words;   /* and pairs of CJK characters */
    uint32_t numbers; /* of these: words with two digits or more */
} MugaiMissing;

/* @text: borrowed for the call, @size bytes of UTF-8. */
MugaiLikeness *mugai_likeness_new (const char *text, size_t size);
void mugai_likeness_free (MugaiLikeness *likeness);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiLikeness, mugai_likeness_free)

/* Different words of the text. */
uint32_t mugai_likeness_words (const MugaiLikeness *likeness);

/* Words of @of that none of @others (@n of them) has. */
MugaiMissing mugai_likeness_missing (const MugaiLikeness *of, const MugaiLikeness *const *others,
                                     size_t n);
