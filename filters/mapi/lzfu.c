/* SPDX-License-Identifier: Apache-2.0 */
#include "mapi/lzfu.h"

#include "common/reader.h"

#include <string.h>

enum { WINDOW = 4096, PACKED = 0x75465a4c, PLAIN = 0x414c454d };

/* MS-OXRTFCP 3.1.1.1: what the window holds at the beginning. */
static const char first[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/* CRC-32 that begins with 0 and is not inverted (3.1.1.2). */
static uint32_t
crc (const uint8_t *data, size_t size)
{
    uint32_t sum = 0, table[256];

    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = (c & 1) != 0 ? c >> 1 ^ 0xedb88320 : c >> 1;
        table[i] = c;
    }
    for (size_t i = 0; i < size; i++)
        sum = table[(sum ^ data[i]) & 0xff] ^ sum >> 8;
    return sum;
}

/* Returns: the end marker was reached. */
static bool
unpack (MugaiReader *r, MugaiBuffer *out)
{
    char window[WINDOW] = { 0 };
    unsigned at = sizeof first - 1;

    memcpy (window, first, sizeof first - 1);
    while (!r->failed && mugai_buffer_ok (out)) {
        unsigned flags = mugai_reader_u8 (r);
        for (unsigned bit = 0; bit < 8 && !r->failed; bit++) {
            if ((flags >> bit & 1) == 0) {
                window[at] = (char)mugai_reader_u8 (r);
                if (!r->failed)
                    mugai_buffer_add (out, window + at, 1);
                at = (at + 1) % WINDOW;
                continue;
            }
            unsigned token = (unsigned)mugai_reader_be (r, 2), from = token >> 4;
            if (!r->failed && from == at)
                return true;
            char run[17];
            unsigned length = (token & 15) + 2;
            for (unsigned i = 0; i < length; i++) {
                run[i] = window[at] = window[(from + i) % WINDOW];
                at = (at + 1) % WINDOW;
            }
            if (!r->failed)
                mugai_buffer_add (out, run, length);
        }
    }
    return false;
}

const char *
mugai_lzfu_unpack (const uint8_t *data, size_t size, MugaiBuffer *out)
{
    MugaiReader r = mugai_reader (data, size);
    uint32_t packed = mugai_reader_u32 (&r), plain = mugai_reader_u32 (&r);
    uint32_t kind = mugai_reader_u32 (&r), sum = mugai_reader_u32 (&r);

    if (r.failed || packed < 12 || packed - 12 > mugai_reader_left (&r))
        return "truncated";
    r.size = r.at + (packed - 12);
    if (kind == PLAIN) {
        size_t left = mugai_reader_left (&r);
        mugai_buffer_add (out, r.data + r.at, plain < left ? plain : left);
        return NULL;
    }
    if (kind != PACKED)
        return "unknown form";
    if (crc (r.data + r.at, mugai_reader_left (&r)) != sum)
        return "checksum";
    bool ended = unpack (&r, out);
    if (!mugai_buffer_ok (out))
        return "too long";
    return ended || out->size >= plain ? NULL : "no end";
}
