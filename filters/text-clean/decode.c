/* SPDX-License-Identifier: Apache-2.0 */
#include "text-clean/decode.h"

#include <stdint.h>
#include <string.h>

static const char base64_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char xx_letters[] = "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char binhex_letters[] =
    "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

enum { NONE = 0xFF, REPEAT = 0x90 /* RFC 1741: byte, REPEAT, count */ };

typedef struct Bits { /* six at a time in, eight at a time out */
    uint8_t value[256];
    MugaiBuffer *out;
    unsigned held, count;
} Bits;

static Bits
bits (const char *letters, MugaiBuffer *out)
{
    Bits b = { .out = out };
    memset (b.value, NONE, sizeof b.value);
    for (uint8_t i = 0; i < 64; i++)
        b.value[(uint8_t)letters[i]] = i;
    return b;
}

/* Returns: true when @byte was set. */
static bool
take_six (Bits *b, unsigned six, uint8_t *byte)
{
    b->held = (b->held << 6 | six) & 0x3FFF;
    b->count += 6;
    if (b->count < 8)
        return false;
    b->count -= 8;
    *byte = (uint8_t)(b->held >> b->count);
    return true;
}

void
decode_base64 (TextSpan block, MugaiBuffer *out)
{
    Bits b = bits (base64_letters, out);
    for (size_t i = 0; i < block.size && block.data[i] != '=' && mugai_buffer_ok (out); i++) {
        uint8_t six = b.value[(uint8_t)block.data[i]], byte;
        if (six != NONE && take_six (&b, six, &byte))
            mugai_buffer_add (out, &byte, 1);
    }
}

/* One line of uuencode or xxencode: a letter that counts the bytes, then four letters for three. */
static void
uu_line (TextSpan line, const Bits *alphabet, MugaiBuffer *out)
{
    if (line.size == 0)
        return;
    size_t left = alphabet->value[(uint8_t)*line.data];
    uint8_t bytes[64], n = 0, byte;
    Bits b = *alphabet;
    for (size_t i = 1; left != NONE && n < left; i++) {
        uint8_t six = i < line.size ? b.value[(uint8_t)line.data[i]] : 0; /* spaces were cut off */
        if (six == NONE)
            break;
        if (take_six (&b, six, &byte))
            bytes[n++] = byte;
    }
    mugai_buffer_add (out, bytes, n);
}

/* Does the letter at its start count what follows, as uuencode does? */
static bool
is_uu (TextSpan line)
{
    size_t n = line.size > 0 ? (size_t)((*line.data - 32) & 63) : 0, body = (n + 2) / 3 * 4;
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] < ' ' || line.data[i] > '`')
            return false;
    }
    return n > 0 && line.size - 1 <= body + 3 && line.size - 1 + 3 >= body;
}

void
decode_uu (TextSpan block, MugaiBuffer *out)
{
    static const char uu_letters[] =
        "`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_";
    TextSpan begin = text_line (&block), first = { begin.data, 0 }, rest = block;
    while (rest.size > 0 && text_strip (first).size == 0)
        first = text_line (&rest);
    bool uu = is_uu (first);
    if (begin.size > 6 && begin.data[5] == '-') {
        decode_base64 (block, out);
        return;
    }
    if (!uu && block_is_base64 (text_strip (first)) && text_strip (first).size % 4 == 0) {
        decode_base64 (block, out);
        return;
    }
    Bits b = bits (uu ? uu_letters : xx_letters, out);
    if (uu)
        b.value[' '] = 0;
    while (block.size > 0 && mugai_buffer_ok (out)) {
        TextSpan line = text_line (&block);
        TextSpan s = text_strip (line);
        if (s.size == 3 && memcmp (s.data, "end", 3) == 0)
            break;
        uu_line (line, &b, out);
    }
}

/* Six-bit letters between the colons, runs of one byte written out. */
static void
binhex_bytes (TextSpan block, MugaiBuffer *out)
{
    Bits b = bits (binhex_letters, out);
    const char *at = memchr (block.data, ':', block.size), *end = block.data + block.size;
    uint8_t before = 0, byte = 0;
    bool repeat = false;
    for (at = at != NULL ? at + 1 : end; at < end && *at != ':' && mugai_buffer_ok (out); at++) {
        uint8_t six = b.value[(uint8_t)*at];
        if (six == NONE || !take_six (&b, six, &byte))
            continue;
        if (!repeat && byte == REPEAT) {
            repeat = true;
            continue;
        }
        if (!repeat || byte == 0) /* REPEAT, 0: the byte REPEAT itself */
            mugai_buffer_add (out, repeat ? &(uint8_t){ REPEAT } : &byte, 1);
        for (unsigned i = 1; repeat && i < byte; i++)
            mugai_buffer_add (out, &before, 1);
        before = !repeat ? byte : byte == 0 ? REPEAT : before;
        repeat = false;
    }
}

static uint32_t
big32 (const char *at)
{
    const uint8_t *p = (const uint8_t *)at;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* At most @size bytes of @*rest; it moves behind them and their checksum. */
static TextSpan
take_fork (TextSpan *rest, uint32_t size)
{
    TextSpan fork = { rest->data, size < rest->size ? size : rest->size };
    size_t gone = fork.size + 2 < rest->size ? fork.size + 2 : rest->size;
    rest->data += gone;
    rest->size -= gone;
    return fork;
}

BinHex
decode_binhex (TextSpan block, MugaiBuffer *out)
{
    enum { AFTER_NAME = 1 + 4 + 4 + 2, HEAD = AFTER_NAME + 4 + 4 + 2 };
    BinHex file = { { "", 0 }, { "", 0 }, { "", 0 } };
    size_t start = out->size;
    binhex_bytes (block, out);
    size_t size = out->size - start, name = size > 0 ? (uint8_t)out->data[start] : 0;
    if (size < 1 + name + HEAD)
        return file;
    const char *head = out->data + start + 1 + name;
    TextSpan rest = { head + HEAD, size - 1 - name - HEAD };
    file.name = (TextSpan){ out->data + start + 1, name };
    file.data = take_fork (&rest, big32 (head + AFTER_NAME));
    file.resource = take_fork (&rest, big32 (head + AFTER_NAME + 4));
    return file;
}
