/* SPDX-License-Identifier: Apache-2.0 */
#include "message/prescan.h"

#include "core/error.h"

#include <string.h>

/* Bytes above 0x7F in @size bytes, eight at a time. */
static uint64_t
count_high (const uint8_t *at, size_t size)
{
    uint64_t count = 0;

    for (; size >= 8; at += 8, size -= 8) {
        uint64_t word;
        memcpy (&word, at, 8);
        word &= UINT64_C (0x8080808080808080);
        if (word != 0)
            count += (uint64_t)__builtin_popcountll (word);
    }
    for (; size > 0; at++, size--)
        count += *at >> 7;
    return count;
}

static uint64_t
count_byte (const uint8_t *at, size_t size, int byte)
{
    const uint8_t *end = at + size;
    uint64_t count = 0;

    while ((at = memchr (at, byte, (size_t)(end - at))) != NULL && ++count > 0)
        at++;
    return count;
}

static void
scan_lines (const uint8_t *data, size_t size, MugaiPrescan *scan)
{
    uint64_t crlf = 0, lf_count = 0, empty_at = 0;
    bool empty_seen = false;

    for (size_t at = 0; at < size;) {
        const uint8_t *lf = memchr (data + at, '\n', size - at);
        size_t end = lf != NULL ? (size_t)(lf - data) : size;
        size_t bare = end > at && lf != NULL && data[end - 1] == '\r' ? end - 1 : end;

        scan->lines++;
        scan->longest_line = MAX (scan->longest_line, bare - at);
        crlf += bare < end;
        lf_count += lf != NULL;
        if (bare == at && !empty_seen) {
            empty_seen = true;
            empty_at = at;
        }
        scan->dash_lines += bare - at >= 2 && data[at] == '-' && data[at + 1] == '-';
        at = end + 1;
    }
    scan->header = empty_seen ? empty_at : size;
    scan->bare_lf = lf_count - crlf;
    scan->bare_cr = count_byte (data, size, '\r') - crlf;
    scan->crlf = crlf > 0;
}

bool
mugai_prescan (const uint8_t *data, size_t size, const MugaiLimits *limits, MugaiPrescan *ret,
               GError **error)
{
    *ret = (MugaiPrescan){ 0 };
    if (size > limits->item) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT,
                     "limits.item: %" G_GSIZE_FORMAT " > %" G_GUINT64_FORMAT, size, limits->item);
        return false;
    }
    if (size == 0)
        return true;
    scan_lines (data, size, ret);
    ret->nul = count_byte (data, size, '\0');
    ret->high = count_high (data, size);
    if (ret->header > limits->header) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_LIMIT,
                     "limits.header: %" G_GUINT64_FORMAT " > %" G_GUINT64_FORMAT, ret->header,
                     limits->header);
        return false;
    }
    return true;
}
