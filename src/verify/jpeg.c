/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the segments are compared in their fixed order with the only bytes that may stand
 * there, then the scan is walked (jpeg-scan.h). The tables are those of ITU-T T.81, Annex K.
 */
#include "verify/jpeg.h"

#include "verify/jpeg-scan.h"
#include "verify/zip-inside.h"

#include <string.h>

enum { SIDE_MAX = 32767, PIXELS_MAX = 100000000, COEFFICIENTS = 64 };
enum { SOI = 0xd8, APP0 = 0xe0, DQT = 0xdb, SOF0 = 0xc0, DHT = 0xc4, SOS = 0xda, EOI = 0xd9 };

/* K.1 and K.2, in zigzag order. */
static const uint8_t quantization[2][COEFFICIENTS] = {
    { 16, 11, 12,  14,  12,  10, 16, 14,  13,  14,  18,  17,  16, 19,  24,  40,
      26, 24, 22,  22,  24,  49, 35, 37,  29,  40,  58,  51,  61, 60,  57,  51,
      56, 55, 64,  72,  92,  78, 64, 68,  87,  69,  55,  56,  80, 109, 81,  87,
      95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99 },
    { 17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99,
      99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
      99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99 },
};

/* K.3 to K.6. */
static const MugaiJpegTable dc_tables[2] = {
    { .counts = { 0, 1, 5, 1, 1, 1, 1, 1, 1 },
      .symbols = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 },
      .n_symbols = 12 },
    { .counts = { 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
      .symbols = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 },
      .n_symbols = 12 },
};
static const MugaiJpegTable ac_tables[2] = {
    { .counts = { 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d },
      .symbols = { 0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13,
                   0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42,
                   0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0a,
                   0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35,
                   0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a,
                   0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67,
                   0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83, 0x84,
                   0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
                   0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3,
                   0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7,
                   0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1,
                   0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4,
                   0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa },
      .n_symbols = 162 },
    { .counts = { 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77 },
      .symbols = { 0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51,
                   0x07, 0x61, 0x71, 0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1,
                   0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1, 0x0a, 0x16, 0x24,
                   0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a,
                   0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
                   0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x63, 0x64, 0x65, 0x66,
                   0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x82,
                   0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96,
                   0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa,
                   0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3, 0xc4, 0xc5,
                   0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9,
                   0xda, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4,
                   0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa },
      .n_symbols = 162 },
};

typedef struct Jpeg {
    MugaiCheck *check;
    const uint8_t *d;
    size_t size, at;
    const uint8_t *data; /* of the segment in hand */
    size_t length;
    uint32_t width, height;
    unsigned components, sampling;
    const uint8_t *tables[2]; /* quantization, as they came */
} Jpeg;

static bool
refuse (Jpeg *j, const char *clause, const char *why)
{
    return mugai_refuse (j->check, clause, j->at, why);
}

/* Take the segment @marker. Its place stays in j->at until the next is taken. */
static bool
take (Jpeg *j, uint8_t marker)
{
    j->at += j->length > 0 ? j->length + 4 : 2; /* 2: SOI */
    size_t left = j->size - j->at;
    if (left < 4 || j->d[j->at] != 0xff || j->d[j->at + 1] != marker)
        return refuse (j, "J-1", "a segment that is none of the enumerated, or out of order");
    size_t length = (size_t)(j->d[j->at + 2] << 8 | j->d[j->at + 3]);
    if (length <= 2 || length > left - 2)
        return refuse (j, "J-1", "length of a segment");
    j->data = j->d + j->at + 4;
    j->length = length - 2;
    return true;
}

static bool
check_app0 (Jpeg *j)
{
    static const uint8_t head[] = { 'J', 'F', 'I', 'F', 0, 1, 1 };
    const uint8_t *d = j->data;

    if (!take (j, APP0))
        return false;
    d = j->data;
    if (j->length != 14 || memcmp (d, head, sizeof head) != 0 || d[12] != 0 || d[13] != 0)
        return refuse (j, "J-2", "APP0 is not that of JFIF 1.01 without thumbnail");
    unsigned x = (unsigned)(d[8] << 8 | d[9]), y = (unsigned)(d[10] << 8 | d[11]);
    bool none = d[7] == 0 && x == 1 && y == 1;
    return none || (d[7] == 1 && x > 0 && y > 0) || refuse (j, "J-2", "density");
}

static bool
take_table (Jpeg *j, unsigned i)
{
    if (!take (j, DQT))
        return false;
    if (j->length != 1 + COEFFICIENTS || j->data[0] != i)
        return refuse (j, "J-4", "not one table of 8 bits");
    j->tables[i] = j->data + 1;
    return true;
}

static bool
scaled (const uint8_t *table, const uint8_t *base, unsigned quality)
{
    unsigned scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;

    for (unsigned i = 0; i < COEFFICIENTS; i++) {
        unsigned value = (base[i] * scale + 50) / 100;
        value = value < 1 ? 1 : value > 255 ? 255 : value;
        if (table[i] != value)
            return false;
    }
    return true;
}

static bool
check_tables (Jpeg *j)
{
    if (!take_table (j, 0))
        return false;
    /* the second stands before SOF0 exactly when there is colour, which SOF0 says */
    size_t next = j->at + j->length + 4;
    if (j->size - next >= 2 && j->d[next + 1] == DQT && !take_table (j, 1))
        return false;
    for (unsigned quality = 1; quality <= 100; quality++)
        if (scaled (j->tables[0], quantization[0], quality) &&
            (j->tables[1] == NULL || scaled (j->tables[1], quantization[1], quality)))
            return true;
    return refuse (j, "J-4", "not the standard's tables, scaled");
}

static bool
check_component (const uint8_t *d, unsigned i, unsigned sampling)
{
    unsigned n = i == 0 ? sampling : 1;

    return d[0] == i + 1 && d[1] == (n << 4 | n) && d[2] == (i == 0 ? 0 : 1);
}

static bool
check_frame (Jpeg *j)
{
    if (!take (j, SOF0))
        return false;
    const uint8_t *d = j->data;
    if (j->length < 6 || d[0] != 8 || (d[5] != 1 && d[5] != 3) || j->length != 6 + 3u * d[5])
        return refuse (j, "J-3", "SOF0 is not that of 8 bits and 1 or 3 components");
    j->height = (uint32_t)(d[1] << 8 | d[2]);
    j->width = (uint32_t)(d[3] << 8 | d[4]);
    if (j->width < 1 || j->width > SIDE_MAX || j->height < 1 || j->height > SIDE_MAX ||
        (uint64_t)j->width * j->height > PIXELS_MAX)
        return refuse (j, "J-3", "size of the image");
    j->components = d[5];
    j->sampling = j->components == 3 && d[7] == 0x22 ? 2 : 1;
    for (unsigned i = 0; i < j->components; i++)
        if (!check_component (d + 6 + (size_t)3 * i, i, j->sampling))
            return refuse (j, "J-3", "number, sampling or table of a component");
    if ((j->components == 3) != (j->tables[1] != NULL))
        return refuse (j, "J-4", "a table too many or too few");
    return true;
}

static bool
check_huffman (Jpeg *j, unsigned id, const MugaiJpegTable *table)
{
    if (!take (j, DHT))
        return false;
    return (j->length == 17 + table->n_symbols && j->data[0] == id &&
            memcmp (j->data + 1, table->counts, 16) == 0 &&
            memcmp (j->data + 17, table->symbols, table->n_symbols) == 0) ||
           refuse (j, "J-5", "not the standard's Huffman table");
}

static bool
check_all_huffman (Jpeg *j)
{
    for (unsigned i = 0; i < (j->components == 3 ? 2u : 1u); i++)
        if (!check_huffman (j, i, &dc_tables[i]) || !check_huffman (j, 0x10 | i, &ac_tables[i]))
            return false;
    return true;
}

static bool
check_sos (Jpeg *j)
{
    static const uint8_t grey[] = { 1, 1, 0, 0, 63, 0 };
    static const uint8_t colour[] = { 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0 };
    const uint8_t *is = j->components == 1 ? grey : colour;
    size_t length = j->components == 1 ? sizeof grey : sizeof colour;

    if (!take (j, SOS))
        return false;
    return (j->length == length && memcmp (j->data, is, length) == 0) ||
           refuse (j, "J-6", "SOS is not that of one baseline scan");
}

static bool
check_scan (Jpeg *j)
{
    size_t used = 0;
    const char *clause = "";

    j->at += j->length + 4;
    MugaiJpegScan scan = { .d = j->d + j->at,
                           .size = j->size - j->at,
                           .width = j->width,
                           .height = j->height,
                           .components = j->components,
                           .sampling = j->sampling,
                           .dc = { &dc_tables[0], &dc_tables[1] },
                           .ac = { &ac_tables[0], &ac_tables[1] } };
    const char *why = mugai_jpeg_scan (&scan, &used, &clause);
    j->at += used;
    if (why != NULL)
        return refuse (j, clause, why);
    if (j->size - j->at != 2 || j->d[j->at] != 0xff || j->d[j->at + 1] != EOI)
        return refuse (j, "J-9", "the file does not end with EOI behind the data");
    return !mugai_zip_inside (j->d, j->size) ||
           refuse (j, "J-10", "a ZIP archive hides in the image");
}

bool
mugai_jpeg_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    Jpeg j = { .check = check, .d = d, .size = size };

    if (size < 4 || d[0] != 0xff || d[1] != SOI)
        return refuse (&j, "J-1", "no SOI");
    return check_app0 (&j) && check_tables (&j) && check_frame (&j) && check_all_huffman (&j) &&
           check_sos (&j) && check_scan (&j);
}
