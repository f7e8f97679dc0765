/* SPDX-License-Identifier: Apache-2.0
 *
 * calendar-text: an iCalendar object (RFC 5545, and vCalendar 1.0 where it agrees) built again from
 * its parsed values, and a summary of its entries for the reader. Alarms, attachments, web
 * addresses, unknown components, properties and parameters are left out. Process: the walk. Trust:
 * input is hostile, UTF-8. libc only. Linear.
 */
#pragma once

#include "common/buffer.h"

#include <stddef.h>
#include <stdint.h>

typedef struct CalendarStats {
    uint64_t components;                     /* entries delivered */
    uint64_t dropped;                        /* properties left out, of any kind */
    uint64_t broken;                         /* of these, known ones with a value that is none */
    uint64_t alarms, attachments, addresses; /* web addresses */
    char first[160];                         /* name of the first property left out */
} CalendarStats;

/* calendar_text:
 * @data: borrowed. @out: the object in the form of PROFILE.md, section V. @summary: text for the
 * reader. Returns: 0; -ENOMEM; -EINVAL when there is no calendar in it.
 */
int calendar_text (const void *data, size_t size, bool japanese, MugaiBuffer *out,
                   MugaiBuffer *summary, CalendarStats *stats);
