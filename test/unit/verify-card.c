/* SPDX-License-Identifier: Apache-2.0
 *
 * Good and bad samples for section V of src/verify/PROFILE.md.
 */
#include "verify-samples.h"

#define TOP          "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Mugai//Mugai//EN\r\n"
#define EVENT(lines) TOP "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define CARD(lines)  "BEGIN:VCARD\r\nVERSION:3.0\r\n" lines "END:VCARD\r\n"
#define LONG_LINE    "0123456 89 123456 89 123456 89 123456 89 123456 89 123456 89 123456" /* 67 */

typedef struct Sample {
    const char *clause, *text;
} Sample;

static const Sample calendars[] = {
    { NULL, TOP "END:VCALENDAR\r\n" },
    { NULL, EVENT ("UID:1\r\nSUMMARY:a\\, b\\; c\\n\r\n") },
    { NULL, EVENT ("DTSTART;TZID=\"Asia/Tokyo\":20261124T133000\r\n") },
    { NULL, EVENT ("RDATE;VALUE=PERIOD:20261124T133000/PT1H\r\n") },
    { NULL, EVENT ("RRULE:FREQ=MONTHLY;BYDAY=-1SU;COUNT=3\r\n") },
    { NULL, EVENT ("ORGANIZER;CN=\"x: y\":mailto:a@example.jp\r\n") },
    { NULL, EVENT ("SUMMARY:" LONG_LINE "\r\n 8\r\n") },
    { NULL,
      TOP "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:DAYLIGHT\r\nTZOFFSETTO:+0900\r\nEND:DAYLIGHT\r\n"
          "END:VTIMEZONE\r\nEND:VCALENDAR\r\n" },
    { "V-3", "" },
    { "V-1", TOP "END:VCALENDAR\n" },
    { "V-1", TOP "END:VCALENDAR" },
    { "V-1", EVENT ("SUMMARY:x" LONG_LINE "\r\n") },
    { "V-1", EVENT ("UID:1\r\n \r\n") },
    { "V-1", EVENT ("\r\n") },
    { "V-1", EVENT ("SUMMARY:a\nb\r\n") },
    { "U-2", EVENT ("SUMMARY:a\xe2\x80\xae"
                    "b\r\n") },
    { "U-1", EVENT ("SUMMARY:\xff\r\n") },
    { "V-3", TOP },
    { "V-3", "BEGIN:VEVENT\r\nEND:VEVENT\r\n" },
    { "V-3", CARD ("FN:x\r\n") },
    { "V-3", EVENT ("BEGIN:VALARM\r\nEND:VALARM\r\n") },
    { "V-3", TOP "END:VEVENT\r\n" },
    { "V-4", TOP "END:VCALENDAR\r\nUID:1\r\n" },
    { "V-4", EVENT ("URL:http://x/\r\n") },
    { "V-4", EVENT ("ATTACH:file:///x\r\n") },
    { "V-4", EVENT ("X-ALT-DESC:x\r\n") },
    { "V-4", EVENT ("FN:x\r\n") },
    { "V-4", EVENT ("summary:x\r\n") },
    { "V-4", TOP "SUMMARY:x\r\nEND:VCALENDAR\r\n" },
    { "V-4", "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nEND:VCALENDAR\r\n" },
    { "V-5", EVENT ("SUMMARY;ALTREP=\"http://x/\":x\r\n") },
    { "V-5", EVENT ("SUMMARY\r\n") },
    { "V-5", EVENT ("DTSTART;TZID=a/b:20261124T133000\r\n") },
    { "V-5", EVENT ("DTSTART;TZID=\"a:20261124T133000\r\n") },
    { "V-5", EVENT ("ORGANIZER;DIR=\"ldap://x\":mailto:a@example.jp\r\n") },
    { "V-6", EVENT ("SUMMARY:a,b\r\n") },
    { "V-6", EVENT ("SUMMARY:a\\x\r\n") },
    { "V-6", EVENT ("SUMMARY:a\\\r\n") },
    { "V-6", EVENT ("SUMMARY:a\tb\r\n") },
    { "V-6", EVENT ("DTSTART:tomorrow\r\n") },
    { "V-6", EVENT ("SEQUENCE:x\r\n") },
    { "V-6", EVENT ("STATUS:confirmed\r\n") },
    { "V-6", EVENT ("RRULE:COUNT=3;FREQ=DAILY\r\n") },
    { "V-6", EVENT ("RRULE:FREQ=DAILY;COUNT=3;COUNT=4\r\n") },
    { "V-6", EVENT ("RRULE:FREQ=DAILY;\r\n") },
    { "V-6", EVENT ("ORGANIZER:http://x/\r\n") },
    { "V-6", EVENT ("ORGANIZER:mailto:a@b?cc=c@d\r\n") },
};

static const Sample cards[] = {
    { NULL,
      CARD (
          "FN:山田 太郎\r\nN:山田;太郎\r\nTEL;TYPE=WORK,VOICE:03-1234\r\nEMAIL:a@example.jp\r\n") },
    { NULL, CARD ("FN:a\r\n") CARD ("FN:b\r\n") },
    { "V-3", TOP "END:VCALENDAR\r\n" },
    { "V-3", CARD ("BEGIN:VCARD\r\nEND:VCARD\r\n") },
    { "V-4", CARD ("PHOTO:x\r\n") },
    { "V-4", CARD ("URL:http://x/\r\n") },
    { "V-4", CARD ("item1.FN:x\r\n") },
    { "V-5", CARD ("TEL;VALUE=uri:tel:1\r\n") },
    { "V-6", CARD ("EMAIL:a@b@c\r\n") },
    { "V-6", CARD ("FN:a;b\r\n") },
};

void
test_card (void)
{
    for (size_t i = 0; i < LENGTH (calendars); i++)
        expect (MUGAI_GRAMMAR_CALENDAR, calendars[i].text, strlen (calendars[i].text),
                calendars[i].clause, "calendar");
    for (size_t i = 0; i < LENGTH (cards); i++)
        expect (MUGAI_GRAMMAR_VCARD, cards[i].text, strlen (cards[i].text), cards[i].clause,
                "address card");
}
