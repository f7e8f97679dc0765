/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: each decoder fills one block on the stack and hands it to the sink when full.
 * base64 decodes four letters at a time while all four are of the alphabet, and falls back to one
 * at a time for anything else.
 */
#include "message/transfer.h"

#include <string.h>

enum { BLOCK = 12288, SKIP = 0x40, BAD = 0x41, PAD = 0x42, URL = 0x80 };

typedef struct Out {
    MugaiTransfer result;
    MugaiTransferSink sink;
    void *sink_data;
    size_t used;
    uint8_t block[BLOCK];
} Out;

static void
flush (Out *out)
{
    if (out->used > 0 && !out->result.stopped) {
        out->result.size += out->used;
        out->result.stopped = !out->sink (out->sink_data, out->block, out->used);
    }
    out->used = 0;
}

static inline void
put (Out *out, uint8_t byte)
{
    if (out->used == BLOCK)
        flush (out);
    out->block[out->used++] = byte;
}

#define B BAD
#define S SKIP
static const uint8_t base64_value[256] = {
    B,  B,   B,  B,  B,  B,        B,  B,  B,  S,  S,  B,  B,  S,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  S,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  62, B,  URL | 62, B,  63, 52, 53, 54, 55, 56, 57, 58, 59,       60, 61, B,  B,
    B,  PAD, B,  B,  B,  0,        1,  2,  3,  4,  5,  6,  7,  8,  9,  10,       11, 12, 13, 14,
    15, 16,  17, 18, 19, 20,       21, 22, 23, 24, 25, B,  B,  B,  B,  URL | 63, B,  26, 27, 28,
    29, 30,  31, 32, 33, 34,       35, 36, 37, 38, 39, 40, 41, 42, 43, 44,       45, 46, 47, 48,
    49, 50,  51, B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,        B,  B,  B,  B,
    B,  B,   B,  B,  B,  B,        B,  B,  B,  B,  B,  B,  B,  B,  B,  B,
};
#undef B
#undef S

typedef struct Base64 {
    uint32_t bits;
    unsigned count; /* letters in @bits, 0 to 3 */
    bool padded;    /* padding was seen: letters after it are odd */
} Base64;

/* What is left of an unfinished quad. */
static void
base64_end (Out *out, Base64 *b)
{
    if (b->count >= 2)
        put (out, (uint8_t)(b->bits >> (b->count == 3 ? 10 : 4)));
    if (b->count == 3)
        put (out, (uint8_t)(b->bits >> 2));
    out->result.cut |= b->count == 1;
    *b = (Base64){ .padded = b->padded };
}

static void
base64_letter (Out *out, Base64 *b, uint8_t letter)
{
    uint8_t value = base64_value[letter];

    if (value == SKIP)
        return;
    if (value == BAD) {
        out->result.odd++;
        return;
    }
    if (value == PAD) {
        if (b->count > 0)
            base64_end (out, b);
        b->padded = true;
        return;
    }
    out->result.odd += (value & URL) != 0 || b->padded;
    out->result.goes_on |= b->padded;
    b->padded = false;
    b->bits = b->bits << 6 | (value & 0x3f);
    if (++b->count == 4) {
        put (out, (uint8_t)(b->bits >> 16));
        put (out, (uint8_t)(b->bits >> 8));
        put (out, (uint8_t)b->bits);
        b->bits = b->count = 0;
    }
}

static void
decode_base64 (Out *out, const uint8_t *data, size_t size)
{
    Base64 b = { 0 };
    size_t at = 0;

    while (at < size && !out->result.stopped) {
        while (b.count == 0 && !b.padded && at + 4 <= size && out->used + 3 <= BLOCK) {
            uint32_t v0 = base64_value[data[at]], v1 = base64_value[data[at + 1]];
            uint32_t v2 = base64_value[data[at + 2]], v3 = base64_value[data[at + 3]];

            if ((v0 | v1 | v2 | v3) >= SKIP)
                break;
            uint32_t bits = v0 << 18 | v1 << 12 | v2 << 6 | v3;
            out->block[out->used] = (uint8_t)(bits >> 16);
            out->block[out->used + 1] = (uint8_t)(bits >> 8);
            out->block[out->used + 2] = (uint8_t)bits;
            out->used += 3;
            at += 4;
        }
        if (out->used + 3 > BLOCK)
            flush (out);
        if (at < size)
            base64_letter (out, &b, data[at++]);
    }
    bool whole = b.count == 0;
    base64_end (out, &b);
    out->result.cut |= !whole;
}

static int
hex_digit (uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

/* An escape at data[at] == '='. Returns: bytes it takes. */
static size_t
qp_escape (Out *out, const uint8_t *data, size_t size, size_t at)
{
    size_t end = at + 1;

    while (end < size && (data[end] == ' ' || data[end] == '\t'))
        end++;
    if (end == size || data[end] == '\n') /* soft break, white space before it tolerated */
        return end == size ? size - at : end - at + 1;
    if (data[end] == '\r' && end + 1 < size && data[end + 1] == '\n')
        return end - at + 2;
    if (end == at + 1 && at + 2 < size) {
        int high = hex_digit (data[at + 1]), low = hex_digit (data[at + 2]);

        if (high >= 0 && low >= 0) {
            put (out, (uint8_t)(high << 4 | low));
            return 3;
        }
    }
    out->result.odd++;
    put (out, '=');
    return 1;
}

/* White space before a line end was added on the way (RFC 2045 6.7, rule 3). */
static void
qp_line_end (Out *out, size_t line_from)
{
    while (out->used > line_from &&
           (out->block[out->used - 1] == ' ' || out->block[out->used - 1] == '\t'))
        out->used--;
}

static void
decode_qp (Out *out, const uint8_t *data, size_t size)
{
    size_t at = 0, keep = 0; /* bytes of the block that were escapes or are of lines before */

    while (at < size && !out->result.stopped) {
        if (out->used + 1024 > BLOCK) {
            flush (out);
            keep = 0;
        }
        if (data[at] == '=') {
            at += qp_escape (out, data, size, at);
            keep = out->used;
        } else {
            if (data[at] == '\n' || (data[at] == '\r' && at + 1 < size && data[at + 1] == '\n'))
                qp_line_end (out, keep);
            put (out, data[at++]);
        }
    }
}

/* One line of uuencode: a length letter, then groups of four. */
static void
uu_line (Out *out, const uint8_t *line, size_t size)
{
    size_t want = size > 0 && line[0] >= ' ' ? (line[0] - 32u) & 63 : 0;

    for (size_t at = 1; want > 0 && at < size; at += 4) {
        uint32_t bits = 0;

        for (size_t i = 0; i < 4; i++)
            bits =
                bits << 6 | (at + i < size && line[at + i] >= ' ' ? (line[at + i] - 32u) & 63 : 0);
        for (unsigned shift = 16; want > 0 && shift <= 16; shift -= 8, want--)
            put (out, (uint8_t)(bits >> shift));
    }
    out->result.cut |= want > 0;
}

static void
decode_uu (Out *out, const uint8_t *data, size_t size)
{
    bool inside = false;

    for (size_t at = 0; at < size && !out->result.stopped;) {
        const uint8_t *lf = memchr (data + at, '\n', size - at);
        size_t end = lf != NULL ? (size_t)(lf - data) : size;
        size_t bare = end > at && data[end - 1] == '\r' ? end - 1 : end;

        if (inside && bare - at == 3 && memcmp (data + at, "end", 3) == 0)
            inside = false;
        else if (inside)
            uu_line (out, data + at, bare - at);
        else if (bare - at > 6 && memcmp (data + at, "begin ", 6) == 0)
            inside = true;
        else if (bare > at)
            out->result.odd++; /* text around the block */
        at = end + 1;
    }
}

MugaiTransfer
mugai_transfer_decode (MugaiEncoding encoding, const uint8_t *data, size_t size,
                       MugaiTransferSink sink, void *sink_data)
{
    Out out;

    out.result = (MugaiTransfer){ 0 };
    out.sink = sink;
    out.sink_data = sink_data;
    out.used = 0;
    switch (encoding) {
    case MUGAI_ENCODING_IDENTITY:
        out.result.size = size;
        out.result.stopped = size > 0 && !sink (sink_data, data, size);
        return out.result;
    case MUGAI_ENCODING_BASE64:
        decode_base64 (&out, data, size);
        break;
    case MUGAI_ENCODING_QP:
        decode_qp (&out, data, size);
        break;
    case MUGAI_ENCODING_UU:
        decode_uu (&out, data, size);
        break;
    }
    flush (&out);
    return out.result;
}
