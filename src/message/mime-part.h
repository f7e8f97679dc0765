/* SPDX-License-Identifier: Apache-2.0
 *
 * mime-part: what the header of one part says: type, encoding, disposition, boundary, and a note of
 * everything in it that two readers would take for different things.
 *
 * Process: worker. Trust: input is hostile. Linear in the header.
 */
#pragma once

#include "message/mime.h"

/* mugai_mime_part_read:
 * Fill the type, kind, encoding, disposition and notes of @part. @digest: the default type is
 * message/rfc822 (RFC 2046 5.1.5). Source: RFC 2045 5, 6; RFC 2183.
 */
void mugai_mime_part_read (MugaiMimePart *part, const MugaiFields *fields, bool digest);

/* mugai_mime_part_boundary:
 * Returns: (borrowed from the part) the boundary of a multipart, NULL when it cannot be split or
 * not in one way only; the reason is noted.
 */
const char *mugai_mime_part_boundary (MugaiMimePart *part);
