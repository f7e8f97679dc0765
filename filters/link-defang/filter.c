/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of link-defang. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "link-defang/link-defang.h"

enum { PARAM_FORM, PARAM_TRUSTED };

static const mugai_param params[] = {
    [PARAM_FORM] = { .name = "form",
                     .kind = MUGAI_PARAM_WORD,
                     .value = "show",
                     .words = "show defang drop",
                     .help = "web addresses: as they are, as hxxps://host[.]example, or left out",
                     .help_ja = "Webアドレスの扱い: そのまま / hxxps://host[.]exampleの形 / 除く" },
    [PARAM_TRUSTED] = { .name = "trusted",
                        .kind = MUGAI_PARAM_TEXT,
                        .value = "",
                        .help =
                            "domains (with all below) whose links stay as they are: lg.jp go.jp",
                        .help_ja =
                            "リンクをそのまま残すドメイン（下位を含む。空白区切り）: lg.jp go.jp" },
};

static void
tell (const mugai_host *host, mugai_call *call, const char *code, const MugaiLinkCount *c)
{
    if (c->count > 0)
        host->finding (call, code, c->count, c->first);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiLinkOptions options = { .japanese = mugai_filter_japanese (part) };
    if (part->n_values > PARAM_FORM)
        options.form = (MugaiLinkForm)part->values[PARAM_FORM].number;
    if (part->n_values > PARAM_TRUSTED)
        options.trusted = part->values[PARAM_TRUSTED].text;
    MugaiLinkStats stats;
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max);
    int result = mugai_link_defang (part->data, part->size, &options, &out, &stats);
    mugai_filter_count (host, call, "link.local", stats.broken);
    mugai_filter_count (host, call, "link.script", stats.data);
    if (options.form != MUGAI_LINK_SHOW)
        mugai_filter_count (host, call,
                            options.form == MUGAI_LINK_DEFANG ? "link.defanged" : "link.dropped",
                            stats.bent);
    tell (host, call, "html.link-mismatch", &stats.deceiving);
    tell (host, call, "link.credentials", &stats.user);
    tell (host, call, "link.disguised", &stats.disguised);
    tell (host, call, "link.imitating", &stats.imitating);
    tell (host, call, "link.ip-address", &stats.number);
    tell (host, call, "link.punycode", &stats.idn);
    tell (host, call, "link.trusted", &stats.trusted);
    return mugai_filter_answer (host, call, part, "text", out.cut ? -1 : result, &out);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "link-defang",
    .summary = "make addresses other than web and mail unclickable in text; web ones as wished",
    .summary_ja = "テキスト中のWeb・メール以外のアドレスをクリックできない形にする",
    .takes = "text",
    .gives = "text",
    .runs = MUGAI_RUNS_WALK,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .run = run,
};

const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
