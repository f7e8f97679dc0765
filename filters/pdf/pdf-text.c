/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-text: what this filter is; the work is done by pdf/libmugai-pdf.so. It is a converter: the
 * text it gives is as hostile as any text, and goes through the rules once more.
 */
#include "pdf/pdf.h"

static const MugaiPdfApi *api;

static int
setup (const mugai_host *host)
{
    (void)host;
    api = mugai_pdf_load ((const void *)&api);
    return api != NULL ? 0 : -1;
}

static int
inspect (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return api->inspect (host, call, part);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return api->text (host, call, part);
}

static const mugai_param params[] = {
    [PDF_TEXT_MARKS] = { .name = "page-marks",
                         .kind = MUGAI_PARAM_BOOLEAN,
                         .value = "yes",
                         .help = "a line with its number before each page",
                         .help_ja = "各ページの前に番号の行を入れる" },
    [PDF_TEXT_PAGES] = { .name = "pages",
                         .kind = MUGAI_PARAM_INTEGER,
                         .value = "2000",
                         .min = 1,
                         .max = 100000,
                         .help = "more pages are refused",
                         .help_ja = "ページ数の上限" },
    [PDF_TEXT_TIME] = { .name = "time",
                        .kind = MUGAI_PARAM_TIME,
                        .value = "20s",
                        .min = 100000,
                        .max = 100000000,
                        .help = "time for all pages; below limits.filter-time",
                        .help_ja = "全ページの処理時間。limits.filter-timeより短くする" },
};

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "pdf-text",
    .summary = "the text of a PDF's pages, as a text that goes through the rules again",
    .summary_ja = "PDFの各ページの文字をテキストとして取り出し、もう一度規則にかける",
    .takes = "pdf",
    .gives = "text",
    .runs = MUGAI_RUNS_CONVERTER,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .setup = setup,
    .inspect = inspect,
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
