/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: as UAX #15 defines it. The text is decomposed, its combining marks are put in
 * canonical order, what joins is joined, and the result is compared with the text. Code points that
 * NFC replaces for good are refused first, so that the table of pairs is all the decomposition
 * there is; Hangul is computed (Unicode 3.12).
 */
#include "verify/nfc.h"

#include "verify/codepoint.h"
#include "verify/unicode-table.h"

#include <string.h>

enum {
    DECOMPOSED_MAX = 4 * MUGAI_NFC_MAX, /* code points: none has more than 4 in its decomposition */
    L_BASE = 0x1100,
    V_BASE = 0x1161,
    T_BASE = 0x11a7,
    S_BASE = 0xac00,
    L_COUNT = 19,
    V_COUNT = 21,
    T_COUNT = 28,
};

#define COUNT(table) (sizeof table / sizeof table[0])

typedef struct Text {
    uint32_t cp[DECOMPOSED_MAX];
    size_t size;
} Text;

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

/* What @cp is made of, NULL when of nothing. */
static const uint32_t *
pair_of (uint32_t cp)
{
    size_t low = 0, high = COUNT (mugai_nfc_pair);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > mugai_nfc_pair[middle][0])
            low = middle + 1;
        else
            high = middle;
    }
    return low < COUNT (mugai_nfc_pair) && mugai_nfc_pair[low][0] == cp ? mugai_nfc_pair[low]
                                                                        : NULL;
}

/* What @first and @second join to, 0 when they do not. */
static uint32_t
joined (uint32_t first, uint32_t second)
{
    uint32_t l = first - L_BASE, s = first - S_BASE, v = second - V_BASE, t = second - T_BASE;

    if (second < 0x300 || (second > 0x309a && second < 0x11000))
        return 0; /* nothing there is a second; saves the search for nearly all of Japanese */
    if (l < L_COUNT && v < V_COUNT)
        return S_BASE + (l * V_COUNT + v) * T_COUNT;
    if (s < L_COUNT * V_COUNT * T_COUNT && s % T_COUNT == 0 && t > 0 && t < T_COUNT)
        return first + t;
    for (size_t i = 0; i < COUNT (mugai_nfc_pair); i++)
        if (mugai_nfc_pair[i][2] == second && mugai_nfc_pair[i][1] == first)
            return mugai_nfc_pair[i][0];
    return 0;
}

static void
decompose (Text *out, uint32_t cp)
{
    uint32_t mark[4];
    size_t marks = 0;

    if (cp - S_BASE < L_COUNT * V_COUNT * T_COUNT) {
        uint32_t s = cp - S_BASE;
        out->cp[out->size++] = L_BASE + s / (V_COUNT * T_COUNT);
        out->cp[out->size++] = V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT;
        if (s % T_COUNT > 0)
            out->cp[out->size++] = T_BASE + s % T_COUNT;
        return;
    }
    for (const uint32_t *pair; marks < COUNT (mark) && (pair = pair_of (cp)) != NULL; cp = pair[1])
        mark[marks++] = pair[2];
    out->cp[out->size++] = cp;
    while (marks > 0)
        out->cp[out->size++] = mark[--marks];
}

/* Stable order of marks by their class; a text is short. */
static void
put_in_order (Text *text)
{
    for (size_t i = 1; i < text->size; i++) {
        uint32_t cp = text->cp[i];
        unsigned class = combining_class (cp);
        size_t at = i;
        for (; class != 0 && at > 0 && combining_class (text->cp[at - 1]) > class; at--)
            text->cp[at] = text->cp[at - 1];
        text->cp[at] = cp;
    }
}

static void
compose (Text *text)
{
    size_t used = 0, starter = DECOMPOSED_MAX;
    unsigned last = 0; /* class of the code point kept last, after the starter */

    for (size_t i = 0; i < text->size; i++) {
        uint32_t cp = text->cp[i], whole = 0;
        unsigned class = combining_class (cp);
        bool next_to = starter != DECOMPOSED_MAX && used == starter + 1;
        if (starter != DECOMPOSED_MAX && (next_to || (last != 0 && last < class)))
            whole = joined (text->cp[starter], cp);
        if (whole != 0) {
            text->cp[starter] = whole;
            continue;
        }
        if (class == 0)
            starter = used;
        last = class;
        text->cp[used++] = cp;
    }
    text->size = used;
}

bool
mugai_nfc_is (const uint8_t *d, size_t size)
{
    Text text = { .size = 0 };
    uint32_t cp;
    size_t at = 0;
    bool plain = true;

    if (size > MUGAI_NFC_MAX)
        return false;
    for (size_t i = 0, n; i < size; i += n) {
        n = mugai_utf8_decode (d + i, size - i, &cp);
        if (n == 0 || is_changed (cp))
            return false;
        plain = plain && cp < 0x300;
        decompose (&text, cp);
    }
    if (plain)
        return true; /* no marks */
    put_in_order (&text);
    compose (&text);
    for (size_t i = 0, n; i < size; i += n, at++) {
        n = mugai_utf8_decode (d + i, size - i, &cp);
        if (at == text.size || text.cp[at] != cp)
            return false;
    }
    return at == text.size;
}
