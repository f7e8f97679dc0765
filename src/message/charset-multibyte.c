/* SPDX-License-Identifier: Apache-2.0 */
#include "message/charset-multibyte.h"

enum { TRIPLE_LEAD = 0x8F, TRIPLE_FIRST = 0xA1, TRIPLE_LAST = 0xFE };

/* What @cell means. Returns: @size, or 0 when it means nothing. */
static size_t
take (const MugaiMultibyte *table, uint16_t cell, size_t size, uint32_t ret[2])
{
    if (cell == 0)
        return 0;
    ret[0] = cell;
    ret[1] = 0;
    if (cell >= MUGAI_MULTIBYTE_WIDE && cell < MUGAI_MULTIBYTE_WIDE + MUGAI_MULTIBYTE_WIDE_MAX) {
        const uint32_t *wide = table->wide[cell - MUGAI_MULTIBYTE_WIDE];
        ret[0] = wide[0];
        ret[1] = wide[1];
    }
    return size;
}

static size_t
quad (const MugaiMultibyte *table, const uint8_t *at, uint32_t ret[2])
{
    uint32_t number = mugai_multibyte_quad (at);
    size_t low = 0, high = table->n_runs;
    while (low < high) { /* the last run that begins at or before it */
        size_t middle = (low + high) / 2;
        if (table->runs[middle].first <= number)
            low = middle + 1;
        else
            high = middle;
    }
    if (number == UINT32_MAX || low == 0)
        return 0;
    const MugaiMultibyteRun *run = &table->runs[low - 1];
    if (number - run->first >= run->count)
        return 0;
    ret[0] = run->c + (number - run->first);
    ret[1] = 0;
    return 4;
}

size_t
mugai_multibyte_char (const MugaiMultibyte *table, const uint8_t *at, const uint8_t *end,
                      uint32_t ret[2])
{
    size_t left = (size_t)(end - at);
    if (at[0] < 0x80) {
        ret[0] = at[0];
        ret[1] = 0;
        return 1;
    }
    if (table->singles[at[0] - 0x80] != 0)
        return take (table, table->singles[at[0] - 0x80], 1, ret);
    if (left < 2)
        return 0;
    if (at[0] >= table->first_lead && at[0] <= table->last_lead && at[1] >= table->first_trail &&
        at[1] <= table->last_trail) {
        size_t columns = table->last_trail - table->first_trail + 1u;
        size_t cell = (at[0] - table->first_lead) * columns + (at[1] - table->first_trail);
        if (take (table, table->pairs[cell], 2, ret) != 0)
            return 2;
    }
    if (table->triples != NULL && left >= 3 && at[0] == TRIPLE_LEAD && at[1] >= TRIPLE_FIRST &&
        at[1] <= TRIPLE_LAST && at[2] >= TRIPLE_FIRST && at[2] <= TRIPLE_LAST) {
        size_t columns = TRIPLE_LAST - TRIPLE_FIRST + 1;
        size_t cell = (at[1] - TRIPLE_FIRST) * columns + (at[2] - TRIPLE_FIRST);
        return take (table, table->triples[cell], 3, ret);
    }
    return table->n_runs > 0 && left >= 4 ? quad (table, at, ret) : 0;
}
