/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: expat reads the part; whatever it tells is written again in the one form and
 * compared to the bytes that were read. So all that has two spellings, and all that expat passes
 * over in silence (comments, instructions, sections, references), differs and is refused. A
 * document type cannot come before the root, because the byte behind the first line decides.
 */
#include "verify/xml.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

enum { CHUNK = 1 << 30 }; /* bytes that expat takes at a time */

typedef struct Xml {
    MugaiCheck *check;
    const uint8_t *d;
    size_t size, at; /* what is compared so far */
    const MugaiXmlReader *reader;
    void *data;
    XML_Parser parser;
    bool open; /* the tag before has no ">" yet */
    unsigned depth;
    uint8_t *text;
    size_t text_size, text_room;
} Xml;

static const char first_line[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

static void
stop (Xml *x)
{
    XML_StopParser (x->parser, XML_FALSE);
}

static bool
refuse (Xml *x, const char *clause, const char *why)
{
    return mugai_refuse (x->check, clause, x->at, why);
}

/* The next @size bytes of the part are @bytes. */
static bool
take (Xml *x, const void *bytes, size_t size)
{
    if (x->size - x->at < size || memcmp (x->d + x->at, bytes, size) != 0)
        return refuse (x, "O-8", "not in the one form of XML");
    x->at += size;
    return true;
}

static bool
take_text (Xml *x, const char *text)
{
    return take (x, text, strlen (text));
}

/* The reference that stands for @byte, or NULL. */
static const char *
reference (char byte, bool attribute)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return attribute ? "&quot;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    case '\n':
        return attribute ? "&#10;" : NULL;
    default:
        return NULL;
    }
}

static bool
take_escaped (Xml *x, const char *text, size_t size, bool attribute)
{
    size_t from = 0;

    for (size_t i = 0; i < size; i++) {
        const char *name = reference (text[i], attribute);
        if (name == NULL)
            continue;
        if (!take (x, text + from, i - from) || !take_text (x, name))
            return false;
        from = i + 1;
    }
    return take (x, text + from, size - from);
}

/* What stands before a tag: the end of the tag before it, and the text between. */
static bool
finish_text (Xml *x)
{
    size_t size = x->text_size;

    x->text_size = 0;
    if (x->open && !take_text (x, ">"))
        return false;
    x->open = false;
    return size == 0 || (take_escaped (x, (const char *)x->text, size, false) &&
                         x->reader->text (x->data, x->text, size, x->at));
}

static bool
take_start (Xml *x, const char *name, const char **atts)
{
    uint64_t at = x->at;

    if (!take_text (x, "<") || !take_text (x, name))
        return false;
    for (size_t i = 0; atts[i] != NULL; i += 2)
        if (!take_text (x, " ") || !take_text (x, atts[i]) || !take_text (x, "=\"") ||
            !take_escaped (x, atts[i + 1], strlen (atts[i + 1]), true) || !take_text (x, "\""))
            return false;
    x->open = true;
    if (++x->depth > MUGAI_XML_DEPTH)
        return refuse (x, "O-10", "too many elements within each other");
    return x->reader->start (x->data, name, (const char *const *)atts, at);
}

static void
on_start (void *data, const char *name, const char **atts)
{
    Xml *x = data;

    if (!x->check->refused && (!finish_text (x) || !take_start (x, name, atts)))
        stop (x);
}

static bool
take_end (Xml *x, const char *name)
{
    uint64_t at = x->at;

    x->depth--;
    if (x->open && x->text_size == 0) {
        x->open = false;
        if (!take_text (x, "/>"))
            return false;
    } else if (!finish_text (x) || !take_text (x, "</") || !take_text (x, name) ||
               !take_text (x, ">")) {
        return false;
    }
    return x->reader->end (x->data, name, at);
}

static void
on_end (void *data, const char *name)
{
    Xml *x = data;

    if (!x->check->refused && !take_end (x, name))
        stop (x);
}

/* Gathered, because expat cuts a text at each reference and line end. */
static void
on_text (void *data, const char *text, int length)
{
    Xml *x = data;
    size_t size = (size_t)length, room = x->text_room;

    if (x->check->refused)
        return;
    if (size > room - x->text_size) {
        room = room + room / 2 + size + 4096;
        uint8_t *more = room <= x->check->limits->memory ? realloc (x->text, room) : NULL;
        if (more == NULL) {
            refuse (x, "L-3", "not enough memory for a text");
            stop (x);
            return;
        }
        x->text = more;
        x->text_room = room;
    }
    memcpy (x->text + x->text_size, text, size);
    x->text_size += size;
}

/* Nothing of it is read; take_start() would refuse it later. */
static void
on_doctype (void *data, const char *name, const char *system, const char *public_id, int subset)
{
    Xml *x = data;

    (void)name, (void)system, (void)public_id, (void)subset;
    refuse (x, "O-8", "document type");
    stop (x);
}

/* A number that a writer of mails cannot know, without a system call: expat's tables of names hang
 * on it. */
static unsigned long
salt (void)
{
    unsigned long value = 0;
    const void *random = (const void *)getauxval (AT_RANDOM); /* 16 bytes */

    if (random != NULL)
        memcpy (&value, random, sizeof value);
    return value | 1;
}

static bool
feed (Xml *x)
{
    for (size_t at = 0; at < x->size;) {
        size_t n = x->size - at < CHUNK ? x->size - at : CHUNK;
        bool ok = XML_Parse (x->parser, (const char *)x->d + at, (int)n, at + n == x->size) ==
                  XML_STATUS_OK;
        if (x->check->refused)
            return false;
        if (!ok)
            return refuse (x, "O-8", "not well-formed, or not in the one form of XML");
        at += n;
    }
    return x->at == x->size || refuse (x, "O-8", "something behind the root element");
}

bool
mugai_xml_check (MugaiCheck *check, const uint8_t *d, size_t size, const MugaiXmlReader *reader,
                 void *data)
{
    Xml x = { .check = check, .d = d, .size = size, .reader = reader, .data = data };

    if (!take (&x, first_line, sizeof first_line - 1))
        return false;
    if (x.at + 1 >= size || d[x.at] != '<' || d[x.at + 1] == '!' || d[x.at + 1] == '?')
        return refuse (&x, "O-8", "the root does not follow the first line");
    x.parser = XML_ParserCreate ("UTF-8");
    if (x.parser == NULL)
        return refuse (&x, "L-3", "not enough memory for a parser");
    XML_SetUserData (x.parser, &x);
    XML_SetHashSalt (x.parser, salt());
    XML_SetElementHandler (x.parser, on_start, on_end);
    XML_SetCharacterDataHandler (x.parser, on_text);
    XML_SetStartDoctypeDeclHandler (x.parser, on_doctype);
    XML_SetParamEntityParsing (x.parser, XML_PARAM_ENTITY_PARSING_NEVER);
    bool ok = feed (&x);
    XML_ParserFree (x.parser);
    free (x.text);
    return ok;
}
