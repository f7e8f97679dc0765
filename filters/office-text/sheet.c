/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: strings and number formats first, then each sheet in the order of the book. A cell
 * shows its stored value; a number whose format is a date is written as one (ISO/IEC
 * 29500-1, 18.17.4).
 */
#include "office-text/documents.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    SHEETS = 1000,
    STYLES = 65536,
    FORMATS = 4096,
    VALUE = 32768,
    GAP = 64 /* empty cells shown */
};

typedef struct Strings { /* shared strings, one behind the other */
    MugaiBuffer all;
    size_t *end; /* offsets */
    size_t count, room;
    bool text;
    unsigned phonetic;
} Strings;

static void
strings_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Strings *s = user;

    (void)a;
    if (strcmp (name, "t") == 0)
        s->text = s->phonetic == 0;
    else if (strcmp (name, "rPh") == 0)
        s->phonetic++;
}

static void
strings_end (void *user, const char *name)
{
    Strings *s = user;

    if (strcmp (name, "t") == 0)
        s->text = false;
    else if (strcmp (name, "rPh") == 0 && s->phonetic > 0)
        s->phonetic--;
    if (strcmp (name, "si") != 0)
        return;
    if (s->count == s->room) {
        size_t room = s->room > 0 ? 2 * s->room : 1024;
        size_t *end = reallocarray (s->end, room, sizeof *end);
        if (end == NULL)
            return;
        s->end = end;
        s->room = room;
    }
    s->end[s->count++] = s->all.size;
}

static void
strings_text (void *user, const char *text, size_t size)
{
    Strings *s = user;

    if (s->text)
        mugai_buffer_add (&s->all, text, size);
}

typedef struct Styles {
    uint8_t date[STYLES / 8]; /* one bit for each cell format */
    unsigned count, custom[FORMATS], n_custom;
    bool cells; /* within cellXfs */
} Styles;

/* Has the format code a part of a date or time outside of quotes, brackets and escapes? */
static bool
is_date_code (const char *code)
{
    for (const char *at = code; *at != '\0'; at++) {
        if (*at == '"' || *at == '[') {
            const char *end = strchr (at + 1, *at == '"' ? '"' : ']');
            if (end == NULL)
                return false;
            at = end;
        } else if (*at == '\\' || *at == '_' || *at == '*') {
            at += at[1] != '\0';
        } else if (strchr ("ymdhsYMDHSeEgG", *at) != NULL && strncasecmp (at, "General", 7) != 0 &&
                   strncasecmp (at, "E+", 2) != 0 && strncasecmp (at, "E-", 2) != 0) {
            return true;
        } else if (strncasecmp (at, "General", 7) == 0) {
            at += 6;
        }
    }
    return false;
}

static bool
is_builtin_date (unsigned id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

static void
styles_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Styles *s = user;
    char id[16], code[512];

    if (strcmp (name, "cellXfs") == 0)
        s->cells = true;
    if (strcmp (name, "numFmt") == 0 &&
        mugai_xml_attribute (a, "numFmtId", id, sizeof id) != NULL &&
        mugai_xml_attribute (a, "formatCode", code, sizeof code) != NULL && is_date_code (code) &&
        s->n_custom < FORMATS)
        s->custom[s->n_custom++] = (unsigned)strtoul (id, NULL, 10);
    if (strcmp (name, "xf") != 0 || !s->cells || s->count == STYLES)
        return;
    unsigned format = mugai_xml_attribute (a, "numFmtId", id, sizeof id) != NULL
                          ? (unsigned)strtoul (id, NULL, 10)
                          : 0;
    bool date = is_builtin_date (format);
    for (unsigned i = 0; i < s->n_custom && !date; i++)
        date = s->custom[i] == format;
    if (date)
        s->date[s->count / 8] |= (uint8_t)(1u << s->count % 8);
    s->count++;
}

static void
styles_end (void *user, const char *name)
{
    Styles *s = user;

    if (strcmp (name, "cellXfs") == 0)
        s->cells = false;
}

static void
no_text (void *user, const char *text, size_t size)
{
    (void)user, (void)text, (void)size;
}

typedef struct Sheet {
    MugaiWriter *w;
    const Strings *strings;
    const Styles *styles;
    bool epoch_1904;
    /* the cell in hand */
    char type;
    bool date, value;
    unsigned column, style;
    MugaiBuffer text;
} Sheet;

/* "BC12": 54. Returns: 0 when there is no column. */
static unsigned
column_of (const char *reference)
{
    unsigned column = 0;

    for (; *reference >= 'A' && *reference <= 'Z' && column < 20000; reference++)
        column = 26 * column + (unsigned)(*reference - 'A' + 1);
    return column;
}

static void
cell_start (Sheet *s, const MugaiXmlAttributes *a)
{
    char type[16] = "n", style[16], reference[16];

    mugai_xml_attribute (a, "t", type, sizeof type);
    s->type = strcmp (type, "s") == 0   ? 's'
              : strcmp (type, "b") == 0 ? 'b'
              : strcmp (type, "n") == 0 ? 'n'
                                        : 't';
    s->style = mugai_xml_attribute (a, "s", style, sizeof style) != NULL
                   ? (unsigned)strtoul (style, NULL, 10)
                   : 0;
    unsigned column = mugai_xml_attribute (a, "r", reference, sizeof reference) != NULL
                          ? column_of (reference)
                          : s->column + 1;
    for (unsigned gap = 0; s->column + 1 < column && gap < GAP; gap++, s->column++) {
        mugai_writer_cell (s->w);
        mugai_writer_cell_end (s->w);
    }
    s->column = column;
    s->text.size = 0;
    mugai_writer_cell (s->w);
}

static void
sheet_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Sheet *s = user;

    if (strcmp (name, "row") == 0)
        s->column = 0;
    else if (strcmp (name, "c") == 0)
        cell_start (s, a);
    else if (strcmp (name, "v") == 0 || strcmp (name, "t") == 0)
        s->value = true;
}

/* Days since the epoch as a calendar date. Source: civil-from-days of the proleptic Gregorian
 * calendar. */
static void
write_date (Sheet *s, double serial)
{
    char text[96];
    double days = floor (serial), part = serial - days;
    long z = (long)days + (s->epoch_1904 ? 695056 : 693594) + 305, era, day_of_era, year_of_era,
         day_of_year, month;
    int minutes = (int)(part * 1440 + 0.5);

    era = z / 146097;
    day_of_era = z - era * 146097;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month = (5 * day_of_year + 2) / 153;
    long day = day_of_year - (153 * month + 2) / 5 + 1,
         year = year_of_era + era * 400 + (month >= 10);
    month = month < 10 ? month + 3 : month - 9;
    if (days < 1)
        snprintf (text, sizeof text, "%d:%02d", minutes / 60, minutes % 60);
    else if (minutes == 0)
        snprintf (text, sizeof text, "%04ld-%02ld-%02ld", year, month, day);
    else
        snprintf (text, sizeof text, "%04ld-%02ld-%02ld %d:%02d", year, month, day, minutes / 60,
                  minutes % 60);
    mugai_writer_words (s->w, text);
}

static void
write_value (Sheet *s)
{
    mugai_buffer_add (&s->text, "", 1); /* NUL */
    char *end, *value = s->text.data;

    if (value == NULL || s->text.size < 2)
        return;
    if (s->type == 's') {
        unsigned long index = strtoul (value, &end, 10);
        if (index >= s->strings->count)
            return;
        size_t from = index > 0 ? s->strings->end[index - 1] : 0;
        mugai_writer_text (s->w, s->strings->all.data + from, s->strings->end[index] - from);
        return;
    }
    double number = strtod (value, &end);
    bool date = s->type == 'n' && *end == '\0' && s->style < STYLES &&
                (s->styles->date[s->style / 8] >> s->style % 8 & 1) != 0;
    if (date && number >= 0 && number < 2958466) /* up to 9999-12-31 */
        write_date (s, number);
    else if (s->type == 'b')
        mugai_writer_words (s->w, value[0] == '1' ? "TRUE" : "FALSE");
    else
        mugai_writer_words (s->w, value);
}

static void
sheet_end (void *user, const char *name)
{
    Sheet *s = user;

    if (strcmp (name, "v") == 0 || strcmp (name, "t") == 0) {
        s->value = false;
    } else if (strcmp (name, "c") == 0) {
        write_value (s);
        mugai_writer_cell_end (s->w);
    } else if (strcmp (name, "row") == 0) {
        mugai_writer_row_end (s->w);
    }
}

static void
sheet_text (void *user, const char *text, size_t size)
{
    Sheet *s = user;

    if (s->value)
        mugai_buffer_add (&s->text, text, size);
}

typedef struct Book {
    struct {
        char name[128], id[64];
        bool hidden;
    } sheet[SHEETS];
    size_t count;
    bool epoch_1904;
} Book;

static void
book_start (void *user, const char *name, const MugaiXmlAttributes *a)
{
    Book *b = user;
    char value[16];

    if (strcmp (name, "workbookPr") == 0 &&
        mugai_xml_attribute (a, "date1904", value, sizeof value) != NULL)
        b->epoch_1904 = strcmp (value, "1") == 0 || strcmp (value, "true") == 0;
    if (strcmp (name, "sheet") != 0 || b->count == SHEETS)
        return;
    if (mugai_xml_attribute (a, "name", b->sheet[b->count].name, sizeof b->sheet[0].name) == NULL ||
        mugai_xml_attribute (a, "id", b->sheet[b->count].id, sizeof b->sheet[0].id) == NULL)
        return;
    b->sheet[b->count].hidden = mugai_xml_attribute (a, "state", value, sizeof value) != NULL &&
                                strcmp (value, "visible") != 0;
    b->count++;
}

static void
book_end (void *user, const char *name)
{
    (void)user, (void)name;
}

static void
read_sheets (MugaiPackage *package, const Book *book, const MugaiRelations *relations,
             const Strings *strings, const Styles *styles, MugaiWriter *w,
             MugaiDocumentStats *stats)
{
    static const MugaiXml events = { sheet_start, sheet_end, sheet_text };

    for (size_t i = 0; i < book->count; i++) {
        const MugaiRelation *sheet = mugai_relation_by_id (relations, book->sheet[i].id);
        Sheet s = { .w = w,
                    .strings = strings,
                    .styles = styles,
                    .epoch_1904 = book->epoch_1904,
                    .text = mugai_buffer (VALUE) };
        mugai_writer_heading (w, book->sheet[i].name);
        stats->hidden += book->sheet[i].hidden;
        if (sheet == NULL)
            package->damaged = true;
        else if (strcmp (sheet->type, "worksheet") == 0)
            mugai_package_read (package, sheet->target, &events, &s);
        w->cells = 0;
        if (sheet != NULL)
            mugai_beside_text (package, sheet->target, w);
        mugai_buffer_clear (&s.text);
        w->cells = 0;
    }
}

bool
mugai_sheet_text (MugaiPackage *package, const char *main, MugaiWriter *w,
                  MugaiDocumentStats *stats)
{
    static const MugaiXml book_events = { book_start, book_end, no_text },
                          string_events = { strings_start, strings_end, strings_text },
                          style_events = { styles_start, styles_end, no_text };
    static Book book; /* one document in each process */
    static Styles styles;
    Strings strings = { .all = mugai_buffer (package->left < SIZE_MAX ? (size_t)package->left
                                                                      : SIZE_MAX) };
    MugaiRelations relations;
    bool ok = mugai_package_read (package, main, &book_events, &book);

    mugai_package_relations (package, main, &relations);
    const MugaiRelation *shared = mugai_relation_by_type (&relations, "sharedStrings"),
                        *formats = mugai_relation_by_type (&relations, "styles");
    if (shared != NULL)
        mugai_package_read (package, shared->target, &string_events, &strings);
    if (formats != NULL)
        mugai_package_read (package, formats->target, &style_events, &styles);
    if (ok)
        read_sheets (package, &book, &relations, &strings, &styles, w, stats);
    mugai_relations_clear (&relations);
    mugai_buffer_clear (&strings.all);
    free (strings.end);
    return ok;
}
