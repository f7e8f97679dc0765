/* SPDX-License-Identifier: Apache-2.0
 *
 * bundle: a container of a toy format, for tests of children side by side. A bundle begins with the
 * bytes "MSCF" 00 00 00 00 (or without them), then come lines "NAME SIZE\n", each followed by SIZE bytes.
 * `how: join` puts the children's results into one text, in the order of the bundle; `how: flat`
 * delivers each by itself; `how: mixed` the first only; `how: late` refuses when all were asked
 * for, `how: early` before; `how: forget` breaks the contract.
 */
#include <mugai/filter.h>
#include <stdio.h>
#include <string.h>

#ifndef BUNDLE_NAME
#define BUNDLE_NAME "bundle"
#define BUNDLE_KIND MUGAI_CONTAINER_ARCHIVE
#endif

enum { CHILDREN = 256, NAME = 64, JOIN = 0, FLAT, MIXED, LATE, EARLY, FORGET };

/* that of a cabinet: content that is surely no text */
static const uint8_t magic[] = { 'M', 'S', 'C', 'F', 0, 0, 0, 0 };

static const mugai_param params[] = {
    { .name = "how",
      .kind = MUGAI_PARAM_WORD,
      .value = "join",
      .words = "join flat mixed late early forget",
      .help = "what becomes of the children",
      .help_ja = "子の扱い" },
};

typedef struct member {
    char name[NAME];
    const uint8_t *data;
    size_t size;
} member;

/* The member at *at. Returns: 0, or -1 when the bundle is broken there. */
static int
read_member (const mugai_part *part, size_t *at, member *ret)
{
    char line[NAME + 24];
    const uint8_t *from = part->data + *at;
    size_t left = part->size - *at;
    const uint8_t *end = memchr (from, '\n', left < sizeof line ? left : sizeof line - 1);
    unsigned long size = 0;

    if (end == NULL)
        return -1;
    memcpy (line, from, (size_t)(end - from));
    line[end - from] = '\0';
    if (sscanf (line, "%63s %lu", ret->name, &size) != 2)
        return -1;
    *at += (size_t)(end - from) + 1;
    if (size > part->size - *at)
        return -1;
    ret->data = part->data + *at;
    ret->size = size;
    *at += size;
    return 0;
}

/* A text stands as it is, anything else by its type and size. */
static int
put_child (const mugai_host *host, mugai_call *call, const mugai_child *child)
{
    char head[256];
    int text = child->delivered && strcmp (child->type, "text") == 0;
    int n = text               ? snprintf (head, sizeof head, "[%s]\n", child->name)
            : child->delivered ? snprintf (head, sizeof head, "[%s: %s, %zu]\n", child->name,
                                           child->type, child->size)
                               : snprintf (head, sizeof head, "[- %s]\n", child->reason);

    if (host->put (call, head, (size_t)n) != 0)
        return -1;
    return text ? host->put (call, child->data, child->size) : 0;
}

static mugai_verdict_t
join (const mugai_host *host, mugai_call *call, const int *handles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        mugai_child child = { .size_of = sizeof child };
        if (host->child_result (call, handles[i], &child) != 0 ||
            put_child (host, call, &child) != 0)
            return MUGAI_REFUSE;
    }
    return host->put (call, "", 0) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
}

/* The first @n by themselves, the others asked for and dropped. */
static mugai_verdict_t
flat (const mugai_host *host, mugai_call *call, const int *handles, size_t count, size_t n)
{
    for (size_t i = 0; i < count; i++) {
        mugai_child child = { .size_of = sizeof child };
        if (i < n ? host->child_deliver (call, handles[i]) != 0
                  : host->child_result (call, handles[i], &child) != 0)
            return MUGAI_REFUSE;
    }
    host->reason (call, "filter.note", "members are delivered one by one");
    return MUGAI_DROP;
}

static mugai_verdict_t
refuse (const mugai_host *host, mugai_call *call, const char *why)
{
    host->reason (call, "filter.refused", why);
    return MUGAI_REFUSE;
}

/* Returns: children handed in, or -1. */
static int
add_children (const mugai_host *host, mugai_call *call, const mugai_part *part, int *handles)
{
    int count = 0;

    size_t from = part->size >= sizeof magic && memcmp (part->data, magic, sizeof magic) == 0
                      ? sizeof magic
                      : 0;

    for (size_t at = from; at < part->size; count++) {
        member m;
        if (count == CHILDREN || read_member (part, &at, &m) != 0)
            return -(int)refuse (host, call, "broken bundle");
        handles[count] = host->child_add (call, m.name, NULL, m.data, m.size);
        if (handles[count] < 0)
            return -1;
    }
    return count;
}

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    int handles[CHILDREN];
    int found = add_children (host, call, part, handles);
    size_t count = found > 0 ? (size_t)found : 0;

    if (found < 0)
        return MUGAI_REFUSE;
    switch (part->values[0].number) {
    case JOIN:
        return join (host, call, handles, count);
    case FLAT:
        return flat (host, call, handles, count, count);
    case MIXED:
        return flat (host, call, handles, count, 1);
    case LATE:
        join (host, call, handles, count);
        return refuse (host, call, "at the end");
    case EARLY:
        return refuse (host, call, "before the end");
    default:
        return host->put (call, "", 0) == 0 ? MUGAI_REPLACE : MUGAI_REFUSE;
    }
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = BUNDLE_NAME,
    .summary = "a toy archive",
    .summary_ja = "試験用の書庫",
    .takes = "cab bin text unknown",
    .gives = "text",
    .runs = MUGAI_RUNS_WALK,
    .container = BUNDLE_KIND,
    .deterministic = 1,
    .params = params,
    MUGAI_TABLE (param, params),
    .run = run,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
