/* SPDX-License-Identifier: Apache-2.0 */
#include "tnef/tnef.h"

#include "common/reader.h"

#include <string.h>

enum { /* attributes, with the type in the upper half (MS-OXTNEF 2.1.3.1) */
       ATT_FROM = 0x00008000,
       ATT_SUBJECT = 0x00018004,
       ATT_BODY = 0x0002800c,
       ATT_MAPI_PROPS = 0x00069003,
       ATT_RECIPIENTS = 0x00069004,
       ATT_CODEPAGE = 0x00069007,
       ATT_RENDERING = 0x00069002,
       ATT_TITLE = 0x00018010,
       ATT_DATA = 0x0006800f,
       ATT_ATTACHMENT = 0x00069005
};

enum { MESSAGE = 1, ATTACHMENT = 2, BY_STORAGE = 6, EMBEDDED = 5, IID = 16, NAMED = 0x8000 };

typedef struct Tnef {
    MugaiLetter *letter;
    MugaiProps own;        /* from attributes that are older than MAPI: they stand behind */
    MugaiProps attachment; /* in hand */
    MugaiProps older;      /* its own attributes */
    bool open;             /* there is one */
    MugaiReader people;    /* the table of recipients */
} Tnef;

/* -- properties (MS-OXTNEF 2.1.3.4)
 * -------------------------------------------------------------------------------------------------------
 */

/* Bytes of a value of fixed size, with padding; 0: it is of variable size; -1: no such type. */
static int
fixed_size (uint16_t type)
{
    switch (type) {
    case 0x0001: /* null */
        return 4;
    case 0x0002: /* 16 bits */
    case MUGAI_MAPI_LONG:
    case 0x0004: /* float */
    case 0x000a: /* error */
    case 0x000b: /* boolean */
        return 4;
    case 0x0005: /* double */
    case 0x0006: /* currency */
    case 0x0007: /* time of applications */
    case 0x0014: /* 64 bits */
    case MUGAI_MAPI_TIME:
        return 8;
    case 0x0048: /* GUID */
        return 16;
    case MUGAI_MAPI_OBJECT:
    case MUGAI_MAPI_STRING8:
    case MUGAI_MAPI_UNICODE:
    case MUGAI_MAPI_BINARY:
        return 0;
    default:
        return -1;
    }
}

static void
skip_padded (MugaiReader *r, size_t size)
{
    size_t padding = (4 - size % 4) % 4, left = mugai_reader_left (r);

    mugai_reader_skip (r, size);
    if (!r->failed && left - size < padding)
        padding = left - size; /* some writers leave it out at the end */
    mugai_reader_skip (r, padding);
}

static void
skip_name (MugaiReader *r)
{
    mugai_reader_skip (r, 16);
    if (mugai_reader_u32 (r) == 0)
        mugai_reader_skip (r, 4);
    else
        skip_padded (r, mugai_reader_u32 (r));
}

/* One property; @props may be NULL. */
static bool
read_property (MugaiReader *r, MugaiProps *props)
{
    uint16_t type = mugai_reader_u16 (r), id = mugai_reader_u16 (r);
    uint16_t single = type & (uint16_t)~MUGAI_MAPI_MULTIPLE;
    int fixed = fixed_size (single);
    bool multiple = type != single;

    if (id >= NAMED)
        skip_name (r);
    if (fixed < 0 || r->failed)
        return false;
    uint32_t count = fixed == 0 || multiple ? mugai_reader_u32 (r) : 1;
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        size_t size = fixed == 0 ? mugai_reader_u32 (r) : (size_t)fixed;
        const uint8_t *data = r->data + r->at;
        skip_padded (r, size);
        if (!r->failed && !multiple && props != NULL && i == 0)
            mugai_props_set (props, id, type, data, size);
    }
    return !r->failed;
}

static bool
read_properties (MugaiReader *r, MugaiProps *props)
{
    uint32_t count = mugai_reader_u32 (r);

    for (uint32_t i = 0; i < count; i++)
        if (!read_property (r, props))
            return false;
    return !r->failed;
}

static const char *
read_recipients (Tnef *t)
{
    uint32_t count = mugai_reader_u32 (&t->people);

    if (t->people.size == 0)
        return NULL;
    for (uint32_t i = 0; i < count; i++) {
        MugaiProps one = { 0 };
        if (!read_properties (&t->people, &one))
            return "damaged recipients";
        mugai_letter_recipient (t->letter, &one);
    }
    return t->people.failed ? "damaged recipients" : NULL;
}

/* -- attachments
 * ------------------------------------------------------------------------------------------------------
 */

/* What MAPI does not say, older attributes do. */
static void
fill (MugaiProps *props, const MugaiProps *older)
{
    for (int i = 0; i < MUGAI_PROP_COUNT; i++)
        if (props->value[i].data == NULL)
            props->value[i] = older->value[i];
}

static void
close_attachment (Tnef *t)
{
    MugaiProps *a = &t->attachment;
    MugaiPropValue *data = &a->value[MUGAI_PROP_ATTACH_DATA];
    uint32_t method = mugai_props_number (a, MUGAI_PROP_ATTACH_METHOD, 0);

    if (!t->open)
        return;
    fill (a, &t->older);
    if (data->data != NULL && data->type == MUGAI_MAPI_OBJECT && data->size >= IID)
        mugai_letter_attach_bytes (t->letter, a,
                                   method == EMBEDDED     ? "application/ms-tnef"
                                   : method == BY_STORAGE ? "application/x-ole-storage"
                                                          : NULL,
                                   data->data + IID, data->size - IID);
    else
        mugai_letter_attach (t->letter, a);
    t->open = false;
}

static void
open_attachment (Tnef *t)
{
    close_attachment (t);
    t->attachment = t->older = (MugaiProps){ 0 };
    t->open = true;
}

/* -- attributes
 * -------------------------------------------------------------------------------------------------------
 */

/* An address of the time before MAPI: name, "SMTP:address" (MS-OXTNEF 2.1.3.3.3). */
static void
read_from (Tnef *t, const uint8_t *data, size_t size)
{
    MugaiReader r = mugai_reader (data, size);
    uint16_t kind = mugai_reader_u16 (&r);
    mugai_reader_skip (&r, 2);
    uint16_t name = mugai_reader_u16 (&r), address = mugai_reader_u16 (&r);
    const uint8_t *at = mugai_reader_bytes (&r, name);
    const uint8_t *mail = mugai_reader_bytes (&r, address);

    if (r.failed || kind != 4)
        return;
    mugai_props_set (&t->own, 0x0c1a, MUGAI_MAPI_STRING8, at, name);
    if (address > 5 && strncasecmp ((const char *)mail, "SMTP:", 5) == 0)
        mugai_props_set (&t->own, 0x0c1f, MUGAI_MAPI_STRING8, mail + 5, address - 5U);
}

static const char *
take_message (Tnef *t, uint32_t id, const uint8_t *data, size_t size)
{
    MugaiReader r = mugai_reader (data, size);

    switch (id) {
    case ATT_FROM:
        read_from (t, data, size);
        return NULL;
    case ATT_SUBJECT:
        mugai_props_set (&t->own, 0x0037, MUGAI_MAPI_STRING8, data, size);
        return NULL;
    case ATT_BODY:
        mugai_props_set (&t->own, 0x1000, MUGAI_MAPI_STRING8, data, size);
        return NULL;
    case ATT_CODEPAGE:
        t->letter->codepage = mugai_reader_u32 (&r);
        return NULL;
    case ATT_RECIPIENTS:
        t->people = r;
        return NULL;
    case ATT_MAPI_PROPS:
        return read_properties (&r, &t->letter->props) ? NULL : "damaged properties";
    default:
        return NULL; /* nothing that a reader would miss */
    }
}

static const char *
take_attachment (Tnef *t, uint32_t id, const uint8_t *data, size_t size)
{
    MugaiReader r = mugai_reader (data, size);

    if (id == ATT_RENDERING || !t->open)
        open_attachment (t);
    switch (id) {
    case ATT_TITLE:
        mugai_props_set (&t->older, 0x3704, MUGAI_MAPI_STRING8, data, size);
        return NULL;
    case ATT_DATA:
        mugai_props_set (&t->older, 0x3701, MUGAI_MAPI_BINARY, data, size);
        return NULL;
    case ATT_ATTACHMENT:
        return read_properties (&r, &t->attachment) ? NULL : "damaged properties";
    default:
        return NULL; /* icon, dates */
    }
}

static const char *
read_attribute (Tnef *t, MugaiReader *r)
{
    uint8_t level = mugai_reader_u8 (r);
    uint32_t id = mugai_reader_u32 (r), size = mugai_reader_u32 (r);
    const uint8_t *data = mugai_reader_bytes (r, size);
    uint16_t sum = 0, given = mugai_reader_u16 (r);

    if (r->failed)
        return "truncated";
    for (uint32_t i = 0; i < size; i++)
        sum = (uint16_t)(sum + data[i]);
    t->letter->checksums += sum != given;
    if (level == MESSAGE)
        return take_message (t, id, data, size);
    return level == ATTACHMENT ? take_attachment (t, id, data, size) : "unknown level";
}

const char *
mugai_tnef_read (const uint8_t *data, size_t size, MugaiLetter *letter)
{
    MugaiReader r = mugai_reader (data, size);
    Tnef t = { .letter = letter };
    const char *fault = mugai_reader_u32 (&r) == 0x223e9f78 ? NULL : "signature";

    mugai_reader_skip (&r, 2); /* key */
    if (r.failed)
        return "truncated";
    while (fault == NULL && mugai_reader_left (&r) > 0)
        fault = read_attribute (&t, &r);
    if (fault != NULL)
        return fault;
    fill (&letter->props, &t.own);
    uint32_t declared = letter->codepage;
    mugai_letter_choose_codepage (letter);
    if (declared != 0)
        letter->codepage = declared;
    close_attachment (&t);
    return read_recipients (&t);
}
