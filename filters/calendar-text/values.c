/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar-text/values.h"

#include <string.h>

enum { ADDRESS_MAX = 254 };

static bool
digits (MugaiCardSpan *s, size_t n, int *ret)
{
    *ret = 0;
    if (s->size < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s->data[i] < '0' || s->data[i] > '9')
            return false;
        *ret = *ret * 10 + (s->data[i] - '0');
    }
    s->data += n;
    s->size -= n;
    return true;
}

static bool
take (MugaiCardSpan *s, char c)
{
    if (s->size == 0 || *s->data != c)
        return false;
    s->data++;
    s->size--;
    return true;
}

static int
days_in (int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

bool
value_time (MugaiCardSpan s, CalendarTime *ret)
{
    CalendarTime t = { .date = s.size == 8 };

    if (!digits (&s, 4, &t.year) || !digits (&s, 2, &t.month) || !digits (&s, 2, &t.day) ||
        t.year < 1 || t.month < 1 || t.month > 12 || t.day < 1 || t.day > days_in (t.year, t.month))
        return false;
    if (!t.date) {
        if (!take (&s, 'T') || !digits (&s, 2, &t.hour) || !digits (&s, 2, &t.minute) ||
            !digits (&s, 2, &t.second) || t.hour > 23 || t.minute > 59 || t.second > 59)
            return false;
        t.utc = take (&s, 'Z');
    }
    *ret = t;
    return s.size == 0;
}

/* Digits and one of @units, in order, each at most once. Returns: how many. */
static unsigned
amounts (MugaiCardSpan *s, const char *units)
{
    unsigned found = 0;

    while (s->size > 0 && *units != '\0') {
        size_t n = 0;
        while (n < s->size && n < 6 && s->data[n] >= '0' && s->data[n] <= '9')
            n++;
        const char *unit =
            n > 0 && n < s->size && s->data[n] != '\0' ? strchr (units, s->data[n]) : NULL;
        if (unit == NULL)
            break;
        s->data += n + 1;
        s->size -= n + 1;
        units = unit + 1;
        found++;
    }
    return found;
}

bool
value_duration (MugaiCardSpan s)
{
    if (s.size > 0 && (*s.data == '+' || *s.data == '-'))
        take (&s, *s.data);
    if (!take (&s, 'P'))
        return false;
    unsigned n = amounts (&s, "W");
    n += n == 0 ? amounts (&s, "D") : 0;
    if (take (&s, 'T')) {
        unsigned times = amounts (&s, "HMS");
        if (times == 0)
            return false;
        n += times;
    }
    return n > 0 && s.size == 0;
}

bool
value_period (MugaiCardSpan s)
{
    MugaiCardSpan start = mugai_card_piece (&s, '/');
    CalendarTime a, b;

    return value_time (start, &a) && !a.date &&
           ((value_time (s, &b) && !b.date) || value_duration (s));
}

bool
value_offset (MugaiCardSpan s)
{
    int hour, minute, second = 0;

    if (!take (&s, '+') && !take (&s, '-'))
        return false;
    if (!digits (&s, 2, &hour) || !digits (&s, 2, &minute) || hour > 23 || minute > 59)
        return false;
    return s.size == 0 || (digits (&s, 2, &second) && second < 60 && s.size == 0);
}

bool
value_integer (MugaiCardSpan s)
{
    int number;

    take (&s, '-');
    return s.size > 0 && s.size <= 9 && digits (&s, s.size, &number);
}

static bool
number (MugaiCardSpan s)
{
    size_t dots = 0, figures = 0;

    if (s.size > 0 && (*s.data == '+' || *s.data == '-'))
        take (&s, *s.data);
    for (size_t i = 0; i < s.size; i++) {
        dots += s.data[i] == '.';
        figures += s.data[i] >= '0' && s.data[i] <= '9';
    }
    return figures > 0 && dots <= 1 && dots + figures == s.size && s.size <= 20;
}

bool
value_geo (MugaiCardSpan s)
{
    MugaiCardSpan first = mugai_card_piece (&s, ';');

    return number (first) && number (s);
}

bool
value_word (MugaiCardSpan s)
{
    for (size_t i = 0; i < s.size; i++)
        if ((s.data[i] < 'A' || s.data[i] > 'Z') && s.data[i] != '-')
            return false;
    return s.size > 0 && s.size <= 20;
}

/* A list of numbers from -@max to @max; with @day a day of the week behind each. */
static bool
numbers (MugaiCardSpan s, int max, bool day)
{
    static const char *const days[] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };

    if (s.size == 0 || s.data[s.size - 1] == ',')
        return false;
    while (s.size > 0) {
        MugaiCardSpan one = mugai_card_piece (&s, ',');
        bool found = !day;

        for (size_t i = 0; day && i < 7 && one.size >= 2; i++)
            found = found || memcmp (one.data + one.size - 2, days[i], 2) == 0;
        if (!found)
            return false;
        one.size -= day ? 2 : 0;
        if (day && one.size == 0)
            continue;
        int n;
        if (one.size > 0 && (*one.data == '+' || *one.data == '-'))
            take (&one, *one.data);
        if (one.size == 0 || one.size > 9 || !digits (&one, one.size, &n) || n > max)
            return false;
    }
    return true;
}

static bool
rule_part (MugaiCardSpan name, MugaiCardSpan value, unsigned *seen)
{
    static const struct {
        const char *name;
        int max;
        bool day;
    } parts[] = {
        { "INTERVAL", 99999, false }, { "COUNT", 999999, false },  { "BYSECOND", 60, false },
        { "BYMINUTE", 59, false },    { "BYHOUR", 23, false },     { "BYDAY", 53, true },
        { "BYMONTHDAY", 31, false },  { "BYYEARDAY", 366, false }, { "BYWEEKNO", 53, false },
        { "BYMONTH", 12, false },     { "BYSETPOS", 366, false },  { "WKST", 0, true },
    };
    CalendarTime until;

    if (name.size == 5 && memcmp (name.data, "UNTIL", 5) == 0)
        return (*seen & 1) == 0 && (*seen |= 1, value_time (value, &until));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (name.size != strlen (parts[i].name) ||
            memcmp (name.data, parts[i].name, name.size) != 0)
            continue;
        unsigned bit = 2u << i;
        if ((*seen & bit) != 0)
            return false;
        *seen |= bit;
        return numbers (value, parts[i].max, parts[i].day);
    }
    return false;
}

bool
value_rule (MugaiCardSpan s)
{
    static const char *const frequencies[] = { "SECONDLY", "MINUTELY", "HOURLY", "DAILY",
                                               "WEEKLY",   "MONTHLY",  "YEARLY" };
    unsigned seen = 0;
    bool known = false;
    MugaiCardSpan first = mugai_card_piece (&s, ';');
    MugaiCardSpan name = mugai_card_piece (&first, '=');

    for (size_t i = 0; i < 7; i++)
        known = known || (first.size == strlen (frequencies[i]) &&
                          memcmp (first.data, frequencies[i], first.size) == 0);
    if (!known || name.size != 4 || memcmp (name.data, "FREQ", 4) != 0)
        return false;
    while (s.size > 0) {
        bool last = memchr (s.data, ';', s.size) == NULL;
        MugaiCardSpan part = mugai_card_piece (&s, ';');
        if (!last && s.size == 0)
            return false;
        MugaiCardSpan key = mugai_card_piece (&part, '=');
        if (!rule_part (key, part, &seen))
            return false;
    }
    return true;
}

bool
value_address (MugaiCardSpan s)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                ".!#$%&'*+/=?^_`{|}~-";
    size_t at = 0, signs = 0;

    for (size_t i = 0; i < s.size; i++) {
        if (s.data[i] == '@') {
            at = i;
            signs++;
        } else if (s.data[i] == '\0' || strchr (plain, s.data[i]) == NULL) {
            return false;
        }
    }
    return signs == 1 && at > 0 && at + 1 < s.size && s.size <= ADDRESS_MAX;
}

int64_t
value_days (int year, int month, int day)
{
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400,
            of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void
value_shift (CalendarTime *t, int minutes)
{
    int64_t all =
        (value_days (t->year, t->month, t->day) * 24 + t->hour) * 60 + t->minute + minutes;
    int64_t day = all >= 0 ? all / 1440 : (all - 1439) / 1440;
    int64_t rest = all - day * 1440;

    t->hour = (int)(rest / 60);
    t->minute = (int)(rest % 60);
    for (; value_days (t->year, t->month, t->day) < day;) {
        t->day++;
        if (t->day > days_in (t->year, t->month)) {
            t->day = 1;
            t->month = t->month % 12 + 1;
            t->year += t->month == 1;
        }
    }
    for (; value_days (t->year, t->month, t->day) > day;) {
        t->day--;
        if (t->day == 0) {
            t->month = t->month == 1 ? 12 : t->month - 1;
            t->year -= t->month == 12;
            t->day = days_in (t->year, t->month);
        }
    }
}
