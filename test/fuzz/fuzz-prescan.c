/* SPDX-License-Identifier: Apache-2.0
 *
 * prescan, fields, values and the tree of parts over any bytes: ends stay inside, parents stand
 * before children, limits hold.
 */
#include "message/mime.h"
#include "message/prescan.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
count (void *sum, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    *(uint64_t *)sum += size;
    return true;
}

static void
check_part (const MugaiMime *mime, uint32_t index)
{
    const MugaiMimePart *part = mugai_mime_part (mime, index);
    uint64_t sum = 0;

    if (part->body < part->header || part->end < part->body || part->end > mime->size ||
        (index > 0 && part->parent >= index) || part->type->token[0] == '\0')
        abort();
    MugaiTransfer t = mugai_transfer_decode (part->encoding, mime->data + part->body,
                                             part->end - part->body, count, &sum);
    if (t.size != sum || sum > part->end - part->body + 48)
        abort();
}

/* A stretch that only other readers see lies inside and is in no leaf. */
static void
check_other (const MugaiMime *mime, const MugaiMimeOther *other)
{
    if (other->begin > other->end || other->end > mime->size || other->parent >= mime->parts->len ||
        other->place >= mime->parts->len ||
        mugai_mime_part (mime, other->parent)->kind == MUGAI_MIME_LEAF)
        abort();
    for (uint32_t i = 0; i < mime->parts->len; i++) {
        const MugaiMimePart *part = mugai_mime_part (mime, i);
        if (part->kind == MUGAI_MIME_LEAF && other->begin < part->end && part->body < other->end)
            abort();
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiLimits limits = mugai_limits_default();
    MugaiPrescan scan;
    g_autoptr (MugaiMime) mime = NULL;

    limits.parts = 50;
    limits.depth = 4;
    if (!mugai_prescan (data, size, &limits, &scan, NULL))
        return 0;
    if (scan.header > size || scan.longest_line > size || scan.lines > size + 1)
        abort();
    mime = mugai_mime_parse (data, size, &limits, NULL);
    if (mime == NULL)
        return 0;
    if (mime->parts->len == 0 || mime->parts->len > limits.parts)
        abort();
    for (uint32_t i = 0; i < mime->parts->len; i++)
        check_part (mime, i);
    for (guint i = 0; i < mime->others->len; i++)
        check_other (mime, &g_array_index (mime->others, MugaiMimeOther, i));
    return 0;
}
