/* SPDX-License-Identifier: Apache-2.0
 *
 * gaiji: characters that a site has defined for itself (外字, private use), written as its table
 * says. Process: mugai-worker. Trust: the table is the administrator's, texts are hostile.
 */
#pragma once

#include "message/emoji.h"

#include <glib.h>

/* What private-use characters of a text mean. The site's table comes first, then the pictographs of
 * the carrier's phones. */
typedef struct MugaiGaiji {
    const char *const
        *table; /* sorted, NULL-terminated: a private-use character in UTF-8 and,
                   behind it, clean text of 1 to 15 bytes (rules/gaiji.h); NULL: none */
    MugaiCarrier carrier;
    MugaiEmojiFrom from;
} MugaiGaiji;

/* mugai_gaiji_map:
 * @text: borrowed, valid UTF-8, any scalar values. Returns: (transfer full) the same with the
 * characters that @gaiji knows replaced; @text itself when none is there. *ret_count: how many of
 * the site's table, *ret_emoji: how many pictographs.
 */
GBytes *mugai_gaiji_map (const MugaiGaiji *gaiji, GBytes *text, size_t *ret_count,
                         size_t *ret_emoji);

/* mugai_gaiji_notation:
 * The same for the notation [外字 U+E000] in a line of a header, which is what decoding left of
 * such a character. Never longer than @text. Returns: (transfer full); NULL for NULL.
 */
char *mugai_gaiji_notation (const MugaiGaiji *gaiji, const char *text);
