/* SPDX-License-Identifier: Apache-2.0 */
#include "message/measure.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { TAIL_ROOM = 3 * MUGAI_SNIFF_WINDOW };

void
mugai_measure_clear (MugaiMeasure *m)
{
    g_free (m->head);
    g_free (m->tail);
}

/* Both windows are made when the first encoded part needs them; a plain mail is looked at in place.
 */
static void
measure_begin (MugaiMeasure *m)
{
    if (m->head == NULL)
        m->head = g_malloc (MUGAI_SNIFF_WINDOW);
    if (m->tail == NULL)
        m->tail = g_malloc (TAIL_ROOM);
    mugai_sha256_init (&m->sha256);
    m->size = m->head_size = m->tail_size = 0;
}

static void
keep_tail (MugaiMeasure *m, const uint8_t *bytes, size_t size)
{
    if (size > MUGAI_SNIFF_WINDOW) {
        bytes += size - MUGAI_SNIFF_WINDOW;
        size = MUGAI_SNIFF_WINDOW;
    }
    if (m->tail_size + size > TAIL_ROOM) {
        memmove (m->tail, m->tail + (m->tail_size - MUGAI_SNIFF_WINDOW), MUGAI_SNIFF_WINDOW);
        m->tail_size = MUGAI_SNIFF_WINDOW;
    }
    memcpy (m->tail + m->tail_size, bytes, size);
    m->tail_size += size;
}

static bool
measure_piece (void *data, const uint8_t *bytes, size_t size)
{
    MugaiMeasure *m = data;
    size_t head = MIN (size, MUGAI_SNIFF_WINDOW - m->head_size);

    mugai_sha256_update (&m->sha256, bytes, size);
    m->size += size;
    memcpy (m->head + m->head_size, bytes, head);
    m->head_size += head;
    keep_tail (m, bytes, size);
    return true;
}

MugaiSniff
mugai_measure (MugaiMeasure *m, MugaiEncoding encoding, const uint8_t *raw, size_t size,
               uint8_t ret_sha256[MUGAI_SHA256_SIZE], MugaiTransfer *ret_transfer)
{
    measure_begin (m);
    *ret_transfer = mugai_transfer_decode (encoding, raw, size, measure_piece, m);
    mugai_sha256_final (&m->sha256, ret_sha256);
    size_t tail = MIN (m->tail_size, MUGAI_SNIFF_WINDOW);
    bool small = m->size <= MUGAI_SNIFF_WINDOW;
    return (MugaiSniff){ .head = m->head,
                         .head_size = m->head_size,
                         .tail = small ? m->head : m->tail + (m->tail_size - tail),
                         .tail_size = small ? m->head_size : tail,
                         .size = m->size };
}
