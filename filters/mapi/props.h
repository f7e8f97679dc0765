/* SPDX-License-Identifier: Apache-2.0
 *
 * props: the MAPI properties of a message, recipient or attachment that are read here; all others
 * are passed over. Process: the walk. Trust: values are hostile. libc only. Source: MS-OXPROPS.
 */
#pragma once

#include "common/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Types of values (MS-OXCDATA 2.11.1). */
enum {
    MUGAI_MAPI_LONG = 0x0003,
    MUGAI_MAPI_OBJECT = 0x000d,
    MUGAI_MAPI_STRING8 = 0x001e,
    MUGAI_MAPI_UNICODE = 0x001f,
    MUGAI_MAPI_TIME = 0x0040,
    MUGAI_MAPI_BINARY = 0x0102,
    MUGAI_MAPI_MULTIPLE = 0x1000, /* flag */
};

typedef enum MugaiProp {
    MUGAI_PROP_SUBJECT,
    MUGAI_PROP_SUBMIT_TIME,
    MUGAI_PROP_DELIVERY_TIME,
    MUGAI_PROP_AUTHOR_NAME, /* whom it was sent for */
    MUGAI_PROP_AUTHOR_ADDRESS,
    MUGAI_PROP_AUTHOR_SMTP,
    MUGAI_PROP_SENDER_NAME,
    MUGAI_PROP_SENDER_ADDRESS,
    MUGAI_PROP_SENDER_SMTP,
    MUGAI_PROP_DISPLAY_TO,
    MUGAI_PROP_DISPLAY_CC,
    MUGAI_PROP_BODY,
    MUGAI_PROP_HTML,
    MUGAI_PROP_RTF,
    MUGAI_PROP_INTERNET_CODEPAGE,
    MUGAI_PROP_MESSAGE_CODEPAGE,
    MUGAI_PROP_RECIPIENT_KIND,
    MUGAI_PROP_DISPLAY_NAME,
    MUGAI_PROP_ADDRESS,
    MUGAI_PROP_SMTP,
    MUGAI_PROP_ATTACH_DATA,
    MUGAI_PROP_ATTACH_METHOD,
    MUGAI_PROP_ATTACH_LONG_NAME,
    MUGAI_PROP_ATTACH_NAME,
    MUGAI_PROP_ATTACH_LONG_PATH,
    MUGAI_PROP_ATTACH_MEDIA,
    MUGAI_PROP_ATTACH_ID,
    MUGAI_PROP_COUNT
} MugaiProp;

typedef struct MugaiPropValue {
    const uint8_t *data; /* borrowed; NULL: not there */
    size_t size;
    uint16_t type;
} MugaiPropValue;

typedef struct MugaiProps {
    MugaiPropValue value[MUGAI_PROP_COUNT];
} MugaiProps;

/* Is @id with @type one of those that are read? */
bool mugai_props_wanted (uint16_t id, uint16_t type);

/* Keep a value. The first one counts, but a Unicode string stands before one of bytes. Others than
 * wanted ones are passed over. @data: borrowed as long as @props is used. */
void mugai_props_set (MugaiProps *props, uint16_t id, uint16_t type, const uint8_t *data,
                      size_t size);

/* A number, or @absent. */
uint32_t mugai_props_number (const MugaiProps *props, MugaiProp prop, uint32_t absent);

/* Is there a value that holds more than white space and NUL? */
bool mugai_props_filled (const MugaiProps *props, MugaiProp prop);

/* The charset label of a Windows code page, or NULL. */
const char *mugai_codepage_label (uint32_t codepage);

/* UTF-16LE to UTF-8; ends at a NUL; halves of pairs become U+FFFD. */
void mugai_utf16_add (MugaiBuffer *out, const uint8_t *data, size_t size);
