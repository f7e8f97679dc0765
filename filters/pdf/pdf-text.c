/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-text: what this filter is; the work is done by pdf/libmugai-pdf.so. It is a converter: the
 * text it gives is as hostile as any text, and goes through the rules once more.
 */
#include "pdf/pdf.h"

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return pdf_module_library()->text (host, call, part);
}

static const mugai_param params[] = {
    [PDF_TEXT_MARKS] = { .name = "page-marks",
                         .kind = MUGAI_PARAM_BOOLEAN,
                         .value = "yes",
                         .help = "a line with its number before each page",
                         .help_ja = "各ページの前に番号の行を入れる" },
    [PDF_TEXT_PAGES] = PDF_PARAM_PAGES ("2000", 100000),
    [PDF_TEXT_TIME] = PDF_PARAM_TIME,
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
    .setup = pdf_module_setup,
    .inspect = pdf_module_inspect,
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
