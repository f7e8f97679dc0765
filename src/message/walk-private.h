/* SPDX-License-Identifier: Apache-2.0
 *
 * walk-private: what walk.c (the tree, parts in memory) and walk-mime.c (parts of mails) share.
 *
 * Process: worker. Trust: as walk.h.
 */
#pragma once

#include "message/sniff.h"
#include "message/walk.h"

MugaiWalk *mugai_walk_new (const MugaiLimits *limits, MugaiReport *report);

/* Type, mismatch and final role of a leaf. */
void mugai_walk_classify (const MugaiWalk *walk, uint32_t index, MugaiWalkPart *part,
                          const MugaiSniff *sniff);

/* A leaf whose bytes are in memory; @part stands at @index already. */
void mugai_walk_fill_memory (MugaiWalk *walk, uint32_t index, MugaiWalkPart *part, const char *name,
                             const char *declared, const uint8_t *data, size_t size);

void mugai_walk_fill_report (const MugaiWalk *walk, uint32_t index);

/* Errors: MUGAI_ERROR_LIMIT: expanded. */
bool mugai_walk_count (MugaiWalk *walk, uint64_t bytes, GError **error);

/* Returns: (borrowed) the encoded content of a leaf of a mail. */
const uint8_t *mugai_walk_raw (const MugaiWalkPart *part, size_t *ret_size);
