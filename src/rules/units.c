/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct Factor {
    const char *name;
    uint64_t factor;
} Factor;

/* From large to small, as printing tries them. */
static const Factor counts[] = { { "", 1 }, { NULL, 0 } };
static const Factor bytes[] = {
    { "GiB", 1 << 30 }, { "GB", 1000000000 }, { "MiB", 1 << 20 }, { "MB", 1000000 },
    { "KiB", 1 << 10 }, { "kB", 1000 },       { "B", 1 },         { "", 1 },
    { NULL, 0 },
};
static const Factor times[] = {
    { "d", 86400000000 }, { "h", 3600000000 }, { "m", 60000000 }, { "s", 1000000 },
    { "ms", 1000 },       { "us", 1 },         { NULL, 0 },
};

static const Factor *
factors (MugaiUnit unit)
{
    switch (unit) {
    case MUGAI_UNIT_COUNT:
        return counts;
    case MUGAI_UNIT_BYTES:
        return bytes;
    case MUGAI_UNIT_US:
        return times;
    }
    return counts;
}

bool
mugai_units_parse (MugaiUnit unit, const char *text, uint64_t *ret)
{
    uint64_t value = 0;
    const char *at = text;

    for (; *at >= '0' && *at <= '9'; at++)
        if (__builtin_mul_overflow (value, (uint64_t)10, &value) ||
            __builtin_add_overflow (value, (uint64_t)(*at - '0'), &value))
            return false;
    if (at == text)
        return false;
    if (at[0] == ' ' && at[1] != '\0')
        at++;
    for (const Factor *f = factors (unit); f->name != NULL; f++)
        if (strcmp (f->name, at) == 0) {
            if (__builtin_mul_overflow (value, f->factor, &value))
                return false;
            *ret = value;
            return true;
        }
    return false;
}

void
mugai_units_print (MugaiUnit unit, uint64_t value, char *out, size_t room)
{
    const Factor *f = factors (unit);

    while (f[1].name != NULL && (value == 0 ? f->factor != 1 : value % f->factor != 0))
        f++;
    snprintf (out, room, "%" PRIu64 "%s", value / f->factor, f->name);
}

const char *
mugai_units_help (MugaiUnit unit)
{
    switch (unit) {
    case MUGAI_UNIT_COUNT:
        return "a whole number";
    case MUGAI_UNIT_BYTES:
        return "a size such as 20MiB (units B, kB, MB, GB, KiB, MiB, GiB)";
    case MUGAI_UNIT_US:
        return "a time such as 30s (units us, ms, s, m, h, d)";
    }
    return "a number";
}
