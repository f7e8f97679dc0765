/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: each cell is read into a buffer of its own, guarded, and written again. A guard
 * stands in front of the cell (what a spreadsheet sees) and in front of signs within a cell that
 * stand behind another separator (what a spreadsheet sees that splits the file elsewhere).
 */
#include "csv-guard/csv-guard.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

typedef struct Csv {
    const char *at, *end;
    char separator;
    bool first; /* nothing but white space so far */
    MugaiBuffer cell;
    MugaiBuffer *out;
    MugaiCsvStats *stats;
} Csv;

/* What a program may take for one of `= @ + -`; 0: none. Source: PROFILE.md U-5, C-4. */
static char
sign_of (uint32_t c)
{
    switch (c) {
    case '=':
    case 0x207C:
    case 0x208C:
    case 0xFE66:
    case 0xFF1D:
        return '=';
    case '@':
    case 0xFE6B:
    case 0xFF20:
        return '@';
    case '+':
    case 0x207A:
    case 0x208A:
    case 0xFE62:
    case 0xFF0B:
        return '+';
    case '-':
    case 0x207B:
    case 0x208B:
    case 0x2212:
    case 0xFE63:
    case 0xFF0D:
        return '-';
    default:
        return 0;
    }
}

/* White space of PROFILE.md U-4, and double quotes. */
static bool
is_skipped (uint32_t c)
{
    return c == '"' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 ||
           c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

static uint32_t
next_char (const char **at, const char *end)
{
    const uint8_t *bytes = (const uint8_t *)*at;
    uint32_t c = mugai_utf8_next (&bytes, (const uint8_t *)end);

    *at = (const char *)bytes;
    return c;
}

static const char *
skip (const char *at, const char *end)
{
    for (const char *next = at; at < end; at = next)
        if (!is_skipped (next_char (&next, end)))
            return at;
    return end;
}

/* After a plus or minus: is the rest a number, a date, a telephone number? @ascii: the sign is. */
static bool
is_number (const char *at, const char *end, bool ascii)
{
    for (; at < end; at++)
        if (strchr (ascii ? "0123456789.,()%/:- " : "0123456789.,%", *at) == NULL || *at == '\0')
            return false;
    return true;
}

static bool
is_formula (const char *at, const char *end)
{
    at = skip (at, end);
    if (at == end)
        return false;
    uint32_t c = next_char (&at, end);
    char sign = sign_of (c);
    return sign == '=' || sign == '@' || (sign != 0 && !is_number (at, end, c < 0x80));
}

/* Could a name of a function or program begin here? Folded letters stand in blocks of compatibility
 * forms. */
static bool
is_name (uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == 0x17F ||
           c == 0x212A ||
           (c >= 0x80 && (!mugai_char_is_cjk (c) || (c >= 0x3380 && c <= 0x33FF) ||
                          (c >= 0xFF00 && c <= 0xFFEF)));
}

/* A sign at @at, behind some separator, with a name behind it? */
static bool
is_call (const char *at, const char *end)
{
    if (at == end || sign_of (next_char (&at, end)) == 0)
        return false;
    at = skip (at, end);
    if (at < end && *at == '+')
        at = skip (at + 1, end);
    return at < end && is_name (next_char (&at, end));
}

/* The cell's text, guarded, into @to. */
static void
guard (Csv *csv, MugaiBuffer *to)
{
    const char *at = csv->cell.data, *end = at + csv->cell.size;
    bool begin = false; /* the start of the cell has its guard already */

    if (csv->cell.size > 0 && is_formula (at, end)) {
        mugai_buffer_add_text (to, "'");
        csv->stats->guarded++;
        begin = true;
    }
    for (const char *piece = at; piece < end;) {
        const char *sign = skip (piece, end);
        if (!begin && is_call (sign, end)) {
            mugai_buffer_add (to, piece, (size_t)(sign - piece));
            mugai_buffer_add_text (to, "'");
            csv->stats->guarded++;
            piece = sign;
        }
        begin = false;
        size_t n = (size_t)(end - piece);
        for (size_t i = 0; i < n; i++)
            if (strchr (",;|\t\n", piece[i]) != NULL && piece[i] != '\0')
                n = i + 1;
        mugai_buffer_add (to, piece, n);
        piece += n;
    }
}

/* What would make the file another kind of file (C-6). */
static bool
bad_start (const MugaiBuffer *cell)
{
    static const char *const starts[] = { "sep=",  "ID",   "<!doctype", "<html", "<script",
                                          "<?xml", "<svg", "<!--",      "[Int",  "[Desktop" };
    const char *at = cell->size > 0 ? skip (cell->data, cell->data + cell->size) : NULL;
    size_t left = cell->size > 0 ? (size_t)(cell->data + cell->size - at) : 0;

    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        size_t n = strlen (starts[i]);
        if (left >= n && strncasecmp (at, starts[i], n) == 0)
            return true;
    }
    return false;
}

static bool
is_blank (const MugaiBuffer *cell)
{
    return cell->size == 0 || skip (cell->data, cell->data + cell->size) == cell->data + cell->size;
}

static void
write_cell (Csv *csv)
{
    MugaiBuffer text = mugai_buffer (csv->out->max);

    if (csv->first && bad_start (&csv->cell)) {
        mugai_buffer_add_text (&text, "'");
        csv->stats->guarded++;
    }
    csv->first = csv->first && is_blank (&csv->cell);
    for (size_t i = 0; i < csv->cell.size; i++) /* it would be read as a separator */
        if (csv->cell.data[i] == '\t')
            csv->cell.data[i] = ' ';
    guard (csv, &text);
    bool quoted = text.size > 0 && (memchr (text.data, ',', text.size) != NULL ||
                                    memchr (text.data, '"', text.size) != NULL ||
                                    memchr (text.data, '\n', text.size) != NULL);
    if (quoted)
        mugai_buffer_add_text (csv->out, "\"");
    for (size_t i = 0, n; i < text.size; i += n) {
        const char *quote = memchr (text.data + i, '"', text.size - i);
        n = quote != NULL ? (size_t)(quote - text.data) - i + 1 : text.size - i;
        mugai_buffer_add_whole (csv->out, text.data + i, n);
        if (quote != NULL)
            mugai_buffer_add_text (csv->out, "\"");
    }
    if (quoted)
        mugai_buffer_add_text (csv->out, "\"");
    if (!mugai_buffer_ok (&text))
        csv->out->failed = true;
    mugai_buffer_clear (&text);
    csv->stats->cells++;
}

/* A quoted cell from behind its first quote; CR LF and CR in it become LF. Returns: false when it
 * has no end. */
static bool
read_quoted (Csv *csv)
{
    while (csv->at < csv->end) {
        char c = *csv->at++;
        bool more = csv->at < csv->end;
        if (c == '"' && !(more && *csv->at == '"'))
            return true;
        if (c == '"' || (c == '\r' && more && *csv->at == '\n'))
            csv->at++;
        mugai_buffer_add_whole (&csv->cell, c == '\r' ? "\n" : &c, 1);
    }
    return false;
}

static bool
at_end (const Csv *csv)
{
    return csv->at == csv->end || *csv->at == csv->separator || *csv->at == '\n' ||
           *csv->at == '\r';
}

static bool
read_cell (Csv *csv)
{
    csv->cell.size = 0;
    if (csv->at < csv->end && *csv->at == '"') {
        csv->at++;
        return read_quoted (csv) && at_end (csv);
    }
    const char *start = csv->at;
    while (!at_end (csv))
        csv->at++;
    mugai_buffer_add_whole (&csv->cell, start, (size_t)(csv->at - start));
    return true;
}

/* The separator after a cell, or the end of the record. */
static void
read_end (Csv *csv)
{
    if (csv->at < csv->end && *csv->at == csv->separator) {
        csv->at++;
        mugai_buffer_add_text (csv->out, ",");
        if (csv->at == csv->end) /* an empty last cell */
            mugai_buffer_add_text (csv->out, "\r\n");
        return;
    }
    if (csv->at < csv->end && *csv->at == '\r')
        csv->at++;
    if (csv->at < csv->end && *csv->at == '\n')
        csv->at++;
    mugai_buffer_add_text (csv->out, "\r\n");
}

static char
find_separator (const char *at, const char *end)
{
    size_t comma = 0, tab = 0, semicolon = 0;
    bool quoted = false;

    for (; at < end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        quoted ^= *at == '"';
        comma += *at == ',' && !quoted;
        tab += *at == '\t' && !quoted;
        semicolon += *at == ';' && !quoted;
    }
    if (tab > comma && tab >= semicolon)
        return '\t';
    return semicolon > comma ? ';' : ',';
}

int
mugai_csv_guard (const char *text, size_t size, MugaiBuffer *out, MugaiCsvStats *ret_stats)
{
    static const char mark[] = "\xEF\xBB\xBF";
    Csv csv = { .at = text,
                .end = text + size,
                .first = true,
                .cell = mugai_buffer (size + 1),
                .out = out,
                .stats = ret_stats };
    bool closed = true;

    *ret_stats = (MugaiCsvStats){ 0 };
    if (size >= 3 && memcmp (text, mark, 3) == 0)
        csv.at += 3;
    csv.separator = find_separator (csv.at, csv.end);
    mugai_buffer_add_text (out, mark);
    while (csv.at < csv.end && mugai_buffer_ok (out) && (closed = read_cell (&csv))) {
        write_cell (&csv);
        read_end (&csv);
    }
    mugai_buffer_clear (&csv.cell);
    return closed ? 0 : -EINVAL;
}
