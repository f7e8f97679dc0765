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
                      .value = "76",
                      .min = 0,
                      .max = 1000,
                      .help = "columns of a line (20 at least); 0: lines are not folded",
                      .help_ja = "1行の桁数（20以上）。0なら折り返さない" },
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
report (const mugai_host *host, mugai_call *call, const MugaiHtmlTextStats *s, bool cut)
{
    const struct {
        const char *code;
        uint64_t count;
        const char *evidence;
    } rows[] = {
        { "html.hidden-text", s->hidden, s->hidden_text },
        { "html.comment-dropped", s->comments - s->conditional, NULL },
        { "html.conditional", s->conditional - s->conditional_shown, NULL },
        { "html.conditional-shown", s->conditional_shown, NULL },
        { "html.script", s->scripts, NULL },
        { "html.form", s->forms, NULL },
        { "html.frame", s->frames, NULL },
        { "html.object", s->objects, NULL },
        { "html.svg", s->drawings, NULL },
        { "html.remote-image", s->remote - s->tracking, NULL },
        { "html.tracking-image", s->tracking, NULL },
        { "html.remote-style", s->remote_styles, NULL },
        { "html.meta-refresh", s->refresh, NULL },
        { "html.deep", s->too_deep, NULL },
        { "link.script", s->links_dropped, s->dropped_link },
        { "link.shown", s->links, NULL },
        { "html-text.cut", cut, NULL },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].count > 0)
            host->finding (call, rows[i].code, rows[i].count, rows[i].evidence);
    }
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
    return mugai_filter_answer (host, call, part, "text", result, &out);
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
