/* SPDX-License-Identifier: Apache-2.0
 *
 * Charsets of one byte a character: every cell against iconv of this host. Multi-byte charsets:
 * every sequence of the tables against iconv of this host, then random bytes through the decoder
 * against a decoder that asks iconv. One changed cell must be seen.
 */
#include "tap.h"

#include "message/charset-decode.h"
#include "message/charset-multibyte.h"
#include "message/charset-names.h"

#include <iconv.h>

enum { ROUNDS = 4000, BYTES_MAX = 64, CELLS_MAX = 65536 };

/* Code points of exactly one character, as mugai_multibyte_char() returns it. */
static size_t
by_iconv (iconv_t cd, const uint8_t *bytes, size_t size, uint32_t ret[2])
{
    uint8_t out[32];
    char *in = (char *)(uintptr_t)bytes, *to = (char *)out;
    size_t left = size, room = sizeof out;
    iconv (cd, NULL, NULL, NULL, NULL);
    if (iconv (cd, &in, &left, &to, &room) == (size_t)-1 || left > 0 ||
        iconv (cd, NULL, NULL, &to, &room) == (size_t)-1)
        return 0;
    ret[0] = ret[1] = 0;
    for (size_t i = 0; i < (sizeof out - room) / 4 && i < 2; i++)
        ret[i] = (uint32_t)out[4 * i] << 24 | (uint32_t)out[4 * i + 1] << 16 |
                 (uint32_t)out[4 * i + 2] << 8 | out[4 * i + 3];
    return size;
}

/* 1 when table and iconv disagree on @bytes. *ret_known: iconv has a character there. */
static unsigned long
differs (const MugaiMultibyte *table, iconv_t cd, const uint8_t *bytes, size_t size,
         bool *ret_known)
{
    uint32_t own[2] = { 0, 0 }, other[2] = { 0, 0 };
    size_t n = mugai_multibyte_char (table, bytes, bytes + size, own);
    size_t m = by_iconv (cd, bytes, size, other);
    *ret_known = m > 0;
    if (strcmp (table->iconv_name, "SHIFT_JISX0213") == 0 && size == 1 && bytes[0] < 0x80)
        return 0; /* yen sign and overline stay backslash and tilde */
    return n != m || (n > 0 && (own[0] != other[0] || own[1] != other[1]));
}

/* Three bytes (any) or four (of the form that GB18030 has) after two that are no character. */
static unsigned long
longer (const MugaiMultibyte *table, iconv_t cd, uint8_t *bytes)
{
    unsigned long wrong = 0;
    bool known;
    for (unsigned c = 0; c < 0x100; c++) {
        bytes[2] = (uint8_t)c;
        if (table->n_runs == 0)
            wrong += differs (table, cd, bytes, 3, &known);
        for (unsigned d = 0x2F; table->n_runs > 0 && d <= 0x3A; d++) {
            bytes[3] = (uint8_t)d;
            wrong += differs (table, cd, bytes, 4, &known);
        }
    }
    return wrong;
}

static unsigned long
all_sequences (const MugaiMultibyte *table, iconv_t cd)
{
    unsigned long wrong = 0;
    bool known;
    for (unsigned a = 0; a < 0x100; a++) {
        uint8_t bytes[MUGAI_MULTIBYTE_CHAR_MAX] = { (uint8_t)a };
        wrong += differs (table, cd, bytes, 1, &known);
        for (unsigned b = 0; b < 0x100 && !known; b++) {
            bool pair;
            bytes[1] = (uint8_t)b;
            wrong += differs (table, cd, bytes, 2, &pair);
            if (!pair && (b >= 0xA1 || (b >= 0x30 && b <= 0x39)))
                wrong += longer (table, cd, bytes);
        }
    }
    return wrong;
}

/* The same with one cell of a copy changed. */
static unsigned long
with_fault (const MugaiMultibyte *table, iconv_t cd)
{
    static uint16_t pairs[CELLS_MAX];
    size_t cells =
        (table->last_lead - table->first_lead + 1u) * (table->last_trail - table->first_trail + 1u);
    MugaiMultibyte faulty = *table;
    memcpy (pairs, table->pairs, cells * sizeof pairs[0]);
    for (size_t i = cells / 2; i < cells; i++) {
        if (pairs[i] > 0x4E00 && pairs[i] < 0x9000) {
            pairs[i]++;
            break;
        }
    }
    faulty.pairs = pairs;
    return all_sequences (&faulty, cd);
}

/* What charset-decode.h promises, by iconv to UTF-8, one character at a time: glibc's UHC passes
 * over A2E8, which has no meaning, and then refuses the byte after it. */
static void
decode_by_iconv (iconv_t cd, const uint8_t *data, size_t size, MugaiBuffer *out, size_t *bad)
{
    for (size_t at = 0, n; at < size; at += n) {
        char text[32], *to = text;
        size_t most = size - at < MUGAI_MULTIBYTE_CHAR_MAX ? size - at : MUGAI_MULTIBYTE_CHAR_MAX;
        for (n = 1; n <= most; n++) {
            char *in = (char *)(uintptr_t)(data + at);
            size_t left = n, room = sizeof text;
            to = text;
            iconv (cd, NULL, NULL, NULL, NULL);
            if (iconv (cd, &in, &left, &to, &room) != (size_t)-1 && left == 0 &&
                iconv (cd, NULL, NULL, &to, &room) != (size_t)-1)
                break;
        }
        if (n <= most) {
            mugai_buffer_add (out, text, (size_t)(to - text));
            continue;
        }
        mugai_buffer_printf (out, "[?%02X]", data[at]);
        (*bad)++;
        n = 1;
    }
}

static bool
same_text (MugaiCharsetId id, iconv_t cd, const uint8_t *bytes, size_t size)
{
    MugaiBuffer own = mugai_buffer (1 << 20), other = mugai_buffer (1 << 20);
    size_t other_bad = 0, own_bad = mugai_charset_convert (id, bytes, size, &own);
    decode_by_iconv (cd, bytes, size, &other, &other_bad);
    bool same = own_bad == other_bad && own.size == other.size &&
                (own.size == 0 || memcmp (own.data, other.data, own.size) == 0);
    mugai_buffer_clear (&own);
    mugai_buffer_clear (&other);
    return same;
}

/* Bytes as they stand next to each other in broken and in sound text; the same in every run. */
static unsigned
random_texts (MugaiCharsetId id, iconv_t cd)
{
    uint64_t state = 1;
    unsigned wrong = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t bytes[BYTES_MAX * 300];
        size_t most = round % 400 == 0 ? sizeof bytes : BYTES_MAX; /* some pass every piece */
        size_t size = 0, ascii = 0;
        while (size < most) {
            state = state * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
            unsigned r = (unsigned)(state >> 33);
            if (ascii == 0 && r % 61 == 0)
                ascii = r / 61 % 200;
            ascii -= ascii > 0;
            bytes[size++] = (uint8_t)(ascii > 0 || r % 16 == 0 ? r >> 8 & 0x7F
                                      : r % 16 == 1            ? 0x30 + (r >> 8) % 10
                                                               : 0x80 | (r >> 8 & 0xFF));
        }
        wrong += !same_text (id, cd, bytes, size);
    }
    return wrong;
}

/* What a cell shows: text of one byte, "" when it is undecodable. */
static void
one_byte (MugaiCharsetId id, uint8_t byte, char ret[16])
{
    MugaiBuffer out = mugai_buffer (64);
    size_t bad = mugai_charset_convert (id, &byte, 1, &out);
    size_t n = bad > 0 || out.size > 15 ? 0 : out.size;
    if (n > 0)
        memcpy (ret, out.data, n);
    ret[n] = '\0';
    mugai_buffer_clear (&out);
}

/* Cells of a charset of one byte a character that iconv reads otherwise. What iconv does not know
 * may be more here (WHATWG's tables fill gaps of Windows' with control characters), and so may what
 * iconv calls a control character (mail that says ISO 8859 means Windows). @fault: this
 * cell is taken for its neighbour, 0: none. */
static unsigned
single_wrong (MugaiCharsetId id, iconv_t cd, uint8_t fault)
{
    unsigned wrong = 0;
    for (unsigned byte = 0x80; byte <= 0xFF; byte++) {
        char own[16], other[16] = "", *in = (char[]){ (char)byte }, *to = other;
        size_t left = 1, room = sizeof other - 1;
        one_byte (id, (uint8_t)(byte == fault ? byte - 1 : byte), own);
        iconv (cd, NULL, NULL, NULL, NULL);
        if (iconv (cd, &in, &left, &to, &room) == (size_t)-1 ||
            iconv (cd, NULL, NULL, &to, &room) == (size_t)-1)
            continue;
        *to = '\0';
        bool control = (uint8_t)other[0] == 0xC2 && (uint8_t)other[1] < 0xA0;
        wrong += strcmp (own, other) != 0 && !control;
    }
    return wrong;
}

static void
test_single (void)
{
    for (MugaiCharsetId id = MUGAI_CHARSET_SINGLE_FIRST; id < MUGAI_CHARSET_COUNT; id++) {
        const char *name = mugai_charset_name (id);
        iconv_t cd = iconv_open ("UTF-8", strcmp (name, "windows-874") == 0 ? "CP874" : name);
        if (cd == (iconv_t)-1) {
            SKIP ("iconv of this host lacks a single-byte charset");
            continue;
        }
        unsigned wrong = single_wrong (id, cd, 0);
        unsigned known = strcmp (name, "macintosh") == 0 ? 2 : 0; /* C6, F0: as Apple has them */
        CHECK_NAMED (wrong == known, "%s: %u cells differ from iconv", name, wrong);
        CHECK_NAMED (single_wrong (id, cd, 0xE1) == wrong + 1, "%s: one wrong cell is seen", name);
        iconv_close (cd);
    }
}

int
main (void)
{
    test_single();
    static const MugaiCharsetId ids[MUGAI_MULTIBYTE_COUNT] = {
        [MUGAI_MULTIBYTE_CP932] = MUGAI_CHARSET_CP932,
        [MUGAI_MULTIBYTE_EUC_JP_MS] = MUGAI_CHARSET_EUC_JP,
        [MUGAI_MULTIBYTE_EUC_JISX0213] = MUGAI_CHARSET_EUC_JIS_2004,
        [MUGAI_MULTIBYTE_GB18030] = MUGAI_CHARSET_GB18030,
        [MUGAI_MULTIBYTE_BIG5_HKSCS] = MUGAI_CHARSET_BIG5,
        [MUGAI_MULTIBYTE_UHC] = MUGAI_CHARSET_EUC_KR,
    };
    for (size_t i = 0; i < MUGAI_MULTIBYTE_COUNT; i++) {
        const MugaiMultibyte *table = &mugai_multibyte[i];
        iconv_t points = iconv_open ("UCS-4BE", table->iconv_name);
        iconv_t utf8 = iconv_open ("UTF-8", table->iconv_name);
        if (points == (iconv_t)-1 || utf8 == (iconv_t)-1) {
            SKIP ("iconv of this host lacks a charset");
            continue;
        }
        unsigned long wrong = all_sequences (table, points);
        CHECK_NAMED (wrong == 0, "%s: %lu sequences differ from iconv", table->iconv_name, wrong);
        CHECK_NAMED (with_fault (table, points) == wrong + 1, "%s: one changed cell is seen",
                     table->iconv_name);
        if (ids[i] != MUGAI_CHARSET_UNKNOWN) {
            unsigned texts = random_texts (ids[i], utf8);
            CHECK_NAMED (texts == 0, "%s: %u texts differ from iconv", table->iconv_name, texts);
        }
        iconv_close (points);
        iconv_close (utf8);
    }
    return tap_done();
}
