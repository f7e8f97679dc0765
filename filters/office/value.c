/* SPDX-License-Identifier: Apache-2.0 */
#include "office/value.h"

#include "common/unicode.h"
#include "common/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTE = 32767, DECIMAL = 24, DOUBLE = 32, ROWS = 1048576, COLUMNS = 16384 };

/* --- text rules --- */

static bool
plain (const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] > 0x7E)
            return false;
    return true;
}

/* Bytes of what stands at @at and may stay; 0: *ret_skip bytes go. */
static size_t
stays (const uint8_t *at, const uint8_t *end, size_t *ret_skip)
{
    const uint8_t *next = at;
    size_t sequence = mugai_char_sequence (at, end);

    if (sequence > 0)
        return sequence;
    uint32_t c = mugai_utf8_next (&next, end);
    *ret_skip = (size_t)(next - at);
    if (c == '\n' || c == '\t')
        return 1;
    if (c == MUGAI_UTF8_BAD)
        return 0;
    MugaiCharClass class = mugai_char_class (c);
    return class == MUGAI_CHAR_TEXT || class == MUGAI_CHAR_PRIVATE ? *ret_skip : 0;
}

const char *
mugai_value_text (void *user, const char *text, size_t size, size_t *ret_size)
{
    MugaiValueBuffer *b = user;
    const uint8_t *at = (const uint8_t *)text, *end = at + size;
    size_t out = 0;

    *ret_size = size;
    if (plain (text, size))
        return text;
    if (size > b->room) {
        char *data = realloc (b->data, size);
        if (data == NULL)
            return NULL;
        b->data = data;
        b->room = size;
    }
    while (at < end) {
        size_t skip = 0, n = stays (at, end, &skip);
        memcpy (b->data + out, at, n);
        out += n;
        at += n > 0 ? n : skip;
        b->dropped += n == 0;
    }
    *ret_size = out;
    return b->data;
}

/* --- values --- */

typedef struct Span {
    const char *at;
    size_t size;
} Span;

static Span
trim (const char *text, size_t size)
{
    while (size > 0 && strchr (" \t\n\r", text[size - 1]) != NULL)
        size--;
    while (size > 0 && strchr (" \t\n\r", text[0]) != NULL) {
        text++;
        size--;
    }
    return (Span){ text, size };
}

static bool
is_digit (char c)
{
    return c >= '0' && c <= '9';
}

static const char *
given (MugaiArena *arena, Span s, const char *text)
{
    return s.at == text && text[s.size] == '\0' ? text : mugai_arena_copy (arena, s.at, s.size);
}

static const char *
make_string (MugaiArena *arena, const char *text, size_t size, size_t max)
{
    if (size <= max)
        return text;
    for (size = max; size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80;)
        size--;
    return mugai_arena_copy (arena, text, size);
}

static const char *
make_token (MugaiArena *arena, const char *text, Span s, size_t max)
{
    if (s.size == 0 || s.size > max)
        return NULL;
    for (size_t i = 0; i < s.size; i++) {
        char c = s.at[i];
        if (!is_digit (c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '.' &&
            c != '_' && c != '-' && c != ':')
            return NULL;
    }
    return given (arena, s, text);
}

static bool
equals (Span s, const char *word)
{
    return s.size == strlen (word) && memcmp (s.at, word, s.size) == 0;
}

static const char *
make_bool (Span s)
{
    if (equals (s, "1") || equals (s, "true") || equals (s, "on") || equals (s, "t") ||
        equals (s, "True"))
        return "1";
    return equals (s, "0") || equals (s, "false") || equals (s, "off") || equals (s, "f") ||
                   equals (s, "False")
               ? "0"
               : NULL;
}

/* Bytes of `-?[0-9]+(\.[0-9]+)?` at the begin. */
static size_t
decimal (Span s)
{
    size_t n = s.size > 0 && s.at[0] == '-', digits = n;

    while (n < s.size && is_digit (s.at[n]))
        n++;
    if (n == digits)
        return 0;
    size_t whole = n;
    if (n < s.size && s.at[n] == '.')
        for (n++; n < s.size && is_digit (s.at[n]);)
            n++;
    return n > whole + 1 ? n : whole;
}

static const char *
make_int (MugaiArena *arena, const char *text, Span s, int64_t low, int64_t high)
{
    char out[32];

    if (s.size > 0 && s.at[0] == '+') {
        s.at++;
        s.size--;
    }
    if (s.size == 0 || decimal (s) != s.size)
        return NULL;
    errno = 0;
    long long value =
        strtoll (s.at, NULL, 10); /* stops at a point; beyond its range: the end of it */
    value = value < low ? low : value > high ? high : value;
    int n = snprintf (out, sizeof out, "%lld", value);
    if ((size_t)n == s.size && memcmp (out, s.at, s.size) == 0)
        return given (arena, s, text);
    return mugai_arena_copy (arena, out, (size_t)n);
}

static const char *
make_hex (MugaiArena *arena, const char *text, Span s, size_t bytes)
{
    bool same = true;

    if (s.size != 2 * bytes)
        return NULL;
    for (size_t i = 0; i < s.size; i++) {
        char c = s.at[i];
        bool lower = c >= 'a' && c <= 'f';
        if (!is_digit (c) && !lower && !(c >= 'A' && c <= 'F'))
            return NULL;
        same = same && !lower;
    }
    if (same)
        return given (arena, s, text);
    char *copy = mugai_arena_copy (arena, s.at, s.size);
    for (size_t i = 0; copy != NULL && i < s.size; i++)
        if (copy[i] >= 'a')
            copy[i] = (char)(copy[i] - 'a' + 'A');
    return copy;
}

static const char *
make_double (MugaiArena *arena, const char *text, Span s)
{
    size_t n = decimal (s);

    if (n > 0 && n < s.size && (s.at[n] == 'e' || s.at[n] == 'E')) {
        size_t digits = n + 1 + (n + 1 < s.size && (s.at[n + 1] == '+' || s.at[n + 1] == '-'));
        for (n = digits; n < s.size && is_digit (s.at[n]);)
            n++;
        if (n == digits)
            return NULL;
    }
    return n > 0 && n == s.size && n <= DOUBLE ? given (arena, s, text) : NULL;
}

static const char *
make_unit (MugaiArena *arena, const char *text, Span s, const char *units)
{
    size_t n = decimal (s);

    if (n == 0 || n > DECIMAL)
        return NULL;
    for (const char *unit = units; *unit != '\0'; unit += strlen (unit) + 1)
        if (s.size - n == strlen (unit) && memcmp (s.at + n, unit, s.size - n) == 0)
            return given (arena, s, text);
    return NULL;
}

/* A measure without unit is an int. */
static const char *
make_measure (MugaiArena *arena, const char *text, Span s)
{
    const char *number = make_int (arena, text, s, INT32_MIN, INT32_MAX);

    return number != NULL ? number : make_unit (arena, text, s, "mm\0cm\0in\0pt\0pc\0pi\0");
}

/* Characters as in @form: `h` a hexadecimal digit, made upper case, `0` a digit, others themselves.
 */
static char *
make_form (MugaiArena *arena, Span s, const char *form)
{
    size_t size = strlen (form);
    char *out = s.size >= size ? mugai_arena_copy (arena, s.at, size) : NULL;

    for (size_t i = 0; out != NULL && i < size; i++) {
        char c = out[i];
        if (form[i] == 'h' && c >= 'a' && c <= 'f')
            out[i] = c = (char)(c - 'a' + 'A');
        bool fits = form[i] == 'h'   ? is_digit (c) || (c >= 'A' && c <= 'F')
                    : form[i] == '0' ? is_digit (c)
                                     : c == form[i];
        if (!fits)
            return NULL;
    }
    return out;
}

static int
two (const char *at)
{
    return 10 * (at[0] - '0') + at[1] - '0';
}

/* Fractions of a second and offsets are dropped. */
static const char *
make_datetime (MugaiArena *arena, Span s)
{
    static const char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    char whole[24];

    if (s.size == 10) { /* a date alone */
        snprintf (whole, sizeof whole, "%.10sT00:00:00", s.at);
        s = (Span){ whole, strlen (whole) };
    }
    char *out = make_form (arena, s, "0000-00-00T00:00:00");
    if (out == NULL)
        return NULL;
    int month = two (out + 5), day = two (out + 8);
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1] || two (out + 11) > 23 ||
        two (out + 14) > 59 || two (out + 17) > 59)
        return NULL;
    if (s.at[s.size - 1] != 'Z')
        return out;
    char *zulu = mugai_arena_copy (arena, "0000-00-00T00:00:00Z", 20);
    if (zulu != NULL)
        memcpy (zulu, out, 19);
    return zulu;
}

static const char *
make_lang (MugaiArena *arena, const char *text, Span s)
{
    size_t length = 0, parts = 1;

    for (size_t i = 0; i < s.size; i++) {
        char c = s.at[i];
        bool letter = is_digit (c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter ? ++length > 8 : c != '-' || length == 0 || ++parts > 8)
            return NULL;
        length = letter ? length : 0;
    }
    return length > 0 ? given (arena, s, text) : NULL;
}

static const char *
make_enum (Span s, const MugaiModelValue *v)
{
    for (uint16_t i = 0; i < v->b; i++)
        if (equals (s, mugai_office_word[v->a + i]))
            return mugai_office_word[v->a + i];
    return NULL;
}

/* Bytes of `$A$1` at the begin. */
static size_t
cell (Span s)
{
    size_t n = s.size > 0 && s.at[0] == '$', letters = n;
    uint32_t column = 0, row = 0;

    for (; n < s.size && n < letters + 4 && s.at[n] >= 'A' && s.at[n] <= 'Z'; n++)
        column = 26 * column + (uint32_t)(s.at[n] - 'A') + 1;
    if (column == 0 || column > COLUMNS)
        return 0;
    n += n < s.size && s.at[n] == '$';
    size_t digits = n;
    for (; n < s.size && n < digits + 8 && is_digit (s.at[n]); n++)
        row = 10 * row + (uint32_t)(s.at[n] - '0');
    return n == digits || row == 0 || row > ROWS || s.at[digits] == '0' ? 0 : n;
}

static bool
is_range (Span s)
{
    size_t n = cell (s);

    if (n > 0 && n < s.size && s.at[n] == ':')
        return cell ((Span){ s.at + n + 1, s.size - n - 1 }) == s.size - n - 1 && n + 1 < s.size;
    return n > 0 && n == s.size;
}

static const char *
one_at_least (const char *list)
{
    return list != NULL && list[0] != '\0' ? list : NULL;
}

/* Those of @text that fit, parted by one blank; @value NONE: ranges. */
static const char *
make_list (MugaiArena *arena, const MugaiValueRules *rules, uint16_t value, Span s)
{
    char *out =
        mugai_arena_take (arena, 2 * s.size + 2); /* a canonical item may be one byte longer */
    size_t size = 0;

    for (size_t i = 0; out != NULL && i < s.size;) {
        size_t n = 0;
        while (i + n < s.size && strchr (" \t\r\n", s.at[i + n]) == NULL)
            n++;
        const char *item = n > 0 ? mugai_arena_copy (arena, s.at + i, n) : NULL;
        if (item != NULL && value == MUGAI_MODEL_NONE)
            item = is_range ((Span){ item, n }) ? item : NULL;
        else if (item != NULL)
            item = mugai_value_make (arena, rules, value, item, n);
        size_t length = item != NULL ? strlen (item) : 0;
        if (length > 0 && size + length + 1 < 2 * s.size + 2) {
            if (size > 0)
                out[size++] = ' ';
            memcpy (out + size, item, length);
            size += length;
        }
        i += n + 1;
    }
    return out;
}

static const char *
make_either (MugaiArena *arena, const MugaiValueRules *rules, const MugaiModelValue *v,
             const char *text, size_t size)
{
    for (uint16_t i = 0; i < v->b; i++) {
        const char *made =
            mugai_value_make (arena, rules, mugai_office_either[v->a + i], text, size);
        if (made != NULL)
            return made;
    }
    return NULL;
}

static const char *
make_special (MugaiArena *arena, const MugaiValueRules *rules, const MugaiModelValue *v,
              const char *text, size_t size)
{
    Span s = trim (text, size);

    switch ((int)v->kind) {
    case MUGAI_VALUE_ID:
    case MUGAI_VALUE_REF:
        return mugai_value_make (arena, rules, v->b, text, size);
    case MUGAI_VALUE_INDEX:
        return make_int (arena, text, s, 0, INT32_MAX);
    case MUGAI_VALUE_CELL:
        return s.size > 0 && cell (s) == s.size ? given (arena, s, text) : NULL;
    case MUGAI_VALUE_RANGE:
        return is_range (s) ? given (arena, s, text) : NULL;
    case MUGAI_VALUE_RANGES:
        return one_at_least (make_list (arena, rules, MUGAI_MODEL_NONE, s));
    case MUGAI_VALUE_LIST:
        return make_list (arena, rules, v->b, s);
    case MUGAI_VALUE_EITHER:
        return make_either (arena, rules, v, text, size);
    case MUGAI_VALUE_FORMULA:
        return rules->formula != NULL ? rules->formula (arena, text, size) : NULL;
    case MUGAI_VALUE_FIELD:
        return rules->field != NULL ? rules->field (arena, text, size) : NULL;
    default:
        return NULL;
    }
}

const char *
mugai_value_make (MugaiArena *arena, const MugaiValueRules *rules, uint16_t value, const char *text,
                  size_t size)
{
    const MugaiModelValue *v = &mugai_office_value[value];
    Span s = trim (text, size);

    switch ((int)v->kind) {
    case MUGAI_VALUE_STRING:
        return make_string (arena, text, size, v->hi > 0 ? (size_t)v->hi : (size_t)UINT32_MAX);
    case MUGAI_VALUE_EMPTY:
        return s.size == 0 ? "" : NULL;
    case MUGAI_VALUE_TOKEN:
        return make_token (arena, text, s, (size_t)v->hi);
    case MUGAI_VALUE_BOOL:
        return make_bool (s);
    case MUGAI_VALUE_INT:
        return make_int (arena, text, s, v->lo, v->hi);
    case MUGAI_VALUE_HEX:
        return make_hex (arena, text, s, (size_t)v->hi);
    case MUGAI_VALUE_DECIMAL:
        return s.size > 0 && s.size <= DECIMAL && decimal (s) == s.size ? given (arena, s, text)
                                                                        : NULL;
    case MUGAI_VALUE_DOUBLE:
        return make_double (arena, text, s);
    case MUGAI_VALUE_PERCENT:
        return make_unit (arena, text, s, "%\0");
    case MUGAI_VALUE_MEASURE:
        return make_measure (arena, text, s);
    case MUGAI_VALUE_GUID:
        return s.size == 38 ? make_form (arena, s, "{hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh}") : NULL;
    case MUGAI_VALUE_DATETIME:
        return make_datetime (arena, s);
    case MUGAI_VALUE_LANG:
        return make_lang (arena, text, s);
    case MUGAI_VALUE_ENUM:
        return make_enum (s, v);
    default:
        return make_special (arena, rules, v, text, size);
    }
}
