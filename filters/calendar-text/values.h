/* SPDX-License-Identifier: Apache-2.0
 *
 * values: the value types of iCalendar that are no text, checked to the letter (RFC 5545 3.3). What
 * does not fit is left out by the caller. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "common/card.h"

typedef struct CalendarTime {
    int year, month, day, hour, minute, second;
    bool date; /* a day, no time */
    bool utc;
} CalendarTime;

/* 19970714, 19970714T133000, 19970714T173000Z; a real date. */
bool value_time (MugaiCardSpan value, CalendarTime *ret);
/* P15DT5H0M20S, P7W; an optional sign. */
bool value_duration (MugaiCardSpan value);
/* start/end or start/duration. */
bool value_period (MugaiCardSpan value);
/* +0900, -053045. */
bool value_offset (MugaiCardSpan value);
/* 0 to 9 digits after an optional minus. */
bool value_integer (MugaiCardSpan value);
/* 35.7;139.7 */
bool value_geo (MugaiCardSpan value);
/* Capital letters and hyphens, at most 20. */
bool value_word (MugaiCardSpan value);
/* FREQ first, then known parts, each once (RFC 5545 3.3.10). */
bool value_rule (MugaiCardSpan value);
/* What stands behind "mailto:": local@domain of plain characters. */
bool value_address (MugaiCardSpan value);

/* Days since 1970-01-01 and back. */
int64_t value_days (int year, int month, int day);
void value_shift (CalendarTime *time, int minutes);
