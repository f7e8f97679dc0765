/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one pass over the content lines with a stack of at most three known components;
 * what lies in an unknown one is skipped by counting BEGIN and END. Each property has a row that
 * says where it may stand and how its value is checked; a line that passes is written again from
 * its pieces.
 */
#include "calendar-text/calendar-text.h"

#include "calendar-text/summary.h"
#include "calendar-text/values.h"
#include "common/card.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    CALENDAR = 1u << 0,
    EVENT = 1u << 1,
    TODO = 1u << 2,
    JOURNAL = 1u << 3,
    FREEBUSY = 1u << 4,
    TIMEZONE = 1u << 5,
    RULE = 1u << 6, /* STANDARD, DAYLIGHT */
    ENTRY = EVENT | TODO | JOURNAL,
    ANY = ENTRY | FREEBUSY,
    DEPTH = 3,
    TEXT_MAX = 32768,  /* bytes of one value */
    LISTED_MAX = 1000, /* values of one list */
    ZONE_MAX = 200,
};

typedef enum Kind {
    TEXT,
    TEXTS,
    TIME,
    TIMES,
    PERIODS,
    DURATION,
    OFFSET,
    INTEGER,
    GEO,
    WORD,
    RECUR,
    PERSON
} Kind;

static const struct {
    const char *name;
    unsigned where;
    Kind kind;
} properties[] = {
    { "METHOD", CALENDAR, WORD },
    { "NAME", CALENDAR, TEXT },
    { "UID", ANY, TEXT },
    { "DTSTAMP", ANY, TIME },
    { "SUMMARY", ENTRY, TEXT },
    { "DESCRIPTION", ENTRY, TEXT },
    { "LOCATION", EVENT | TODO, TEXT },
    { "COMMENT", ANY | RULE, TEXT },
    { "CONTACT", ANY, TEXT },
    { "CATEGORIES", ENTRY, TEXTS },
    { "RESOURCES", EVENT | TODO, TEXTS },
    { "RELATED-TO", ENTRY, TEXT },
    { "DTSTART", ANY | RULE, TIME },
    { "DTEND", EVENT | FREEBUSY, TIME },
    { "DUE", TODO, TIME },
    { "COMPLETED", TODO, TIME },
    { "CREATED", ENTRY, TIME },
    { "LAST-MODIFIED", ENTRY | TIMEZONE, TIME },
    { "RECURRENCE-ID", ANY, TIME },
    { "DURATION", EVENT | TODO | FREEBUSY, DURATION },
    { "RRULE", ENTRY | RULE, RECUR },
    { "RDATE", ENTRY | RULE, TIMES },
    { "EXDATE", ENTRY, TIMES },
    { "FREEBUSY", FREEBUSY, PERIODS },
    { "SEQUENCE", ENTRY, INTEGER },
    { "PRIORITY", EVENT | TODO, INTEGER },
    { "PERCENT-COMPLETE", TODO, INTEGER },
    { "STATUS", ENTRY, WORD },
    { "CLASS", ENTRY, WORD },
    { "TRANSP", EVENT, WORD },
    { "GEO", EVENT | TODO, GEO },
    { "ORGANIZER", ANY, PERSON },
    { "ATTENDEE", ANY, PERSON },
    { "TZID", TIMEZONE, TEXT },
    { "TZNAME", RULE, TEXT },
    { "TZOFFSETFROM", RULE, OFFSET },
    { "TZOFFSETTO", RULE, OFFSET },
};

static const struct {
    const char *name;
    unsigned bit, inside;
} components[] = {
    { "VCALENDAR", CALENDAR, 0 },        { "VEVENT", EVENT, CALENDAR },
    { "VTODO", TODO, CALENDAR },         { "VJOURNAL", JOURNAL, CALENDAR },
    { "VFREEBUSY", FREEBUSY, CALENDAR }, { "VTIMEZONE", TIMEZONE, CALENDAR },
    { "STANDARD", RULE, TIMEZONE },      { "DAYLIGHT", RULE, TIMEZONE },
};

typedef struct Work {
    MugaiBuffer *out;
    MugaiBuffer line; /* the one that is being written */
    CalendarStats *stats;
    CalendarSummary summary;
    size_t stack[DEPTH]; /* rows of components */
    size_t depth, skip;
    bool any;
} Work;

static void
put (Work *w, const char *text)
{
    mugai_buffer_add_text (&w->line, text);
}

static void
end_line (Work *w)
{
    mugai_card_write (w->line.data, w->line.size, w->out);
    w->line.size = 0;
}

static void
put_line (Work *w, const char *first, const char *second)
{
    put (w, first);
    put (w, second);
    end_line (w);
}

static void
put_span (Work *w, MugaiCardSpan span)
{
    mugai_buffer_add (&w->line, span.data, span.size);
}

static void
put_text (Work *w, const MugaiCardLine *line, MugaiCardSpan value)
{
    MugaiBuffer text = mugai_buffer (TEXT_MAX);

    mugai_card_text (line, value, &text);
    mugai_card_escape (text.data, text.size, &w->line);
    mugai_buffer_clear (&text);
}

/* @lead and @value between quotes, on one line and without quotes. Returns: false, and nothing put,
 * when nothing is left of it. */
static bool
put_quoted (Work *w, const char *lead, MugaiCardSpan value)
{
    static const MugaiCardLine plain;
    MugaiBuffer text = mugai_buffer (ZONE_MAX);

    mugai_card_text (&plain, value, &text);
    put (w, text.size > 0 ? lead : "");
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        mugai_buffer_add (&w->line,
                          c == '"'                 ? "'"
                          : c == '\\'              ? "/"
                          : c == '\n' || c == '\t' ? " "
                                                   : &c,
                          1);
    }
    put (w, text.size > 0 ? "\"" : "");
    bool any = text.size > 0;
    mugai_buffer_clear (&text);
    return any;
}

/* -- values
 * ---------------------------------------------------------------------------------------------------
 */

static bool
put_time (Work *w, const MugaiCardLine *line)
{
    MugaiCardSpan zone = mugai_card_param (line, "TZID");
    CalendarTime time;

    if (!value_time (line->value, &time))
        return false;
    if (time.date) {
        put (w, ";VALUE=DATE");
    } else if (!time.utc) {
        put_quoted (w, ";TZID=\"", zone);
    }
    put (w, ":");
    put_span (w, line->value);
    return true;
}

/* All of one form: days, times, or periods. */
static bool
put_times (Work *w, const MugaiCardLine *line, bool periods)
{
    MugaiCardSpan zone = mugai_card_param (line, "TZID"), rest = line->value;
    CalendarTime first = { 0 }, time;
    bool period = periods || memchr (rest.data, '/', rest.size) != NULL;
    size_t n = 0;

    if (rest.size == 0 || rest.data[rest.size - 1] == ',')
        return false;
    for (; rest.size > 0; n++) {
        MugaiCardSpan one = mugai_card_piece (&rest, ',');
        bool good = period ? value_period (one) : value_time (one, &time);
        if (!good || n == LISTED_MAX)
            return false;
        if (n == 0 && !period)
            first = time;
        if (!period && (time.date != first.date || time.utc != first.utc))
            return false;
    }
    if (!periods && period)
        put (w, ";VALUE=PERIOD");
    else if (first.date)
        put (w, ";VALUE=DATE");
    if (!periods && !first.date && !first.utc)
        put_quoted (w, ";TZID=\"", zone);
    put (w, ":");
    put_span (w, line->value);
    return true;
}

static void
put_word_param (Work *w, const MugaiCardLine *line, const char *name)
{
    MugaiCardSpan value = mugai_card_param (line, name);

    if (value.size > 0 && value_word (value)) {
        put (w, ";");
        put (w, name);
        put (w, "=");
        put_span (w, value);
    }
}

static bool
put_person (Work *w, const MugaiCardLine *line)
{
    static const char *const words[] = { "CUTYPE", "ROLE", "PARTSTAT", "RSVP" };
    MugaiCardSpan name = mugai_card_param (line, "CN"), value = line->value;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        put_word_param (w, line, words[i]);
    bool named = put_quoted (w, ";CN=\"", name);
    if (value.size > 7 && strncasecmp (value.data, "mailto:", 7) == 0)
        value = (MugaiCardSpan){ value.data + 7, value.size - 7 };
    while (value.size > 0 && *value.data == ' ')
        value = (MugaiCardSpan){ value.data + 1, value.size - 1 };
    put (w, ":mailto:");
    if (value_address (value))
        put_span (w, value);
    else if (named)
        put (w, "unknown@invalid");
    else
        return false;
    return true;
}

static bool
put_texts (Work *w, const MugaiCardLine *line)
{
    MugaiCardSpan rest = line->value;

    put (w, ":");
    for (bool more = true; more;) {
        size_t left = rest.size;
        MugaiCardSpan piece = mugai_card_piece (&rest, ',');
        more = piece.size < left;
        put_text (w, line, piece);
        put (w, more ? "," : "");
    }
    return true;
}

static bool
put_checked (Work *w, MugaiCardSpan value, bool good)
{
    put (w, ":");
    put_span (w, value);
    return good;
}

static bool
put_value (Work *w, const MugaiCardLine *line, Kind kind)
{
    MugaiCardSpan value = line->value;

    switch (kind) {
    case TEXT:
        put (w, ":");
        put_text (w, line, value);
        return true;
    case TEXTS:
        return put_texts (w, line);
    case TIME:
        return put_time (w, line);
    case TIMES:
        return put_times (w, line, false);
    case PERIODS:
        put_word_param (w, line, "FBTYPE");
        return put_times (w, line, true);
    case DURATION:
        return put_checked (w, value, value_duration (value));
    case OFFSET:
        return put_checked (w, value, value_offset (value));
    case INTEGER:
        return put_checked (w, value, value_integer (value));
    case GEO:
        return put_checked (w, value, value_geo (value));
    case WORD:
        return put_checked (w, value, value_word (value));
    case RECUR:
        while (value.size > 0 && value.data[value.size - 1] == ';')
            value.size--;
        return put_checked (w, value, value_rule (value));
    case PERSON:
        return put_person (w, line);
    }
    return false;
}

/* -- structure
 * ------------------------------------------------------------------------------------------------
 */

static unsigned
place (const Work *w)
{
    return w->depth > 0 ? components[w->stack[w->depth - 1]].bit : 0;
}

static void
open_component (Work *w, size_t row)
{
    w->stack[w->depth++] = row;
    put_line (w, "BEGIN:", components[row].name);
    if (components[row].bit == CALENDAR) {
        put_line (w, "VERSION:2.0", "");
        put_line (w, "PRODID:-//Mugai//Mugai//EN", "");
        w->any = true;
    }
    w->stats->components += (components[row].bit & ANY) != 0;
    if ((components[row].bit & ANY) != 0)
        calendar_summary_begin (&w->summary, components[row].name);
}

static void
close_component (Work *w)
{
    const char *name = components[w->stack[--w->depth]].name;

    if ((components[w->stack[w->depth]].bit & ANY) != 0)
        calendar_summary_end (&w->summary);
    put_line (w, "END:", name);
}

static void
begin (Work *w, MugaiCardSpan name)
{
    for (size_t i = 0; i < sizeof components / sizeof components[0]; i++) {
        if (!mugai_card_span_is (name, components[i].name) || w->depth == DEPTH)
            continue;
        if (w->depth == 0 && components[i].inside == CALENDAR)
            open_component (w, 0); /* an entry without its calendar */
        if (components[i].inside == place (w)) {
            open_component (w, i);
            return;
        }
    }
    w->stats->alarms += mugai_card_span_is (name, "VALARM");
    w->skip = 1;
}

static void
end (Work *w, MugaiCardSpan name)
{
    if (w->depth > 0 && mugai_card_span_is (name, components[w->stack[w->depth - 1]].name))
        close_component (w);
}

static void
drop (Work *w, const MugaiCardLine *line)
{
    static const char *const web[] = { "URL", "TZURL", "SOURCE", "CONFERENCE",
                                       "STYLED-DESCRIPTION" };

    w->stats->dropped++;
    w->stats->attachments +=
        mugai_card_span_is (line->name, "ATTACH") || mugai_card_span_is (line->name, "IMAGE");
    for (size_t i = 0; i < sizeof web / sizeof web[0]; i++)
        w->stats->addresses += mugai_card_span_is (line->name, web[i]);
    if (w->stats->first[0] == '\0' && line->name.size < sizeof w->stats->first)
        memcpy (w->stats->first, line->name.data, line->name.size);
}

static void
property (Work *w, const MugaiCardLine *line)
{
    static const char *const ours[] = { "VERSION", "PRODID", "CALSCALE" };

    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        if (!mugai_card_span_is (line->name, properties[i].name) ||
            (properties[i].where & place (w)) == 0)
            continue;
        w->line.size = 0;
        put (w, properties[i].name);
        if (put_value (w, line, properties[i].kind)) {
            end_line (w);
            calendar_summary_property (&w->summary, properties[i].name, line);
        } else {
            w->line.size = 0;
            w->stats->broken++;
            drop (w, line);
        }
        return;
    }
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (mugai_card_span_is (line->name, ours[i]))
            return;
    drop (w, line);
}

static void
take (Work *w, const MugaiCardLine *line)
{
    bool begins = mugai_card_span_is (line->name, "BEGIN");
    bool ends = mugai_card_span_is (line->name, "END");
    MugaiCardSpan name = line->value;

    while (name.size > 0 && strchr (" \t\r", name.data[name.size - 1]) != NULL)
        name.size--;
    if (w->skip > 0)
        w->skip = begins ? w->skip + 1 : ends ? w->skip - 1 : w->skip;
    else if (begins)
        begin (w, name);
    else if (ends)
        end (w, name);
    else if (w->depth > 0)
        property (w, line);
}

int
calendar_text (const void *data, size_t size, bool japanese, MugaiBuffer *out, MugaiBuffer *summary,
               CalendarStats *stats)
{
    Work w = { .out = out, .line = mugai_buffer (4 * TEXT_MAX), .stats = stats };
    MugaiCard card;
    MugaiCardLine line;

    *stats = (CalendarStats){ 0 };
    w.summary = calendar_summary (japanese, summary);
    bool ok = mugai_card_open (&card, data, size);
    while (ok && mugai_buffer_ok (out) && mugai_card_next (&card, &line))
        take (&w, &line);
    while (w.depth > 0)
        close_component (&w);
    mugai_card_clear (&card);
    calendar_summary_finish (&w.summary);
    calendar_summary_clear (&w.summary);
    ok = ok && !w.line.failed && !out->failed;
    mugai_buffer_clear (&w.line);
    return !ok ? -ENOMEM : !w.any || out->cut ? -EINVAL : 0;
}
