/* SPDX-License-Identifier: Apache-2.0
 *
 * date: dates of header fields, read as programs write them, written in one form. No time zone
 * files, no locale.
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md H-4.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    MUGAI_DATE_SIZE = 32 /* bytes of a written date: "Fri, 20 Nov 2026 19:22:00 +0900" and a NUL */
};

typedef struct MugaiDate {
    int year, month, day; /* month 1 to 12 */
    int hour, minute, second;
    int zone; /* minutes east of UTC */
} MugaiDate;

/* mugai_date_parse:
 * Day names are ignored, comments skipped; two-digit years and named zones of RFC 5322 4.3 are
 * taken, and JST.
 * @text: borrowed. Returns: false when it is no real date between 1900 and 9999.
 */
bool mugai_date_parse (const char *text, MugaiDate *ret);

/* @us: microseconds since 1970, UTC. */
MugaiDate mugai_date_from_us (int64_t us, int zone_minutes);

void mugai_date_write (const MugaiDate *date, char ret[MUGAI_DATE_SIZE]);
