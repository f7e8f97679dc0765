/* SPDX-License-Identifier: Apache-2.0 */
#include "html-text/entities.h"

#include <string.h>

typedef struct Entity {
    char name[32];
    uint32_t first;
    uint32_t second;
    uint8_t bare; /* the ";" may be missing */
} Entity;

#include "html-text/entities-table.h"

enum { NAME_MAX_SIZE = 31 };

/* 0x80..0x9F mean windows-1252 there; 0: no such character. */
static const uint16_t c1[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static bool
is_alnum (uint8_t c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static int
digit (uint8_t c, unsigned base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

static uint32_t
scalar (uint32_t c)
{
    if (c >= 0x80 && c < 0xA0 && c1[c - 0x80] != 0)
        return c1[c - 0x80];
    return c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c;
}

static size_t
numeric (const uint8_t *at, const uint8_t *end, uint32_t ret[2])
{
    const uint8_t *p = at + 2;
    unsigned base = 10;
    if (p < end && (*p | 0x20) == 'x') {
        base = 16;
        p++;
    }
    const uint8_t *digits = p;
    uint32_t c = 0;
    for (; p < end && digit (*p, base) >= 0; p++)
        c = c > 0x10FFFF ? c : c * base + (uint32_t)digit (*p, base);
    if (p == digits)
        return 0;
    ret[0] = scalar (c);
    ret[1] = 0;
    if (p < end && *p == ';')
        p++;
    return (size_t)(p - at);
}

/* Order of an entity's name against @name, which is not NUL-terminated. */
static int
compare (const Entity *entity, const uint8_t *name, size_t size)
{
    for (size_t i = 0; i < size; i++) { /* names are short: faster than a call */
        int order = (uint8_t)entity->name[i] - name[i];
        if (order != 0)
            return order;
    }
    return entity->name[size] == '\0' ? 0 : 1;
}

static const Entity *
find (const uint8_t *name, size_t size)
{
    size_t low = 0, high = sizeof entities / sizeof entities[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare (&entities[middle], name, size);
        if (order == 0)
            return &entities[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

size_t
html_entity (const uint8_t *at, const uint8_t *end, bool in_attribute, uint32_t ret[2])
{
    if (end - at < 3)
        return 0;
    if (at[1] == '#')
        return numeric (at, end, ret);
    size_t left = (size_t)(end - at - 1), n = 0;
    while (n < left && n < NAME_MAX_SIZE && is_alnum (at[1 + n]))
        n++;
    bool closed = n < left && at[1 + n] == ';';
    const Entity *entity = closed && n > 0 ? find (at + 1, n) : NULL;
    if (entity == NULL) {
        closed = false;
        for (size_t size = n < 6 ? n : 6; size >= 2 && entity == NULL; size--) {
            entity = find (at + 1, size);
            if (entity != NULL && !entity->bare)
                entity = NULL;
            n = size;
        }
        if (entity == NULL)
            return 0;
        uint8_t next = n < left ? at[1 + n] : 0;
        if (in_attribute && (next == '=' || is_alnum (next)))
            return 0;
    }
    ret[0] = entity->first;
    ret[1] = entity->second;
    return 1 + n + closed;
}
