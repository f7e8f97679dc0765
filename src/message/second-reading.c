/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: both lists of leaves are in the order of the mail, and each of ours is looked up by
 * the offset of its first byte.
 *
 * What it deliberately does not compare: the last line end before a delimiter (RFC 2046 5.1.1 gives
 * it to the delimiter, readers differ in how much of it), and attached messages, whose inside GMime
 * reads and we hand to the chain.
 */
#include "message/second-reading.h"

#include "message/second-leaf.h"

#include <string.h>

bool
mugai_second_reading_needed (const MugaiMime *mime)
{
    return mime->parts->len > 1 || mugai_mime_part (mime, 0)->notes != 0;
}

/* Where content that begins at @begin ends, without line ends at its end. */
static uint64_t
end_of (const MugaiMime *mime, uint64_t begin, uint64_t end)
{
    end = MIN (end, mime->size);
    while (end > begin && (mime->data[end - 1] == '\n' || mime->data[end - 1] == '\r'))
        end--;
    return end;
}

/* Is @leaf how GMime sees @part? */
static bool
same_leaf (const MugaiMime *mime, const MugaiMimePart *part, const MugaiSecondLeaf *leaf)
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
        MugaiSecondLeaf *leaf = &g_array_index (leaves, MugaiSecondLeaf, i);
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
        const MugaiSecondLeaf *leaf = &g_array_index (leaves, MugaiSecondLeaf, i);
        if (leaf->seen || (!leaf->message && end_of (mime, leaf->begin, leaf->end) <= leaf->begin))
            continue;
        if (reading->unseen++ == 0)
            memcpy (reading->unseen_type, leaf->type, sizeof reading->unseen_type);
    }
}

/* Returns: false when the list is malformed. */
static bool
read_list (const uint8_t *data, size_t size, GArray *leaves)
{
    MugaiCursor c = mugai_cursor (data, size);

    while (mugai_cursor_left (&c) > 0) {
        MugaiSecondLeaf leaf;
        if (!mugai_second_leaf_read (&c, &leaf))
            return false;
        g_array_append_val (leaves, leaf);
    }
    return true;
}

MugaiSecondReading
mugai_second_reading_compare (const MugaiMime *mime, GBytes *list)
{
    MugaiSecondReading reading = { .disputed = g_array_new (FALSE, FALSE, sizeof (uint32_t)) };
    g_autoptr (GArray) leaves = g_array_new (FALSE, FALSE, sizeof (MugaiSecondLeaf));
    gsize size = 0;
    const uint8_t *data = list != NULL ? g_bytes_get_data (list, &size) : NULL;

    reading.failed = list == NULL || !read_list (data, size, leaves);
    if (reading.failed)
        g_array_set_size (leaves, 0);
    compare_leaves (mime, leaves, &reading);
    return reading;
}

void
mugai_second_reading_clear (MugaiSecondReading *reading)
{
    g_clear_pointer (&reading->disputed, g_array_unref);
}
