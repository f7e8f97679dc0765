/* SPDX-License-Identifier: Apache-2.0
 *
 * field: one block of header fields, split and bounded; nothing is copied or decoded.
 *
 * Process: worker. Trust: input is hostile. No I/O, linear, no recursion.
 */
#pragma once

#include "base/limits.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiField { /* borrowed from the block */
    const char *name;       /* not NUL-terminated */
    size_t name_size;
    const char
        *value; /* after the colon, with folds, without the last line end; may hold any byte */
    size_t value_size;
    bool odd; /* white space before the colon, or a CR or NUL inside */
} MugaiField;

typedef struct MugaiFields {
    MugaiField *list; /* owned */
    size_t count;
    size_t size;     /* bytes of the block with the empty line: where the body begins */
    bool broken;     /* ended by a line that is no field: that line is the body's first */
    bool unfinished; /* the data ended before the empty line */
    bool from_line;  /* began with an mbox From line, which is left out */
} MugaiFields;

/* mugai_fields_parse:
 * A line ends with LF; a CR before it belongs to the line end. A line that begins with white space
 * continues the field before it. The first line that is neither (no colon, an empty name, a byte
 * outside of %x21-7E in it) ends the block as Postfix ends it. White space between name and colon
 * is the obsolete syntax and is taken. A byte order mark or an mbox From line before the first is
 * passed over.
 * @data: borrowed, must outlive @ret. @limits: header (bytes), header_line (bytes), headers
 * (fields). Errors: MUGAI_ERROR_LIMIT naming limit and number. Source: RFC 5322 2.2, 4.5; Postfix
 * is_header(3).
 */
bool mugai_fields_parse (const uint8_t *data, size_t size, const MugaiLimits *limits,
                         MugaiFields *ret, GError **error);
void mugai_fields_clear (MugaiFields *fields);
#define mugai_autofields __attribute__ ((cleanup (mugai_fields_clear))) MugaiFields

/* mugai_fields_find:
 * @name: any case. @from: where to begin, then one past the hit; NULL: begin at 0.
 * Returns: (borrowed) the next field of that name, or NULL.
 */
const MugaiField *mugai_fields_find (const MugaiFields *fields, const char *name, size_t *from);

bool mugai_field_is (const MugaiField *field, const char *name);

/* mugai_field_unfold:
 * Returns: (transfer full) the value on one line: line ends before white space go, other CR, LF and
 * NUL become a space, white space at both ends goes. Bytes above %x7F stay.
 */
char *mugai_field_unfold (const MugaiField *field);
