/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a character becomes the Shift_JIS code that the carrier gave its pictograph; the
 * table is sorted by carrier and code.
 */
#include "message/emoji.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    CELLS = 188, /* of one lead byte */
};

typedef struct Emoji {
    uint32_t key; /* carrier, code */
    uint32_t shown[2];
} Emoji;

#define KEY(carrier, code)         ((uint32_t)(carrier) << 16 | (code))
#define EMOJI(carrier, code, a, b) { KEY (MUGAI_CARRIER_##carrier, code), { a, b } },
static const Emoji table[] = {
#include "message/emoji.inc"
};
#undef EMOJI

/* Where carriers have their pictographs: characters, and the code of the first. Codes are counted
 * as CP932 does, but for SoftBank's pages of a half lead each. */
typedef struct Range {
    MugaiCarrier carrier;
    MugaiEmojiFrom from;
    uint32_t first, last, code;
} Range;

static const Range ranges[] = {
    { MUGAI_CARRIER_DOCOMO, MUGAI_EMOJI_FROM_ANY, 0xE63E, 0xE757, 0xF89F },
    { MUGAI_CARRIER_KDDI, MUGAI_EMOJI_FROM_LEGACY, 0xE000, 0xE177, 0xF640 }, /* ISO-2022-JP */
    { MUGAI_CARRIER_KDDI, MUGAI_EMOJI_FROM_LEGACY, 0xE234, 0xE3AB, 0xF340 },
    { MUGAI_CARRIER_KDDI, MUGAI_EMOJI_FROM_ANY, 0xE468, 0xE5DF, 0xF640 },
    { MUGAI_CARRIER_KDDI, MUGAI_EMOJI_FROM_UNICODE, 0xEA80, 0xEB88, 0xF340 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_UNICODE, 0xE001, 0xE05A, 0xF941 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_UNICODE, 0xE101, 0xE15A, 0xF741 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_UNICODE, 0xE201, 0xE253, 0xF7A1 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_UNICODE, 0xE301, 0xE34D, 0xF9A1 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_UNICODE, 0xE401, 0xE44D, 0xFB41 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_UNICODE, 0xE501, 0xE537, 0xFBA1 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_LEGACY, 0xE525, 0xE5D7, 0xF741 },
    { MUGAI_CARRIER_SOFTBANK, MUGAI_EMOJI_FROM_LEGACY, 0xE69D, 0xE757, 0xF941 },
};

static uint32_t
cell_of (uint32_t code)
{
    uint32_t trail = code & 0xFF;
    return (code >> 8) * CELLS + trail - 0x40 - (trail > 0x7F);
}

static uint32_t
code_of (uint32_t cell)
{
    uint32_t trail = cell % CELLS + 0x40;
    return cell / CELLS << 8 | (trail + (trail >= 0x7F));
}

static int
by_key (const void *a, const void *b)
{
    uint32_t key = *(const uint32_t *)a, own = ((const Emoji *)b)->key;
    return (key > own) - (key < own);
}

/* Is the only reading of @c, as far as @from tells, that of @range? */
static bool
is_in (const Range *range, MugaiCarrier carrier, MugaiEmojiFrom from, uint32_t c)
{
    return range->carrier == carrier && c >= range->first && c <= range->last &&
           (from == MUGAI_EMOJI_FROM_ANY || range->from == MUGAI_EMOJI_FROM_ANY ||
            range->from == from);
}

MugaiCarrier
mugai_emoji_carrier (const char *address)
{
    static const struct {
        const char *domain;
        MugaiCarrier carrier;
    } domains[] = {
        { "docomo.ne.jp", MUGAI_CARRIER_DOCOMO },
        { "ezweb.ne.jp", MUGAI_CARRIER_KDDI },
        { "au.com", MUGAI_CARRIER_KDDI },
        { "softbank.ne.jp", MUGAI_CARRIER_SOFTBANK },
        { "vodafone.ne.jp", MUGAI_CARRIER_SOFTBANK },
        { "disney.ne.jp", MUGAI_CARRIER_SOFTBANK },
    };
    const char *at = address != NULL ? strrchr (address, '@') : NULL;

    for (size_t i = 0; at != NULL && i < G_N_ELEMENTS (domains); i++) {
        size_t n = strlen (domains[i].domain), size = strlen (at + 1);
        const char *tail = size >= n ? at + 1 + size - n : NULL;
        if (tail != NULL && g_ascii_strcasecmp (tail, domains[i].domain) == 0 &&
            (tail[-1] == '@' || tail[-1] == '.'))
            return domains[i].carrier;
    }
    return MUGAI_CARRIER_NONE;
}

unsigned
mugai_emoji_find (MugaiCarrier carrier, MugaiEmojiFrom from, uint32_t c, char ret[16])
{
    const Range *only = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS (ranges); i++) {
        if (!is_in (&ranges[i], carrier, from, c))
            continue;
        if (only != NULL)
            return 0; /* two readings */
        only = &ranges[i];
    }
    if (only == NULL)
        return 0;
    uint32_t key = KEY (carrier, code_of (cell_of (only->code) + c - only->first));
    const Emoji *emoji = bsearch (&key, table, G_N_ELEMENTS (table), sizeof table[0], by_key);
    unsigned used = 0;
    for (size_t i = 0; emoji != NULL && i < 2 && emoji->shown[i] != 0; i++)
        used += (unsigned)g_unichar_to_utf8 (emoji->shown[i], ret + used);
    ret[used] = '\0';
    return used;
}
