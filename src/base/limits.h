/* SPDX-License-Identifier: Apache-2.0
 *
 * limits: every bound on input and work, in one value built once from the rules and passed by const
 * pointer. The table names each with unit, default, range and reason; the rules loader, `mugai
 * limits` and the manual use it. libc only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum MugaiUnit { MUGAI_UNIT_COUNT, MUGAI_UNIT_BYTES, MUGAI_UNIT_US } MugaiUnit;

typedef struct MugaiLimits {
    uint64_t item;        /* bytes of one mail or file */
    uint64_t output;      /* bytes of one sanitized mail or file */
    uint64_t expanded;    /* bytes of all parts of one item, decoded and unpacked */
    uint64_t parts;       /* parts of one item */
    uint64_t depth;       /* levels of nesting */
    uint64_t time;        /* us for one item */
    uint64_t memory;      /* bytes of address space of one sandboxed process */
    uint64_t header;      /* bytes of one header block */
    uint64_t header_line; /* bytes of one unfolded header field */
    uint64_t headers;     /* fields of one header block */
    uint64_t text;        /* bytes of UTF-8 of one text */
    uint64_t filter_time; /* us for one filter on one part */
    uint64_t addresses;   /* addresses in one header field */
    uint64_t report;      /* bytes of one report */
} MugaiLimits;

typedef struct MugaiLimitInfo {
    const char *name; /* key below `limits:` in a rules file */
    MugaiUnit unit;
    size_t offset; /* of its uint64_t in MugaiLimits */
    uint64_t value;
    uint64_t min;
    uint64_t max;
    const char *why;
    const char *why_ja;
} MugaiLimitInfo;

/* @ret_count: entries. Returns: (borrowed, static) the table. */
const MugaiLimitInfo *mugai_limits_table (size_t *ret_count);

/* Returns: all defaults. */
MugaiLimits mugai_limits_default (void);

uint64_t mugai_limits_get (const MugaiLimits *limits, const MugaiLimitInfo *info);
void mugai_limits_set (MugaiLimits *limits, const MugaiLimitInfo *info, uint64_t value);
