/* SPDX-License-Identifier: Apache-2.0 */
#include "office/xml.h"

#include <limits.h>
#include <string.h>

#include <libxml/parser.h>

enum { ENCODING = 4 /* bytes that tell UTF-16 */ };

typedef struct Reader {
    const MugaiXml *events;
    void *user;
    xmlParserCtxtPtr parser;
    bool refused;
} Reader;

static void
on_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
    Reader *r = data;
    MugaiXmlAttributes list = { .five = (const uint8_t *const *)attributes, .count = n_attributes };

    (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n_defaulted;
    if (!r->refused)
        r->events->start (r->user, (const char *)name, &list);
}

static void
on_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    Reader *r = data;

    (void)prefix, (void)uri;
    if (!r->refused)
        r->events->end (r->user, (const char *)name);
}

static void
on_text (void *data, const xmlChar *text, int size)
{
    Reader *r = data;

    if (!r->refused && size > 0)
        r->events->text (r->user, (const char *)text, (size_t)size);
}

/* A document type: entities could be declared there. */
static void
on_doctype (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    Reader *r = data;

    (void)name, (void)external, (void)system;
    r->refused = true;
    xmlStopParser (r->parser);
}

static void
on_error (void *data, const char *format, ...)
{
    (void)data, (void)format;
}

bool
mugai_xml_read (const void *data, size_t size, const MugaiXml *events, void *user)
{
    xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
                          .startElementNs = on_start,
                          .endElementNs = on_end,
                          .characters = on_text,
                          .cdataBlock = on_text,
                          .internalSubset = on_doctype,
                          .error = on_error,
                          .warning = on_error };
    Reader r = { .events = events, .user = user };

    if (size == 0 || size > INT_MAX)
        return false;
    int first = size < ENCODING ? (int)size : ENCODING;
    r.parser = xmlCreatePushParserCtxt (&sax, &r, data, first, NULL);
    if (r.parser == NULL)
        return false;
    xmlCtxtUseOptions (r.parser, XML_PARSE_NONET | XML_PARSE_NOENT); /* &amp; as it is meant */
    bool well = xmlParseChunk (r.parser, (const char *)data + first, (int)size - first, 1) == 0 &&
                r.parser->wellFormed;
    xmlFreeParserCtxt (r.parser);
    return well && !r.refused;
}

const char *
mugai_xml_attribute (const MugaiXmlAttributes *attributes, const char *name, char *out, size_t room)
{
    for (int i = 0; i < attributes->count; i++) {
        const uint8_t *const *a = attributes->five + (ptrdiff_t)5 * i;
        if (strcmp ((const char *)a[0], name) != 0)
            continue;
        size_t size = (size_t)(a[4] - a[3]);
        size = size < room ? size : room - 1;
        memcpy (out, a[3], size);
        out[size] = '\0';
        return out;
    }
    return NULL;
}
