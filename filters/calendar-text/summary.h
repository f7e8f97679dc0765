/* SPDX-License-Identifier: Apache-2.0
 *
 * summary: the entries of a calendar as lines for the reader: what, when, where, who. Process: the
 * walk. Trust: input is hostile; what is written is clean text. libc only.
 */
#pragma once

#include "common/card.h"

enum { CALENDAR_SUMMARY_ENTRIES = 20 /* the others are counted */ };

typedef struct CalendarSummary {
    bool japanese;
    MugaiBuffer *out;
    MugaiBuffer title, place, host, about, when, until, rule; /* of the entry in hand */
    unsigned guests, entries;
    bool open, free;
} CalendarSummary;

CalendarSummary calendar_summary (bool japanese, MugaiBuffer *out);
/* An entry begins: its component's name. */
void calendar_summary_begin (CalendarSummary *summary, const char *component);
/* @name: as written; its value was checked. */
void calendar_summary_property (CalendarSummary *summary, const char *name,
                                const MugaiCardLine *line);
void calendar_summary_end (CalendarSummary *summary);
/* Behind the last: how many were not shown. */
void calendar_summary_finish (CalendarSummary *summary);
void calendar_summary_clear (CalendarSummary *summary);
