/* SPDX-License-Identifier: Apache-2.0 */
#include "outlook-msg/msg.h"

#include "common/reader.h"

#include <string.h>
#include <strings.h>

enum { EMBEDDED = 5, ROW = 16, BESIDE_MESSAGE = 8, ON_TOP = 32, IN_MESSAGE = 24 };

static const char ole_magic[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

typedef struct Message {
    MugaiCfb *cfb;
    unsigned depth;
    MugaiLetter *letter;
} Message;

static int
hex (char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* "__substg1.0_IIIITTTT", nothing behind it: id and type. */
static bool
property_name (const char *name, uint16_t *ret_id, uint16_t *ret_type)
{
    static const char start[] = "__substg1.0_";
    uint32_t number = 0;

    if (strlen (name) != sizeof start - 1 + 8 || strncasecmp (name, start, sizeof start - 1) != 0)
        return false;
    for (const char *at = name + sizeof start - 1; *at != '\0'; at++) {
        int digit = hex (*at);
        if (digit < 0)
            return false;
        number = number << 4 | (uint32_t)digit;
    }
    *ret_id = (uint16_t)(number >> 16);
    *ret_type = (uint16_t)number;
    return true;
}

/* Values of fixed size stand in a stream of rows behind a header of @header bytes (2.4). */
static bool
read_rows (MugaiCfb *cfb, uint32_t stream, size_t header, MugaiProps *props)
{
    if (!mugai_cfb_read (cfb, stream))
        return false;
    MugaiReader r = mugai_reader (cfb->entry[stream].data, cfb->entry[stream].size);
    mugai_reader_skip (&r, header);
    while (!r.failed && mugai_reader_left (&r) >= ROW) {
        uint16_t type = mugai_reader_u16 (&r), id = mugai_reader_u16 (&r);
        mugai_reader_skip (&r, 4);
        const uint8_t *value = mugai_reader_bytes (&r, 8);
        if (type == MUGAI_MAPI_LONG || type == MUGAI_MAPI_TIME)
            mugai_props_set (props, id, type, value, type == MUGAI_MAPI_LONG ? 4 : 8);
    }
    return true;
}

/* The properties of a message, recipient or attachment. */
static const char *
read_properties (MugaiCfb *cfb, uint32_t storage, size_t header, MugaiProps *props)
{
    uint32_t rows = mugai_cfb_find (cfb, storage, "__properties_version1.0");
    uint16_t id, type;

    if (rows != MUGAI_CFB_NONE && !read_rows (cfb, rows, header, props))
        return "properties";
    for (uint32_t i = cfb->entry[storage].child; i != MUGAI_CFB_NONE; i = cfb->entry[i].next) {
        const MugaiCfbEntry *e = &cfb->entry[i];
        if (e->storage || !property_name (e->name, &id, &type) || !mugai_props_wanted (id, type))
            continue;
        if (!mugai_cfb_read (cfb, i))
            return "a property's stream";
        mugai_props_set (props, id, type, e->data, e->size);
    }
    return NULL;
}

static bool
begins (const char *name, const char *start)
{
    return strncasecmp (name, start, strlen (start)) == 0;
}

/* All streams of a storage, whatever they are, as one content of type OLE2 that nothing opens. */
static const char *
attach_storage (Message *m, uint32_t storage, const MugaiProps *attachment)
{
    MugaiBuffer all = mugai_buffer (m->letter->parts.max);
    const char *fault = NULL;

    mugai_buffer_add (&all, ole_magic, sizeof ole_magic - 1);
    for (uint32_t i = m->cfb->entry[storage].child; i != MUGAI_CFB_NONE && fault == NULL;
         i = m->cfb->entry[i].next) {
        if (m->cfb->entry[i].storage)
            continue;
        if (mugai_cfb_read (m->cfb, i))
            mugai_buffer_add (&all, m->cfb->entry[i].data, m->cfb->entry[i].size);
        else
            fault = "an object's stream";
    }
    if (fault == NULL && mugai_buffer_ok (&all))
        mugai_letter_attach_bytes (m->letter, attachment, "application/x-ole-storage",
                                   (const uint8_t *)all.data, all.size);
    else if (fault == NULL)
        fault = "too long";
    mugai_buffer_clear (&all);
    return fault;
}

static const char *read_message (Message *m, uint32_t storage, size_t header);

/* A message in it. Calls nest as deep as messages do, at most `depth`. */
static const char *
attach_message (Message *m, uint32_t storage, const MugaiProps *attachment)
{
    MugaiLetter inner = mugai_letter (m->letter->parts.max, m->letter->level + 1);
    MugaiBuffer mail = mugai_buffer (m->letter->parts.max);
    Message next = { .cfb = m->cfb, .depth = m->depth - 1, .letter = &inner };
    const char *fault = read_message (&next, storage, IN_MESSAGE);

    if (fault == NULL && !mugai_letter_write (&inner, &mail))
        fault = "too long";
    if (fault == NULL) {
        mugai_letter_attach_mail (m->letter, attachment, &mail);
        m->letter->references += inner.references;
        m->letter->lost += inner.lost;
        if (m->letter->fault == NULL)
            m->letter->fault = inner.fault;
    }
    mugai_buffer_clear (&mail);
    mugai_letter_clear (&inner);
    return fault;
}

static const char *
read_attachment (Message *m, uint32_t storage)
{
    MugaiProps one = { 0 };
    const char *fault = read_properties (m->cfb, storage, BESIDE_MESSAGE, &one);
    uint32_t object = mugai_cfb_find (m->cfb, storage, "__substg1.0_3701000D");

    if (fault != NULL)
        return fault;
    if (object == MUGAI_CFB_NONE || !m->cfb->entry[object].storage) {
        mugai_letter_attach (m->letter, &one);
        return NULL;
    }
    if (mugai_props_number (&one, MUGAI_PROP_ATTACH_METHOD, 0) == EMBEDDED && m->depth > 0)
        return attach_message (m, object, &one);
    return attach_storage (m, object, &one);
}

static const char *
read_recipient (Message *m, uint32_t storage)
{
    MugaiProps one = { 0 };
    const char *fault = read_properties (m->cfb, storage, BESIDE_MESSAGE, &one);

    if (fault == NULL)
        mugai_letter_recipient (m->letter, &one);
    return fault;
}

/* A message with its recipients and attachments, in the order of the directory. */
static const char *
read_message (Message *m, uint32_t storage, size_t header)
{
    const char *fault = read_properties (m->cfb, storage, header, &m->letter->props);

    mugai_letter_choose_codepage (m->letter);
    for (uint32_t i = m->cfb->entry[storage].child; i != MUGAI_CFB_NONE && fault == NULL;
         i = m->cfb->entry[i].next) {
        const MugaiCfbEntry *e = &m->cfb->entry[i];
        if (e->storage && begins (e->name, "__recip_version1.0_"))
            fault = read_recipient (m, i);
        else if (e->storage && begins (e->name, "__attach_version1.0_"))
            fault = read_attachment (m, i);
    }
    return fault;
}

const char *
mugai_msg_read (MugaiCfb *cfb, unsigned depth, MugaiLetter *letter)
{
    Message m = { .cfb = cfb, .depth = depth, .letter = letter };

    if (mugai_cfb_find (cfb, MUGAI_CFB_ROOT, "__properties_version1.0") == MUGAI_CFB_NONE)
        return "no message";
    return read_message (&m, MUGAI_CFB_ROOT, ON_TOP);
}
