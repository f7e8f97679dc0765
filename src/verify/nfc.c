/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a text is in NFC when it holds no code point that NFC replaces, its combining marks
 * are in canonical order, and no mark joins with the starter before it. Hangul is computed
 * (Unicode 3.12).
 */
#include "verify/nfc.h"

#include "verify/codepoint.h"
#include "verify/unicode-table.h"

#define COUNT(table) (sizeof table / sizeof table[0])

static bool
is_changed (uint32_t cp)
{
    for (size_t i = 0; i < COUNT (mugai_nfc_changed) && mugai_nfc_changed[i][0] <= cp; i++)
        if (cp <= mugai_nfc_changed[i][1])
            return true;
    return false;
}

static unsigned
combining_class (uint32_t cp)
{
    size_t low = 0, high = COUNT (mugai_nfc_class);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > mugai_nfc_class[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT (mugai_nfc_class) && cp >= mugai_nfc_class[low].first
               ? mugai_nfc_class[low].combining
               : 0;
}

static bool
joins (uint32_t starter, uint32_t cp)
{
    size_t low = 0, high = COUNT (mugai_nfc_pair);

    if (starter >= 0x1100 && starter <= 0x1112 && cp >= 0x1161 && cp <= 0x1175)
        return true; /* L + V */
    if (starter >= 0xac00 && starter <= 0xd7a3 && (starter - 0xac00) % 28 == 0 && cp >= 0x11a8 &&
        cp <= 0x11c2)
        return true; /* LV + T */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const uint32_t *pair = mugai_nfc_pair[middle];
        if (pair[0] < starter || (pair[0] == starter && pair[1] < cp))
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT (mugai_nfc_pair) && mugai_nfc_pair[low][0] == starter &&
           mugai_nfc_pair[low][1] == cp;
}

bool
mugai_nfc_is (const uint8_t *d, size_t size)
{
    uint32_t starter = 0, cp = 0;
    unsigned last = 0; /* class of the code point before */

    for (size_t i = 0, n; i < size; i += n) {
        n = mugai_utf8_decode (d + i, size - i, &cp);
        if (n == 0)
            return false;
        if (cp < 0x300) { /* no mark, and nothing NFC would replace */
            starter = cp;
            last = 0;
            continue;
        }
        unsigned class = combining_class (cp);
        if (is_changed (cp) || (class != 0 && class < last))
            return false;
        if ((last == 0 || last < class) && joins (starter, cp))
            return false;
        if (class == 0)
            starter = cp;
        last = class;
    }
    return true;
}
