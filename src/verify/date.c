/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/date.h"

/* Which of @count names is next; consumes it. -1 when none is. */
static int
take_name (MugaiLex *lex, const char *const *name, int count)
{
    for (int i = 0; i < count; i++)
        if (mugai_lex_literal (lex, name[i]))
            return i;
    return -1;
}

/* 0 is Sunday; Gregorian, Sakamoto's method. @month: 0 to 11. */
static int
day_of_week (int year, int month, int day)
{
    static const int shift[] = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 };

    if (month < 2)
        year--;
    return (year + year / 4 - year / 100 + year / 400 + shift[month] + day) % 7;
}

static int
days_of (int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month] + (month == 1 && leap ? 1 : 0);
}

/* @digits digits of a value from @min to @max. */
static bool
take_between (MugaiLex *lex, unsigned digits, int32_t min, int32_t max, int32_t *ret)
{
    *ret = mugai_lex_number (lex, digits);
    return *ret >= min && *ret <= max;
}

bool
mugai_date_take (MugaiLex *lex)
{
    static const char *const week[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int32_t day, year, n;
    int week_day = take_name (lex, week, 7);

    if (week_day < 0 || !mugai_lex_literal (lex, ",") || !mugai_lex_sep (lex) ||
        !take_between (lex, 2, 1, 31, &day) || !mugai_lex_sep (lex))
        return false;
    int month = take_name (lex, months, 12);
    if (month < 0 || !mugai_lex_sep (lex) || !take_between (lex, 4, 1900, 9999, &year) ||
        !mugai_lex_sep (lex))
        return false;
    if (day > days_of (year, month) || day_of_week (year, month, day) != week_day)
        return false;
    if (!take_between (lex, 2, 0, 23, &n) || !mugai_lex_literal (lex, ":") ||
        !take_between (lex, 2, 0, 59, &n) || !mugai_lex_literal (lex, ":") ||
        !take_between (lex, 2, 0, 59, &n) || !mugai_lex_sep (lex))
        return false;
    return (mugai_lex_literal (lex, "+") || mugai_lex_literal (lex, "-")) &&
           take_between (lex, 2, 0, 23, &n) && take_between (lex, 2, 0, 59, &n);
}
