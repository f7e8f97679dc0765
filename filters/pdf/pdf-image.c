/* SPDX-License-Identifier: Apache-2.0
 *
 * pdf-image: what this filter is; the work is done by pdf/libmugai-pdf.so.
 */
#include "pdf/pdf.h"

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return pdf_module_library()->image (host, call, part);
}

static const mugai_param params[] = {
    [PDF_IMAGE_DPI] = PDF_PARAM_DPI ("resolution of the pages", "ページの解像度"),
    [PDF_IMAGE_TEXT] = { .name = "text-layer",
                         .kind = MUGAI_PARAM_BOOLEAN,
                         .value = "yes",
                         .help = "an invisible layer of text, for searching and copying",
                         .help_ja = "検索とコピーのための見えない文字層を付ける" },
    [PDF_IMAGE_CODING] = { .name = "coding",
                           .kind = MUGAI_PARAM_WORD,
                           .words = "auto lossless",
                           .value = "auto",
                           .help =
                               "auto: few colours or JPEG, by content; lossless: every pixel exact",
                           .help_ja =
                               "auto：内容により少ない色数またはJPEG、lossless：画素を変えない" },
    [PDF_IMAGE_PAGES] = PDF_PARAM_PAGES ("1000", 2000),
    [PDF_IMAGE_PIXELS] = { .name = "pixels",
                           .kind = MUGAI_PARAM_INTEGER,
                           .value = "40000000",
                           .min = 10000,
                           .max = 100000000,
                           .help = "pixels of one page; a larger page gets a lower resolution",
                           .help_ja = "1ページの画素数の上限。大きいページは解像度を下げる" },
    [PDF_IMAGE_PAGE_TIME] = { .name = "page-time",
                              .kind = MUGAI_PARAM_TIME,
                              .value = "5s",
                              .min = 100000,
                              .max = 100000000,
                              .help = "time for one page; beyond it the page says that it could "
                                      "not be shown",
                              .help_ja = "1ページの処理時間。超えるとその旨のページを入れる" },
    [PDF_IMAGE_TIME] = PDF_PARAM_TIME,
};

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "pdf-image",
    .summary = "pages of a PDF become pixels with an invisible layer of text, in a new PDF",
    .summary_ja = "PDFの各ページを画像にし、検索用の文字層を付けて新しいPDFにする",
    .takes = "pdf",
    .gives = "pdf",
    .runs = MUGAI_RUNS_ISOLATED,
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
