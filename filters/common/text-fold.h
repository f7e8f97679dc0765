/* SPDX-License-Identifier: Apache-2.0
 *
 * text-fold: one line of text to pieces that fit a number of columns. Process: the walk. Trust:
 * input is hostile. libc only. Linear: each byte is looked at twice at most, targets of links
 * thrice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct MugaiTextPiece {
    size_t size;  /* bytes of the piece, blanks at its end left out */
    size_t next;  /* where the next piece begins; the size of the text when this is the last one */
    size_t width; /* columns of the piece */
} MugaiTextPiece;

/* mugai_text_fold:
 * The first piece of @text (UTF-8, no LF), as long as may be within @columns (1 or more); longer
 * only when there is no place to end it. @wide: ambiguous characters take two columns. A "<", a
 * scheme or "\\" or "//", and what follows up to a ">" without a blank is the target of a link and
 * is not parted. Source: html-text/SPEC.md 7, UAX #14.
 */
MugaiTextPiece mugai_text_fold (const char *text, size_t size, size_t columns, bool wide);

/* mugai_text_measure:
 * Returns: columns of all of @text. *ret_longest: raised to the columns of the widest part of it
 * that is never parted.
 */
size_t mugai_text_measure (const char *text, size_t size, bool wide, size_t *ret_longest);
