/* SPDX-License-Identifier: Apache-2.0
 *
 * emoji: pictographs of Japanese phones. docomo, KDDI and SoftBank gave each its own meaning to the
 * same user-defined characters, so the mail's author says which table holds.
 * Process: mugai-worker. Trust: none in texts and addresses; a wrong carrier yields a wrong
 * picture.
 */
#pragma once

#include <stdint.h>

typedef enum MugaiCarrier {
    MUGAI_CARRIER_NONE,
    MUGAI_CARRIER_DOCOMO,
    MUGAI_CARRIER_KDDI,
    MUGAI_CARRIER_SOFTBANK,
} MugaiCarrier;

/* How the private-use characters came about: from Shift_JIS or ISO-2022-JP (as CP932 counts its
 * user-defined rows), from Unicode (as the carrier numbers its pictographs), or nobody knows. */
typedef enum MugaiEmojiFrom {
    MUGAI_EMOJI_FROM_ANY,
    MUGAI_EMOJI_FROM_LEGACY,
    MUGAI_EMOJI_FROM_UNICODE,
} MugaiEmojiFrom;

/* The carrier whose customers have such addresses. @address: addr-spec, may be NULL. */
MugaiCarrier mugai_emoji_carrier (const char *address);

/* mugai_emoji_find:
 * What @c (a private-use character) shows on phones of @carrier, by Unicode's EmojiSources.txt.
 * @ret: UTF-8, terminated by NUL. Returns: its bytes, 0 when there is none.
 */
unsigned mugai_emoji_find (MugaiCarrier carrier, MugaiEmojiFrom from, uint32_t c, char ret[16]);
