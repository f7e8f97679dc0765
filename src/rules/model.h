/* SPDX-License-Identifier: Apache-2.0
 *
 * model: the inside of MugaiRules, for the files of this folder only. Everything a MugaiRules points to lives in its arena and
 * dies with it. Built by load.c or binary.c, then never changed.
 */
#pragma once

#include "rules/condition.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_RULES_TEXT = 4096,      /* bytes of one string */
    MUGAI_RULES_RULES = 10000,    /* of site and preset together */
    MUGAI_RULES_CONDITIONS = 64,  /* of one rule */
    MUGAI_RULES_VALUES = 10000,   /* of one condition */
    MUGAI_RULES_CHAINS = 8,       /* of one rule */
    MUGAI_RULES_STEPS = 16,       /* of one chain */
    MUGAI_RULES_PARAMS = 16,      /* of one step */
    MUGAI_RULES_LIST = 10000,     /* entries of one setting */
};

typedef struct MugaiRule {
    const char *name, *file;
    uint32_t line;
    bool preset; /* of the preset, not of the site */
    MugaiAction action;
    MugaiAction drop; /* `drop`: what follows when a judge says no; never CHAIN */
    const MugaiCondition *conditions;
    size_t n_conditions;
    const MugaiStepChain *chains;
    size_t n_chains;
    const char *owner, *reason, *until; /* exception, or NULL */
    int64_t until_us;                   /* the first moment at which it does not hold any more */
    /* not in the binary form: where things stand, for the lint; NULL after reading */
    const char *path;
    uint32_t column;
} MugaiRule;

struct MugaiRules {
    MugaiLimits limits;
    MugaiSettings settings;
    GArray *rules; /* of MugaiRule */
    uint8_t policy[MUGAI_SHA256_SIZE];
    GStringChunk *strings;
    GPtrArray *blocks; /* of g_malloc'ed arrays */
};

MugaiRules *mugai_rules_new (void);
/* A copy in the arena. */
const char *mugai_rules_text (MugaiRules *rules, const char *text);
/* A copy of @size bytes in the arena; NULL for none. */
void *mugai_rules_block (MugaiRules *rules, const void *data, size_t size);
/* A NULL-terminated copy of @list (of char *) and its strings in the arena. */
const char *const *mugai_rules_list (MugaiRules *rules, const GPtrArray *list);
const MugaiRule *mugai_rules_at (const MugaiRules *rules, size_t index);
/* Write and hash: the last step of building. */
void mugai_rules_seal (MugaiRules *rules);

/* "2027-03-31": the end of that day in Japan (UTC+9). False when it is no date. */
bool mugai_rules_until (const char *text, int64_t *ret_us);
