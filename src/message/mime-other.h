/* SPDX-License-Identifier: Apache-2.0
 *
 * mime-other: what a reader other than ours might make of the same bytes: fields behind a line that
 * is none, delimiters that are almost ones, parts where none should be.
 *
 * Process: worker. Trust: input is hostile. Pure functions over a stretch of the mail, linear,
 * without allocation.
 */
#pragma once

#include "message/mime.h"

/* mugai_mime_other_fields:
 * Could a reader that ends lines elsewhere, or goes on behind a line that is no field, read fields
 * in the header of @part that say something else than @part does? @end: where that reader's header
 * would end, not before the part's body.
 */
bool mugai_mime_other_fields (const MugaiMime *mime, const MugaiMimePart *part,
                              const MugaiFields *fields, size_t end);

/* mugai_mime_other_delimiter:
 * Might a lenient reader see a delimiter of @boundary in the line of @size bytes: one that goes on,
 * that blanks stand before, that another case is in, or that follows a bare CR? Exact delimiters
 * are the caller's. Returns: true, with the offset of the dashes in *ret_at.
 */
bool mugai_mime_other_delimiter (const uint8_t *line, size_t size, const char *boundary,
                                 size_t boundary_size, size_t *ret_at);

/* mugai_mime_other_part:
 * Do fields of a part ("Content-") stand in the lines at @at, before the first empty one?
 */
bool mugai_mime_other_part (const uint8_t *at, size_t size);

/* mugai_mime_other_content:
 * Is a stretch outside of all parts more than the sentence or two that programs write there?
 */
bool mugai_mime_other_content (const uint8_t *at, size_t size);

/* mugai_mime_other_boundary:
 * Is there a line that begins with a delimiter of @boundary? For types that have no parts.
 */
bool mugai_mime_other_boundary (const uint8_t *at, size_t size, const char *boundary);
