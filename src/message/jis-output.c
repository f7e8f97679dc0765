/* SPDX-License-Identifier: Apache-2.0 */
#include "message/jis-output.h"

#include "common/utf8.h"
#include "message/charset-multibyte.h"

#include <stdbool.h>
#include <string.h>

enum {
    LINE_MAX_BYTES = 998, /* RFC 5322 2.1.1 */
    ESCAPE = 3,           /* bytes of ESC $ B and of ESC ( B */
};

struct MugaiJisOutput {
    uint16_t pair[0x10000]; /* by code point: row and column, 0x21 to 0x7E each; 0 none */
};

/* Rows that CP50220 writes. */
static bool
has_row (unsigned row)
{
    return row <= 0x28 || row == 0x2D || (row >= 0x30 && row <= 0x74) ||
           (row >= 0x79 && row <= 0x7C);
}

/* The first of two places of a character counts. */
static void
enter (MugaiJisOutput *jis, unsigned row, unsigned column)
{
    uint8_t sjis[2] = { (uint8_t)((row + 1) / 2 + (row < 0x5F ? 0x70 : 0xB0)),
                        (uint8_t)(column + (row % 2 == 0     ? 0x7E
                                            : column >= 0x60 ? 0x20
                                                             : 0x1F)) };
    uint32_t c[2];

    if (mugai_multibyte_char (&mugai_multibyte[MUGAI_MULTIBYTE_CP932], sjis, sjis + 2, c) == 2 &&
        c[0] < 0x10000 && c[1] == 0 && jis->pair[c[0]] == 0)
        jis->pair[c[0]] = (uint16_t)(row << 8 | column);
}

MugaiJisOutput *
mugai_jis_output_new (void)
{
    MugaiJisOutput *jis = g_new0 (MugaiJisOutput, 1);

    for (unsigned row = 0x21; row <= 0x7C; row++)
        for (unsigned column = 0x21; has_row (row) && column <= 0x7E; column++)
            enter (jis, row, column);
    return jis;
}

void
mugai_jis_output_free (MugaiJisOutput *jis)
{
    g_free (jis);
}

/* The same sign at another code point of Unicode. */
static uint32_t
canonical (uint32_t c)
{
    static const uint16_t same[][2] = {
        { 0x00A0, 0x3000 }, { 0x00A2, 0xFFE0 }, { 0x00A3, 0xFFE1 }, { 0x00A5, 0xFFE5 },
        { 0x00AC, 0xFFE2 }, { 0x00B7, 0x30FB }, { 0x2013, 0x2010 }, { 0x2014, 0x2015 },
        { 0x2016, 0x2225 }, { 0x2022, 0x30FB }, { 0x203E, 0xFFE3 }, { 0x2212, 0xFF0D },
        { 0x301C, 0xFF5E },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (same); i++)
        if (same[i][0] == c)
            return same[i][1];
    return c;
}

/* U+FF61 to U+FF9F in full width. */
static const uint16_t full_width[] = {
    0x3002, 0x300C, 0x300D, 0x3001, 0x30FB, 0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9,
    0x30E3, 0x30E5, 0x30E7, 0x30C3, 0x30FC, 0x30A2, 0x30A4, 0x30A6, 0x30A8, 0x30AA, 0x30AB,
    0x30AD, 0x30AF, 0x30B1, 0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF, 0x30C1,
    0x30C4, 0x30C6, 0x30C8, 0x30CA, 0x30CB, 0x30CC, 0x30CD, 0x30CE, 0x30CF, 0x30D2, 0x30D5,
    0x30D8, 0x30DB, 0x30DE, 0x30DF, 0x30E0, 0x30E1, 0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9,
    0x30EA, 0x30EB, 0x30EC, 0x30ED, 0x30EF, 0x30F3, 0x309B, 0x309C,
};

/* Half-width kana @c, with the voicing mark after it when there is one: *at moves behind it. */
static uint32_t
widen (uint32_t c, const uint8_t **at, const uint8_t *end)
{
    uint32_t wide = full_width[c - 0xFF61], mark = 0;
    const uint8_t *next = *at;

    if (next < end)
        mark = mugai_utf8_next (&next, end);
    bool ha = wide >= 0x30CF && wide <= 0x30DB;
    bool voiced = ha || (wide >= 0x30AB && wide <= 0x30C8 && wide != 0x30C3) || wide == 0x30A6;
    if ((mark == 0xFF9E && voiced) || (mark == 0xFF9F && ha)) {
        *at = next;
        return wide == 0x30A6 ? 0x30F4 : wide + (mark == 0xFF9E ? 1 : 2);
    }
    return wide;
}

typedef struct Fit {
    const MugaiJisOutput *jis;
    GString *out;
    size_t line; /* bytes of the line so far in ISO-2022-JP */
    bool kanji;
} Fit;

static void
put (Fit *f, uint32_t c)
{
    bool kanji = c >= 0x80;
    size_t more = (kanji ? 2 : 1) + (kanji != f->kanji ? ESCAPE : 0);
    char utf8[MUGAI_UTF8_MAX];

    if (c != '\n' && f->line + more + ESCAPE > LINE_MAX_BYTES) {
        g_string_append_c (f->out, '\n');
        f->line = 0;
        more = kanji ? 2 + ESCAPE : 1;
    }
    g_string_append_len (f->out, utf8, (gssize)mugai_utf8_put (utf8, c));
    f->line = c == '\n' ? 0 : f->line + more;
    f->kanji = kanji;
}

static void
put_number (Fit *f, uint32_t c)
{
    g_autofree char *number = g_strdup_printf ("U+%04X", (unsigned)c);

    put (f, 0x3014);
    for (const char *at = number; *at != '\0'; at++)
        put (f, (uint8_t)*at);
    put (f, 0x3015);
}

static bool
is_selector (uint32_t c)
{
    return c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE01EF);
}

GString *
mugai_jis_output_fit (const MugaiJisOutput *jis, const char *text, size_t size,
                      uint64_t *io_lacking)
{
    static const char delimiter[] = "--=_mugai_";
    const uint8_t *at = (const uint8_t *)text, *end = at + size;
    Fit f = { .jis = jis, .out = g_string_sized_new (size + 16) };

    while (at < end) {
        bool start = f.out->len == 0 || f.out->str[f.out->len - 1] == '\n';
        if (start && (size_t)(end - at) >= sizeof delimiter - 1 &&
            memcmp (at, delimiter, sizeof delimiter - 1) == 0) {
            put (&f, '>');
            put (&f, ' ');
        }
        uint32_t own = mugai_utf8_next (&at, end), c = canonical (own);
        if (c >= 0xFF61 && c <= 0xFF9F)
            c = widen (c, &at, end);
        if (c < 0x80 || (c < 0x10000 && jis->pair[c] != 0)) {
            put (&f, c);
            continue;
        }
        ++*io_lacking;
        if (!is_selector (c)) /* it only changes what stands before it */
            put_number (&f, own);
    }
    return f.out;
}

void
mugai_jis_output_write (const MugaiJisOutput *jis, const char *text, size_t size, GString *out)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + size;
    bool kanji = false;

    while (at < end) {
        uint32_t c = mugai_utf8_next (&at, end);
        if ((c >= 0x80) != kanji) {
            kanji = !kanji;
            g_string_append (out, kanji ? "\x1b$B" : "\x1b(B");
        }
        if (c == '\n') {
            g_string_append (out, "\r\n");
        } else if (!kanji) {
            g_string_append_c (out, (char)c);
        } else {
            uint16_t pair = c < 0x10000 ? jis->pair[c] : 0;
            g_assert (pair != 0); /* the text was fitted */
            g_string_append_c (out, (char)(pair >> 8));
            g_string_append_c (out, (char)(pair & 0xFF));
        }
    }
}
