/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of csv-guard. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "csv-guard/csv-guard.h"

static const mugai_code codes[] = {
    { "csv-guard.formula", "cells that a spreadsheet would take for formulas were made texts",
      "表計算ソフトが数式とみなすセルを文字列にしました" },
    { "csv-guard.malformed", "it is no proper table of comma-separated values",
      "CSVとして正しい形ではありません" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max);
    MugaiCsvStats stats;
    int result = mugai_csv_guard ((const char *)part->data, part->size, &out, &stats);

    if (result != 0)
        host->reason (call, "csv-guard.malformed", NULL);
    mugai_filter_count (host, call, "csv-guard.formula", stats.guarded);
    return mugai_filter_answer (host, call, part, "csv", out.cut ? -1 : result, &out);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "csv-guard",
    .summary = "tables (CSV, TSV): formulas become texts; UTF-8 with byte order mark",
    .summary_ja = "表（CSV・TSV）の数式を文字列にし、BOM付きUTF-8で整える",
    .takes = "csv tsv text",
    .gives = "csv",
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
