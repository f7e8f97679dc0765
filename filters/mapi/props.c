/* SPDX-License-Identifier: Apache-2.0 */
#include "mapi/props.h"

typedef struct Row {
    uint16_t id;
    char kind; /* s: string, b: bytes, x: either, n: number, t: time */
} Row;

/* In the order of MugaiProp. */
static const Row rows[MUGAI_PROP_COUNT] = {
    { 0x0037, 's' }, { 0x0039, 't' }, { 0x0e06, 't' }, { 0x0042, 's' }, { 0x0065, 's' },
    { 0x5d02, 's' }, { 0x0c1a, 's' }, { 0x0c1f, 's' }, { 0x5d01, 's' }, { 0x0e04, 's' },
    { 0x0e03, 's' }, { 0x1000, 's' }, { 0x1013, 'x' }, { 0x1009, 'b' }, { 0x3fde, 'n' },
    { 0x3ffd, 'n' }, { 0x0c15, 'n' }, { 0x3001, 's' }, { 0x3003, 's' }, { 0x39fe, 's' },
    { 0x3701, 'b' }, { 0x3705, 'n' }, { 0x3707, 's' }, { 0x3704, 's' }, { 0x370d, 's' },
    { 0x370e, 's' }, { 0x3712, 's' },
};

static bool
fits (char kind, uint16_t type)
{
    bool string = type == MUGAI_MAPI_STRING8 || type == MUGAI_MAPI_UNICODE;
    bool bytes = type == MUGAI_MAPI_BINARY || type == MUGAI_MAPI_OBJECT;

    return kind == 's'   ? string
           : kind == 'b' ? bytes
           : kind == 'x' ? string || bytes
           : kind == 'n' ? type == MUGAI_MAPI_LONG
                         : type == MUGAI_MAPI_TIME;
}

static int
find (uint16_t id, uint16_t type)
{
    for (int i = 0; i < MUGAI_PROP_COUNT; i++)
        if (rows[i].id == id)
            return fits (rows[i].kind, type) ? i : -1;
    return -1;
}

bool
mugai_props_wanted (uint16_t id, uint16_t type)
{
    return find (id, type) >= 0;
}

void
mugai_props_set (MugaiProps *props, uint16_t id, uint16_t type, const uint8_t *data, size_t size)
{
    int at = find (id, type);

    if (at < 0 || data == NULL)
        return;
    MugaiPropValue *value = &props->value[at];
    if (value->data == NULL ||
        (value->type == MUGAI_MAPI_STRING8 && type == MUGAI_MAPI_UNICODE && size > 1))
        *value = (MugaiPropValue){ .data = data, .size = size, .type = type };
}

uint32_t
mugai_props_number (const MugaiProps *props, MugaiProp prop, uint32_t absent)
{
    const MugaiPropValue *v = &props->value[prop];

    return v->data == NULL || v->size < 4
               ? absent
               : (uint32_t)v->data[0] | (uint32_t)v->data[1] << 8 | (uint32_t)v->data[2] << 16 |
                     (uint32_t)v->data[3] << 24;
}

bool
mugai_props_filled (const MugaiProps *props, MugaiProp prop)
{
    const MugaiPropValue *v = &props->value[prop];

    for (size_t i = 0; v->data != NULL && i < v->size; i++)
        if (v->data[i] > ' ')
            return true;
    return false;
}

const char *
mugai_codepage_label (uint32_t codepage)
{
    static const struct {
        uint32_t page;
        const char *label;
    } labels[] = {
        { 437, "cp437" },         { 850, "cp850" },         { 866, "ibm866" },
        { 874, "windows-874" },   { 932, "cp932" },         { 936, "gbk" },
        { 949, "cp949" },         { 950, "big5" },          { 1250, "windows-1250" },
        { 1251, "windows-1251" }, { 1252, "windows-1252" }, { 1253, "windows-1253" },
        { 1254, "windows-1254" }, { 1255, "windows-1255" }, { 1256, "windows-1256" },
        { 1257, "windows-1257" }, { 1258, "windows-1258" }, { 10000, "macintosh" },
        { 10001, "cp932" },       { 20127, "us-ascii" },    { 20866, "koi8-r" },
        { 20932, "euc-jp" },      { 21866, "koi8-u" },      { 28591, "iso-8859-1" },
        { 28592, "iso-8859-2" },  { 28593, "iso-8859-3" },  { 28594, "iso-8859-4" },
        { 28595, "iso-8859-5" },  { 28596, "iso-8859-6" },  { 28597, "iso-8859-7" },
        { 28598, "iso-8859-8" },  { 28599, "iso-8859-9" },  { 28605, "iso-8859-15" },
        { 38598, "iso-8859-8" },  { 50220, "iso-2022-jp" }, { 50221, "iso-2022-jp" },
        { 50222, "iso-2022-jp" }, { 50225, "iso-2022-kr" }, { 51932, "euc-jp" },
        { 51936, "gbk" },         { 51949, "euc-kr" },      { 52936, "hz-gb-2312" },
        { 54936, "gb18030" },     { 65000, "utf-7" },       { 65001, "utf-8" },
    };

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (labels[i].page == codepage)
            return labels[i].label;
    return NULL;
}

void
mugai_utf16_add (MugaiBuffer *out, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint32_t c = (uint32_t)data[i] | (uint32_t)data[i + 1] << 8;

        if (c == 0)
            return;
        if (c >= 0xd800 && c < 0xdc00 && i + 3 < size && (data[i + 3] & 0xfc) == 0xdc) {
            uint32_t low = (uint32_t)data[i + 2] | (uint32_t)data[i + 3] << 8;
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            i += 2;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;
        }
        mugai_buffer_add_char (out, c);
    }
}
