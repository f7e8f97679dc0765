/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of enriched-text. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "enriched-text/enriched-text.h"

static const mugai_code codes[] = {
    { "enriched-text.cut", "the text was too long and was cut",
      "文章が長すぎるため途中で切りました" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max);
    int result = mugai_enriched_text (part->data, part->size, &out);

    mugai_filter_count (host, call, "enriched-text.cut", out.cut);
    return mugai_filter_answer (host, call, part, "text", result, &out);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "enriched-text",
    .summary = "the words of a text/enriched (RFC 1896), without its formatting",
    .summary_ja = "書式つきテキスト（text/enriched）を文字だけにする",
    .takes = "enriched",
    .gives = "text",
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
