/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of vcard-text. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "vcard-text/vcard-text.h"

enum { FORM_FILE = 0, SUMMARY_MAX = 65536 };

static const mugai_param params[] = {
    { .name = "form",
      .kind = MUGAI_PARAM_WORD,
      .value = "file",
      .words = "file text",
      .help = "file: an address card and a summary in the body; text: the summary alone",
      .help_ja = "file：名刺ファイルと本文中の要約、text：要約だけ" },
};

static const mugai_code codes[] = {
    { "vcard-text.dropped",
      "pictures, keys, web addresses and the like were left out of address cards",
      "名刺データから画像・鍵・Webアドレスなどを除きました" },
    { "vcard-text.none", "there is no address card in the file", "名刺データが見つかりません" },
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max), text = mugai_buffer (SUMMARY_MAX);
    bool file = part->values[0].number == FORM_FILE;
    uint64_t dropped = 0;
    int r =
        vcard_text (part->data, part->size, mugai_filter_japanese (part), &out, &text, &dropped);

    if (r != 0)
        host->reason (call, "vcard-text.none", NULL);
    else
        mugai_filter_count (host, call, "vcard-text.dropped", dropped);
    if (!file)
        host->put_type (call, "text");
    bool ok = r == 0 && (text.size == 0 || host->say (call, text.data, text.size) == 0) &&
              host->put (call, out.data, file ? out.size : 0) == 0;
    mugai_buffer_clear (&out);
    mugai_buffer_clear (&text);
    return ok ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "vcard-text",
    .summary = "build address cards again from their values, with a summary in the body",
    .summary_ja = "名刺データ（vCard）を値から作り直し、要約を本文に添える",
    .takes = "vcf",
    .gives = "vcf text",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
