/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of text-clean. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "text-clean/text-clean.h"

static const mugai_code codes[] = {
    { "text-clean.cut", "the text was too long and was cut", "本文が長すぎるため途中で切りました" },
};

static void
report (const mugai_host *host, mugai_call *call, const MugaiTextCleanStats *stats, bool cut)
{
    const MugaiCleanStats *clean = &stats->clean;
    mugai_filter_count (host, call, "text.control", clean->control);
    mugai_filter_count (host, call, "text.bidi", clean->bidi);
    mugai_filter_count (host, call, "text.invisible",
                        clean->invisible - clean->tags + clean->never);
    mugai_filter_count (host, call, "text.tag-characters", clean->tags);
    mugai_filter_count (host, call, "text.private-use", clean->private_use);
    mugai_filter_count (host, call, "text.undecodable", clean->undecodable + clean->replacement);
    mugai_filter_count (host, call, "text.armour", stats->blocks);
    mugai_filter_count (host, call, "text.notice-imitation", stats->imitations);
    mugai_filter_count (host, call, "link.script", stats->data_links);
    mugai_filter_count (host, call, "text-clean.cut", cut);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiTextCleanOptions options = { .japanese = mugai_filter_japanese (part) };
    MugaiTextCleanStats stats;
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max);
    int result = mugai_text_clean (part->data, part->size, &options, &out, &stats);
    report (host, call, &stats, out.cut);
    return mugai_filter_answer (host, call, part, result, &out);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "text-clean",
    .summary = "take out what a reader cannot see or a program would obey, in UTF-8 text",
    .summary_ja = "UTF-8テキストから、見えない文字と、プログラムが解釈する部分を除く",
    .takes = "family:text dxf",
    .gives = "text",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
