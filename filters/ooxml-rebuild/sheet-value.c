/* SPDX-License-Identifier: Apache-2.0
 *
 * The value of a cell is one of its type (ISO/IEC 29500-1, 18.18.11). A number that is none becomes
 * a text, so that it is seen.
 */
#include "ooxml-rebuild/book.h"
#include "ooxml-rebuild/shape.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER = 32 /* bytes of one, as the model's double */ };

static size_t
digits (const char *at)
{
    size_t n = 0;

    while (at[n] >= '0' && at[n] <= '9')
        n++;
    return n;
}

/* As `double` of the model. */
static bool
is_number (const char *text, size_t size)
{
    const char *at = text + (text[0] == '-');
    size_t n = digits (at);

    if (n == 0 || size > NUMBER)
        return false;
    at += n;
    if (at[0] == '.') {
        n = digits (at + 1);
        if (n == 0)
            return false;
        at += 1 + n;
    }
    if (at[0] == 'e' || at[0] == 'E') {
        at += 1 + (at[1] == '+' || at[1] == '-');
        n = digits (at);
        if (n == 0)
            return false;
        at += n;
    }
    return at == text + size;
}

/* @text says something else than @value holds. */
static void
replace (MugaiBook *book, MugaiNode *value, const char *text)
{
    value->first = value->last = NULL;
    mugai_shape_add_words (&book->doc->arena, value, text);
}

static void
judge_number (MugaiBook *book, MugaiNode *cell, MugaiNode *value, const char *text, size_t size)
{
    char number[NUMBER + 1], *end;

    if (is_number (text, size))
        return;
    double d = strtod (text, &end);
    end += strspn (end, " \t\n");
    if (end != text && *end == '\0' && isfinite (d)) {
        snprintf (number, sizeof number, "%.17g", d);
        replace (book, value, number);
    } else if (size == 0) {
        value->gone = 1;
    } else {
        mugai_node_set (&book->doc->arena, cell, MUGAI_N_t, "str");
    }
}

static void
judge_string (MugaiBook *book, MugaiNode *cell, MugaiNode *value, const char *text)
{
    char number[24], *end;

    errno = 0;
    unsigned long index = strtoul (text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || index >= book->n_strings) {
        value->gone = 1;
        mugai_node_unset (cell, MUGAI_N_t);
        return;
    }
    snprintf (number, sizeof number, "%lu", index);
    if (strcmp (number, text) != 0)
        replace (book, value, number);
}

static void
judge_truth (MugaiBook *book, MugaiNode *cell, MugaiNode *value, const char *text)
{
    if (strcmp (text, "0") == 0 || strcmp (text, "1") == 0)
        return;
    if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
        replace (book, value, text[0] == 't' ? "1" : "0");
    else
        mugai_node_set (&book->doc->arena, cell, MUGAI_N_t, "str");
}

void
mugai_sheet_value (MugaiBook *book, MugaiNode *cell)
{
    MugaiNode *value = mugai_node_child (cell, MUGAI_N_s_v);
    const char *type = mugai_node_attr (cell, MUGAI_N_t);
    size_t size;

    if (value == NULL)
        return;
    const char *text = mugai_book_text (book, value, &size);
    if (type == NULL || strcmp (type, "n") == 0)
        judge_number (book, cell, value, text, size);
    else if (strcmp (type, "s") == 0)
        judge_string (book, cell, value, text);
    else if (strcmp (type, "b") == 0)
        judge_truth (book, cell, value, text);
    else if (strcmp (type, "e") != 0 && strcmp (type, "d") != 0 && strcmp (type, "inlineStr") != 0)
        mugai_node_set (&book->doc->arena, cell, MUGAI_N_t,
                        "str"); /* also what it is called wrongly */
}
