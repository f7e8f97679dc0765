/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar-text/summary.h"

#include "calendar-text/rule-words.h"
#include "calendar-text/values.h"

#include <string.h>
#include <strings.h>

enum {
    LINE_MAX_BYTES = 1000,
    ABOUT_MAX = 16384,
    JAPAN = 9 * 60, /* minutes east of UTC */
};

CalendarSummary
calendar_summary (bool japanese, MugaiBuffer *out)
{
    return (CalendarSummary){ .japanese = japanese,
                              .out = out,
                              .title = mugai_buffer (LINE_MAX_BYTES),
                              .place = mugai_buffer (LINE_MAX_BYTES),
                              .host = mugai_buffer (LINE_MAX_BYTES),
                              .about = mugai_buffer (ABOUT_MAX),
                              .when = mugai_buffer (LINE_MAX_BYTES),
                              .rule = mugai_buffer (LINE_MAX_BYTES),
                              .until = mugai_buffer (LINE_MAX_BYTES) };
}

static void
reset (CalendarSummary *s)
{
    MugaiBuffer *all[] = {
        &s->title, &s->place, &s->host, &s->about, &s->when, &s->until, &s->rule
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        mugai_buffer_clear (all[i]);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        *all[i] = mugai_buffer (all[i]->max);
    s->guests = 0;
}

void
calendar_summary_clear (CalendarSummary *s)
{
    reset (s);
}

void
calendar_summary_begin (CalendarSummary *s, const char *component)
{
    reset (s);
    s->open = true;
    s->free = strcmp (component, "VFREEBUSY") == 0;
    s->entries += !s->free;
}

static void
put_time (CalendarSummary *s, const MugaiCardLine *line, MugaiBuffer *out)
{
    static const char *const days[] = { "木", "金", "土", "日", "月", "火", "水" };
    static const char *const english[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
    MugaiCardSpan zone = mugai_card_param (line, "TZID");
    CalendarTime t;

    if (!value_time (line->value, &t))
        return;
    if (t.utc && s->japanese)
        value_shift (&t, JAPAN);
    int64_t day = (value_days (t.year, t.month, t.day) % 7 + 7) % 7;
    if (s->japanese)
        mugai_buffer_printf (out, "%d年%d月%d日(%s)", t.year, t.month, t.day, days[day]);
    else
        mugai_buffer_printf (out, "%s, %04d-%02d-%02d", english[day], t.year, t.month, t.day);
    if (t.date)
        return;
    mugai_buffer_printf (out, " %d:%02d", t.hour, t.minute);
    if (t.utc)
        mugai_buffer_add_text (out, s->japanese ? "（日本時間）" : " UTC");
    else if (zone.size > 0 && !mugai_card_span_is (zone, "Asia/Tokyo") &&
             !mugai_card_span_is (zone, "Tokyo Standard Time")) {
        mugai_buffer_add_text (out, s->japanese ? "（" : " (");
        mugai_card_text (line, zone, out);
        mugai_buffer_add_text (out, s->japanese ? "）" : ")");
    }
}

static void
put_person (const MugaiCardLine *line, MugaiBuffer *out)
{
    static const MugaiCardLine plain;
    MugaiCardSpan name = mugai_card_param (line, "CN"), value = line->value;

    if (value.size > 7 && strncasecmp (value.data, "mailto:", 7) == 0)
        value = (MugaiCardSpan){ value.data + 7, value.size - 7 };
    if (name.size > 0)
        mugai_card_text (&plain, name, out);
    if (value_address (value)) {
        mugai_buffer_add_text (out, name.size > 0 ? " <" : "");
        mugai_buffer_add (out, value.data, value.size);
        mugai_buffer_add_text (out, name.size > 0 ? ">" : "");
    }
}

void
calendar_summary_property (CalendarSummary *s, const char *name, const MugaiCardLine *line)
{
    const struct {
        const char *name;
        MugaiBuffer *out;
    } texts[] = { { "SUMMARY", &s->title },
                  { "LOCATION", &s->place },
                  { "DESCRIPTION", &s->about } };

    if (!s->open)
        return;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp (name, texts[i].name) == 0 && texts[i].out->size == 0)
            mugai_card_text (line, line->value, texts[i].out);
    if (strcmp (name, "DTSTART") == 0 && s->when.size == 0)
        put_time (s, line, &s->when);
    else if ((strcmp (name, "DTEND") == 0 || strcmp (name, "DUE") == 0) && s->until.size == 0)
        put_time (s, line, &s->until);
    else if (strcmp (name, "ORGANIZER") == 0 && s->host.size == 0)
        put_person (line, &s->host);
    else if (strcmp (name, "RRULE") == 0 && s->rule.size == 0)
        rule_words (line->value, s->japanese, &s->rule);
    s->guests += strcmp (name, "ATTENDEE") == 0;
}

static void
row (CalendarSummary *s, const char *ja, const char *en, const MugaiBuffer *value)
{
    if (value->size == 0)
        return;
    mugai_buffer_add_text (s->out, s->japanese ? ja : en);
    mugai_buffer_add_text (s->out, s->japanese ? "：" : ": ");
    for (size_t i = 0; i < value->size; i++)
        mugai_buffer_add (s->out, value->data[i] == '\n' ? " " : &value->data[i], 1);
    mugai_buffer_add_text (s->out, "\n");
}

void
calendar_summary_end (CalendarSummary *s)
{
    if (!s->open)
        return;
    s->open = false;
    if (s->free || s->entries > CALENDAR_SUMMARY_ENTRIES)
        return;
    if (s->until.size > 0) {
        mugai_buffer_add_text (&s->when, s->japanese ? " ～ " : " - ");
        mugai_buffer_add (&s->when, s->until.data, s->until.size);
    }
    mugai_buffer_add_text (s->out, s->out->size > 0 ? "\n" : "");
    mugai_buffer_add_text (s->out, s->japanese ? "【予定】\n" : "[Calendar entry]\n");
    row (s, "件名", "Subject", &s->title);
    row (s, "日時", "When", &s->when);
    row (s, "繰り返し", "Repeats", &s->rule);
    row (s, "場所", "Where", &s->place);
    row (s, "主催者", "Organizer", &s->host);
    if (s->guests > 0)
        mugai_buffer_printf (s->out, s->japanese ? "参加者：%u名\n" : "Attendees: %u\n", s->guests);
    if (s->about.size > 0) {
        mugai_buffer_add_text (s->out, "\n");
        mugai_buffer_add (s->out, s->about.data, s->about.size);
        mugai_buffer_add_text (s->out, s->about.data[s->about.size - 1] == '\n' ? "" : "\n");
    }
}

void
calendar_summary_finish (CalendarSummary *s)
{
    if (s->entries > CALENDAR_SUMMARY_ENTRIES)
        mugai_buffer_printf (s->out,
                             s->japanese ? "\n（ほかに予定が%u件あります）\n"
                                         : "\n(and %u more calendar entries)\n",
                             s->entries - CALENDAR_SUMMARY_ENTRIES);
}
