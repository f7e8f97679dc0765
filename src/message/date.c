/* SPDX-License-Identifier: Apache-2.0 */
#include "message/date.h"

#include <glib.h>
#include <string.h>

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char days[] = "SunMonTueWedThuFriSat";

static const struct {
    const char *name;
    int minutes;
} zones[] = {
    { "UT", 0 },     { "GMT", 0 },    { "UTC", 0 },    { "Z", 0 },      { "EST", -300 },
    { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 }, { "MST", -420 }, { "MDT", -360 },
    { "PST", -480 }, { "PDT", -420 }, { "JST", 540 },
};

/* Words of the date: numbers, names, zone; separated by blanks, commas and comments. */
static const char *
skip (const char *at)
{
    int depth = 0;
    bool after_blank = false;

    for (; *at != '\0'; after_blank = *at == ' ' || *at == '\t', at++) {
        if (*at == '(')
            depth++;
        else if (*at == ')' && depth > 0)
            depth--;
        else if (depth == 0 && strchr (" \t,-", *at) == NULL)
            break;
        else if (depth == 0 && *at == '-' && at[1] != '\0' && strspn (at + 1, "0123456789") == 4 &&
                 after_blank)
            break; /* a zone, not the dash of 20-Nov-2026 */
    }
    return at;
}

/* A number of @least to @most digits. Returns: -1 when there is none. */
static int
number (const char **at, size_t least, size_t most)
{
    size_t size = strspn (*at, "0123456789");
    int value = 0;

    if (size < least || size > most)
        return -1;
    for (size_t i = 0; i < size; i++)
        value = value * 10 + (*at)[i] - '0';
    *at += size;
    return value;
}

static int
month_of (const char **at)
{
    for (int i = 0; i < 12; i++)
        if (g_ascii_strncasecmp (*at, months + 3 * i, 3) == 0) {
            while (g_ascii_isalpha (**at))
                (*at)++;
            return i + 1;
        }
    return -1;
}

static int
zone_of (const char *at)
{
    size_t size = 0;

    if (*at == '+' || *at == '-') {
        const char *digits = at + 1;
        int value = number (&digits, 4, 4);
        int minutes = value >= 0 ? value / 100 * 60 + value % 100 : 0;

        return value >= 0 && value % 100 < 60 && value < 2400 ? (*at == '-' ? -minutes : minutes)
                                                              : 0;
    }
    while (g_ascii_isalpha (at[size]))
        size++;
    for (size_t i = 0; i < G_N_ELEMENTS (zones); i++)
        if (strlen (zones[i].name) == size && g_ascii_strncasecmp (zones[i].name, at, size) == 0)
            return zones[i].minutes;
    return 0; /* unknown letters mean -0000 (RFC 5322 4.3) */
}

static int
days_in (int year, int month)
{
    static const int table[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : table[month - 1];
}

/* "19:22:00"; seconds may miss. */
static bool
time_of (const char **at, MugaiDate *date)
{
    date->hour = number (at, 1, 2);
    if (date->hour < 0 || date->hour > 23 || **at != ':')
        return false;
    (*at)++;
    date->minute = number (at, 1, 2);
    if (date->minute < 0 || date->minute > 59)
        return false;
    if (**at != ':')
        return true;
    (*at)++;
    int second = number (at, 1, 2);
    date->second = MIN (second, 59);
    if (**at == '.') { /* fractions */
        (*at)++;
        *at += strspn (*at, "0123456789");
    }
    return date->second >= 0;
}

bool
mugai_date_parse (const char *text, MugaiDate *ret)
{
    const char *at = skip (text);
    MugaiDate date = { 0 };

    while (g_ascii_isalpha (*at)) /* the name of the day */
        at++;
    at = skip (*at == '.' ? at + 1 : at);
    date.day = number (&at, 1, 2);
    at = skip (at);
    date.month = month_of (&at);
    at = skip (at);
    size_t digits = strspn (at, "0123456789");
    date.year = number (&at, 2, 4);
    if (digits < 4 && date.year >= 0)
        date.year += date.year < 50 && digits == 2 ? 2000 : 1900;
    at = skip (at);
    if (date.day < 1 || date.month < 1 || date.year < 1900 || date.year > 9999 ||
        !time_of (&at, &date) || date.day > days_in (date.year, date.month))
        return false;
    date.zone = zone_of (at + strspn (at, " \t"));
    *ret = date;
    return true;
}

/* Days since 1970-01-01 (proleptic Gregorian). */
static int64_t
day_number (int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

MugaiDate
mugai_date_from_us (int64_t us, int zone_minutes)
{
    int64_t seconds = CLAMP (us, 0, INT64_C (253402214400) * 1000000) / 1000000 + zone_minutes * 60;
    int64_t day = seconds / 86400, rest = seconds % 86400;
    int64_t z = day + 719468, era = z / 146097, of_era = z - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), m = (5 * of_year + 2) / 153;
    MugaiDate date = { .day = (int)(of_year - (153 * m + 2) / 5 + 1),
                       .month = (int)(m < 10 ? m + 3 : m - 9),
                       .hour = (int)(rest / 3600),
                       .minute = (int)(rest / 60 % 60),
                       .second = (int)(rest % 60),
                       .zone = zone_minutes };

    date.year = (int)(year + era * 400 + (date.month <= 2 ? 1 : 0));
    return date;
}

void
mugai_date_write (const MugaiDate *date, char ret[MUGAI_DATE_SIZE])
{
    int64_t weekday = (day_number (date->year, date->month, date->day) % 7 + 11) % 7;
    int zone = date->zone < 0 ? -date->zone : date->zone;

    g_snprintf (ret, MUGAI_DATE_SIZE, "%.3s, %02d %.3s %04d %02d:%02d:%02d %c%02d%02d",
                days + 3 * weekday, date->day, months + 3 * (date->month - 1), date->year,
                date->hour, date->minute, date->second, date->zone < 0 ? '-' : '+', zone / 60,
                zone % 60);
}
