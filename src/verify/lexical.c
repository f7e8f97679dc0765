/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/lexical.h"

#include "verify/codepoint.h"

#include <string.h>

enum {
    DECIMAL = 24, /* characters */
    DOUBLE = 32,
    COLUMNS = 16384, /* XFD */
    ROWS = 1048576,
};

static bool
is_digit (char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* How many digits stand at @at. */
static size_t
digits (const char *text, size_t size, size_t at)
{
    size_t n = 0;

    while (at + n < size && is_digit (text[at + n]))
        n++;
    return n;
}

bool
mugai_lexical_int (const char *text, size_t size, int64_t low, int64_t high, int64_t *ret)
{
    size_t at = size > 0 && text[0] == '-';
    int64_t value = 0;
    size_t n = digits (text, size, at);

    if (n == 0 || n > 18 || at + n != size || (text[at] == '0' && size > 1))
        return false;
    for (size_t i = at; i < size; i++)
        value = 10 * value + (text[i] - '0');
    value = at > 0 ? -value : value;
    *ret = value;
    return value >= low && value <= high;
}

bool
mugai_lexical_token (const char *text, size_t size, size_t most)
{
    for (size_t i = 0; i < size; i++)
        if (!is_letter (text[i]) && !is_digit (text[i]) && memchr ("._-:", text[i], 4) == NULL)
            return false;
    return size > 0 && size <= most;
}

bool
mugai_lexical_hex (const char *text, size_t size, size_t bytes)
{
    for (size_t i = 0; i < size; i++)
        if (!is_digit (text[i]) && (text[i] < 'A' || text[i] > 'F'))
            return false;
    return size == 2 * bytes;
}

/* Bytes of the decimal that @text begins with, 0 without. */
static size_t
decimal_size (const char *text, size_t size)
{
    size_t at = size > 0 && text[0] == '-', n = digits (text, size, at);

    if (n == 0)
        return 0;
    at += n;
    n = at < size && text[at] == '.' ? digits (text, size, at + 1) : 0;
    return n > 0 ? at + 1 + n : at;
}

bool
mugai_lexical_decimal (const char *text, size_t size)
{
    return size > 0 && size <= DECIMAL && decimal_size (text, size) == size;
}

bool
mugai_lexical_double (const char *text, size_t size)
{
    size_t at = decimal_size (text, size);

    if (at == 0 || size > DOUBLE)
        return false;
    if (at < size && (text[at] == 'E' || text[at] == 'e')) {
        size_t sign = at + 1 < size && (text[at + 1] == '+' || text[at + 1] == '-');
        size_t n = digits (text, size, at + 1 + sign);
        return n > 0 && at + 1 + sign + n == size;
    }
    return at == size;
}

bool
mugai_lexical_percent (const char *text, size_t size)
{
    return size > 1 && text[size - 1] == '%' && mugai_lexical_decimal (text, size - 1);
}

bool
mugai_lexical_measure (const char *text, size_t size)
{
    static const char unit[5][3] = { "mm", "cm", "pt", "pc", "pi" };
    int64_t value;

    if (mugai_lexical_int (text, size, INT32_MIN, INT32_MAX, &value))
        return true;
    if (size < 3)
        return false;
    bool known = memcmp (text + size - 2, "in", 2) == 0;
    for (size_t i = 0; i < 5; i++)
        known = known || memcmp (text + size - 2, unit[i], 2) == 0;
    return known && mugai_lexical_decimal (text, size - 2);
}

/* @form: 'X' a hexadecimal digit, '9' a digit, anything else itself. */
static bool
has_form (const char *text, const char *form)
{
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool hex = is_digit (text[i]) || (text[i] >= 'A' && text[i] <= 'F');
        if (form[i] == 'X' ? !hex : form[i] == '9' ? !is_digit (text[i]) : text[i] != form[i])
            return false;
    }
    return true;
}

bool
mugai_lexical_guid (const char *text, size_t size)
{
    return size == 38 && has_form (text, "{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}");
}

bool
mugai_lexical_datetime (const char *text, size_t size)
{
    static const struct {
        uint8_t at, low, high;
    } field[] = { { 5, 1, 12 }, { 8, 1, 31 }, { 11, 0, 23 }, { 14, 0, 59 }, { 17, 0, 59 } };

    if ((size != 19 && !(size == 20 && text[19] == 'Z')) || !has_form (text, "9999-99-99T99:99:99"))
        return false;
    for (size_t i = 0; i < sizeof field / sizeof field[0]; i++) {
        int value = 10 * (text[field[i].at] - '0') + text[field[i].at + 1] - '0';
        if (value < field[i].low || value > field[i].high)
            return false;
    }
    return true;
}

bool
mugai_lexical_length (const char *text, size_t size)
{
    static const char unit[6][3] = { "cm", "mm", "in", "pt", "pc", "px" };

    for (size_t i = 0; size > 2 && i < 6; i++)
        if (memcmp (text + size - 2, unit[i], 2) == 0)
            return mugai_lexical_decimal (text, size - 2);
    return false;
}

bool
mugai_lexical_colour (const char *text, size_t size)
{
    for (size_t i = 1; i < size; i++)
        if (!is_digit (text[i]) && (text[i] < 'a' || text[i] > 'f'))
            return false;
    return size == 7 && text[0] == '#';
}

/* Any of nX, X of @units in their order, only the last with a fraction when it is S. */
static bool
take_fields (const char *text, size_t size, size_t *io_at, const char *units)
{
    while (*io_at < size && text[*io_at] != 'T') {
        size_t n = digits (text, size, *io_at), fraction = 0;
        *io_at += n;
        if (*io_at < size && text[*io_at] == '.')
            fraction = 1 + digits (text, size, *io_at + 1);
        *io_at += fraction;
        const char *unit = *io_at < size ? strchr (units, text[*io_at]) : NULL;
        if (n == 0 || unit == NULL || fraction == 1 || (fraction > 0 && *unit != 'S'))
            return false;
        units = unit + 1;
        ++*io_at;
    }
    return true;
}

bool
mugai_lexical_duration (const char *text, size_t size)
{
    size_t at = size > 0 && text[0] == '-';

    if (at + 2 >= size || size > DOUBLE || text[at++] != 'P' || text[size - 1] == 'T' ||
        !take_fields (text, size, &at, "YMD"))
        return false;
    return at == size || (++at < size && take_fields (text, size, &at, "HMS") && at == size);
}

bool
mugai_lexical_lang (const char *text, size_t size)
{
    size_t words = 1, letters = 0;

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '-' && letters > 0) {
            words++;
            letters = 0;
        } else if ((!is_letter (text[i]) && !is_digit (text[i])) || ++letters > 8) {
            return false;
        }
    }
    return letters > 0 && words <= 8;
}

/* Bytes of the cell that @text begins with, 0 without. */
static size_t
cell_size (const char *text, size_t size)
{
    size_t at = size > 0 && text[0] == '$', letters = 0;
    uint32_t column = 0, row = 0;

    for (; at < size && letters < 4 && text[at] >= 'A' && text[at] <= 'Z'; at++, letters++)
        column = 26 * column + (uint32_t)(text[at] - 'A') + 1;
    if (letters == 0 || column > COLUMNS)
        return 0;
    at += at < size && text[at] == '$';
    size_t n = digits (text, size, at);
    if (n == 0 || n > 7 || text[at] == '0')
        return 0;
    for (size_t i = 0; i < n; i++)
        row = 10 * row + (uint32_t)(text[at + i] - '0');
    return row <= ROWS ? at + n : 0;
}

bool
mugai_lexical_cell (const char *text, size_t size)
{
    return size > 0 && cell_size (text, size) == size;
}

bool
mugai_lexical_range (const char *text, size_t size)
{
    size_t at = cell_size (text, size);

    if (at == 0 || at == size)
        return at > 0;
    return text[at] == ':' && mugai_lexical_cell (text + at + 1, size - at - 1);
}

bool
mugai_lexical_ranges (const char *text, size_t size)
{
    for (const char *end = text + size;;) {
        const char *blank = memchr (text, ' ', (size_t)(end - text));
        if (!mugai_lexical_range (text, (size_t)((blank != NULL ? blank : end) - text)))
            return false;
        if (blank == NULL)
            return true;
        text = blank + 1;
    }
}

/* Offset of the first private-use character of the BMP (EE 80 80 to EF A3 BF), or @size. */
static size_t
private_at (const char *text, size_t size)
{
    for (size_t i = 0; i + 2 < size; i++) {
        uint8_t lead = (uint8_t)text[i];
        if (lead == 0xee || (lead == 0xef && (uint8_t)text[i + 1] <= 0xa3))
            return i;
    }
    return size;
}

bool
mugai_lexical_text (const char *text, size_t size)
{
    size_t fault;

    while (size > 0) {
        size_t n = private_at (text, size);
        if (mugai_codepoint_fault ((const uint8_t *)text, n, false, &fault) != NULL)
            return false;
        n += n < size ? 3 : 0;
        text += n;
        size -= n;
    }
    return true;
}
