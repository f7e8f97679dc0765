/* SPDX-License-Identifier: Apache-2.0
 *
 * sanitize: the whole path of one item, from its bytes to the output and the report. Begin reading
 * here.
 *
 * Process: worker. Trust: content and envelope are hostile; rules are ours.
 * Deterministic: the output depends on content, envelope, id, date and rules alone.
 */
#pragma once

#include "base/verdict.h"
#include "chain/chain.h"
#include "core/envelope.h"
#include "core/report.h"
#include "message/walk.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MugaiSanitizeInput { /* all borrowed */
    const uint8_t *data;            /* @size bytes; NULL when size is 0, above limits.item, or for a notice */
    size_t size;
    const uint8_t *sha256; /* of the content as the front end computed it; NULL: computed here */
    const MugaiEnvelope *envelope;
    const MugaiRules *rules;
    const MugaiModules *modules;
    int channel;  /* to the supervisor, for filters that do not run here; -1: none */
    uint64_t job; /* nonce of its frames */
    MugaiWalkReader reader;
} MugaiSanitizeInput;

typedef struct MugaiSanitizeOutput {
    GBytes *output; /* owned; empty when the item was rejected, or is a withheld file */
    MugaiGrammar grammar;
    MugaiReport *report; /* owned */
} MugaiSanitizeOutput;

/* mugai_sanitize:
 * A passed limit is no error: the item is withheld and the output is a notice.
 * Errors: MUGAI_ERROR_INTERNAL, MUGAI_ERROR_RESOURCE: give the item up; @ret untouched.
 */
bool mugai_sanitize (const MugaiSanitizeInput *in, MugaiSanitizeOutput *ret, GError **error);

/* mugai_sanitize_notice:
 * A notice in place of an item whose content is not looked at (@in's data may be empty). @reason:
 * finding code.
 */
void mugai_sanitize_notice (const MugaiSanitizeInput *in, const char *reason,
                            MugaiSanitizeOutput *ret);

void mugai_sanitize_output_clear (MugaiSanitizeOutput *output);

/* Leaves of the output as RESULT and VERDICT count them. */
void mugai_sanitize_leaves_digest (const MugaiReport *report, uint8_t ret[MUGAI_SHA256_SIZE]);
