/* SPDX-License-Identifier: Apache-2.0
 *
 * xml: the elements and texts of an XML part, as events. No document type, no entities but the
 * five, no file and no network is ever asked for; depth is bounded by libxml2 (256). Process:
 * render. Input is hostile. libxml2.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiXmlAttributes { /* of one element; borrowed for the call */
    const uint8_t *const
        *five; /* as libxml2 has them: local name, prefix, URI, value, end of value */
    int count;
} MugaiXmlAttributes;

/* Names are local names: the parts of office documents do not use one name twice in different
 * meanings where it would matter here. */
typedef struct MugaiXml {
    void (*start) (void *user, const char *name, const MugaiXmlAttributes *attributes);
    void (*end) (void *user, const char *name);
    void (*text) (void *user, const char *text, size_t size); /* UTF-8; may come in pieces */
} MugaiXml;

/* Returns: false when the part is not well-formed, has a document type, or memory ended; events may
 * have come before. */
bool mugai_xml_read (const void *data, size_t size, const MugaiXml *events, void *user);

/* Copy of an attribute's value into @out, cut. Returns: @out, or NULL when there is none. @name:
 * local name. */
const char *mugai_xml_attribute (const MugaiXmlAttributes *attributes, const char *name, char *out,
                                 size_t room);
