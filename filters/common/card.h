/* SPDX-License-Identifier: Apache-2.0
 *
 * card: the content lines that calendars (RFC 5545 3.1), address cards (RFC 6350 3.2) and their
 * forerunners (vCalendar 1.0, vCard 2.1) are made of: unfolded, split into name, parameters and
 * value, and written again in one form. Process: the walk. Trust: input is hostile. libc only.
 * Linear; no recursion.
 */
#pragma once

#include "common/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_CARD_PARAMS = 16 /* of one line; the others are passed over */ };

typedef struct MugaiCardSpan { /* borrowed from the card */
    const char *data;
    size_t size;
} MugaiCardSpan;

typedef struct MugaiCardLine {
    MugaiCardSpan name; /* without a group */
    struct {
        MugaiCardSpan name, value; /* quotes taken off; vCard 2.1: a value without a name */
    } params[MUGAI_CARD_PARAMS];
    size_t n_params;
    MugaiCardSpan value; /* as it stands */
} MugaiCardLine;

typedef struct MugaiCard {
    MugaiBuffer text; /* unfolded lines, LF after each */
    size_t at;
} MugaiCard;

/* mugai_card_open:
 * @data: borrowed, UTF-8. Soft line ends of quoted-printable values are joined, too.
 * Returns: false when memory ended. Clear it all the same.
 */
bool mugai_card_open (MugaiCard *card, const void *data, size_t size);
void mugai_card_clear (MugaiCard *card);

/* Returns: false at the end. Lines without a colon are passed over. */
bool mugai_card_next (MugaiCard *card, MugaiCardLine *ret);

/* Any case. */
bool mugai_card_span_is (MugaiCardSpan span, const char *text);

/* Returns: the value of a parameter; data NULL when it is not there. */
MugaiCardSpan mugai_card_param (const MugaiCardLine *line, const char *name);

/* mugai_card_text:
 * A value as the text it stands for: quoted-printable decoded, escapes resolved, cleaned as
 * clean.h does. @value: the line's, or a piece of it. @out: appended; line ends are LF.
 */
void mugai_card_text (const MugaiCardLine *line, MugaiCardSpan value, MugaiBuffer *out);

/* Up to the next @separator that is not escaped; *rest moves behind it. */
MugaiCardSpan mugai_card_piece (MugaiCardSpan *rest, char separator);

/* @text escaped as a value (RFC 5545 3.3.11). */
void mugai_card_escape (const char *text, size_t size, MugaiBuffer *out);

/* One line, folded at 75 bytes between characters, CRLF after it. */
void mugai_card_write (const char *line, size_t size, MugaiBuffer *out);
