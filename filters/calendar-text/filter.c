/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of calendar-text. Process: the walk. Trust: input is hostile.
 */
#include "calendar-text/calendar-text.h"
#include "common/filter-text.h"

enum { SUMMARY_MAX = 65536, PARAM_FORM = 0, FORM_FILE = 0 };

static const mugai_param params[] = {
    [PARAM_FORM] = { .name = "form",
                     .kind = MUGAI_PARAM_WORD,
                     .value = "file",
                     .words = "file text",
                     .help =
                         "file: a calendar file and a summary in the body; text: the summary alone",
                     .help_ja = "file：予定ファイルと本文中の要約、text：要約だけ" },
};

static const mugai_code codes[] = {
    { "calendar-text.alarm", "reminders of calendar entries were left out",
      "予定の通知設定を除きました" },
    { "calendar-text.attachment", "attachments and pictures of calendar entries were left out",
      "予定に埋め込まれた添付や画像を除きました" },
    { "calendar-text.web", "web addresses of calendar entries were left out",
      "予定に付いたWebアドレスを除きました" },
    { "calendar-text.broken", "values of calendar entries could not be read and were left out",
      "予定の読み取れない項目を除きました" },
    { "calendar-text.none", "there is no calendar in the file", "予定のデータが見つかりません" },
};

static void
report (const mugai_host *host, mugai_call *call, const CalendarStats *stats)
{
    mugai_filter_count (host, call, "calendar-text.alarm", stats->alarms);
    mugai_filter_count (host, call, "calendar-text.attachment", stats->attachments);
    mugai_filter_count (host, call, "calendar-text.web", stats->addresses);
    mugai_filter_count (host, call, "calendar-text.broken", stats->broken);
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    MugaiBuffer out = mugai_buffer ((size_t)part->output_max), text = mugai_buffer (SUMMARY_MAX);
    CalendarStats stats;
    bool file = part->values[PARAM_FORM].number == FORM_FILE;
    int r =
        calendar_text (part->data, part->size, mugai_filter_japanese (part), &out, &text, &stats);

    if (r != 0)
        host->reason (call, "calendar-text.none", NULL);
    else
        report (host, call, &stats);
    if (!file) { /* nothing but the summary */
        mugai_buffer_clear (&out);
        host->put_type (call, "text");
    }
    bool ok = r == 0 && (text.size == 0 || host->say (call, text.data, text.size) == 0) &&
              (file || text.size > 0) && host->put (call, out.data, out.size) == 0;
    mugai_buffer_clear (&out);
    mugai_buffer_clear (&text);
    return ok ? MUGAI_REPLACE : MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "calendar-text",
    .summary = "build calendar files again from their values, with a summary in the body",
    .summary_ja = "予定（カレンダー）ファイルを値から作り直し、要約を本文に添える",
    .takes = "ics",
    .gives = "ics text",
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
