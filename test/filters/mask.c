/* SPDX-License-Identifier: Apache-2.0
 *
 * mask: the smallest filter of texts: every digit becomes '*'. For tests of the chain; idempotent.
 */
#include <mugai/filter.h>

static const mugai_code codes[] = {
    { "mask.masked", "digits were masked", "数字を伏せました" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    uint64_t masked = 0;

    for (size_t i = 0; i < part->size; i++) {
        char c = (char)part->data[i];
        if (c >= '0' && c <= '9') {
            c = '*';
            masked++;
        }
        if (host->put (call, &c, 1) != 0)
            return MUGAI_REFUSE;
    }
    if (part->size == 0)
        return MUGAI_KEEP;
    if (masked > 0)
        host->finding (call, "mask.masked", masked, NULL);
    return MUGAI_REPLACE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "mask",
    .summary = "digits become asterisks",
    .summary_ja = "数字を伏せ字にする",
    .takes = "text csv",
    .gives = "text csv",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
