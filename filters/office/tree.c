/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: SAX events of libxml2 build the tree. libxml2 gives each name as one pointer out of
 * its dictionary, so a small table from pairs of pointers to numbers spares the search. What is
 * skipped (content of unknown elements, Choices not taken) counts only its depth.
 */
#include "office/tree.h"

#include "office-model.h"

#include <limits.h>
#include <string.h>

#include <libxml/parser.h>

enum { CACHE = 4096, PREFIXES = 256, PREFIX = 32, ENCODING = 4 /* bytes that tell UTF-16 */ };

typedef struct Cached {
    const void *uri, *local;
    uint16_t name;
    bool foreign;
} Cached;

typedef struct Declared { /* a namespace prefix in force */
    char prefix[PREFIX];
    unsigned depth;
    bool understood;
} Declared;

typedef struct Reader {
    MugaiArena *arena;
    MugaiTree *tree;
    MugaiTextRule rule;
    void *user;
    xmlParserCtxtPtr parser;
    MugaiNode *at;        /* innermost open one */
    unsigned depth, skip; /* open elements; how many of the innermost are skipped */
    /* Of the open elements: what they are. */
    enum {
        PLAIN,
        ALTERNATE,
        TAKEN /* an AlternateContent with its choice made */,
        THROUGH
    } kind[MUGAI_TREE_DEPTH];
    unsigned n_declared;
    Declared declared[PREFIXES];
    MugaiNode *growing; /* text node that may grow: its pieces come one after the other */
    char *piece;
    size_t piece_size, piece_room;
    bool refused;
    Cached cache[CACHE];
} Reader;

static void
refuse (Reader *r)
{
    r->refused = true;
    xmlStopParser (r->parser);
}

/* By value: the next call may take its row. */
static Cached
look_up (Reader *r, const xmlChar *uri, const xmlChar *local)
{
    uintptr_t hash = ((uintptr_t)uri >> 3) * 31 + ((uintptr_t)local >> 3);
    Cached *c = &r->cache[(hash ^ hash >> 12) % CACHE];

    if (c->local == local && c->uri == uri)
        return *c;
    uint16_t ns =
        uri != NULL ? mugai_office_find_namespace ((const char *)uri) : (uint16_t)MUGAI_NS_NONE;
    if (uri != NULL && strcmp ((const char *)uri, "http://www.w3.org/XML/1998/namespace") == 0)
        ns = MUGAI_NS_XML;
    *c =
        (Cached){ .uri = uri,
                  .local = local,
                  .name = ns == MUGAI_MODEL_NONE ? (uint16_t)MUGAI_N_UNKNOWN
                                                 : mugai_office_find_name (ns, (const char *)local),
                  .foreign = ns != MUGAI_MODEL_NONE && mugai_office_namespace[ns].foreign };
    return *c;
}

static void
declare (Reader *r, int count, const xmlChar **list)
{
    for (int i = 0; i < count; i++) {
        const char *prefix = list[2 * i] != NULL ? (const char *)list[2 * i] : "";
        const char *uri = (const char *)list[2 * i + 1];
        uint16_t ns = uri != NULL ? mugai_office_find_namespace (uri) : (uint16_t)MUGAI_MODEL_NONE;
        if (r->n_declared == PREFIXES || strlen (prefix) >= PREFIX)
            continue; /* then it is not understood */
        Declared *d = &r->declared[r->n_declared++];
        strcpy (d->prefix, prefix);
        d->depth = r->depth;
        d->understood = ns != MUGAI_MODEL_NONE && !mugai_office_namespace[ns].foreign;
    }
}

static bool
understood (const Reader *r, const char *prefix, size_t size)
{
    for (unsigned i = r->n_declared; i > 0; i--) {
        const Declared *d = &r->declared[i - 1];
        if (strlen (d->prefix) == size && memcmp (d->prefix, prefix, size) == 0)
            return d->understood;
    }
    return false;
}

static bool
understands (const Reader *r, int count, const xmlChar **attributes)
{
    for (int i = 0; i < count; i++) {
        const xmlChar **a = attributes + (ptrdiff_t)5 * i;
        if (strcmp ((const char *)a[0], "Requires") != 0)
            continue;
        const char *at = (const char *)a[3], *end = (const char *)a[4];
        while (at < end) {
            size_t size = 0;
            while (at + size < end && strchr (" \t\r\n", at[size]) == NULL)
                size++;
            if (size > 0 && !understood (r, at, size))
                return false;
            at += size + (at + size < end);
        }
        return true;
    }
    return false;
}

/* --- nodes --- */

static const char *
kept (Reader *r, const char *text, size_t size, uint32_t *ret_size)
{
    size_t n = size;
    const char *safe = r->rule != NULL ? r->rule (r->user, text, size, &n) : text;
    char *copy = safe != NULL && n <= UINT32_MAX ? mugai_arena_copy (r->arena, safe, n) : NULL;

    *ret_size = copy != NULL ? (uint32_t)n : 0;
    return copy;
}

static void
end_text (Reader *r)
{
    if (r->piece_size == 0)
        return;
    MugaiNode *node = mugai_node_new (r->arena, MUGAI_N_TEXT);
    if (node != NULL)
        node->text = kept (r, r->piece, r->piece_size, &node->size);
    r->piece_size = 0;
    if (node == NULL || node->text == NULL)
        refuse (r);
    else if (r->at != NULL)
        mugai_node_append (r->at, node);
}

static void
take_attributes (Reader *r, MugaiNode *node, int count, const xmlChar **attributes)
{
    if (count <= 0 || count > UINT16_MAX)
        return;
    node->attrs = mugai_arena_take (r->arena, (size_t)count * sizeof *node->attrs);
    for (int i = 0; i < count && node->attrs != NULL; i++) {
        const xmlChar **a = attributes + (ptrdiff_t)5 * i;
        const Cached c = look_up (r, a[2], a[0]);
        if (c.name == MUGAI_N_UNKNOWN || mugai_office_name[c.name].ignored_attribute) {
            r->tree->unknown_attributes += c.name == MUGAI_N_UNKNOWN && !c.foreign;
            continue;
        }
        MugaiAttr *to = &node->attrs[node->n_attrs];
        to->name = c.name;
        to->value = kept (r, (const char *)a[3], (size_t)(a[4] - a[3]), &to->size);
        if (to->value == NULL)
            refuse (r);
        node->n_attrs++;
    }
}

static void
add_element (Reader *r, uint16_t name, const xmlChar *local, int count, const xmlChar **attributes)
{
    MugaiNode *node = mugai_node_new (r->arena, name);

    if (node == NULL) {
        refuse (r);
        return;
    }
    if (name == MUGAI_N_UNKNOWN)
        node->text = kept (r, (const char *)local, strnlen ((const char *)local, 64), &node->size);
    else
        take_attributes (r, node, count, attributes);
    if (r->at != NULL)
        mugai_node_append (r->at, node);
    else
        r->tree->root = node;
    if (name == MUGAI_N_UNKNOWN)
        r->skip = 1;
    else
        r->at = node;
}

/* --- markup compatibility --- */

/* Returns: false: what is in it is skipped. */
static bool
open_choice (Reader *r, uint16_t name, int count, const xmlChar **attributes)
{
    unsigned around = r->depth - 1;

    if (around == 0 || r->kind[around - 1] != ALTERNATE)
        return false;
    if (name == MUGAI_N_mc_Choice && !understands (r, count, attributes))
        return false;
    r->kind[around - 1] = TAKEN;
    r->kind[r->depth - 1] = THROUGH;
    return true;
}

static void
on_start (void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
    Reader *r = data;

    (void)prefix, (void)n_defaulted;
    if (r->refused)
        return;
    if (r->depth == MUGAI_TREE_DEPTH) {
        refuse (r);
        return;
    }
    r->depth++;
    if (r->skip > 0) {
        r->skip++;
        return;
    }
    end_text (r);
    r->kind[r->depth - 1] = PLAIN;
    declare (r, n_namespaces, namespaces);
    const Cached c = look_up (r, uri, local);
    if (c.name == MUGAI_N_mc_AlternateContent)
        r->kind[r->depth - 1] = ALTERNATE;
    else if (c.name == MUGAI_N_mc_Choice || c.name == MUGAI_N_mc_Fallback)
        r->skip = open_choice (r, c.name, n_attributes, attributes) ? 0 : 1;
    else if (c.name == MUGAI_N_UNKNOWN ? c.foreign : mugai_office_name[c.name].ignored)
        r->skip = 1;
    else
        add_element (r, c.name, local, n_attributes, attributes);
}

static void
on_end (void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri)
{
    Reader *r = data;

    (void)local, (void)prefix, (void)uri;
    if (r->refused)
        return;
    if (r->skip == 0) {
        end_text (r);
        if (r->kind[r->depth - 1] == PLAIN && r->at != NULL)
            r->at = r->at->parent;
    } else {
        r->skip--;
    }
    while (r->n_declared > 0 && r->declared[r->n_declared - 1].depth == r->depth)
        r->n_declared--;
    r->depth--;
}

static void
on_text (void *data, const xmlChar *text, int size)
{
    Reader *r = data;

    if (r->refused || r->skip > 0 || size <= 0)
        return;
    if ((size_t)size > r->piece_room - r->piece_size) {
        size_t room = 2 * r->piece_room + (size_t)size;
        char *piece = xmlRealloc (r->piece, room);
        if (piece == NULL) {
            refuse (r);
            return;
        }
        r->piece = piece;
        r->piece_room = room;
    }
    memcpy (r->piece + r->piece_size, text, (size_t)size);
    r->piece_size += (size_t)size;
}

/* A document type: entities could be declared there. */
static void
on_doctype (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    refuse (data);
}

static void
on_error (void *data, const char *format, ...)
{
    (void)data, (void)format;
}

static bool
parse (Reader *r, const void *data, size_t size)
{
    xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
                          .startElementNs = on_start,
                          .endElementNs = on_end,
                          .characters = on_text,
                          .ignorableWhitespace = on_text,
                          .cdataBlock = on_text,
                          .internalSubset = on_doctype,
                          .error = on_error,
                          .warning = on_error };

    int first = size < ENCODING ? (int)size : ENCODING;
    r->parser = xmlCreatePushParserCtxt (&sax, r, data, first, NULL);
    if (r->parser == NULL)
        return false;
    xmlCtxtUseOptions (r->parser, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOENT);
    bool well = xmlParseChunk (r->parser, (const char *)data + first, (int)size - first, 1) == 0 &&
                r->parser->wellFormed;
    xmlFreeParserCtxt (r->parser);
    return well;
}

bool
mugai_tree_read (const void *data, size_t size, MugaiArena *arena, MugaiTextRule rule, void *user,
                 MugaiTree *ret)
{
    *ret = (MugaiTree){ .arena = arena };
    if (size == 0 || size > INT_MAX)
        return false;
    Reader *r = xmlMalloc (sizeof *r);
    if (r == NULL)
        return false;
    memset (r, 0, sizeof *r);
    r->arena = arena;
    r->tree = ret;
    r->rule = rule;
    r->user = user;
    bool well = parse (r, data, size) && !r->refused && ret->root != NULL && !arena->failed;
    xmlFree (r->piece);
    xmlFree (r);
    return well;
}
