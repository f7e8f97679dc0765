/* SPDX-License-Identifier: Apache-2.0
 *
 * charset-multibyte: one character of a charset of one to four bytes, looked up in tables that
 * make-charset-tables.c writes when Mugai is built. Nothing is loaded at run time, and what a mail
 * becomes does not depend on the C library of the host. Process: mugai-worker. Trust: input is
 * hostile. libc only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum MugaiMultibyteId {
    MUGAI_MULTIBYTE_CP932,
    MUGAI_MULTIBYTE_EUC_JP_MS,
    MUGAI_MULTIBYTE_EUC_JISX0213,
    MUGAI_MULTIBYTE_SHIFT_JISX0213, /* but for yen sign and overline, which stay ASCII */
    MUGAI_MULTIBYTE_GB18030,
    MUGAI_MULTIBYTE_BIG5_HKSCS,
    MUGAI_MULTIBYTE_UHC,
    MUGAI_MULTIBYTE_COUNT,
} MugaiMultibyteId;

enum {
    MUGAI_MULTIBYTE_CHAR_MAX = 4,  /* bytes of one character */
    MUGAI_MULTIBYTE_WIDE = 0xD800, /* first of the cells that are places in wide[] */
    MUGAI_MULTIBYTE_WIDE_MAX = 0x800,
};

/* Four-byte characters first to first + count - 1 of GB18030 are c, c + 1, ... */
typedef struct MugaiMultibyteRun {
    uint32_t first; /* as mugai_multibyte_quad() counts */
    uint32_t count;
    uint32_t c;
} MugaiMultibyteRun;

/* Cells are UTF-16 units: 0 is a sequence without meaning; a surrogate, which no cell else could
 * be, is the place in wide[] of a code point above U+FFFF or of two code points. */
typedef struct MugaiMultibyte {
    const char *iconv_name;
    const uint16_t *singles; /* bytes 0x80 to 0xFF */
    const uint16_t *pairs;   /* a row a lead byte, a column a trail byte */
    const uint16_t *triples; /* after 0x8F, both from 0xA1 to 0xFE; NULL: none */
    const uint32_t (*wide)[2];
    const MugaiMultibyteRun *runs; /* sorted; four bytes */
    size_t n_runs;
    uint8_t first_lead, last_lead, first_trail, last_trail;
} MugaiMultibyte;

extern const MugaiMultibyte mugai_multibyte[MUGAI_MULTIBYTE_COUNT];

/* Number of the four bytes at @at, which are 81-FE 30-39 81-FE 30-39; UINT32_MAX when they are not.
 */
static inline uint32_t
mugai_multibyte_quad (const uint8_t *at)
{
    if (at[0] < 0x81 || at[0] > 0xFE || at[1] < 0x30 || at[1] > 0x39 || at[2] < 0x81 ||
        at[2] > 0xFE || at[3] < 0x30 || at[3] > 0x39)
        return UINT32_MAX;
    return (((at[0] - 0x81u) * 10 + (at[1] - 0x30u)) * 126 + (at[2] - 0x81u)) * 10 +
           (at[3] - 0x30u);
}

/* mugai_multibyte_char:
 * The character at @at (< @end). @ret: its code point, then a second one or 0; set when there is a
 * character. Returns: its bytes; 0: no character begins here, or it is not whole.
 */
size_t mugai_multibyte_char (const MugaiMultibyte *table, const uint8_t *at, const uint8_t *end,
                             uint32_t ret[2]);
