/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of html-text. Process: the walk. Trust: input is hostile.
 */
#include "common/filter-text.h"
#include "html-text/html-text.h"

enum { PARAM_WIDTH, PARAM_HIDDEN, PARAM_LINKS };

static const mugai_param params[] = {
    [PARAM_WIDTH] = { .name = "width",
                      .kind = MUGAI_PARAM_INTEGER,
                      .unit = "columns",
                      .value = "78",
                      .min = 20,
                      .max = 1000,
                      .help = "columns a table may take; a wider one is written row by row",
                      .help_ja = "表に使う桁数。収まらない表は行ごとに書く" },
    [PARAM_HIDDEN] = { .name = "hidden",
                       .kind = MUGAI_PARAM_WORD,
                       .value = "drop",
                       .words = "drop show",
                       .help = "text that is invisible in the original",
                       .help_ja = "元の表示では見えない文字の扱い" },
    [PARAM_LINKS] = { .name = "links",
                      .kind = MUGAI_PARAM_BOOLEAN,
                      .value = "yes",
                      .help = "write the target of a link after its text",
                      .help_ja = "リンクの文字の後に実際のアドレスを書く" },
};

static const mugai_code codes[] = {
    { "html-text.cut", "the page was too long and was cut", "HTMLが長すぎるため途中で切りました" },
};

static void
report (const mugai_host *host, mugai_call *call, const MugaiHtmlTextStats *stats, bool cut)
{
    mugai_filter_count (host, call, "html.hidden-text", stats->hidden);
    mugai_filter_count (host, call, "html.comment-dropped", stats->comments);
    mugai_filter_count (host, call, "html.script", stats->scripts);
    mugai_filter_count (host, call, "html.form", stats->forms);
    mugai_filter_count (host, call, "html.frame", stats->frames);
    mugai_filter_count (host, call, "html.remote-image", stats->remote);
    mugai_filter_count (host, call, "html.link-mismatch", stats->deceiving);
    mugai_filter_count (host, call, "html.deep", stats->too_deep);
    mugai_filter_count (host, call, "link.script", stats->links_dropped);
    mugai_filter_count (host, call, "link.shown", stats->links);
    mugai_filter_count (host, call, "html-text.cut", cut);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiHtmlTextOptions options = mugai_html_text_options();
    options.japanese = mugai_filter_japanese (part);
    if (part->n_values > PARAM_LINKS) {
        options.width = (size_t)part->values[PARAM_WIDTH].number;
        options.show_hidden = part->values[PARAM_HIDDEN].number == 1;
        options.show_links = part->values[PARAM_LINKS].number != 0;
    }
    MugaiHtmlTextStats stats;
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max);
    int result = mugai_html_text (part->data, part->size, &options, &out, &stats);
    if (result == 0)
        report (host, call, &stats, out.cut);
    return mugai_filter_answer (host, call, part, result, &out);
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "html-text",
    .summary = "the text of an HTML page as a reader would see it",
    .summary_ja = "HTMLを、読者に見えるとおりのテキストにする",
    .takes = "html",
    .gives = "text",
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
