/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: GMime parses over the borrowed bytes with streams that persist, so that each leaf's
 * stream knows its bounds in the mail; nothing is decoded or copied.
 */
#include "message/second-reader.h"

#include "message/second-kind.h"
#include "message/second-leaf.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

static MugaiEncoding
encoding_of (GMimeContentEncoding encoding)
{
    switch (encoding) {
    case GMIME_CONTENT_ENCODING_BASE64:
        return MUGAI_ENCODING_BASE64;
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
        return MUGAI_ENCODING_QP;
    case GMIME_CONTENT_ENCODING_UUENCODE:
        return MUGAI_ENCODING_UU;
    case GMIME_CONTENT_ENCODING_DEFAULT:
    case GMIME_CONTENT_ENCODING_7BIT:
    case GMIME_CONTENT_ENCODING_8BIT:
    case GMIME_CONTENT_ENCODING_BINARY:
        break;
    }
    return MUGAI_ENCODING_IDENTITY;
}

static void
take_type (GMimeObject *object, MugaiSecondLeaf *leaf)
{
    g_autofree char *type =
        g_mime_content_type_get_mime_type (g_mime_object_get_content_type (object));

    g_strlcpy (leaf->type, type != NULL ? type : "", sizeof leaf->type);
    g_strdelimit (leaf->type, " \t", '_');
    for (char *c = leaf->type; *c != '\0'; c++)
        *c = g_ascii_tolower (*c);
}

/* One leaf. What is inside an attached message is the chain's business. */
static void
add_leaf (GArray *leaves, GMimeObject *object)
{
    MugaiSecondLeaf leaf = { 0 };

    take_type (object, &leaf);
    if (GMIME_IS_PART (object)) {
        GMimeDataWrapper *content = g_mime_part_get_content (GMIME_PART (object));
        GMimeStream *stream = content != NULL ? g_mime_data_wrapper_get_stream (content) : NULL;
        if (stream == NULL)
            return;
        leaf.begin = (uint64_t)stream->bound_start;
        leaf.end = stream->bound_end >= 0 ? (uint64_t)stream->bound_end : UINT64_MAX;
        leaf.encoding = encoding_of (g_mime_part_get_content_encoding (GMIME_PART (object)));
    } else
        leaf.message = true;
    g_array_append_val (leaves, leaf);
}

/* Leaves in order; a stack of our own, because the depth is the sender's. */
static void
collect (GMimeObject *root, GArray *leaves)
{
    g_autoptr (GPtrArray) stack = g_ptr_array_new();

    g_ptr_array_add (stack, root);
    while (stack->len > 0) {
        GMimeObject *object = g_ptr_array_steal_index (stack, stack->len - 1);
        if (object == NULL)
            continue;
        if (!GMIME_IS_MULTIPART (object)) {
            add_leaf (leaves, object);
            continue;
        }
        for (int i = g_mime_multipart_get_count (GMIME_MULTIPART (object)); i > 0; i--)
            g_ptr_array_add (stack, g_mime_multipart_get_part (GMIME_MULTIPART (object), i - 1));
    }
}

/* @bytes: borrowed, must outlive the message, whose streams point into it. */
static GMimeMessage *
parse (GByteArray *bytes)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array (bytes);

    g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
    GMimeParser *parser = g_mime_parser_new_with_stream (stream);
    g_mime_parser_set_persist_stream (parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);
    g_object_unref (parser);
    g_object_unref (stream);
    return message;
}

GByteArray *
mugai_second_reader_list (const uint8_t *data, size_t size)
{
    GByteArray *list = g_byte_array_new();
    g_autoptr (GArray) leaves = g_array_new (FALSE, FALSE, sizeof (MugaiSecondLeaf));
    GByteArray bytes = { .data = (guint8 *)data, .len = (guint)size };

    if (size == 0 || size > G_MAXINT32) /* GMime has no mail without bytes */
        return list;
    g_mime_init(); /* only counts after the first time */
    GMimeMessage *message = parse (&bytes);
    if (message == NULL)
        return list;
    if (g_mime_message_get_mime_part (message) != NULL)
        collect (g_mime_message_get_mime_part (message), leaves);
    for (guint i = 0; i < leaves->len; i++) {
        uint8_t buffer[MUGAI_SECOND_LEAF_ROOM];
        size_t n = mugai_second_leaf_write (&g_array_index (leaves, MugaiSecondLeaf, i), buffer,
                                            sizeof buffer);
        g_byte_array_append (list, buffer, (guint)n);
    }
    g_object_unref (message);
    return list;
}

/* ---- as a filter that converts a mail to the list ---- */

static int
warm_up (const mugai_host *host)
{
    static const char mail[] = "MIME-Version: 1.0\nContent-Type: multipart/mixed; "
                               "boundary=o\n\n--o\nContent-Type: text/plain\n"
                               "Content-Transfer-Encoding: base64\n\nQQ==\n--o\nContent-Type: "
                               "message/rfc822\n\nSubject: x\n\nx\n"
                               "--o--\n";

    (void)host;
    for (int round = 0; round < 2; round++)
        g_byte_array_unref (mugai_second_reader_list ((const uint8_t *)mail, sizeof mail - 1));
    return mugai_second_kind_open() && mugai_second_kind ((const uint8_t *)mail, sizeof mail) ? 0
                                                                                              : -1;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    if (strcmp (part->type, "eml") != 0) {
        const char *media = mugai_second_kind (part->data, part->size);
        return media != NULL && host->put (call, media, strlen (media)) == 0 ? MUGAI_REPLACE
                                                                             : MUGAI_REFUSE;
    }
    g_autoptr (GByteArray) list = mugai_second_reader_list (part->data, part->size);

    return host->put (call, list->data, list->len) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

const mugai_filter_info *
mugai_second_reader_info (void)
{
    static const mugai_filter_info info = { .size_of = sizeof info,
                                            .abi = MUGAI_FILTER_ABI,
                                            .name = MUGAI_SECOND_READER,
                                            .summary = "list the parts of a mail",
                                            .summary_ja = "メールの各部分の一覧を作る",
                                            .takes = "eml",
                                            .gives = "*",
                                            .runs = MUGAI_RUNS_CONVERTER,
                                            .deterministic = 1,
                                            .setup = warm_up,
                                            .run = run };
    return &info;
}
