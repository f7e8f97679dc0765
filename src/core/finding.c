/* SPDX-License-Identifier: Apache-2.0
 *
 * The catalogue: `area.what`, sorted by code (strcmp); the test insists. Texts are for the reader
 * of a mail or an official at the counter: what was seen, what it means for what arrived. %n: the
 * number, %s: the evidence.
 */
#include "core/finding.h"

#include <string.h>

#define I MUGAI_SEVERITY_INFO
#define N MUGAI_SEVERITY_NOTICE
#define W MUGAI_SEVERITY_WARNING

static const MugaiFindingInfo table[] = {
#include "core/finding.inc"
};

const MugaiFindingInfo *
mugai_finding_info (const char *code)
{
    size_t low = 0, high = sizeof table / sizeof table[0];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp (code, table[middle].code);
        if (order == 0)
            return &table[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const MugaiFindingInfo *
mugai_finding_table (size_t *ret_count)
{
    *ret_count = sizeof table / sizeof table[0];
    return table;
}
