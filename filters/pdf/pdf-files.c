/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-files: what this filter is; the work is done by pdf/libmugai-pdf.so.
 */
#include "pdf/pdf.h"

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return pdf_module_library()->files (host, call, part);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "pdf-files",
    .summary = "a PDF and the files embedded in it, each by the rules, as an archive",
    .summary_ja = "PDFとその添付ファイルを、それぞれ規則に従って処理し、ZIPにまとめる",
    .takes = "pdf",
    .gives = "zip",
    .runs = MUGAI_RUNS_CONVERTER,
    .container = MUGAI_CONTAINER_ARCHIVE,
    .deterministic = 1,
    .setup = pdf_module_setup,
    .inspect = pdf_module_inspect,
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
