/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the parts of the rule are found by name; those that are said in words (interval,
 * days, count, until) stand in the order of a sentence. Of the others it is said that they are
 * there.
 */
#include "calendar-text/rule-words.h"

#include "calendar-text/values.h"

#include <stdlib.h>
#include <string.h>

enum { JAPAN = 9 * 60 /* minutes east of UTC */, NUMBER_MAX = 15 };

typedef struct Rule {
    MugaiCardSpan frequency, interval, count, until, days, dates;
    bool more; /* parts that are not said */
    bool japanese;
    MugaiBuffer *out;
} Rule;

static Rule
take_apart (MugaiCardSpan s)
{
    Rule r = { 0 };
    const struct {
        const char *name;
        MugaiCardSpan *value;
    } parts[] = {
        { "FREQ", &r.frequency }, { "INTERVAL", &r.interval }, { "COUNT", &r.count },
        { "UNTIL", &r.until },    { "BYDAY", &r.days },        { "BYMONTHDAY", &r.dates },
    };

    while (s.size > 0) {
        MugaiCardSpan value = mugai_card_piece (&s, ';');
        MugaiCardSpan name = mugai_card_piece (&value, '=');
        bool said = mugai_card_span_is (name, "WKST");
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            if (mugai_card_span_is (name, parts[i].name)) {
                *parts[i].value = value;
                said = true;
            }
        r.more = r.more || !said;
    }
    return r;
}

/* Checked digits, with an optional sign. */
static long
number (MugaiCardSpan s)
{
    char text[NUMBER_MAX + 1] = "";

    memcpy (text, s.data != NULL ? s.data : "", s.size < NUMBER_MAX ? s.size : NUMBER_MAX);
    return strtol (text, NULL, 10);
}

static void
say (const Rule *r, const char *ja, const char *en)
{
    mugai_buffer_add_text (r->out, r->japanese ? ja : en);
}

static void
put_frequency (const Rule *r)
{
    static const struct {
        const char *name, *ja, *en, *ja_unit, *en_unit;
    } words[] = {
        { "DAILY", "毎日", "every day", "日", "days" },
        { "WEEKLY", "毎週", "every week", "週間", "weeks" },
        { "MONTHLY", "毎月", "every month", "か月", "months" },
        { "YEARLY", "毎年", "every year", "年", "years" },
        { "HOURLY", "毎時", "every hour", "時間", "hours" },
        { "MINUTELY", "毎分", "every minute", "分", "minutes" },
        { "SECONDLY", "毎秒", "every second", "秒", "seconds" },
    };
    long n = number (r->interval);

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!mugai_card_span_is (r->frequency, words[i].name))
            continue;
        if (n > 1)
            mugai_buffer_printf (r->out, r->japanese ? "%ld%sごと" : "every %ld %s", n,
                                 r->japanese ? words[i].ja_unit : words[i].en_unit);
        else
            say (r, words[i].ja, words[i].en);
    }
}

/* "MO", "2MO", "-1FR". */
static void
put_day (const Rule *r, MugaiCardSpan day)
{
    static const char names[] = "SUMOTUWETHFRSA";
    static const char *const ja[] = { "日曜", "月曜", "火曜", "水曜", "木曜", "金曜", "土曜" };
    static const char *const en[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    MugaiCardSpan which = { day.data, day.size - 2 };
    long n = number (which);

    if (n == -1)
        say (r, "最終", "last ");
    else if (n < 0)
        mugai_buffer_printf (r->out, r->japanese ? "最後から%ld番目の" : "%ld. last ", -n);
    else if (n > 0)
        mugai_buffer_printf (r->out, r->japanese ? "第%ld" : "%ld. ", n);
    for (size_t i = 0; i < 7; i++)
        if (memcmp (names + 2 * i, day.data + day.size - 2, 2) == 0)
            say (r, ja[i], en[i]);
}

static void
put_date (const Rule *r, MugaiCardSpan date)
{
    long n = number (date);

    if (n == -1)
        say (r, "末日", "the last day");
    else if (n < 0)
        mugai_buffer_printf (r->out, r->japanese ? "末日から%ld日前" : "%ld days before the last",
                             -n - 1);
    else
        mugai_buffer_printf (r->out, r->japanese ? "%ld日" : "day %ld", n);
}

static void
put_list (const Rule *r, MugaiCardSpan list, size_t least,
          void (*put) (const Rule *, MugaiCardSpan))
{
    const char *lead = r->japanese ? "" : " on ";

    while (list.size > 0) {
        MugaiCardSpan one = mugai_card_piece (&list, ',');
        if (one.size < least)
            continue;
        mugai_buffer_add_text (r->out, lead);
        put (r, one);
        lead = r->japanese ? "・" : ", ";
    }
}

static void
put_until (const Rule *r)
{
    CalendarTime t;

    if (!value_time (r->until, &t))
        return;
    if (t.utc && r->japanese)
        value_shift (&t, JAPAN);
    mugai_buffer_printf (r->out, r->japanese ? "（%d年%d月%d日まで）" : " (until %04d-%02d-%02d)",
                         t.year, t.month, t.day);
}

void
rule_words (MugaiCardSpan rule, bool japanese, MugaiBuffer *out)
{
    Rule r = take_apart (rule);

    r.japanese = japanese;
    r.out = out;
    put_frequency (&r);
    put_list (&r, r.days, 2, put_day);
    put_list (&r, r.dates, 1, put_date);
    if (r.count.size > 0)
        mugai_buffer_printf (out, japanese ? "（%ld回）" : " (%ld times)", number (r.count));
    put_until (&r);
    if (r.more)
        say (&r, "（ほかに条件があります）", " (with further conditions)");
}
