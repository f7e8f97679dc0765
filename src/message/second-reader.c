/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: GMime parses over the borrowed bytes with streams that persist, so that each leaf's
 * stream knows its bounds in the mail; nothing is decoded or copied. Both lists of leaves are in
 * the order of the mail, and each of ours is looked up by the offset of its first byte.
 *
 * What it deliberately does not compare: the last line end before a delimiter (RFC 2046 5.1.1 gives
 * it to the delimiter, readers differ in how much of it), and attached messages, whose inside GMime
 * reads and we hand to the chain.
 */
#include "message/second-reader.h"

#include <gmime/gmime.h>
#include <string.h>

typedef struct {
    size_t begin, end; /* offsets in the mail */
    char type[80];
    MugaiEncoding encoding;
    bool message; /* message/rfc822: only its place counts */
    bool seen;
} Leaf;

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
take_type (GMimeObject *object, Leaf *leaf)
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
    Leaf leaf = { 0 };

    take_type (object, &leaf);
    if (GMIME_IS_PART (object)) {
        GMimeDataWrapper *content = g_mime_part_get_content (GMIME_PART (object));
        GMimeStream *stream = content != NULL ? g_mime_data_wrapper_get_stream (content) : NULL;
        if (stream == NULL)
            return;
        leaf.begin = (size_t)stream->bound_start;
        leaf.end = stream->bound_end >= 0 ? (size_t)stream->bound_end : SIZE_MAX;
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

void
mugai_second_reader_warm (void)
{
    static const char mail[] = "MIME-Version: 1.0\nContent-Type: multipart/mixed; "
                               "boundary=o\n\n--o\nContent-Type: text/plain\n"
                               "Content-Transfer-Encoding: base64\n\nQQ==\n--o\nContent-Type: "
                               "message/rfc822\n\nSubject: x\n\nx\n"
                               "--o--\n";

    g_mime_init();
    for (int round = 0; round < 2; round++) {
        g_autoptr (GArray) leaves = g_array_new (FALSE, FALSE, sizeof (Leaf));
        GByteArray bytes = { .data = (guint8 *)mail, .len = sizeof mail - 1 };
        GMimeMessage *message = parse (&bytes);
        if (message == NULL)
            return;
        collect (g_mime_message_get_mime_part (message), leaves);
        g_object_unref (message);
    }
}

bool
mugai_second_reader_needed (const MugaiMime *mime)
{
    return mime->parts->len > 1 || mugai_mime_part (mime, 0)->notes != 0;
}

/* Where content that begins at @begin ends, without line ends at its end. */
static size_t
end_of (const MugaiMime *mime, size_t begin, size_t end)
{
    end = MIN (end, mime->size);
    while (end > begin && (mime->data[end - 1] == '\n' || mime->data[end - 1] == '\r'))
        end--;
    return end;
}

/* Is @leaf how GMime sees @part? */
static bool
same_leaf (const MugaiMime *mime, const MugaiMimePart *part, const Leaf *leaf)
{
    bool message = strncmp (part->type->token, "message/", 8) == 0;

    if (leaf->message)
        return message;
    return leaf->begin == part->body &&
           end_of (mime, leaf->begin, leaf->end) == end_of (mime, part->body, part->end) &&
           (message || part->encoding == leaf->encoding) &&
           strcmp (part->type->token, leaf->type) == 0;
}

/* Both lists are in order: look on from the last match, so that the work stays linear. */
static bool
find (const MugaiMime *mime, const MugaiMimePart *part, GArray *leaves, guint *next)
{
    for (guint i = *next; i < leaves->len; i++) {
        Leaf *leaf = &g_array_index (leaves, Leaf, i);
        if (same_leaf (mime, part, leaf)) {
            leaf->seen = true;
            *next = i + 1;
            return true;
        }
        if (!leaf->message && leaf->begin > part->end)
            break;
    }
    return false;
}

static void
compare_leaves (const MugaiMime *mime, GArray *leaves, MugaiSecondReading *reading)
{
    guint next = 0;

    for (uint32_t i = 0; i < mime->parts->len; i++) {
        const MugaiMimePart *part = mugai_mime_part (mime, i);
        bool empty = end_of (mime, part->body, part->end) <= part->body;
        if (part->kind == MUGAI_MIME_LEAF && !empty && !find (mime, part, leaves, &next))
            g_array_append_val (reading->disputed, i);
    }
    for (guint i = 0; i < leaves->len; i++) {
        const Leaf *leaf = &g_array_index (leaves, Leaf, i);
        if (leaf->seen || (!leaf->message && end_of (mime, leaf->begin, leaf->end) <= leaf->begin))
            continue;
        if (reading->unseen++ == 0)
            memcpy (reading->unseen_type, leaf->type, sizeof reading->unseen_type);
    }
}

MugaiSecondReading
mugai_second_reader_compare (const MugaiMime *mime)
{
    MugaiSecondReading reading = { .disputed = g_array_new (FALSE, FALSE, sizeof (uint32_t)) };
    g_autoptr (GArray) leaves = g_array_new (FALSE, FALSE, sizeof (Leaf));
    GByteArray bytes = { .data = (guint8 *)mime->data, .len = (guint)mime->size };

    g_mime_init(); /* only counts when the zygote was warmed */
    GMimeMessage *message = parse (&bytes);

    if (message != NULL && g_mime_message_get_mime_part (message) != NULL)
        collect (g_mime_message_get_mime_part (message), leaves);
    compare_leaves (mime, leaves, &reading);
    if (message != NULL)
        g_object_unref (message);
    return reading;
}

void
mugai_second_reading_clear (MugaiSecondReading *reading)
{
    g_clear_pointer (&reading->disputed, g_array_unref);
}
