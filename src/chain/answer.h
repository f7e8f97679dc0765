/* SPDX-License-Identifier: Apache-2.0
 *
 * answer: what one call of a filter came to, wherever it ran. Internal to src/chain.
 * Trust: every string is hostile until settle() in run.c has looked at it.
 */
#pragma once

#include "core/report.h"
#include "wire/walk.h"

#include <glib.h>
#include <mugai/filter.h>
#include <stdbool.h>

enum { MUGAI_ANSWER_FINDINGS = 64, MUGAI_ANSWER_FACTS = 16 };

typedef struct MugaiAnswer {
    mugai_verdict_t verdict;
    GBytes *data;            /* REPLACE only */
    char *type;              /* as claimed, "" when not */
    char *reason, *evidence; /* "" when not given; evidence is raw */
    GPtrArray *findings;     /* of MugaiFinding *, evidence raw; at most MUGAI_ANSWER_FINDINGS */
    struct {
        char key[32];
        uint64_t value;
    } facts[MUGAI_ANSWER_FACTS];
    size_t n_facts;
} MugaiAnswer;

/* Returns: (transfer full) REFUSE without a reason. */
MugaiAnswer *mugai_answer_new (void);
/* Returns: (transfer full) a copy of @wire with a reference on @data (may be NULL). */
MugaiAnswer *mugai_answer_from_wire (const MugaiIsolateAnswer *wire, GBytes *data);
void mugai_answer_free (MugaiAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiAnswer, mugai_answer_free)

/* Make it a REFUSE: output, findings and facts go. @evidence: may be NULL. */
void mugai_answer_refuse (MugaiAnswer *answer, const char *reason, const char *evidence);
void mugai_answer_reason (MugaiAnswer *answer, const char *reason, const char *evidence);

/* A code and evidence that are there already are counted up; past the bound it is forgotten. */
void mugai_answer_finding (MugaiAnswer *answer, const char *code, uint64_t count,
                           const char *evidence);
/* Returns: false when there is no room or @key is too long. */
bool mugai_answer_fact (MugaiAnswer *answer, const char *key, uint64_t value);
