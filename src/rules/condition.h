/* SPDX-License-Identifier: Apache-2.0
 *
 * condition: one line of a rule's `when`: a key, whether it is negated, and the values of which any may hold.
 * The table of keys is the vocabulary of rules; the loader, the decision, the lint and the manual use it.
 * Process: worker (decide), supervisor and command line (load). Trust: values are the administrator's.
 */
#pragma once

#include "rules/network.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum MugaiKey {
    MUGAI_KEY_TYPE = 1,
    MUGAI_KEY_FAMILY,
    MUGAI_KEY_DECLARED,
    MUGAI_KEY_EXTENSION,
    MUGAI_KEY_NAME,
    MUGAI_KEY_SIZE,
    MUGAI_KEY_DEPTH,
    MUGAI_KEY_CONTAINER,
    MUGAI_KEY_ROLE,
    MUGAI_KEY_MISMATCH,
    MUGAI_KEY_ENCRYPTED,
    MUGAI_KEY_SIGNED,
    MUGAI_KEY_ACTIVE,
    MUGAI_KEY_PAGES,
    MUGAI_KEY_PIXELS,
    MUGAI_KEY_CHARSET,
    MUGAI_KEY_FROM,
    MUGAI_KEY_SENDER,
    MUGAI_KEY_TO,
    MUGAI_KEY_TO_DOMAIN,
    MUGAI_KEY_SUBJECT,
    MUGAI_KEY_CLIENT,
    MUGAI_KEY_SPF,
    MUGAI_KEY_DKIM,
    MUGAI_KEY_DMARC,
} MugaiKey;

typedef enum MugaiMatch { /* how a value is compared with the fact */
    MUGAI_MATCH_TYPE,     /* id of core/type.h */
    MUGAI_MATCH_WORD,     /* one of a list */
    MUGAI_MATCH_GLOB,
    MUGAI_MATCH_ADDRESS,  /* glob with an @, or "" */
    MUGAI_MATCH_BYTES,    /* "<= 20MiB" */
    MUGAI_MATCH_COUNT,    /* "> 3", "3" */
    MUGAI_MATCH_YES_NO,
    MUGAI_MATCH_NETWORK,
} MugaiMatch;

typedef struct MugaiKeyInfo {
    MugaiKey key;
    const char *name; /* "auth.dkim" for those below auth */
    MugaiMatch match;
    const char *words; /* WORD: space-separated */
    bool inspect;      /* needs a decoder */
    const char *en, *ja; /* for people */
} MugaiKeyInfo;

typedef enum MugaiOrder {
    MUGAI_ORDER_EQUAL = 1,
    MUGAI_ORDER_LESS,
    MUGAI_ORDER_LESS_EQUAL,
    MUGAI_ORDER_MORE,
    MUGAI_ORDER_MORE_EQUAL,
} MugaiOrder;

typedef struct MugaiConditionValue {
    const char *text;     /* as written */
    uint64_t number;      /* BYTES, COUNT; WORD: index; YES_NO: 1, 0 */
    MugaiOrder order;     /* BYTES, COUNT */
    MugaiNetwork network; /* NETWORK */
} MugaiConditionValue;

typedef struct MugaiCondition {
    const MugaiKeyInfo *info;
    bool negated;
    const MugaiConditionValue *values;
    size_t n_values;
} MugaiCondition;

const MugaiKeyInfo *mugai_key_table (size_t *ret_count);
/* Returns: (borrowed, static) or NULL. */
const MugaiKeyInfo *mugai_key_info (MugaiKey key);
const MugaiKeyInfo *mugai_key_by_name (const char *name);

enum { MUGAI_CONDITION_WHY = 256 };

/* mugai_condition_value:
 * @text: borrowed, must live as long as *ret. @why: MUGAI_CONDITION_WHY bytes; what is wrong, with the nearest word.
 * Returns: false, *ret untouched, when the key takes no such value.
 */
bool mugai_condition_value (const MugaiKeyInfo *info, const char *text, MugaiConditionValue *ret, char *why);

/* Does @number hold against the comparison? */
bool mugai_condition_compare (const MugaiConditionValue *value, uint64_t number);
