/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar-text and vcard-text: what comes out is in the verifier's grammar, and stays as it is
 * when it goes through again. The first byte chooses. The recognisers alone see the input, too.
 */
#include "calendar-text/calendar-text.h"
#include "vcard-text/vcard-text.h"
#include "verify/card.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static int
build (bool calendar, const void *data, size_t size, MugaiBuffer *out)
{
    MugaiBuffer summary = mugai_buffer (1 << 16);
    CalendarStats stats;
    uint64_t dropped;
    int r = calendar ? calendar_text (data, size, true, out, &summary, &stats)
                     : vcard_text (data, size, true, out, &summary, &dropped);

    mugai_buffer_clear (&summary);
    return r;
}

static bool
check (bool calendar, const void *data, size_t size)
{
    MugaiVerifyLimits limits = {
        .output = 1 << 24, .expanded = 1 << 24, .parts = 10, .memory = 1 << 26
    };
    MugaiVerifyResult result = { 0 };
    MugaiCheck c = { .limits = &limits, .result = &result };

    return calendar ? mugai_calendar_check (&c, data, size) : mugai_vcard_check (&c, data, size);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiBuffer once = mugai_buffer (1 << 22), twice = mugai_buffer (1 << 22);
    bool calendar = size > 0 && data[0] != 'V';

    if (size > 0)
        check (calendar, data + 1, size - 1);
    if (size > 0 && build (calendar, data + 1, size - 1, &once) == 0) {
        if (!check (calendar, once.data, once.size) ||
            build (calendar, once.data, once.size, &twice) != 0 || twice.size != once.size ||
            memcmp (once.data, twice.data, once.size) != 0)
            abort();
    }
    mugai_buffer_clear (&once);
    mugai_buffer_clear (&twice);
    return 0;
}
