/* SPDX-License-Identifier: Apache-2.0
 *
 * escape: the only way hostile bytes reach a log, a terminal or a report. libc only.
 */
#pragma once

#include <stddef.h>

/* mugai_escape:
 * Write @size bytes of @data as printable text: valid UTF-8 letters stay, and every control, bidi
 * control, invisible or undecodable byte or code point, and the backslash, becomes \xNN or \u{N}.
 * Cut with "..." when fewer than 4 bytes of @room would be left before the end.
 * @out: @room bytes (at least 8), always NUL-terminated. Returns: @out.
 */
char *mugai_escape (char *out, size_t room, const void *data, size_t size);
