/* SPDX-License-Identifier: Apache-2.0
 *
 * The VALUE words of the model as rows of mugai_office_value.
 */
#define _GNU_SOURCE
#include "office/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
row (const char *kind, unsigned a, unsigned b, long long low, long long high)
{
    return print ("MUGAI_VALUE_%s, %u, %u, INT64_C (%lld), INT64_C (%lld)", kind, a, b, low, high);
}

static char *
enum_row (Model *model, const Line *at, const char *id)
{
    unsigned first = (unsigned)model->words.count;

    for (size_t i = 0; i < model->source.count; i++) {
        const Line *line = &model->source.line[i];
        if (!is (line, "enum") || strcmp (line->word[1], id) != 0)
            continue;
        for (unsigned k = 2; k < line->n; k++)
            list_append (&model->words, print ("\"%s\"", line->word[k]));
    }
    if (model->words.count == first)
        fail (at, "no enum %s", id);
    return row ("ENUM", first, (unsigned)model->words.count - first, 0, 0);
}

static char *
int_row (const Line *line, const char *range)
{
    long long low = INT32_MIN, high = INT32_MAX;

    if (range[0] != '\0' && (sscanf (range, "%lld:%lld", &low, &high) != 2 || low > high))
        fail (line, "int:%s", range);
    return row ("INT", 0, 0, low, high);
}

/* @rest: SPACE or SPACE:VALUE. */
static char *
space_row (Model *model, const Line *line, const char *kind, const char *rest)
{
    size_t size = strcspn (rest, ":");
    unsigned space = list_number (&model->spaces, strndup (rest, size));

    return row (kind, space,
                value_number (model, line, rest[size] == ':' ? rest + size + 1 : "string:255"), 0,
                0);
}

static char *
either_row (Model *model, const Line *line, const char *text)
{
    unsigned numbers[16], n = 0;

    for (const char *at = text;; at += strcspn (at, "|") + 1) {
        size_t size = strcspn (at, "|");
        if (n == 16)
            fail (line, "more than 16 values");
        numbers[n++] = value_number (model, line, strndup (at, size));
        if (at[size] == '\0')
            break;
    }
    unsigned first = (unsigned)model->eithers.count;
    for (unsigned i = 0; i < n; i++)
        list_append (&model->eithers, print ("%u", numbers[i]));
    return row ("EITHER", first, n, 0, 0);
}

/* Those that have at most a length behind them. */
static char *
plain_row (const Line *line, const char *word, const char *rest)
{
    static const struct {
        const char *word, *kind;
        long long high;
    } plain[] = {
        { "string", "STRING", 0 },   { "empty", "EMPTY", 0 },       { "token", "TOKEN", 255 },
        { "hex", "HEX", -1 },        { "bool", "BOOL", 0 },         { "decimal", "DECIMAL", 0 },
        { "double", "DOUBLE", 0 },   { "percent", "PERCENT", 0 },   { "measure", "MEASURE", 0 },
        { "guid", "GUID", 0 },       { "datetime", "DATETIME", 0 }, { "lang", "LANG", 0 },
        { "cell", "CELL", 0 },       { "range", "RANGE", 0 },       { "ranges", "RANGES", 0 },
        { "formula", "FORMULA", 0 }, { "field", "FIELD", 0 }
    };

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp (word, plain[i].word) != 0)
            continue;
        long long high = rest[0] != '\0' ? atoll (rest) : plain[i].high;
        if (high < 0 || (plain[i].high == 0 && i > 0 && rest[0] != '\0'))
            fail (line, "%s:%s", word, rest);
        return row (plain[i].kind, 0, 0, 0, high);
    }
    return NULL;
}

/* The value that a `value` line calls @word, or NULL. */
static const char *
alias (const Model *model, const char *word)
{
    for (size_t i = 0; i < model->source.count; i++) {
        const Line *line = &model->source.line[i];
        if (is (line, "value") && strcmp (line->word[1], word) == 0 && line->n == 3)
            return line->word[2];
    }
    return NULL;
}

static char *
make_row (Model *model, const Line *line, const char *text)
{
    size_t size = strcspn (text, ":");
    char *word = strndup (text, size);
    const char *rest = text[size] == ':' ? text + size + 1 : "";
    char *plain = plain_row (line, word, rest);

    if (plain != NULL)
        return plain;
    if (strcmp (word, "int") == 0)
        return int_row (line, rest);
    if (strcmp (word, "enum") == 0)
        return enum_row (model, line, rest);
    if (strcmp (word, "rel") == 0)
        return row ("REL", list_find (line, &model->relations, rest, "relation"), 0, 0, 0);
    if (strcmp (word, "id") == 0)
        return space_row (model, line, "ID", rest);
    if (strcmp (word, "ref") == 0)
        return space_row (model, line, "REF", rest);
    if (strcmp (word, "index") == 0)
        return row ("INDEX", list_number (&model->spaces, rest), 0, 0, 0);
    if (strcmp (word, "list") == 0)
        return row ("LIST", 0, value_number (model, line, rest), 0, 0);
    fail (line, "no value %s", text);
}

unsigned
value_number (Model *model, const Line *line, const char *text)
{
    const char *meant = alias (model, text);

    if (meant != NULL)
        return value_number (model, line, meant);
    for (size_t i = 0; i < model->value_texts.count; i++)
        if (strcmp (model->value_texts.item[i], text) == 0)
            return (unsigned)i;
    char *made = strncmp (text, "list:", 5) != 0 && strchr (text, '|') != NULL
                     ? either_row (model, line, text)
                     : make_row (model, line, text);
    list_append (&model->value_texts, strdup (text));
    return list_append (&model->value_rows, made);
}
