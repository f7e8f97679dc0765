/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the lines are unfolded into scratch memory, which obeys the rules of texts as a
 * whole (V-2). Then each line is matched against the row of its name: where it may stand, which
 * parameters it may have, which form its value has.
 */
#include "verify/card.h"

#include "verify/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    LINE = 75, /* V-1 */
    ROOT = 1u << 0,
    EVENT = 1u << 1,
    TODO = 1u << 2,
    JOURNAL = 1u << 3,
    FREE = 1u << 4,
    ZONE = 1u << 5,
    RULE = 1u << 6,
    VCARD = 1u << 7,
    ENTRY = EVENT | TODO | JOURNAL,
    ANY = ENTRY | FREE,
};

typedef enum Form { TEXT = 1, TIMES, FIGURES, WORD, RECUR, PERSON, FIXED, PARTS, ADDRESS } Form;

typedef struct Row {
    const char *name;
    unsigned where;
    Form form;
    const char *params; /* names, space-separated */
} Row;

static const Row rows[] = {
    { "VERSION:2.0", ROOT, FIXED, "" },
    { "PRODID:-//Mugai//Mugai//EN", ROOT, FIXED, "" },
    { "METHOD", ROOT, WORD, "" },
    { "NAME", ROOT, TEXT, "" },
    { "UID", ANY | VCARD, TEXT, "" },
    { "DTSTAMP", ANY, TIMES, "VALUE TZID" },
    { "SUMMARY", ENTRY, TEXT, "" },
    { "DESCRIPTION", ENTRY, TEXT, "" },
    { "LOCATION", EVENT | TODO, TEXT, "" },
    { "COMMENT", ANY | RULE, TEXT, "" },
    { "CONTACT", ANY, TEXT, "" },
    { "CATEGORIES", ENTRY | VCARD, PARTS, "" },
    { "RESOURCES", EVENT | TODO, PARTS, "" },
    { "RELATED-TO", ENTRY, TEXT, "" },
    { "DTSTART", ANY | RULE, TIMES, "VALUE TZID" },
    { "DTEND", EVENT | FREE, TIMES, "VALUE TZID" },
    { "DUE", TODO, TIMES, "VALUE TZID" },
    { "COMPLETED", TODO, TIMES, "VALUE TZID" },
    { "CREATED", ENTRY, TIMES, "VALUE TZID" },
    { "LAST-MODIFIED", ENTRY | ZONE, TIMES, "VALUE TZID" },
    { "RECURRENCE-ID", ANY, TIMES, "VALUE TZID" },
    { "RDATE", ENTRY | RULE, TIMES, "VALUE TZID" },
    { "EXDATE", ENTRY, TIMES, "VALUE TZID" },
    { "FREEBUSY", FREE, TIMES, "FBTYPE" },
    { "DURATION", EVENT | TODO | FREE, TIMES, "" },
    { "RRULE", ENTRY | RULE, RECUR, "" },
    { "SEQUENCE", ENTRY, FIGURES, "" },
    { "PRIORITY", EVENT | TODO, FIGURES, "" },
    { "PERCENT-COMPLETE", TODO, FIGURES, "" },
    { "GEO", EVENT | TODO, FIGURES, "" },
    { "TZOFFSETFROM", RULE, FIGURES, "" },
    { "TZOFFSETTO", RULE, FIGURES, "" },
    { "STATUS", ENTRY, WORD, "" },
    { "CLASS", ENTRY, WORD, "" },
    { "TRANSP", EVENT, WORD, "" },
    { "ORGANIZER", ANY, PERSON, "CUTYPE ROLE PARTSTAT RSVP CN" },
    { "ATTENDEE", ANY, PERSON, "CUTYPE ROLE PARTSTAT RSVP CN" },
    { "TZID", ZONE, TEXT, "" },
    { "TZNAME", RULE, TEXT, "" },
    { "VERSION:3.0", VCARD, FIXED, "" },
    { "FN", VCARD, TEXT, "" },
    { "N", VCARD, PARTS, "" },
    { "NICKNAME", VCARD, TEXT, "" },
    { "ORG", VCARD, PARTS, "" },
    { "TITLE", VCARD, TEXT, "" },
    { "ROLE", VCARD, TEXT, "" },
    { "TEL", VCARD, TEXT, "TYPE" },
    { "EMAIL", VCARD, ADDRESS, "TYPE" },
    { "ADR", VCARD, PARTS, "TYPE" },
    { "LABEL", VCARD, TEXT, "TYPE" },
    { "NOTE", VCARD, TEXT, "" },
    { "BDAY", VCARD, TIMES, "" },
    { "ANNIVERSARY", VCARD, TIMES, "" },
    { "REV", VCARD, TIMES, "" },
    { "SORT-STRING", VCARD, TEXT, "" },
    { "X-PHONETIC-FIRST-NAME", VCARD, TEXT, "" },
    { "X-PHONETIC-LAST-NAME", VCARD, TEXT, "" },
};

static const struct {
    const char *name;
    unsigned bit, inside;
} blocks[] = {
    { "VCALENDAR", ROOT, 0 },      { "VEVENT", EVENT, ROOT },   { "VTODO", TODO, ROOT },
    { "VJOURNAL", JOURNAL, ROOT }, { "VFREEBUSY", FREE, ROOT }, { "VTIMEZONE", ZONE, ROOT },
    { "STANDARD", RULE, ZONE },    { "DAYLIGHT", RULE, ZONE },  { "VCARD", VCARD, 0 },
};

typedef struct Card {
    MugaiCheck *check;
    unsigned top;      /* ROOT or VCARD */
    unsigned stack[3]; /* bits */
    size_t depth;
    size_t begin; /* offset of the line in the file, about */
} Card;

static bool
refuse (const Card *c, const char *clause, const char *why)
{
    return mugai_refuse (c->check, clause, c->begin, why);
}

static bool
is (const uint8_t *d, size_t size, const char *text)
{
    return size == strlen (text) && memcmp (d, text, size) == 0;
}

/* Every byte is one of @allowed. */
static bool
only (const uint8_t *d, size_t size, const char *allowed)
{
    for (size_t i = 0; i < size; i++)
        if (d[i] == 0 || strchr (allowed, d[i]) == NULL)
            return false;
    return size > 0;
}

#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define ATOM   UPPER "abcdefghijklmnopqrstuvwxyz" DIGITS ".!#$%&'*+/=?^_`{|}~-"

/* Escapes are \\ \; \, \n; without @parts there is no bare semicolon or comma. */
static bool
is_text (const uint8_t *d, size_t size, bool parts)
{
    for (size_t i = 0; i < size; i++) {
        if (d[i] == '\t' || (!parts && (d[i] == ';' || d[i] == ',')))
            return false;
        if (d[i] == '\\' && (++i == size || d[i] == 0 || strchr ("\\;,n", d[i]) == NULL))
            return false;
    }
    return true;
}

static bool
is_address (const uint8_t *d, size_t size)
{
    const uint8_t *at = memchr (d, '@', size);

    return at != NULL && size <= 254 && only (d, (size_t)(at - d), ATOM) &&
           only (at + 1, size - 1 - (size_t)(at - d), ATOM);
}

static bool
is_rule (const uint8_t *d, size_t size)
{
    static const char *const keys[] = { "UNTIL",    "INTERVAL",   "COUNT",     "BYSECOND",
                                        "BYMINUTE", "BYHOUR",     "BYDAY",     "BYMONTH",
                                        "BYWEEKNO", "BYMONTHDAY", "BYYEARDAY", "BYSETPOS",
                                        "WKST" };
    unsigned seen = 0;
    bool first = true;

    while (size > 0) {
        const uint8_t *semicolon = memchr (d, ';', size);
        size_t n = semicolon != NULL ? (size_t)(semicolon - d) : size;
        const uint8_t *equals = memchr (d, '=', n);
        if (equals == NULL)
            return false;
        size_t key = (size_t)(equals - d);
        if (!only (equals + 1, n - key - 1, UPPER DIGITS "+-,"))
            return false;
        bool known = first && is (d, key, "FREQ");
        for (size_t i = 0; !first && i < sizeof keys / sizeof keys[0]; i++)
            if (is (d, key, keys[i]) && (seen & 1u << i) == 0) {
                seen |= 1u << i;
                known = true;
            }
        if (!known)
            return false;
        first = false;
        if (semicolon != NULL && n + 1 == size)
            return false;
        d += semicolon != NULL ? n + 1 : n;
        size -= semicolon != NULL ? n + 1 : n;
    }
    return !first;
}

static bool
is_value (const uint8_t *d, size_t size, Form form)
{
    switch (form) {
    case TEXT:
        return is_text (d, size, false);
    case PARTS:
        return is_text (d, size, true);
    case TIMES:
        return only (d, size, DIGITS "TZPWDHMS/,+-:");
    case FIGURES:
        return only (d, size, DIGITS "+-.;");
    case WORD:
        return size <= 20 && only (d, size, UPPER "-");
    case RECUR:
        return is_rule (d, size);
    case PERSON:
        return size > 7 && memcmp (d, "mailto:", 7) == 0 && is_address (d + 7, size - 7);
    case ADDRESS:
        return is_address (d, size);
    case FIXED:
        break;
    }
    return false;
}

static bool
listed (const char *names, const uint8_t *d, size_t size)
{
    for (const char *at = names; *at != '\0';) {
        size_t n = strcspn (at, " ");
        if (n == size && memcmp (at, d, n) == 0)
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

/* ";NAME=value" at @d, values quoted or words. Returns: bytes of all of them, or SIZE_MAX. */
static size_t
params_size (const uint8_t *d, size_t size, const char *names)
{
    size_t at = 0;

    while (at < size && d[at] == ';') {
        const uint8_t *equals = memchr (d + at, '=', size - at);
        if (equals == NULL || !listed (names, d + at + 1, (size_t)(equals - d) - at - 1))
            return SIZE_MAX;
        size_t from = (size_t)(equals - d) + 1, to = from;
        if (from < size && d[from] == '"') {
            const uint8_t *quote = memchr (d + from + 1, '"', size - from - 1);
            if (quote == NULL)
                return SIZE_MAX;
            to = (size_t)(quote - d) + 1;
        } else {
            while (to < size && d[to] != ';' && d[to] != ':')
                to++;
            if (!only (d + from, to - from, UPPER ",-"))
                return SIZE_MAX;
        }
        at = to;
    }
    return at;
}

static bool
check_block (Card *c, const uint8_t *d, size_t size, bool begins)
{
    unsigned inside = c->depth > 0 ? c->stack[c->depth - 1] : 0;

    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (!is (d, size, blocks[i].name))
            continue;
        if (!begins && inside == blocks[i].bit) {
            c->depth--;
            return true;
        }
        if (begins && blocks[i].inside == inside && (inside != 0 || blocks[i].bit == c->top)) {
            c->stack[c->depth++] = blocks[i].bit;
            return true;
        }
    }
    return refuse (c, "V-3", "component that may not stand there");
}

static bool
check_line (Card *c, const uint8_t *d, size_t size)
{
    if (size > 6 && memcmp (d, "BEGIN:", 6) == 0)
        return check_block (c, d + 6, size - 6, true);
    if (size > 4 && memcmp (d, "END:", 4) == 0)
        return check_block (c, d + 4, size - 4, false);
    unsigned inside = c->depth > 0 ? c->stack[c->depth - 1] : 0;
    size_t name = 0;
    while (name < size && d[name] != ';' && d[name] != ':')
        name++;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((rows[i].where & inside) == 0)
            continue;
        if (rows[i].form == FIXED && is (d, size, rows[i].name))
            return true;
        if (rows[i].form == FIXED || !is (d, name, rows[i].name))
            continue;
        size_t params = params_size (d + name, size - name, rows[i].params);
        if (params == SIZE_MAX || name + params >= size || d[name + params] != ':')
            return refuse (c, "V-5", "parameter that may not stand there");
        size_t value = name + params + 1;
        return is_value (d + value, size - value, rows[i].form) ||
               refuse (c, "V-6", "value of another form");
    }
    return refuse (c, "V-4", "property that may not stand there");
}

/* V-1: CRLF, 75 bytes a line, folds behind at least one byte. Returns: unfolded size with LF ends,
 * or SIZE_MAX. */
static size_t
unfold (Card *c, const uint8_t *d, size_t size, uint8_t *out)
{
    size_t used = 0;

    for (size_t at = 0; at < size;) {
        const uint8_t *cr = memchr (d + at, '\r', size - at);
        size_t n = cr != NULL ? (size_t)(cr - d) - at : LINE + 1;
        bool fold = at > 0 && d[at] == ' ';

        c->begin = at;
        if (n > LINE || n <= (fold ? 1u : 0u) || at + n + 1 >= size || cr[1] != '\n' ||
            memchr (d + at, '\n', n) != NULL) {
            refuse (c, "V-1", "line that is empty, too long or not ended by CRLF");
            return SIZE_MAX;
        }
        if (fold)
            used--; /* the LF */
        memcpy (out + used, d + at + fold, n - fold);
        used += n - fold;
        out[used++] = '\n';
        at += n + 2;
    }
    return used;
}

static bool
check_card (MugaiCheck *check, const uint8_t *d, size_t size, unsigned top)
{
    Card c = { .check = check, .top = top };
    uint8_t *text = mugai_check_scratch (check, (uint64_t)size + 1);

    if (text == NULL)
        return false;
    size_t used = unfold (&c, d, size, text);
    bool ok = used != SIZE_MAX && mugai_text_check (check, text, used, MUGAI_TEXT_FILE);
    for (size_t at = 0; ok && at < used;) {
        const uint8_t *lf = memchr (text + at, '\n', used - at);
        size_t n = (size_t)(lf - text) - at;
        c.begin = at;
        ok = check_line (&c, text + at, n);
        at += n + 1;
    }
    free (text);
    if (ok && (c.depth > 0 || used == 0))
        return refuse (&c, "V-3", "component without an end");
    return ok;
}

bool
mugai_calendar_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_card (check, d, size, ROOT);
}

bool
mugai_vcard_check (MugaiCheck *check, const uint8_t *d, size_t size)
{
    return check_card (check, d, size, VCARD);
}
