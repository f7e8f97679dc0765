/* SPDX-License-Identifier: Apache-2.0
 *
 * gaiji: characters that a site has defined for itself (外字, private use), written as its table
 * says. Process: mugai-worker. Trust: the table is the administrator's, texts are hostile.
 */
#pragma once

#include <glib.h>

/* A table is sorted and NULL-terminated; each entry is a private-use character in UTF-8 and, behind
 * it, what stands in its place: clean text of 1 to 15 bytes (rules/gaiji.h). NULL: empty. */

/* mugai_gaiji_map:
 * @text: borrowed, valid UTF-8, any scalar values. Returns: (transfer full) the same with the
 * characters of @table replaced; @text itself when none is there. *ret_count: how many were.
 */
GBytes *mugai_gaiji_map (const char *const *table, GBytes *text, size_t *ret_count);

/* mugai_gaiji_notation:
 * The same for the notation [外字 U+E000] in a line of a header, which is what decoding left of
 * such a character. Never longer than @text. Returns: (transfer full); NULL for NULL.
 */
char *mugai_gaiji_notation (const char *const *table, const char *text);
