/* SPDX-License-Identifier: Apache-2.0
 *
 * svg-image: what this filter is; the work is done by pdf/libmugai-pdf.so.
 */
#include "pdf/pdf.h"

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    return pdf_module_library()->svg (host, call, part);
}

static const mugai_param params[] = {
    [SVG_DPI] = PDF_PARAM_DPI ("resolution of the picture", "画像の解像度"),
    [SVG_PIXELS] = { .name = "pixels",
                     .kind = MUGAI_PARAM_INTEGER,
                     .value = "20000000",
                     .min = 10000,
                     .max = 100000000,
                     .help = "pixels of the picture; a larger one gets a lower resolution",
                     .help_ja = "画素数の上限。大きい画像は解像度を下げる" },
};

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "svg-image",
    .summary = "drawings in SVG become pixels",
    .summary_ja = "SVGの図を画像にする",
    .takes = "svg svgz",
    .gives = "png",
    .runs = MUGAI_RUNS_ISOLATED,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .setup = pdf_module_setup,
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
