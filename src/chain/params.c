/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: numbers are digits, read with an overflow check, times the factor of their unit.
 * Deliberately not done: fractions, signs but one leading minus of an INTEGER, spaces, case
 * folding.
 */
#include "chain/params.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct Unit {
    const char *name;
    int64_t factor;
} Unit;

static const Unit bytes[] = {
    { "", 1 },          { "B", 1 },           { "kB", 1000 },
    { "MB", 1000000 },  { "GB", 1000000000 }, { "KiB", 1 << 10 },
    { "MiB", 1 << 20 }, { "GiB", 1 << 30 },   { NULL, 0 },
};
static const Unit times[] = {
    { "us", 1 },         { "ms", 1000 },       { "s", 1000000 }, { "m", 60000000 },
    { "h", 3600000000 }, { "d", 86400000000 }, { NULL, 0 },
};
static const Unit none[] = { { "", 1 }, { NULL, 0 } };

__attribute__ ((format (printf, 2, 3))) static bool
refuse (char *why, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    vsnprintf (why, MUGAI_PARAMS_WHY, format, args);
    va_end (args);
    return false;
}

static const Unit *
unit_of (const Unit *units, const char *name)
{
    for (; units->name != NULL; units++)
        if (strcmp (units->name, name) == 0)
            return units;
    return NULL;
}

/* @text: digits, then a unit. Returns: false on anything else or overflow. */
static bool
number (const char *text, const Unit *units, int64_t *ret)
{
    bool minus = units == none && *text == '-';
    const char *at = text + (minus ? 1 : 0);
    int64_t value = 0;

    if (*at < '0' || *at > '9')
        return false;
    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow (value, 10, &value) ||
            __builtin_add_overflow (value, *at - '0', &value))
            return false;
    const Unit *unit = unit_of (units, at);
    if (unit == NULL || __builtin_mul_overflow (value, unit->factor, &value))
        return false;
    *ret = minus ? -value : value;
    return true;
}

static bool
number_value (const mugai_param *param, const char *text, const Unit *units, const char *example,
              mugai_value *ret, char *why)
{
    int64_t value = 0;

    if (!number (text, units, &value))
        return refuse (why, "%s: \"%.60s\" is no number like %s", param->name, text, example);
    if ((param->min != 0 || param->max != 0) && (value < param->min || value > param->max))
        return refuse (why, "%s: %.60s is not from %lld to %lld%s%s", param->name, text,
                       (long long)param->min, (long long)param->max, param->unit != NULL ? " " : "",
                       param->unit != NULL ? param->unit : "");
    *ret = (mugai_value){ .number = value };
    return true;
}

static bool
boolean_value (const mugai_param *param, const char *text, mugai_value *ret, char *why)
{
    bool yes = strcmp (text, "yes") == 0 || strcmp (text, "true") == 0;

    if (!yes && strcmp (text, "no") != 0 && strcmp (text, "false") != 0)
        return refuse (why, "%s: \"%.60s\" is neither yes nor no", param->name, text);
    *ret = (mugai_value){ .number = yes };
    return true;
}

static bool
word_value (const mugai_param *param, const char *text, mugai_value *ret, char *why)
{
    size_t size = strlen (text);
    int64_t index = 0;

    for (const char *at = param->words; at != NULL && *at != '\0'; index++) {
        size_t length = strcspn (at, " ");
        if (length == size && size > 0 && memcmp (at, text, size) == 0) {
            *ret = (mugai_value){ .number = index, .text = text };
            return true;
        }
        at += length;
        at += strspn (at, " ");
    }
    return refuse (why, "%s: \"%.60s\" is none of: %.120s", param->name, text,
                   param->words != NULL ? param->words : "");
}

bool
mugai_params_value (const mugai_param *param, const char *text, mugai_value *ret, char *why)
{
    if (strlen (text) > MUGAI_PARAMS_VALUE)
        return refuse (why, "%s: longer than %d bytes", param->name, MUGAI_PARAMS_VALUE);
    switch (param->kind) {
    case MUGAI_PARAM_INTEGER:
        return number_value (param, text, none, "150", ret, why);
    case MUGAI_PARAM_BYTES:
        return number_value (param, text, bytes, "20MiB", ret, why);
    case MUGAI_PARAM_TIME:
        return number_value (param, text, times, "30s", ret, why);
    case MUGAI_PARAM_BOOLEAN:
        return boolean_value (param, text, ret, why);
    case MUGAI_PARAM_WORD:
        return word_value (param, text, ret, why);
    case MUGAI_PARAM_TEXT:
        *ret = (mugai_value){ .text = text };
        return true;
    }
    return refuse (why, "%s: unknown kind %d", param->name, (int)param->kind);
}

static const char *
given_value (const mugai_param *param, const MugaiGiven *given, size_t n_given, size_t *ret_count)
{
    const char *value = param->value;

    for (size_t i = 0; i < n_given; i++)
        if (strcmp (given[i].name, param->name) == 0) {
            value = given[i].value;
            ++*ret_count;
        }
    return value;
}

static bool
all_known (const mugai_param *params, size_t n_params, const MugaiGiven *given, size_t n_given,
           char *why)
{
    for (size_t g = 0; g < n_given; g++) {
        size_t p = 0;
        while (p < n_params && strcmp (params[p].name, given[g].name) != 0)
            p++;
        if (p == n_params)
            return refuse (why, "no parameter \"%.60s\"", given[g].name);
    }
    return true;
}

bool
mugai_params_resolve (const mugai_param *params, size_t n_params, const MugaiGiven *given,
                      size_t n_given, mugai_value *ret, char *why)
{
    if (n_given > MUGAI_PARAMS_MAX)
        return refuse (why, "more than %d values", MUGAI_PARAMS_MAX);
    if (!all_known (params, n_params, given, n_given, why))
        return false;
    for (size_t i = 0; i < n_params; i++) {
        size_t count = 0;
        const char *value = given_value (&params[i], given, n_given, &count);
        if (count > 1)
            return refuse (why, "%s: given twice", params[i].name);
        if (value == NULL)
            return refuse (why, "%s: must be given", params[i].name);
        if (!mugai_params_value (&params[i], value, &ret[i], why))
            return false;
    }
    return true;
}
