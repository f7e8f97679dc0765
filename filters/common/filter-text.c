/* SPDX-License-Identifier: Apache-2.0 */
#include "common/filter-text.h"

#include <string.h>

void
mugai_filter_count (const mugai_host *host, mugai_call *call, const char *code, uint64_t count)
{
    if (count > 0)
        host->finding (call, code, count, NULL);
}

mugai_verdict_t
mugai_filter_answer (const mugai_host *host, mugai_call *call, const mugai_part *part,
                     const char *type, int result, MugaiBuffer *out)
{
    bool same = out->size == part->size && out->size > 0 &&
                memcmp (out->data, part->data, out->size) == 0 && strcmp (part->type, type) == 0;
    bool ok = result == 0 && (same || host->put (call, out->data, out->size) == 0);
    mugai_buffer_clear (out);
    if (!ok)
        return MUGAI_REFUSE;
    return same ? MUGAI_KEEP : MUGAI_REPLACE;
}

bool
mugai_filter_japanese (const mugai_part *part)
{
    return part->language == NULL || strcmp (part->language, "en") != 0;
}
