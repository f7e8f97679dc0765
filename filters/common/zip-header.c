/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: extra fields are read once, in their order; each kind that says something about
 * names or numbers may stand there once.
 */
#include "common/zip-header.h"

#include <string.h>
#include <zlib.h>

enum { ZIP64 = 0x0001, UNICODE_PATH = 0x7075, AES = 0x9901 };

/* clang-format off */
static const uint16_t cp437[128] = { /* APPNOTE D.1: what a name without bit 11 is in */
    0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb,
    0x00e8, 0x00ef, 0x00ee, 0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4,
    0x00f6, 0x00f2, 0x00fb, 0x00f9, 0x00ff, 0x00d6, 0x00dc, 0x00a2, 0x00a3, 0x00a5,
    0x20a7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa, 0x00f1, 0x00d1, 0x00aa, 0x00ba,
    0x00bf, 0x2310, 0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb, 0x2591, 0x2592,
    0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c,
    0x255e, 0x255f, 0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567,
    0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518,
    0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580, 0x03b1, 0x00df, 0x0393, 0x03c0,
    0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4, 0x221e, 0x03c6,
    0x03b5, 0x2229, 0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248,
    0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2, 0x25a0, 0x00a0,
};
/* clang-format on */

void
mugai_zip_read_common (MugaiReader *r, MugaiZipHeader *h)
{
    mugai_reader_skip (r, 2); /* version needed */
    h->flags = mugai_reader_u16 (r);
    h->method = mugai_reader_u16 (r);
    mugai_reader_skip (r, 4); /* time, date */
    h->crc = mugai_reader_u32 (r);
    h->packed = mugai_reader_u32 (r);
    h->size = mugai_reader_u32 (r);
    h->name_size = mugai_reader_u16 (r);
    h->extra_size = mugai_reader_u16 (r);
}

/* Are the two names the same but for runs of bytes that are no ASCII? */
static bool
alike (const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
    const uint8_t *a_end = a + a_size, *b_end = b + b_size;

    for (;;) {
        bool a_more = a < a_end && *a >= 0x80, b_more = b < b_end && *b >= 0x80;
        if (a_more != b_more)
            return false;
        while (a < a_end && *a >= 0x80)
            a++;
        while (b < b_end && *b >= 0x80)
            b++;
        if (a == a_end || b == b_end)
            return a == a_end && b == b_end;
        if (*a++ != *b++)
            return false;
    }
}

/* Version, CRC of the name it belongs to, the name in UTF-8. One that belongs to another name is
 * not used, and must not say anything else either. Returns: NULL, or what is wrong. */
static const char *
take_unicode_path (MugaiZipHeader *h, const uint8_t *data, uint16_t size)
{
    MugaiReader r = mugai_reader (data, size);
    uint8_t version = mugai_reader_u8 (&r);
    uint32_t crc = mugai_reader_u32 (&r);

    if (r.failed || version != 1 || h->unicode != NULL)
        return "a second name of an unknown form";
    const uint8_t *name = data + 5;
    size_t name_size = size - (size_t)5;
    if (crc != crc32_z (0, h->name, h->name_size) || (h->flags & MUGAI_ZIP_UTF8) != 0)
        return alike (name, name_size, h->name, h->name_size) ? NULL : "two names";
    h->unicode = name;
    h->unicode_size = (uint16_t)name_size;
    return NULL;
}

/* Replace @number when it is the mark for "see the ZIP64 field"; any other must be the same there.
 */
static bool
take_number (MugaiReader *r, uint64_t *number)
{
    uint64_t wide = mugai_reader_le (r, 8);
    bool same = *number == UINT32_MAX || *number == wide;

    *number = wide;
    return same && !r->failed;
}

/* A local header has both sizes; Python before 3.11.4 writes them where they are not needed, too. A
 * directory entry has what is marked. */
static const char *
take_zip64 (MugaiZipHeader *h, uint64_t *at, const uint8_t *data, uint16_t size)
{
    MugaiReader r = mugai_reader (data, size);
    bool both = at == NULL, good = !h->zip64;

    if (both || h->size == UINT32_MAX)
        good = take_number (&r, &h->size) && good;
    if (both || h->packed == UINT32_MAX)
        good = take_number (&r, &h->packed) && good;
    if (!both && *at == UINT32_MAX)
        good = take_number (&r, at) && good;
    h->zip64 = true;
    return good && mugai_reader_left (&r) == 0 ? NULL : "ZIP64 field";
}

const char *
mugai_zip_read_extra (MugaiZipHeader *h, uint64_t *at, const char **ret_what)
{
    MugaiReader r = mugai_reader (h->extra, h->extra_size);
    bool marked =
        h->size == UINT32_MAX || h->packed == UINT32_MAX || (at != NULL && *at == UINT32_MAX);

    *ret_what = NULL;
    while (mugai_reader_left (&r) >= 4 && *ret_what == NULL) {
        uint16_t id = mugai_reader_u16 (&r), size = mugai_reader_u16 (&r);
        const uint8_t *data = mugai_reader_bytes (&r, size);
        if (data == NULL) {
            *ret_what = "extra field that reaches beyond its record";
        } else if (id == AES) {
            *ret_what = "AES";
            return "withheld.encrypted";
        } else if (id == UNICODE_PATH) {
            *ret_what = take_unicode_path (h, data, size);
        } else if (id == ZIP64) {
            *ret_what = take_zip64 (h, at, data, size);
        }
    }
    if (*ret_what == NULL && marked && !h->zip64)
        *ret_what = "ZIP64 numbers that are not there";
    return *ret_what != NULL ? "archive.ambiguous" : NULL;
}

/* The next character of a name without bit 11, as UTF-8. Returns: bytes. */
static size_t
put_cp437 (uint8_t byte, uint8_t out[3])
{
    uint16_t c = byte < 0x80 ? byte : cp437[byte - 0x80];

    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (uint8_t)(0xe0 | c >> 12);
    out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    out[2] = (uint8_t)(0x80 | (c & 0x3f));
    return 3;
}

/* Is @h's name this text in UTF-8? */
static bool
is_named (const MugaiZipHeader *h, const uint8_t *name, size_t size)
{
    size_t at = 0;

    if (h->unicode != NULL)
        return h->unicode_size == size && memcmp (h->unicode, name, size) == 0;
    if ((h->flags & MUGAI_ZIP_UTF8) != 0)
        return h->name_size == size && memcmp (h->name, name, size) == 0;
    for (size_t i = 0; i < h->name_size; i++) {
        uint8_t out[3];
        size_t n = put_cp437 (h->name[i], out);
        if (size - at < n || memcmp (name + at, out, n) != 0)
            return false;
        at += n;
    }
    return at == size;
}

bool
mugai_zip_names_agree (const MugaiZipHeader *local, const MugaiZipHeader *central)
{
    const MugaiZipHeader *with = local->unicode != NULL ? local : central;
    const MugaiZipHeader *other = with == local ? central : local;
    bool equal = local->name_size == central->name_size &&
                 memcmp (local->name, central->name, local->name_size) == 0;

    if (with->unicode == NULL)
        return equal;
    if (is_named (other, with->unicode, with->unicode_size))
        return true;
    /* Only one has the field: the other's charset is not known, but its ASCII is. */
    return equal && other->unicode == NULL &&
           (with == central ||
            alike (with->unicode, with->unicode_size, other->name, other->name_size));
}
