/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: convert() picks a machine; each machine writes code points itself or hands runs of
 * bytes to through_table(), which turns what has no meaning into visible notation, one byte at a
 * time, so that a broken lead byte never swallows the ASCII byte after it (a quote, a "<").
 */
#include "message/charset-decode.h"

#include "common/utf8.h"
#include "message/charset-multibyte.h"

#include <stdbool.h>
#include <string.h>

#include "message/charset-tables.h"

enum {
    PIECE = 4096,   /* bytes of text that are gathered before they are appended */
    RUN_LEAST = 64, /* bytes of ASCII that are worth to be appended on their own */
};

static void
bad_byte (MugaiBuffer *out, size_t *bad, uint8_t byte)
{
    (*bad)++;
    mugai_buffer_printf (out, "[?%02X]", byte);
}

static void
bad_bytes (MugaiBuffer *out, size_t *bad, const uint8_t *data, size_t size)
{
    const uint8_t *at = data, *end = data + size;
    while (at < end && mugai_buffer_ok (out)) {
        size_t n = mugai_utf8_ascii (at, end);
        mugai_buffer_add (out, at, n);
        at += n;
        if (at < end && mugai_buffer_ok (out))
            bad_byte (out, bad, *at++);
    }
}

/* Write a character as the tables have it. Returns: bytes. */
static size_t
put_char (char *to, const uint32_t c[2])
{
    size_t n = mugai_utf8_put (to, c[0]);
    return c[1] == 0 ? n : n + mugai_utf8_put (to + n, c[1]);
}

/* All of @data through one table. */
static void
through_table (MugaiMultibyteId id, const uint8_t *data, size_t size, MugaiBuffer *out, size_t *bad)
{
    const MugaiMultibyte *table = &mugai_multibyte[id];
    const uint8_t *at = data, *end = data + size;
    char piece[PIECE + RUN_LEAST]; /* with room for what one round writes */
    size_t held = 0;
    while (at < end && mugai_buffer_ok (out)) {
        uint32_t c[2];
        size_t run = mugai_utf8_ascii (at, end);
        size_t n = run > 0 ? run : mugai_multibyte_char (table, at, end, c);
        if (run == 0 && n > 0) {
            held += put_char (piece + held, c);
        } else if (run > 0 && run < RUN_LEAST) {
            memcpy (piece + held, at, run);
            held += run;
        }
        bool alone = n == 0 || run >= RUN_LEAST;
        if (alone || held >= PIECE) {
            mugai_buffer_add (out, piece, held);
            held = 0;
        }
        if (n == 0)
            bad_byte (out, bad, *at);
        else if (alone)
            mugai_buffer_add (out, at, run);
        at += n == 0 ? 1 : n;
    }
    mugai_buffer_add (out, piece, held);
}

/* One character of at most 4 bytes; on refusal the bytes as they stood in the input. */
static void
one_char (MugaiMultibyteId id, const uint8_t *bytes, size_t size, const uint8_t *shown,
          size_t n_shown, MugaiBuffer *out, size_t *bad)
{
    char utf8[2 * MUGAI_UTF8_MAX];
    uint32_t c[2];
    if (mugai_multibyte_char (&mugai_multibyte[id], bytes, bytes + size, c) == size) {
        mugai_buffer_add (out, utf8, put_char (utf8, c));
        return;
    }
    for (size_t i = 0; i < n_shown; i++)
        bad_byte (out, bad, shown[i]);
}

static void
from_single (MugaiCharsetId id, const uint8_t *at, const uint8_t *end, MugaiBuffer *out,
             size_t *bad)
{
    const uint16_t *table = single_bytes[id - MUGAI_CHARSET_SINGLE_FIRST];
    while (at < end && mugai_buffer_ok (out)) {
        size_t n = mugai_utf8_ascii (at, end);
        mugai_buffer_add (out, at, n);
        at += n;
        for (; at < end && *at >= 0x80 && mugai_buffer_ok (out); at++) {
            if (table[*at - 0x80] != 0)
                mugai_buffer_add_char (out, table[*at - 0x80]);
            else
                bad_byte (out, bad, *at);
        }
    }
}

/* ---- ISO-2022-JP: RFC 1468, RFC 1554, RFC 2237, CP50220 to CP50222 ---- */

typedef enum JisSet {
    JIS_ASCII, /* and JIS-Roman: the yen sign and overline are kept as backslash and tilde, as
                  CP50221 does */
    JIS_KANA,  /* JIS X 0201 katakana */
    JIS_X0208, /* with NEC row 13 and the NEC selection of IBM extensions */
    JIS_X0212,
    JIS_X0213,  /* plane 1 */
    JIS_X0213B, /* plane 2 */
    JIS_GB2312,
    JIS_KSC5601,
    JIS_USER, /* user-defined rows, as ISO-2022-JP-MS has them */
} JisSet;

typedef struct JisEscape {
    const char *bytes; /* after ESC */
    JisSet set;
} JisEscape;

static const JisEscape jis_escapes[] = {
    { "(B", JIS_ASCII },  { "(J", JIS_ASCII },   { "(H", JIS_ASCII },    { "(I", JIS_KANA },
    { "$B", JIS_X0208 },  { "$@", JIS_X0208 },   { "$(B", JIS_X0208 },   { "$(@", JIS_X0208 },
    { "$(D", JIS_X0212 }, { "$(O", JIS_X0213 },  { "$(Q", JIS_X0213 },   { "$(P", JIS_X0213B },
    { "$A", JIS_GB2312 }, { "$(A", JIS_GB2312 }, { "$(C", JIS_KSC5601 }, { "&@", JIS_X0208 },
    { "$(?", JIS_USER },
};

enum { USER_FIRST = 0xE000, USER_ROW = 94, USER_ROWS = 20 /* U+E000 to U+E757 */ };

/* A user-defined character (外字): row and column count from 0. */
static void
user_char (unsigned row, unsigned column, const uint8_t *shown, MugaiBuffer *out, size_t *bad)
{
    if (row < USER_ROWS && column < USER_ROW) {
        mugai_buffer_add_char (out, USER_FIRST + row * USER_ROW + column);
    } else {
        bad_byte (out, bad, shown[0]);
        bad_byte (out, bad, shown[1]);
    }
}

/* Bytes of the escape sequence at @at (an ESC), 0 when it is none of ours. */
static size_t
jis_escape (const uint8_t *at, const uint8_t *end, JisSet *set)
{
    for (size_t i = 0; i < sizeof jis_escapes / sizeof jis_escapes[0]; i++) {
        size_t n = strlen (jis_escapes[i].bytes);
        if ((size_t)(end - at) > n && memcmp (at + 1, jis_escapes[i].bytes, n) == 0) {
            *set = jis_escapes[i].set;
            return n + 1;
        }
    }
    return 0;
}

/* Rows of JIS X 0208 that CP50221 leaves to the user; those between hold NEC's selection of IBM
 * extensions. */
static bool
is_user_row (unsigned row)
{
    return (row >= 0x75 && row <= 0x78) || row == 0x7D || row == 0x7E;
}

static void
jis_pair (JisSet set, const uint8_t *pair, MugaiBuffer *out, size_t *bad)
{
    unsigned a = pair[0], b = pair[1];
    uint8_t high[2] = { (uint8_t)(a | 0x80), (uint8_t)(b | 0x80) };
    uint8_t three[3] = { 0x8F, high[0], high[1] };
    uint8_t sjis[2] = { (uint8_t)((a + 1) / 2 + (a < 0x5F ? 0x70 : 0xB0)),
                        (uint8_t)(b + (a % 2 == 0  ? 0x7E
                                       : b >= 0x60 ? 0x20
                                                   : 0x1F)) };
    switch (set) {
    case JIS_X0212:
        one_char (MUGAI_MULTIBYTE_EUC_JP_MS, three, 3, pair, 2, out, bad);
        return;
    case JIS_X0213:
        one_char (MUGAI_MULTIBYTE_EUC_JISX0213, high, 2, pair, 2, out, bad);
        return;
    case JIS_X0213B:
        one_char (MUGAI_MULTIBYTE_EUC_JISX0213, three, 3, pair, 2, out, bad);
        return;
    case JIS_GB2312:
        one_char (MUGAI_MULTIBYTE_GB18030, high, 2, pair, 2, out, bad);
        return;
    case JIS_KSC5601:
        one_char (MUGAI_MULTIBYTE_UHC, high, 2, pair, 2, out, bad);
        return;
    case JIS_USER:
        user_char (a - 0x21, b - 0x21, pair, out, bad);
        return;
    case JIS_ASCII:
    case JIS_KANA:
    case JIS_X0208:
        if (is_user_row (a))
            user_char (a - 0x75, b - 0x21, pair, out, bad);
        else
            one_char (MUGAI_MULTIBYTE_CP932, sjis, 2, pair, 2, out, bad);
        return;
    }
}

/* A run of 8-bit bytes inside of 7-bit text is Shift_JIS that was labelled wrong. */
static size_t
jis_eight_bit (const uint8_t *at, const uint8_t *end, MugaiBuffer *out, size_t *bad)
{
    const uint8_t *p = at;
    while (p < end && *p != 0x1B && *p != '\n' && *p != '\r')
        p++;
    through_table (MUGAI_MULTIBYTE_CP932, at, (size_t)(p - at), out, bad);
    return (size_t)(p - at);
}

/* Bytes of the character at @at in @set, written. */
static size_t
jis_char (JisSet set, const uint8_t *at, const uint8_t *end, MugaiBuffer *out, size_t *bad)
{
    if (set == JIS_ASCII && *at >= 0x80)
        return jis_eight_bit (at, end, out, bad);
    if (set == JIS_KANA && (*at & 0x7F) >= 0x21 && (*at & 0x7F) <= 0x5F) {
        mugai_buffer_add_char (out, 0xFF61u + (*at & 0x7Fu) - 0x21);
        return 1;
    }
    if (set > JIS_KANA && *at >= 0x21 && *at <= 0x7E) {
        if (end - at >= 2 && at[1] >= 0x21 && at[1] <= 0x7E) {
            jis_pair (set, at, out, bad);
            return 2;
        }
        bad_byte (out, bad, *at);
        return 1;
    }
    if (*at >= 0x80)
        bad_byte (out, bad, *at);
    else
        mugai_buffer_add (out, at, 1);
    return 1;
}

/* Bytes from @at on that mean themselves in ASCII and change nothing. */
static size_t
jis_plain (const uint8_t *at, const uint8_t *end)
{
    const uint8_t *p = at;
    while (p < end && ((*p >= 0x20 && *p < 0x80) || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return (size_t)(p - at);
}

/* ISO-2022-JP-2 (RFC 1554): ESC . chooses the upper half of a charset, ESC N takes one character of
 * it. Returns: bytes, 0 when there is no such thing at @at (an ESC). */
static size_t
jis_upper (const uint8_t *at, const uint8_t *end, MugaiCharsetId *upper, MugaiBuffer *out,
           size_t *bad)
{
    if (end - at < 3 || (at[1] != '.' && at[1] != 'N'))
        return 0;
    if (at[1] == '.') {
        if (at[2] != 'A' && at[2] != 'F')
            return 0;
        *upper = at[2] == 'A' ? MUGAI_CHARSET_WINDOWS_1252 : MUGAI_CHARSET_ISO_8859_7;
        return 3;
    }
    if (at[2] < 0x20)
        return 0;
    uint8_t byte = at[2] | 0x80;
    from_single (*upper, &byte, &byte + 1, out, bad);
    return 3;
}

static void
from_jis (const uint8_t *at, const uint8_t *end, MugaiBuffer *out, size_t *bad)
{
    JisSet set = JIS_ASCII, before_so = JIS_ASCII;
    MugaiCharsetId upper = MUGAI_CHARSET_WINDOWS_1252;
    while (at < end && mugai_buffer_ok (out)) {
        size_t n = set == JIS_ASCII ? jis_plain (at, end) : 0;
        if (n > 0) {
            mugai_buffer_add (out, at, n);
            at += n;
            continue;
        }
        n = *at == 0x1B ? jis_escape (at, end, &set) : 0;
        n = n == 0 && *at == 0x1B ? jis_upper (at, end, &upper, out, bad) : n;
        if (n == 0 && *at == 0x0E) { /* SO, SI: CP50222 */
            before_so = set == JIS_KANA ? JIS_ASCII : set;
            set = JIS_KANA;
            n = 1;
        } else if (n == 0 && *at == 0x0F) {
            set = before_so;
            n = 1;
        } else if (n == 0 && *at == '\n') { /* a line ends in ASCII, even where a broken program
                                               forgot to say so */
            set = JIS_ASCII;
        }
        at += n > 0 ? n : jis_char (set, at, end, out, bad);
    }
}

/* ---- ISO-2022-KR (RFC 1557) and HZ (RFC 1843): 7-bit shifts between ASCII and one 94x94 set ----
 */

static void
from_shifted (MugaiCharsetId id, const uint8_t *at, const uint8_t *end, MugaiBuffer *out,
              size_t *bad)
{
    bool korean = id == MUGAI_CHARSET_ISO_2022_KR, shifted = false;
    while (at < end && mugai_buffer_ok (out)) {
        size_t left = (size_t)(end - at);
        if (korean && left >= 4 && memcmp (at, "\x1b$)C", 4) == 0) {
            at += 4;
        } else if (korean ? *at == 0x0E : left >= 2 && memcmp (at, "~{", 2) == 0) {
            shifted = true;
            at += korean ? 1 : 2;
        } else if (korean ? *at == 0x0F : left >= 2 && memcmp (at, "~}", 2) == 0) {
            shifted = false;
            at += korean ? 1 : 2;
        } else if (!korean && !shifted && left >= 2 && (memcmp (at, "~~", 2) == 0)) {
            mugai_buffer_add (out, "~", 1);
            at += 2;
        } else if (shifted && left >= 2 && at[0] > 0x20 && at[0] < 0x7F && at[1] > 0x20 &&
                   at[1] < 0x7F) {
            uint8_t high[2] = { (uint8_t)(at[0] | 0x80), (uint8_t)(at[1] | 0x80) };
            one_char (korean ? MUGAI_MULTIBYTE_UHC : MUGAI_MULTIBYTE_GB18030, high, 2, at, 2, out,
                      bad);
            at += 2;
        } else {
            if (*at == '\n')
                shifted = false;
            bad_bytes (out, bad, at, 1);
            at++;
        }
    }
}

/* ---- Unicode ---- */

static void
from_utf8 (const uint8_t *at, const uint8_t *end, MugaiBuffer *out, size_t *bad)
{
    const uint8_t *good = at;
    while (at < end && mugai_buffer_ok (out)) {
        size_t n = mugai_utf8_ascii (at, end);
        if (n == 0)
            n = mugai_utf8_length (at, end);
        if (n > 0) {
            at += n;
            continue;
        }
        mugai_buffer_add (out, good, (size_t)(at - good));
        bad_byte (out, bad, *at);
        good = ++at;
    }
    if (at > good)
        mugai_buffer_add (out, good, (size_t)(at - good));
}

static uint32_t
unit16 (const uint8_t *at, bool big)
{
    return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

static void
from_utf16 (const uint8_t *at, const uint8_t *end, bool big, MugaiBuffer *out, size_t *bad)
{
    while (end - at >= 2 && mugai_buffer_ok (out)) {
        uint32_t c = unit16 (at, big);
        size_t n = 2;
        if (c >= 0xD800 && c <= 0xDBFF && end - at >= 4) {
            uint32_t low = unit16 (at + 2, big);
            if (low >= 0xDC00 && low <= 0xDFFF) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                n = 4;
            }
        }
        if (c >= 0xD800 && c <= 0xDFFF) {
            bad_byte (out, bad, at[0]);
            bad_byte (out, bad, at[1]);
        } else {
            mugai_buffer_add_char (out, c);
        }
        at += n;
    }
    if (at < end)
        bad_byte (out, bad, *at);
}

static void
from_utf32 (const uint8_t *at, const uint8_t *end, bool big, MugaiBuffer *out, size_t *bad)
{
    for (; end - at >= 4 && mugai_buffer_ok (out); at += 4) {
        uint32_t high = unit16 (big ? at : at + 2, big), low = unit16 (big ? at + 2 : at, big);
        uint32_t c = high << 16 | low;
        if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
            for (int i = 0; i < 4; i++)
                bad_byte (out, bad, at[i]);
        } else {
            mugai_buffer_add_char (out, c);
        }
    }
    for (; at < end; at++)
        bad_byte (out, bad, *at);
}

static int
base64_value (uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One UTF-16 unit of a shifted run; @high: a high surrogate that waits for its low one, 0 for none.
 */
static void
utf7_unit (uint32_t unit, uint32_t *high, MugaiBuffer *out, size_t *bad)
{
    bool low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (*high != 0 && !low)
        bad_byte (out, bad, (uint8_t)(*high >> 8));
    if (low && *high != 0)
        mugai_buffer_add_char (out, 0x10000 + ((*high - 0xD800) << 10) + (unit - 0xDC00));
    else if (low)
        bad_byte (out, bad, (uint8_t)(unit >> 8));
    else if (unit < 0xD800 || unit > 0xDFFF)
        mugai_buffer_add_char (out, unit);
    *high = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
}

/* RFC 2152. */
static void
from_utf7 (const uint8_t *at, const uint8_t *end, MugaiBuffer *out, size_t *bad)
{
    while (at < end && mugai_buffer_ok (out)) {
        if (*at != '+') {
            const uint8_t *plus = memchr (at, '+', (size_t)(end - at));
            size_t n = (size_t)((plus != NULL ? plus : end) - at);
            bad_bytes (out, bad, at, n);
            at += n;
            continue;
        }
        at++;
        if (at < end && *at == '-') {
            mugai_buffer_add (out, "+", 1);
            at++;
            continue;
        }
        uint32_t bits = 0, high = 0;
        unsigned n_bits = 0;
        const uint8_t *start = at;
        while (at < end && base64_value (*at) >= 0) {
            bits = bits << 6 | (uint32_t)base64_value (*at++);
            n_bits += 6;
            if (n_bits >= 16) {
                n_bits -= 16;
                utf7_unit (bits >> n_bits & 0xFFFF, &high, out, bad);
            }
        }
        if (high != 0)
            bad_byte (out, bad, (uint8_t)(high >> 8));
        if (at == start)
            mugai_buffer_add (out, "+", 1); /* a plus sign that nobody shifted with */
        else if (at < end && *at == '-')
            at++;
    }
}

size_t
mugai_charset_convert (MugaiCharsetId id, const uint8_t *data, size_t size, MugaiBuffer *out)
{
    static const MugaiMultibyteId tables[] = {
        [MUGAI_CHARSET_CP932] = MUGAI_MULTIBYTE_CP932,
        [MUGAI_CHARSET_EUC_JP] = MUGAI_MULTIBYTE_EUC_JP_MS,
        [MUGAI_CHARSET_GB18030] = MUGAI_MULTIBYTE_GB18030,
        [MUGAI_CHARSET_BIG5] = MUGAI_MULTIBYTE_BIG5_HKSCS,
        [MUGAI_CHARSET_EUC_KR] = MUGAI_MULTIBYTE_UHC,
        [MUGAI_CHARSET_SHIFT_JIS_2004] = MUGAI_MULTIBYTE_SHIFT_JISX0213,
        [MUGAI_CHARSET_EUC_JIS_2004] = MUGAI_MULTIBYTE_EUC_JISX0213,
    };
    const uint8_t *end = data + size;
    size_t bad = 0;
    if (size == 0)
        return 0;
    if (id >= MUGAI_CHARSET_SINGLE_FIRST && id < MUGAI_CHARSET_COUNT)
        from_single (id, data, end, out, &bad);
    else if (id >= MUGAI_CHARSET_CP932 && id < MUGAI_CHARSET_SINGLE_FIRST)
        through_table (tables[id], data, size, out, &bad);
    else if (id == MUGAI_CHARSET_UTF_8)
        from_utf8 (data, end, out, &bad);
    else if (id == MUGAI_CHARSET_ISO_2022_JP)
        from_jis (data, end, out, &bad);
    else if (id == MUGAI_CHARSET_ISO_2022_KR || id == MUGAI_CHARSET_HZ)
        from_shifted (id, data, end, out, &bad);
    else if (id == MUGAI_CHARSET_UTF_7)
        from_utf7 (data, end, out, &bad);
    else if (id == MUGAI_CHARSET_UTF_16LE || id == MUGAI_CHARSET_UTF_16BE ||
             id == MUGAI_CHARSET_UTF_16)
        from_utf16 (data, end, id == MUGAI_CHARSET_UTF_16BE, out, &bad);
    else if (id == MUGAI_CHARSET_UTF_32LE || id == MUGAI_CHARSET_UTF_32BE)
        from_utf32 (data, end, id == MUGAI_CHARSET_UTF_32BE, out, &bad);
    else
        bad_bytes (out, &bad, data, size);
    return bad;
}
